/** @file Layers out of what was acted, and a take out of layers. */
import { CHANNEL_COUNT, CHANNEL_INDEX, CHANNELS } from "../base/channels.js";
import { columnOf } from "../base/columns.js";
import { clamp } from "../base/curves.js";
import type { Edit } from "./edit.js";
import { lookWith } from "./eyes.js";
import { followKeys } from "./keys.js";
import { layEdit } from "./lay-edit.js";
import {
  type CurveName,
  type Curves,
  type Keyframe,
  type Layer,
  type LayerName,
  type Layers,
  POSE_CURVES,
} from "./layers.js";
import { SHUT_JAW } from "./mouth.js";
import { HEAD_SIZE, makeTake, type Take } from "./take.js";

/** Which channels each layer that moves the face keeps. */
const OWN: Readonly<Partial<Record<LayerName, RegExp>>> = {
  lips: /^(mouth|tongue|cheekPuff)/,
  jaw: /^jaw/,
  brows: /^(brow|eyeSquint|eyeWide|cheek|nose|mouthSmile|mouthFrown)/,
  lids: /^(eyeBlink|eyeSquint)/,
  emotion: /./,
};
const HEAD_CURVES = POSE_CURVES.slice(0, HEAD_SIZE);
const GAZE_CURVES = ["gaze.yaw", "gaze.pitch"] as const;

const { jawOpen: JAW, mouthClose: CLOSE } = CHANNEL_INDEX;
const LIDS = [
  [CHANNEL_INDEX.eyeBlinkLeft, CHANNEL_INDEX.eyeWideLeft],
  [CHANNEL_INDEX.eyeBlinkRight, CHANNEL_INDEX.eyeWideRight],
] as const;

/** What a layer keeps of a take that was made for it alone. @param lively - Of the emotion. */
export function layerOf(name: LayerName, take: Take, lively?: Float32Array): Layer {
  const curves: Partial<Record<CurveName, Float32Array>> = {};
  const put = (curve: CurveName, data: Float32Array, size: number, at: number) => {
    const own = columnOf(data, size, at);
    if (own.some((value) => value !== 0)) curves[curve] = own;
  };
  CHANNELS.forEach((channel, c) => {
    if (OWN[name]?.test(channel)) put(channel, take.weights, CHANNEL_COUNT, c);
  });
  if (name === "head" || name === "emotion") {
    HEAD_CURVES.forEach((curve, axis) => {
      put(curve, take.head, HEAD_SIZE, axis);
    });
  }
  if (name === "gaze") {
    GAZE_CURVES.forEach((curve, axis) => {
      put(curve, take.gaze, 2, axis);
    });
  }
  if (name === "breath") put("breath", take.breath, 1, 0);
  if (lively?.some((value) => value !== 1)) curves.lively = lively;
  return { seed: take.seed, curves };
}

/**
 * Lays all layers over each other, what was set by hand over all, and an edit over that.
 *
 * Brows add to the mouth; blinks win; feelings come on top and never pass 1. Lips that the mouth has
 * shut stay shut, eyes hold their goal while the head turns.
 */
export function composeTake(
  shape: Pick<Take, "fps" | "frameCount" | "seed">,
  layers: Layers,
  keyframes: readonly Keyframe[] = [],
  edit?: Edit,
): Take {
  const { fps, frameCount } = shape;
  const take = makeTake(fps, frameCount, shape.seed);
  const { lips, jaw, brows, lids, gaze, head, emotion, breath } = layers;
  for (const { curves } of [lips, jaw, brows]) {
    overWeights(take, curves, (weight, more) => clamp(weight + more, 0, 1));
  }
  overWeights(take, lids.curves, Math.max);
  const shut = Float32Array.from({ length: frameCount }, (_, frame) => {
    const at = frame * CHANNEL_COUNT;
    return clamp(take.weights[at + CLOSE] / Math.max(take.weights[at + JAW], SHUT_JAW), 0, 1);
  });
  overWeights(take, emotion.curves, softSum);
  for (let frame = 0; frame < frameCount; frame++) {
    const row = take.weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT);
    if (shut[frame] > 0) row[CLOSE] = shut[frame] * Math.max(row[JAW], SHUT_JAW);
    for (const [blink, wide] of LIDS) row[wide] *= 1 - row[blink];
  }
  const byHand = new Map<string, Keyframe[]>();
  for (const key of keyframes) byHand.set(key.curve, [...(byHand.get(key.curve) ?? []), key]);
  HEAD_CURVES.forEach((name, axis) => {
    const [own, felt, lively] = [head.curves[name], emotion.curves[name], emotion.curves.lively];
    for (let frame = 0; frame < frameCount; frame++) {
      take.head[frame * HEAD_SIZE + axis] =
        (own?.[frame] ?? 0) * (lively?.[frame] ?? 1) + (felt?.[frame] ?? 0);
    }
    setByHand(take.head, HEAD_SIZE, axis, fps, byHand.get(name));
  });
  lookWith(take, gaze.curves["gaze.yaw"], gaze.curves["gaze.pitch"]);
  GAZE_CURVES.forEach((name, axis) => {
    setByHand(take.gaze, 2, axis, fps, byHand.get(name));
  });
  if (breath.curves.breath) take.breath.set(breath.curves.breath);
  setByHand(take.breath, 1, 0, fps, byHand.get("breath"));
  CHANNELS.forEach((name, c) => {
    setByHand(take.weights, CHANNEL_COUNT, c, fps, byHand.get(name));
  });
  if (edit !== undefined) layEdit(take, edit);
  return { ...take, layers, keyframes, ...(edit && { edit }) };
}

/**
 * A take with an edit laid over it; the take itself stays as it is.
 *
 * A take in layers remembers the edit, and another one takes its place. One in one piece cannot: there the edit
 * becomes part of the curves.
 */
export function editTake(take: Take, edit: Edit): Take {
  const { layers, keyframes } = take;
  if (layers !== undefined) return composeTake(take, layers, keyframes, edit);
  const { weights, head, gaze, breath } = take;
  const copied = { weights: weights.slice(), head: head.slice(), gaze: gaze.slice() };
  return layEdit({ ...take, ...copied, breath: breath.slice() }, edit);
}

function overWeights(
  { weights, frameCount }: Take,
  curves: Curves,
  lay: (weight: number, more: number) => number,
): void {
  CHANNELS.forEach((name, c) => {
    const curve = curves[name];
    if (curve === undefined) return;
    for (let frame = 0; frame < frameCount; frame++) {
      const at = frame * CHANNEL_COUNT + c;
      weights[at] = lay(weights[at], curve[frame]);
    }
  });
}

/** A sum that nears 1 and does not pass it; nothing added changes nothing. */
function softSum(weight: number, more: number): number {
  return clamp(weight + bent(weight + more) - bent(weight), 0, 1);
}

/** The identity up to 0.8, then ever slower towards 1. */
function bent(x: number): number {
  return x < 0.8 ? x : 1 - 0.2 * Math.exp((0.8 - x) / 0.2);
}

/** Brings one column of rows to what was set by hand, in place. */
function setByHand(
  data: Float32Array,
  size: number,
  at: number,
  fps: number,
  keys: readonly Keyframe[] | undefined,
): void {
  if (keys === undefined) return;
  followKeys(keys, { fps, frameCount: data.length / size }, (frame, value, share) => {
    const i = frame * size + at;
    data[i] += share * (value - data[i]);
  });
}
