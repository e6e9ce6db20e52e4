/** @file What somebody wants of a film, read: refused before it is queued if it cannot be had. */
import type { z } from "@hono/zod-openapi";
import {
  type Background,
  checkFormat,
  type Direction,
  FilmError,
  type FilmFormat,
  readEmotionCues,
  readEmotionMix,
} from "../index.js";
import { readPlainBackground } from "../platform/node.js";
import type { filmOptionsSchema } from "./film-request.js";

/** Options, as they came. */
type FilmOptions = z.infer<typeof filmOptionsSchema>;

/** Options, understood. */
export interface FilmWish {
  readonly format: FilmFormat;
  readonly direction: Direction;
}

/** @throws FilmError `option_invalid` for what cannot be read or does not go together. */
export async function readFilmOptions(options: FilmOptions): Promise<FilmWish> {
  const { container = "mp4", codec, quality, alpha, label, markStrength } = options;
  const background =
    options.background === undefined ? undefined : await readBackground(options.background);
  const mark = markStrength === undefined ? undefined : { strength: markStrength };
  const format = { container, codec, quality, alpha, background, label, mark };
  checkFormat(format, false);
  const { fps, seed, mode, mouth, jaw, lips, expression, energy, blink, still, gaze } = options;
  const direction = {
    ...{ fps, seed, mode, mouth, jaw, lips, expression, energy, blink },
    head: still ? 0 : options.head,
    emotion: readEmotion(options),
    edit: options.edits && { lanes: options.edits.lanes, emotion: options.edits.emotion },
    gaze: typeof gaze === "object" ? { yaw: gaze.x, pitch: -gaze.y } : gaze,
  };
  return { format, direction };
}

function readEmotion({ emotion, emotionCurve }: FilmOptions): Direction["emotion"] {
  if (emotion !== undefined && emotionCurve !== undefined) {
    throw new FilmError("option_invalid", "emotion and emotionCurve exclude each other.");
  }
  if (emotionCurve !== undefined) return readEmotionCues(emotionCurve);
  if (emotion === undefined || emotion === "auto") return emotion;
  return [{ seconds: 0, mix: readEmotionMix(emotion) }];
}

/** Never a file: paths of this machine are nobody's business. */
async function readBackground(text: string): Promise<Background> {
  const plain = await readPlainBackground(text);
  if (plain !== undefined) return plain;
  const message = `“${text}” is no background: neither a colour (#00ff00, green), nor blur.`;
  throw new FilmError("option_invalid", message, { background: text });
}
