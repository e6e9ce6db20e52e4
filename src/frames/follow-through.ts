/**
 * @file What hangs on a head or carries it comes after: the answer of a damped spring to its motion.
 *
 * Computed frame by frame from the frames before, so that threads may draw in any order.
 */
import { assert } from "../base/assert.js";

/** A damped spring that is pulled along. */
export interface Spring {
  /** Of its free swinging, Hz. */
  readonly hertz: number;
  /** 1 = comes to rest without swinging past, 0 = never rests. */
  readonly damping: number;
}

/** What is left of a swing when the answer is cut off. */
const FORGOTTEN = 0.01;

/**
 * A spring's answer to something that moves in steps, one per frame: weights of this frame and the
 * ones before, summing to 1.
 *
 * @source The step response of a second-order system, taken between frames.
 * @returns Newest first.
 */
export function springResponse({ hertz, damping }: Spring, fps: number): Float32Array {
  assert(damping > 0 && damping <= 1, "a spring that comes to rest");
  const omega = 2 * Math.PI * hertz;
  // At critical damping the formula below has its limit; so near to it nobody can tell.
  const zeta = Math.min(damping, 0.999);
  const decay = zeta * omega;
  const ringing = omega * Math.sqrt(1 - zeta * zeta);
  const at = (t: number) =>
    t <= 0
      ? 0
      : 1 -
        Math.exp(-decay * t) * (Math.cos(ringing * t) + (decay / ringing) * Math.sin(ringing * t));
  // Near critical damping the sine's share adds to the way.
  const seconds = (Math.log(1 / FORGOTTEN) + 1.5) / decay;
  const count = Math.ceil(seconds * fps) + 1;
  const taps = Float32Array.from(
    { length: count },
    (_, k) => at((k + 0.5) / fps) - at((k - 0.5) / fps),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/**
 * Rows as a spring feels them at one frame. Before the first frame everything was as in it.
 *
 * @param rows - Shape [frames, out.length].
 * @param response - From `springResponse`.
 * @param out - Receives one row.
 */
export function follow(
  rows: Float32Array,
  frame: number,
  response: Float32Array,
  out: Float32Array,
): Float32Array {
  const size = out.length;
  out.fill(0);
  for (let k = 0; k < response.length; k++) {
    const from = Math.max(0, frame - k) * size;
    for (let i = 0; i < size; i++) out[i] += response[k] * rows[from + i];
  }
  return out;
}
