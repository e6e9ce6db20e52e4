/** @file One instant of a performance: what a frame shows. */
import { CHANNEL_COUNT } from "../base/channels.js";

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
