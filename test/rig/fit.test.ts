/** @file Shapes leave room for the expression that a portrait already has. */
import { describe, expect, test } from "vitest";
import { CHANNEL_INDEX } from "../../src/base/channels.js";
import { deltaOf, readBasis } from "../../src/rig/basis.js";
import { fitBasis, ownSmile } from "../../src/rig/fit.js";
import { POINT } from "../../src/rig/topology.js";
import { assets, astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const basis = await readBasis(assets);

/** The astronaut with the corners of her mouth drawn together and down, as if serious. */
function serious(): Float32Array {
  const points = rig.neutral.slice();
  for (const corner of [POINT.mouthRight, POINT.mouthLeft]) {
    points[3 * corner] *= 0.75;
    points[3 * corner + 1] = (points[1] + points[3 * 17 + 1]) / 2;
  }
  return points;
}

/** Length of a shape's displacements, cm. */
function size(neutral: Float32Array, channel: keyof typeof CHANNEL_INDEX): number {
  const canonical = rig.neutral;
  return Math.hypot(...fitBasis(basis, neutral, canonical)[CHANNEL_INDEX[channel]].delta);
}

describe("a smile", () => {
  test("is found in the astronaut's face and not in a serious one", () => {
    expect(ownSmile(rig.neutral)).toBeGreaterThan(0.4);
    expect(ownSmile(serious())).toBe(0);
  });

  test("of one's own leaves less to smile, and leaves the jaw alone", () => {
    expect(size(rig.neutral, "mouthSmileLeft")).toBeLessThan(
      0.8 * size(serious(), "mouthSmileLeft"),
    );
    expect(size(rig.neutral, "jawOpen")).toBe(size(serious(), "jawOpen"));
  });
});

test("lips that are drawn together come forward along their arc", () => {
  for (const name of ["mouthPucker", "mouthFunnel"] as const) {
    const shape = fitBasis(basis, rig.neutral, rig.neutral)[CHANNEL_INDEX[name]];
    for (const corner of [POINT.mouthRight, POINT.mouthLeft]) {
      expect(deltaOf(shape, corner, 2)).toBeGreaterThan(0.4 * Math.abs(deltaOf(shape, corner, 0)));
    }
  }
});

test("pursed lips keep their arc: as much narrower, so much less deep", () => {
  const shapes = fitBasis(basis, rig.neutral, rig.neutral);
  const arc = (x: number, point: number) => {
    const depth = (p: number) =>
      rig.neutral[3 * p + 2] +
      0.5 * deltaOf(shapes[CHANNEL_INDEX.mouthPucker], p, 2) +
      0.5 * deltaOf(shapes[CHANNEL_INDEX.mouthFunnel], p, 2);
    return (depth(POINT.upperLipInner) - depth(point)) / Math.abs(x);
  };
  for (const corner of [POINT.innerRight, POINT.innerLeft]) {
    const x = rig.neutral[3 * corner];
    const now =
      x +
      0.5 * deltaOf(shapes[CHANNEL_INDEX.mouthPucker], corner, 0) +
      0.5 * deltaOf(shapes[CHANNEL_INDEX.mouthFunnel], corner, 0);
    const before =
      (rig.neutral[3 * POINT.upperLipInner + 2] - rig.neutral[3 * corner + 2]) / Math.abs(x);
    expect(arc(now, corner)).toBeLessThan(1.15 * before);
  }
});

test("a lower lip that rolls in hardly lifts its border: the chin is not stretched", () => {
  const shape = fitBasis(basis, rig.neutral, rig.neutral)[CHANNEL_INDEX.mouthRollLower];
  expect(deltaOf(shape, 17, 1)).toBeLessThan(0.4);
  expect(deltaOf(shape, 17, 1)).toBeGreaterThan(0);
});
