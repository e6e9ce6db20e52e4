import { expect, test } from "vitest";
import { readCanonicalFace } from "../../src/portrait/canonical.js";
import { roiOfLandmarks } from "../../src/portrait/landmarks.js";
import { headPoints, poseOf, toCam } from "../../src/portrait/pose.js";
import { judgeFace, judgePose } from "../../src/portrait/suitability.js";
import { assets } from "../support/machine.js";

const canonical = await readCanonicalFace(assets);

/** The canonical face photographed: turned by yaw, then pitch, then roll; px, y down. */
function photograph(yaw: number, pitch: number, roll: number, pxPerCm: number): Float32Array {
  const points = new Float32Array(478 * 3);
  for (let i = 0; i < 468 * 3; i += 3) {
    const [x, y, z] = canonical.vertices.subarray(i, i + 3);
    const [py, pz] = [
      Math.cos(pitch) * y - Math.sin(pitch) * z,
      Math.sin(pitch) * y + Math.cos(pitch) * z,
    ];
    const [yx, yz] = [
      Math.cos(yaw) * x + Math.sin(yaw) * pz,
      -Math.sin(yaw) * x + Math.cos(yaw) * pz,
    ];
    const [rx, ry] = [
      Math.cos(roll) * yx - Math.sin(roll) * py,
      Math.sin(roll) * yx + Math.cos(roll) * py,
    ];
    points.set([300 + pxPerCm * rx, 200 - pxPerCm * ry, -pxPerCm * yz], i);
  }
  return points;
}

test.each([
  [0, 0, 0],
  [0.3, 0, 0],
  [0, 0.2, 0],
  [0, 0, -0.25],
  [-0.2, 0.15, 0.4],
])("a face turned by yaw %f, pitch %f, roll %f is measured so", (yaw, pitch, roll) => {
  const pose = poseOf(photograph(yaw, pitch, roll, 22), canonical);
  expect(pose.yawRad).toBeCloseTo(yaw, 4);
  expect(pose.pitchRad).toBeCloseTo(pitch, 4);
  expect(pose.rollRad).toBeCloseTo(roll, 4);
  expect(pose.pxPerCm).toBeCloseTo(22, 3);
});

test("landmarks go to the head frame and back without a residual", () => {
  const points = photograph(0.2, -0.1, 0.3, 15).map((x, i) => x + (i % 7) * 0.3);
  const pose = poseOf(points, canonical);
  const back = toCam(pose, headPoints(pose, points), new Float32Array(468 * 3));
  for (let i = 0; i < 468 * 3; i += 3) {
    expect(back[i]).toBeCloseTo(points[i], 2);
    expect(-back[i + 1]).toBeCloseTo(points[i + 1], 2);
    expect(-back[i + 2]).toBeCloseTo(points[i + 2], 2);
  }
});

test("scaling the picture scales pixels and leaves centimetres", () => {
  const points = photograph(0.1, 0.1, 0, 20);
  const [small, large] = [
    poseOf(points, canonical),
    poseOf(
      points.map((x) => 2 * x),
      canonical,
    ),
  ];
  expect(large.pxPerCm).toBeCloseTo(2 * small.pxPerCm, 3);
  const [a, b] = [
    headPoints(small, points),
    headPoints(
      large,
      points.map((x) => 2 * x),
    ),
  ];
  a.forEach((x, i) => {
    expect(b[i]).toBeCloseTo(x, 3);
  });
});

test("the crop around a face turns with it and holds it", () => {
  const upright = roiOfLandmarks(photograph(0, 0, 0, 20));
  const tilted = roiOfLandmarks(photograph(0, 0, 0.5, 20));
  expect(tilted.angleRad).toBeCloseTo(upright.angleRad - 0.5, 2);
  expect(tilted.size).toBeCloseTo(upright.size, 0);
});

test("small faces and profiles are refused with their numbers, half profiles are told", () => {
  expect(() => judgeFace(photograph(0, 0, 0, 4), 1)).toThrow(/6\d px wide .* 80 px/);
  expect(() => judgeFace(photograph(0, 0, 0, 20), 0.1)).toThrow(/score 0.10/);
  expect(judgePose(poseOf(photograph(0.1, 0, 0, 20), canonical))).toEqual([]);
  expect(judgePose(poseOf(photograph(0.4, 0, 0, 20), canonical))[0].details.yawDeg).toBe(23);
  expect(() => judgePose(poseOf(photograph(-0.8, 0, 0, 20), canonical))).toThrow(/turned 46°/);
});
