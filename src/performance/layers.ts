/**
 * @file A take in layers: what lips, jaw, brows, lids, gaze, head, feelings and breath do, each for
 * itself, so that one can be made anew or replaced and nothing else changes. How they are laid over each
 * other: compose.ts.
 */
import { CHANNELS } from "../base/channels.js";
import type { Key } from "./keys.js";

/** Layers by name, from the first to the last that is laid. */
export const LAYERS = [
  "lips",
  "jaw",
  "brows",
  "lids",
  "gaze",
  "head",
  "emotion",
  "breath",
] as const;

/** Name of a layer. */
export type LayerName = (typeof LAYERS)[number];

/** Curves that are no channel of the face: rows of `Take.head` and `Take.gaze`, and others. */
export const POSE_CURVES = [
  "head.pitch",
  "head.yaw",
  "head.roll",
  "head.x",
  "head.y",
  "head.z",
  "gaze.yaw",
  "gaze.pitch",
  "breath",
  "lively",
] as const;

/** All curves that a layer may have. */
export const CURVES = [...CHANNELS, ...POSE_CURVES] as const;

/**
 * A curve over a take's frames: weights, radians, cm. "gaze" is against the viewer, so that it does
 * not depend on the head. "lively" multiplies the head, and is 1 where it is absent.
 */
export type CurveName = (typeof CURVES)[number];

/** Curves by name, shape [frames] each; those that stay 0 are absent. */
export type Curves = Readonly<Partial<Record<CurveName, Float32Array>>>;

/** One layer. */
export interface Layer {
  /** What its chance was drawn from. */
  readonly seed: number;
  readonly curves: Curves;
}

/** All layers. */
export type Layers = Readonly<Record<LayerName, Layer>>;

/** What a curve is at a time, set by hand: weight, radians or cm. Between two of a curve the way is smooth. */
export interface Keyframe extends Key {
  readonly curve: Exclude<CurveName, "lively">;
}
