/** @file What sizes a film can have, and how long it will take here. */
import type { Size } from "../platform/browser.js";

/** A size to choose. */
export interface SizeChoice {
  readonly sizePx: number;
  readonly size: Size;
  /** A name that people know it by, if it has one. */
  readonly name?: string | undefined;
}

/** Long side of what is seen in the studio, px. */
export const SEEN_PX = 512;
/** Short sides that have names, px. */
const NAMED: readonly (readonly [number, string])[] = [
  [720, "720p"],
  [1080, "1080p"],
  [1440, "1440p"],
  [2160, "4K"],
];
/** Choices nearer to each other than this are one. */
const NEAR = 1.12;

/**
 * Sizes up to what the portrait gives, and never above 4K.
 *
 * @param native - Size of what is taken of the portrait's file, px.
 */
export function sizesFor(native: Size): readonly SizeChoice[] {
  const long = Math.max(native.width, native.height);
  const short = Math.min(native.width, native.height);
  const choiceOf = (sizePx: number, name?: string): SizeChoice => {
    const even = (length: number) => Math.max(2, 2 * Math.round((length * sizePx) / long / 2));
    return { sizePx, size: { width: even(native.width), height: even(native.height) }, name };
  };
  const choices = [choiceOf(SEEN_PX)];
  for (const [side, name] of NAMED) {
    const sizePx = 2 * Math.round((side * long) / short / 2);
    if (side <= short && sizePx > SEEN_PX * NEAR) choices.push(choiceOf(sizePx, name));
  }
  const largest = choices.at(-1)?.sizePx ?? SEEN_PX;
  const isFullSize = short < (NAMED.at(-1)?.[0] ?? 0);
  const whole = 2 * Math.floor(long / 2);
  if (isFullSize && whole > largest * NEAR) choices.push(choiceOf(whole));
  return choices;
}

/** What making films takes on one computer, seconds per million pixels. */
export interface Pace {
  /** Of one frame of a film. */
  readonly film: number;
  /** Of one frame as PNG. */
  readonly pictures: number;
  /** Of the portrait, before the first frame, where it is made in another size. */
  readonly setup: number;
}

/** Two processors, before anything was measured. */
export const USUAL_PACE: Pace = { film: 0.09, pictures: 0.6, setup: 4 };

/** What shorter films take is mostly their beginning, frames. */
const LEARNED_FRAMES = 50;

/** Which part of the pace frames go by. */
export type FramePace = "film" | "pictures";

/** Seconds until a film is there. @param how.isSeen - Whether the portrait is there in that size. */
export function secondsFor(
  { width, height }: Size,
  frameCount: number,
  { isSeen, by }: { readonly isSeen: boolean; readonly by: FramePace },
  pace: Pace,
): number {
  const megapixels = (width * height) / 1e6;
  return megapixels * (frameCount * pace[by] + (isSeen ? 0 : pace.setup));
}

/** What was learned from one film. */
export function learnPace(
  pace: Pace,
  { width, height }: Size,
  frameCount: number,
  { drawnInSeconds, by }: { readonly drawnInSeconds: number; readonly by: FramePace },
): Pace {
  if (frameCount < LEARNED_FRAMES) return pace;
  return { ...pace, [by]: drawnInSeconds / frameCount / ((width * height) / 1e6) };
}
