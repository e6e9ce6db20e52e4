/** @file Blinks, squints and looks down, told apart by how quick they are. */
import { expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../../src/base/channels.js";
import { writeBlinks } from "../../src/capture/lids.js";
import { readCanonicalFace } from "../../src/portrait/canonical.js";
import { readBasis } from "../../src/rig/basis.js";
import { fitBasis } from "../../src/rig/fit.js";
import { LEFT_EYE, RIGHT_EYE } from "../../src/rig/topology.js";
import { assets } from "../support/machine.js";

const { vertices } = await readCanonicalFace(assets);
const basis = fitBasis(await readBasis(assets), vertices, vertices);
const FPS = 25;
const COUNT = 100;
const { eyeBlinkLeft: BLINK, eyeSquintLeft: SQUINT } = CHANNEL_INDEX;

/** The face with its eyes shut so far: 0 as they are, 1 shut. */
function lidsAt(share: number): Float32Array {
  const shape = vertices.slice();
  for (const { upper, lower } of [LEFT_EYE, RIGHT_EYE]) {
    upper.forEach((point, k) => {
      const way = vertices[3 * lower[k] + 1] - vertices[3 * point + 1];
      shape[3 * point + 1] += share * way;
    });
  }
  return shape;
}

/** Blinks found in lids that are shut for some frames, which a fit of shapes took for squints. */
function found({ from, to, share }: { from: number; to: number; share: number }, look = 0) {
  const isShut = (frame: number) => frame >= from && frame < to;
  const shapes = Array.from({ length: COUNT }, (_, i) => lidsAt(isShut(i) ? share : 0));
  // One whole blink, so that it is known how near the lids come.
  shapes[5] = lidsAt(1);
  const weights = new Float32Array(COUNT * CHANNEL_COUNT);
  const gaze = new Float32Array(2 * COUNT);
  for (let frame = from; frame < to; frame++) {
    weights[frame * CHANNEL_COUNT + SQUINT] = 0.7;
    gaze[2 * frame + 1] = look;
  }
  writeBlinks(shapes, basis, weights, gaze, FPS);
  const at = (channel: number, frame: number) => weights[frame * CHANNEL_COUNT + channel];
  return { at, blink: at(BLINK, from + 1), squint: at(SQUINT, from + 1) };
}

test("lids that are down for a tenth of a second blink, and do not squint", () => {
  const { at, blink, squint } = found({ from: 50, to: 53, share: 0.65 });
  expect(blink).toBeGreaterThan(0.5);
  expect(squint).toBeLessThan(0.4);
  expect(at(BLINK, 5)).toBeGreaterThan(0.95);
  expect(at(BLINK, 48)).toBe(0);
});

test("irises that lids cover do not look down", () => {
  expect(found({ from: 50, to: 53, share: 0.65 }, 0.5).blink).toBeGreaterThan(0.5);
});

test("lids that stay lower for a second squint, or look down", () => {
  const squinting = found({ from: 50, to: 75, share: 0.3 });
  expect(squinting.at(BLINK, 62)).toBeLessThan(0.1);
  expect(squinting.at(SQUINT, 62)).toBeCloseTo(0.7, 5);
  expect(found({ from: 50, to: 75, share: 0.45 }, 0.4).at(BLINK, 62)).toBeLessThan(0.1);
});
