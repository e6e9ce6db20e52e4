/**
 * @file The take: one performance of a voice, as named channels over time.
 *
 * The project's central document. It knows no rig: written in channel names, it fits every face.
 */
import { assert } from "../base/assert.js";
import { CHANNEL_COUNT } from "../base/channels.js";
import type { Edit } from "./edit.js";
import type { Keyframe, Layers } from "./layers.js";

/** One performance. Frame i shows the instant (i + ½) / fps. */
export interface Take {
  readonly fps: number;
  readonly frameCount: number;
  /** What its chance was drawn from. */
  readonly seed: number;
  /** Channel weights in `CHANNELS` order; 0 = as in the portrait, 1 = full, shape [frames, 52]. */
  readonly weights: Float32Array;
  /**
   * Head against the portrait, shape [frames, 6]: pitch (bowing down), yaw (to the subject's left),
   * roll (tilting to its right) in radians, then x (subject's left), y (up), z (forward) in cm.
   */
  readonly head: Float32Array;
  /** Irises against the portrait, shape [frames, 2]: yaw, pitch as for the head, radians. */
  readonly gaze: Float32Array;
  /** How full the chest is, 0..1, shape [frames]. */
  readonly breath: Float32Array;
  /** What it was laid together from; absent where a take came in one piece. */
  readonly layers?: Layers;
  /** What was set by hand over all layers. */
  readonly keyframes?: readonly Keyframe[];
  /** What was pushed by hand, over all of it; it stays when layers are acted anew. */
  readonly edit?: Edit;
}

/** Numbers per frame of `Take.head`. */
export const HEAD_SIZE = 6;

/** A take in which nothing moves. */
export function makeTake(fps: number, frameCount: number, seed = 0): Take {
  assert(fps > 0 && frameCount >= 0, "a frame rate and a number of frames");
  return {
    fps,
    frameCount,
    seed,
    weights: new Float32Array(frameCount * CHANNEL_COUNT),
    head: new Float32Array(frameCount * HEAD_SIZE),
    gaze: new Float32Array(frameCount * 2),
    breath: new Float32Array(frameCount),
  };
}

/** More frames a second are shown by no player that matters. */
export const FPS_MOST = 60;

/** How many frames a film of some length has: the sound ends within the last one. */
export function frameCountFor(durationSeconds: number, fps: number): number {
  return Math.max(1, Math.round(durationSeconds * fps));
}
