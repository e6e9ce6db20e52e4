/** @file What the commands see and show: portraits, cropped if wanted, backgrounds, and where films go. */
import { extname } from "node:path";
import {
  type Background,
  checkFormat,
  FilmError,
  type FilmFormat,
  type FilmMachine,
  type Run,
} from "../index.js";
import {
  type FileSink,
  fileSink,
  namesSequence,
  type PictureFolder,
  type PortraitPicture,
  pictureFolder,
  readPicture,
  readPlainBackground,
  readPortraitFile,
} from "../platform/node.js";
import type { OptionValues } from "./options.js";

/** `--face` and `--driver-face`, counted from 0. */
export function faceIndexOf(face: number | undefined): number | undefined {
  return face === undefined ? undefined : face - 1;
}

/** Long side of a background at most, px: no film is larger. */
const BACKGROUND_MOST_PX = 4096;

/**
 * Reads a portrait at the size and with the crop that the options ask for.
 *
 * @returns With a crop, the face's number in what is left of the picture.
 */
export async function readPortraitPicture(
  path: string,
  { size: sizePx, crop, face }: Pick<OptionValues, "size" | "crop" | "face">,
  machine: FilmMachine,
  run: Run,
): Promise<PortraitPicture> {
  return readPortraitFile(path, { sizePx, crop, faceIndex: faceIndexOf(face) }, machine, run);
}

/**
 * How a film is to be written, by its name and the options.
 *
 * @throws FilmError `option_invalid` for what does not go together; of a background's file, what
 *   `readPicture` throws.
 */
export async function readFormat(
  options: Pick<
    OptionValues,
    "output" | "codec" | "quality" | "alpha" | "background" | "label" | "markStrength"
  >,
): Promise<FilmFormat> {
  const { output, codec, quality, alpha, label } = options;
  const inPictures = namesSequence(output);
  const extension = extname(output).toLowerCase();
  if (!inPictures && extension !== ".mp4" && extension !== ".webm") {
    const message = `A film's name must end in .mp4 or .webm, or for PNG pictures in / or %05d.png, not “${extension}”.`;
    throw new FilmError("option_invalid", message, { output });
  }
  if (inPictures && codec !== undefined) {
    throw new FilmError("option_invalid", "PNG pictures have no --codec.", { codec });
  }
  const container = extension === ".webm" ? "webm" : "mp4";
  const background =
    options.background === undefined ? undefined : await readBackground(options.background);
  const mark = { strength: options.markStrength };
  const format = { container, codec, quality, alpha, background, label, mark } as const;
  checkFormat(format, inPictures);
  return format;
}

/** Prepares a film's place by its name. */
export function openSink(output: string): FileSink | PictureFolder {
  return namesSequence(output) ? pictureFolder(output) : fileSink(output);
}

/** `--background`: “blur”, “blur:0.05”, a colour, or a picture's file. */
async function readBackground(text: string): Promise<Background> {
  const plain = await readPlainBackground(text);
  if (plain !== undefined) return plain;
  try {
    return { picture: await readPicture(text, { mostPx: BACKGROUND_MOST_PX }) };
  } catch (error) {
    if (!(error instanceof FilmError) || error.code !== "file_missing") throw error;
    const message = `“${text}” is no background: neither a picture's file, nor a colour (#00ff00, green), nor blur.`;
    throw new FilmError("option_invalid", message, { background: text }, { cause: error });
  }
}
