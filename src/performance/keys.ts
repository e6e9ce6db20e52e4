/** @file Keys that somebody set by hand, followed over time: smooth between two, gone soon beyond them. */
import { smoothstep } from "../base/curves.js";

/** A value at a time. */
export interface Key {
  readonly seconds: number;
  readonly value: number;
}

/** What is set by hand comes before its first key, and goes after its last, within so long, seconds. */
export const FADE_SECONDS = 0.25;

/** Frames in a row; frame i shows the instant (i + ½) / fps. */
export interface FrameShape {
  readonly fps: number;
  readonly frameCount: number;
}

/**
 * Visits the frames that keys of one curve reach: from one key to the next the value runs along an S, so
 * that it never bends sharply, and at both ends its share rises and falls likewise.
 *
 * @param keys - In any order; of several at one time the last one holds.
 * @param visit - Told the value, and its share, above 0 and up to 1: what is left is as it would be without.
 */
export function followKeys(
  keys: readonly Key[],
  { fps, frameCount }: FrameShape,
  visit: (frame: number, value: number, share: number) => void,
): void {
  if (keys.length === 0) return;
  const inOrder = keys.toSorted((a, b) => a.seconds - b.seconds);
  const [first, last] = [inOrder[0], inOrder[inOrder.length - 1]];
  const begin = Math.max(0, Math.floor((first.seconds - FADE_SECONDS) * fps));
  let k = 0;
  for (let frame = begin; frame < frameCount; frame++) {
    const seconds = (frame + 0.5) / fps;
    if (seconds > last.seconds + FADE_SECONDS) break;
    const come = smoothstep(first.seconds - FADE_SECONDS, first.seconds, seconds);
    const go = smoothstep(last.seconds + FADE_SECONDS, last.seconds, seconds);
    const share = Math.min(come, go);
    if (share === 0) continue;
    while (k + 1 < inOrder.length && inOrder[k + 1].seconds <= seconds) k++;
    const from = inOrder[k];
    const to = inOrder[Math.min(k + 1, inOrder.length - 1)];
    const way = to === from ? 0 : smoothstep(from.seconds, to.seconds, seconds);
    visit(frame, from.value + way * (to.value - from.value), share);
  }
}

/** What keys add over time: their value times its share, 0 where they do not reach, shape [frames]. */
export function curveOfKeys(keys: readonly Key[], shape: FrameShape): Float32Array {
  const curve = new Float32Array(shape.frameCount);
  followKeys(keys, shape, (frame, value, share) => {
    curve[frame] = share * value;
  });
  return curve;
}
