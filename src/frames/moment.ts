/** @file One instant of a performance: what a frame shows. */
import { assert } from "../base/assert.js";
import { CHANNEL_COUNT } from "../base/channels.js";
import { HEAD_SIZE, type Take } from "../performance/take.js";

/** One instant. */
export interface Moment {
  /** Channel weights in `CHANNELS` order, 0 = as in the portrait, 1 = full, shape [52]. */
  readonly weights: Float32Array;
  /** Head against the portrait: pitch, yaw, roll in radians, then x, y, z in cm, shape [6]. */
  readonly head: Float32Array;
  /** Where the irises look against the portrait: yaw, pitch in radians, shape [2]. */
  readonly gaze: Float32Array;
  /** How full the chest is, 0..1. */
  breath: number;
}

/** The portrait at rest. */
export function makeMoment(): Moment {
  return {
    weights: new Float32Array(CHANNEL_COUNT),
    head: new Float32Array(6),
    gaze: new Float32Array(2),
    breath: 0,
  };
}

/** Reads one frame of a take. @param out - Receives the instant; returned. */
export function momentAt(take: Take, index: number, out: Moment): Moment {
  assert(index >= 0 && index < take.frameCount, `a frame from 0 to ${take.frameCount - 1}`);
  out.weights.set(take.weights.subarray(index * CHANNEL_COUNT, (index + 1) * CHANNEL_COUNT));
  out.head.set(take.head.subarray(index * HEAD_SIZE, (index + 1) * HEAD_SIZE));
  out.gaze.set(take.gaze.subarray(index * 2, index * 2 + 2));
  out.breath = take.breath[index];
  return out;
}
