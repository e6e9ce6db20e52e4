/** @file How a film is to come out, and what of it does not go together. */
import { FilmError } from "../base/errors.js";
import { checkMark, type MarkWish } from "../mark/mark.js";
import { FPS_MOST } from "../performance/take.js";
import { type Background, checkBackground } from "../rig/background.js";
import { LABEL_WISHES, type LabelWish } from "../trust/consent.js";
import { checkContent, type FilmCodec, type FilmContainer, type FilmQuality } from "./film-file.js";

/** How a film is written. */
export interface FilmFormat {
  /** "mp4" by default; means nothing for pictures one by one. */
  readonly container?: FilmContainer | undefined;
  /** "h264" in mp4, "vp9" in webm by default. */
  readonly codec?: FilmCodec | undefined;
  /** "good" by default. */
  readonly quality?: FilmQuality | undefined;
  /**
   * True leaves the background out: straight (not premultiplied) opacity, in webm with VP9 or in
   * pictures one by one. False by default.
   */
  readonly alpha?: boolean | undefined;
  /** What is to be seen behind the person; what was there by default. */
  readonly background?: Background | undefined;
  /** How the invisible mark is drawn that every frame carries; it holds the film's id. */
  readonly mark?: MarkWish | undefined;
  /**
   * The visible tag “AI” in the first seconds: "auto" (by default) where the consent is about a
   * real person: self, subject, licensed.
   */
  readonly label?: LabelWish | undefined;
}

/**
 * Refuses what does not go together, before any work.
 *
 * @param pictures - Whether the film goes into pictures one by one, not into a film's file.
 * @throws FilmError `option_invalid`.
 */
export function checkFormat(format: FilmFormat, pictures: boolean): void {
  const { container = "mp4", alpha, background, label = "auto", mark } = format;
  if (mark !== undefined) checkMark(mark);
  if (!LABEL_WISHES.includes(label)) {
    const message = `There is no label “${label}”, only ${LABEL_WISHES.join(", ")}.`;
    throw new FilmError("option_invalid", message, { label });
  }
  if (!pictures) checkContent({ container, codec: codecOf(format), alpha });
  if (background === undefined) return;
  checkBackground(background);
  if (!alpha) return;
  const message = "A film with alpha has no background, and another one was asked for.";
  throw new FilmError("option_invalid", message);
}

/** @throws FilmError `option_invalid` for more frames a second than films have here. */
export function checkFps(fps: number): void {
  if (fps > 0 && fps <= FPS_MOST) return;
  const message = `Films have up to ${FPS_MOST} frames a second, not ${fps}; act it anew with fewer.`;
  throw new FilmError("option_invalid", message, { fps, limit: FPS_MOST });
}

/** The codec that a format means. */
export function codecOf({ container = "mp4", codec }: FilmFormat): FilmCodec {
  return codec ?? (container === "mp4" ? "h264" : "vp9");
}
