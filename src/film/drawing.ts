/** @file A stretch of a film, drawn: marked, tagged and looked at for its fingerprint, frame by frame. */

import { type Run, step } from "../base/run.js";
import { drawInline, type FrameDrawer } from "../frames/drawer.js";
import { evenSize, type FramePixels } from "../frames/yuv.js";
import type { FilmMark } from "../mark/mark.js";
import type { Take } from "../performance/take.js";
import { withBackground, withoutBackground } from "../rig/background.js";
import type { Rig } from "../rig/rig.js";
import { type Fingerprinter, thumbOf, thumbOfLuma } from "../trust/fingerprint.js";
import type { FilmFormat } from "./format.js";
import type { FilmIdentity } from "./identity.js";
import { makeLabel } from "./label.js";

/** Frames of a film, from one to before another, counted from 0. */
export interface FrameSpan {
  readonly from: number;
  readonly to: number;
}

/** What draws frames. */
export interface DrawingMachine {
  /** Draws frames on several threads; without it the caller's thread does. */
  readonly drawFrames?:
    | ((rig: Rig, take: Take, pixels?: FramePixels, mark?: FilmMark) => FrameDrawer)
    | undefined;
}

/** What is drawn. */
export interface DrawingJob extends FilmFormat {
  readonly rig: Rig;
  readonly take: Take;
}

/** Which of it, and as what. */
export interface DrawnSpan extends Pick<FilmIdentity, "id" | "labelled"> {
  readonly pixels: FramePixels;
  readonly span: FrameSpan;
}

/**
 * Draws a span of a film's frames: the same bytes, whichever span they are drawn in.
 *
 * @param printer - Sees the frames that it wants.
 * @param use - Is given the frames in order; they are his.
 */
export async function drawSpan(
  job: DrawingJob,
  { id, labelled, pixels, span }: DrawnSpan,
  printer: Fingerprinter,
  use: (frame: Uint8Array, index: number) => Promise<void>,
  on: DrawingMachine,
  run?: Run,
): Promise<void> {
  const { take } = job;
  const { fps } = take;
  const { width, height } = evenSize(job.rig.picture);
  const drawer = (on.drawFrames ?? drawInline)(stage(job), take, pixels, { ...job.mark, id });
  try {
    const label = labelled ? makeLabel(width, height, pixels) : undefined;
    const add = (frame: Uint8Array, index: number) => {
      label?.(frame, index / fps);
      if (printer.wants(index / fps)) printer.add(thumbOfFrame(frame, pixels, width, height));
      return use(frame, index);
    };
    await pump(drawer, span, add, run);
  } finally {
    await drawer.close();
  }
}

/** The rig before the background that is wanted. */
function stage({ rig, alpha, background }: DrawingJob): Rig {
  if (alpha) return withoutBackground(rig);
  return background === undefined ? rig : withBackground(rig, background);
}

function thumbOfFrame(frame: Uint8Array, pixels: FramePixels, width: number, height: number) {
  if (pixels !== "rgba") return thumbOfLuma(frame, width, height);
  const data = new Uint8ClampedArray(frame.buffer, frame.byteOffset, frame.byteLength);
  return thumbOf({ data, width, height });
}

/** How the pixels of frames lie. @param isSequence - Whether they become pictures, not a film. */
export function pixelsOf({ alpha }: FilmFormat, isSequence: boolean): FramePixels {
  if (isSequence) return "rgba";
  return alpha ? "i420a" : "i420";
}

/** Asks for as many frames at once as there are lanes, and hands them on in order. */
async function pump(
  drawer: FrameDrawer,
  { from, to }: FrameSpan,
  use: (frame: Uint8Array, index: number) => Promise<void>,
  run: Run | undefined,
): Promise<void> {
  const asked: Promise<Uint8Array>[] = [];
  const count = to - from;
  let next = from;
  for (let index = from; index < to; index++) {
    step(run, "film", index - from, count);
    while (next < to && asked.length < drawer.lanes) {
      const frame = drawer.draw(next++);
      // It is awaited later; until then its failure must not count as unhandled.
      frame.catch(() => undefined);
      asked.push(frame);
    }
    const frame = asked.shift();
    if (frame !== undefined) await use(await frame, index);
  }
  step(run, "film", count, count);
}
