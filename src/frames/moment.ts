/** @file One instant of a performance: what a frame shows. */
import { assert } from "../base/assert.js";
import { CHANNEL_COUNT } from "../base/channels.js";
import { HEAD_SIZE, type Take } from "../performance/take.js";
import { follow, type Spring, springResponse } from "./follow-through.js";

/** One instant. */
export interface Moment {
  /** Channel weights in `CHANNELS` order, 0 = as in the portrait, 1 = full, shape [52]. */
  readonly weights: Float32Array;
  /** Head against the portrait: pitch, yaw, roll in radians, then x, y, z in cm, shape [6]. */
  readonly head: Float32Array;
  /** The head as hanging hair follows it, likewise. */
  readonly hair: Float32Array;
  /** The head as the shoulders follow it, likewise. */
  readonly shoulders: Float32Array;
  /** Where the irises look against the portrait: yaw, pitch in radians, shape [2]. */
  readonly gaze: Float32Array;
  /** How full the chest is, 0..1. */
  breath: number;
}

/** Long hair swings past its rest once, and is still after a second. */
const HAIR: Spring = { hertz: 1.5, damping: 0.38 };
/**
 * Shoulders are about a tenth of a second late, without swinging.
 *
 * @source Our tracks of clothes in three films, see docs/measurements.md.
 */
const SHOULDERS: Spring = { hertz: 3, damping: 1 };

/** The portrait at rest. */
export function makeMoment(): Moment {
  return {
    weights: new Float32Array(CHANNEL_COUNT),
    head: new Float32Array(HEAD_SIZE),
    hair: new Float32Array(HEAD_SIZE),
    shoulders: new Float32Array(HEAD_SIZE),
    gaze: new Float32Array(2),
    breath: 0,
  };
}

/** Holds the head still for so long that all else has come to rest, too. */
export function holdHead(moment: Moment, head: ArrayLike<number>): Moment {
  for (const pose of [moment.head, moment.hair, moment.shoulders]) pose.set(head);
  return moment;
}

/** Reads a take, frame by frame, in any order; the next call writes the same moment anew. */
export function momentsOf(take: Take): (index: number) => Moment {
  const { fps, frameCount } = take;
  const moment = makeMoment();
  const hair = springResponse(HAIR, fps);
  const shoulders = springResponse(SHOULDERS, fps);
  return (index) => {
    assert(index >= 0 && index < frameCount, `a frame from 0 to ${frameCount - 1}`);
    const row = (data: Float32Array, size: number) =>
      data.subarray(index * size, (index + 1) * size);
    moment.weights.set(row(take.weights, CHANNEL_COUNT));
    moment.head.set(row(take.head, HEAD_SIZE));
    follow(take.head, index, hair, moment.hair);
    follow(take.head, index, shoulders, moment.shoulders);
    moment.gaze.set(row(take.gaze, 2));
    moment.breath = take.breath[index];
    return moment;
  };
}
