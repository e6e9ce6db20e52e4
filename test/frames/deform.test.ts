import { describe, expect, test } from "vitest";
import { CHANNEL_INDEX, type ChannelWeights, setChannels } from "../../src/base/channels.js";
import { makeDeformer } from "../../src/frames/deform.js";
import { deltaOf } from "../../src/rig/basis.js";
import { INNER_LOWER, INNER_UPPER, LEFT_EYE, RIGHT_EYE } from "../../src/rig/topology.js";
import { astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const deformer = makeDeformer(rig);

function pose(weights: ChannelWeights): Float32Array {
  return deformer.deform(setChannels(new Float32Array(52), weights));
}

/** Heights of the nine gaps between the lips, cm. */
function gaps(points: Float32Array): number[] {
  return INNER_UPPER.slice(1, -1).map(
    (upper, k) => points[3 * upper + 1] - points[3 * INNER_LOWER[k + 1] + 1],
  );
}

/** Least and largest height of an eye's opening, cm. */
function aperture(points: Float32Array, eye: typeof LEFT_EYE): number[] {
  const heights = eye.upper
    .slice(1, -1)
    .map((u, k) => points[3 * u + 1] - points[3 * eye.lower[k + 1] + 1]);
  return [Math.min(...heights), Math.max(...heights)];
}

test("no weights leave the face as it is", () => {
  expect([...pose({})]).toEqual([...rig.neutral]);
});

test("nor a face whose shut lips overlap by a landmark's error", () => {
  const neutral = rig.neutral.slice();
  INNER_UPPER.slice(1, -1).forEach((upper, k) => {
    neutral[3 * INNER_LOWER[k + 1] + 1] = neutral[3 * upper + 1] + 0.03;
  });
  const shut = makeDeformer({ ...rig, neutral, openJaw: 0 });
  expect([...shut.deform(new Float32Array(52))]).toEqual([...neutral]);
});

test("the astronaut's smile parts her lips", () => {
  expect(Math.max(...gaps(rig.neutral))).toBeGreaterThan(0.5);
});

describe("p b m shut her lips all the same, whatever jaw, smile and funnel do", () => {
  test.each([
    { jawOpen: 0.05, mouthClose: 0.05 },
    { jawOpen: 0.3, mouthClose: 0.3 },
    { jawOpen: 0.6, mouthClose: 0.6, mouthSmile: 0.4 },
    { jawOpen: 0.05, mouthClose: 0.05, mouthSmile: 0.8 },
    { jawOpen: 0.1, mouthClose: 0.1, mouthFunnel: 0.4, mouthPress: 0.3, mouthRollLower: 0.2 },
  ])("%j", (weights) => {
    for (const gap of gaps(pose(weights))) expect(Math.abs(gap)).toBeLessThan(0.02);
  });
});

test("speaking takes her smile's gap away, and more jaw opens more", () => {
  const [half, full] = [0.2, 0.4].map((jawOpen) => gaps(pose({ jawOpen }))[4]);
  expect(full).toBeGreaterThan(half);
  // What opens is the jaw's doing alone, not her smile's gap on top.
  const jaw = rig.shapes[CHANNEL_INDEX.jawOpen];
  const drop = deltaOf(jaw, 13, 1) - deltaOf(jaw, 14, 1);
  expect(full).toBeLessThan(0.4 * drop + 0.05);
});

test("half a closure leaves half of the gap", () => {
  const open = gaps(pose({ jawOpen: 0.4 }))[4];
  const half = gaps(pose({ jawOpen: 0.4, mouthClose: 0.2 }))[4];
  expect(half / open).toBeCloseTo(0.5, 1);
});

test("a blink shuts each eye by itself, and its aperture shrinks all the way", () => {
  const [, open] = aperture(rig.neutral, RIGHT_EYE);
  let last = Infinity;
  for (const eyeBlinkRight of [0, 0.25, 0.5, 0.75, 1]) {
    const points = pose({ eyeBlinkRight });
    const [, height] = aperture(points, RIGHT_EYE);
    expect(height).toBeLessThan(last);
    last = height;
    expect(aperture(points, LEFT_EYE)[1]).toBeCloseTo(aperture(rig.neutral, LEFT_EYE)[1], 3);
  }
  expect(last).toBeLessThan(0.02);
  expect(open).toBeGreaterThan(0.4);
});

test("lids never pass each other", () => {
  for (const weights of [
    { eyeBlink: 1, eyeSquint: 1 },
    { eyeBlink: 1, eyeLookDown: 1 },
  ]) {
    expect(aperture(pose(weights), LEFT_EYE)[0]).toBeGreaterThan(-1e-4);
  }
});
