/** @file Lips that meet amid speech, and lips that rest. */
import { expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../../src/base/channels.js";
import { effortOf, speakingOf } from "../../src/base/speaking.js";
import { holdClosures } from "../../src/capture/closures.js";

const FPS = 25;
const JAW = CHANNEL_INDEX.jawOpen;

/** A jaw's curve as weights. */
function jaws(curve: readonly number[]): Float32Array {
  const weights = new Float32Array(curve.length * CHANNEL_COUNT);
  curve.forEach((value, frame) => {
    weights[frame * CHANNEL_COUNT + JAW] = value;
  });
  return weights;
}

/** How far each frame's mouth is at work after closures are held. */
function worked(curve: readonly number[]): number[] {
  const weights = jaws(curve);
  holdClosures(weights, FPS);
  return curve.map((_, i) => {
    const own = weights.slice(i * CHANNEL_COUNT, (i + 1) * CHANNEL_COUNT);
    return Number(speakingOf(own).toFixed(3));
  });
}

test("lips that meet for a moment between two movements are at work", () => {
  expect(worked([0.3, 0.2, 0, 0, 0.02, 0.2])).toEqual([1, 1, 1, 1, 1, 1]);
});

test("lips that are together for longer rest, and so they do before and after all movements", () => {
  const still = Array.from({ length: 10 }, () => 0);
  expect(worked([0, 0, 0.3, ...still, 0.2, 0])).toEqual([0, 0, 1, ...still, 1, 0]);
});

test("no more is added than makes the lips work, alike on both sides, and not to the jaw", () => {
  const weights = jaws([0.3, 0.05, 0.3]);
  holdClosures(weights, FPS);
  const [left, right] = [CHANNEL_INDEX.mouthPressLeft, CHANNEL_INDEX.mouthPressRight];
  expect(weights[CHANNEL_COUNT + left]).toBeCloseTo(0.03, 6);
  expect(weights[CHANNEL_COUNT + right]).toBe(weights[CHANNEL_COUNT + left]);
  expect(effortOf(weights, 1)).toBeCloseTo(0.08, 6);
  expect(weights[CHANNEL_COUNT + JAW]).toBeCloseTo(0.05, 6);
});
