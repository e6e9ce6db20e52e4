import { expect, test } from "vitest";
import { makePicture } from "../../src/base/picture.js";
import {
  headLimits,
  headMotion,
  makeMotion,
  movePoints,
  neckJoint,
  softLimit,
} from "../../src/frames/head-motion.js";
import { sampleCubic } from "../../src/frames/sample.js";
import { invertShift } from "../../src/frames/warp.js";
import type { WarpGrid } from "../../src/frames/warp-grid.js";
import { toI420 } from "../../src/frames/yuv.js";
import { astronautRig } from "../support/machine.js";

test("the way back undoes the way there", () => {
  const [columns, rows, cell] = [30, 20, 8];
  const grid = { columns, rows, cell } as WarpGrid;
  const shift = new Float32Array(columns * rows * 2);
  const at = (x: number, y: number) => [6 * Math.sin(x / 60) + 2, 5 * Math.cos(y / 50)];
  for (let n = 0; n < columns * rows; n++) {
    shift.set(at((n % columns) * cell, Math.floor(n / columns) * cell), 2 * n);
  }
  const back = invertShift(grid, shift, new Float32Array(shift.length));
  for (let row = 4; row < rows - 4; row++) {
    for (let column = 4; column < columns - 4; column++) {
      const n = 2 * (row * columns + column);
      const source = [column * cell + back[n], row * cell + back[n + 1]];
      const [dx, dy] = at(source[0], source[1]);
      expect(source[0] + dx).toBeCloseTo(column * cell, 0);
      expect(source[1] + dy).toBeCloseTo(row * cell, 0);
    }
  }
});

test("cubic sampling is exact at pixel centres, linear on ramps, and replicates borders", () => {
  const picture = makePicture(16, 16);
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 16; x++) picture.data.set([10 * x, 10 * y, 7, 255], (y * 16 + x) * 4);
  }
  const out = new Uint8ClampedArray(4);
  const sample = (x: number, y: number) => {
    sampleCubic(picture, x, y, out, 0);
    return [out[0], out[1], out[2]];
  };
  expect(sample(5.5, 9.5)).toEqual([50, 90, 7]);
  expect(sample(5.75, 9.5)).toEqual([53, 90, 7]);
  expect(sample(5.5, 9.25)).toEqual([50, 88, 7]);
  expect(sample(5.75, 9.25)).toEqual([53, 88, 7]);
  expect(sample(-40, 99)).toEqual([0, 150, 7]);
});

test("a soft limit is x near 0 and never passes the limit", () => {
  expect(softLimit(0.01, 0.2)).toBeCloseTo(0.01, 5);
  expect(softLimit(100, 0.2)).toBeLessThanOrEqual(0.2);
  expect(softLimit(-100, 0.2)).toBeGreaterThanOrEqual(-0.2);
  let last = 0;
  for (let x = 0.02; x < 1; x += 0.02) {
    expect(softLimit(x, 0.2)).toBeGreaterThan(last);
    last = softLimit(x, 0.2);
  }
});

test("the head turns about its neck: the joint stays, yaw goes to the subject's left", async () => {
  const rig = await astronautRig();
  const joint = neckJoint(rig);
  const motion = headMotion(
    Float32Array.of(0.05, 0.1, -0.04, 0, 0, 0),
    joint,
    headLimits(rig),
    makeMotion(),
  );
  const still = movePoints(motion, Float32Array.from(joint), new Float32Array(3));
  still.forEach((x, i) => {
    expect(x).toBeCloseTo(joint[i], 4);
  });
  const nose = rig.neutral.slice(12, 15);
  const yawed = headMotion(
    Float32Array.of(0, 0.1, 0, 0, 0, 0),
    joint,
    headLimits(rig),
    makeMotion(),
  );
  expect(movePoints(yawed, nose, new Float32Array(3))[0]).toBeGreaterThan(nose[0] + 0.5);
  const bowed = headMotion(
    Float32Array.of(0.1, 0, 0, 0, 0, 0),
    joint,
    headLimits(rig),
    makeMotion(),
  );
  expect(movePoints(bowed, nose, new Float32Array(3))[1]).toBeLessThan(nose[1] - 0.5);
});

test("grey, white and black become BT.709 limited range", () => {
  const picture = makePicture(5, 4);
  const frame = (r: number, g: number, b: number) => {
    for (let i = 0; i < 20; i++) picture.data.set([r, g, b, 255], 4 * i);
    return [...toI420(picture, new Uint8Array((4 * 4 * 3) / 2))];
  };
  expect(frame(0, 0, 0)).toEqual([...new Array(16).fill(16), ...new Array(8).fill(128)]);
  expect(frame(255, 255, 255)).toEqual([...new Array(16).fill(235), ...new Array(8).fill(128)]);
  // Y' = 16 + 219·0.2126 for pure red; Cr at its end.
  expect(frame(255, 0, 0)[0]).toBe(63);
  expect(frame(255, 0, 0)[23]).toBe(240);
});
