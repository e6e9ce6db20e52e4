import { expect, test } from "vitest";
import { clamp, gaussianKernel } from "../../src/base/curves.js";
import { pushPull } from "../../src/base/fill.js";
import {
  blurPlane,
  boxMean,
  distanceTo,
  grow,
  makePlane,
  mapPlane,
  type Plane,
  resizePlane,
  samplePlane,
  shrink,
} from "../../src/base/plane.js";
import { polygonCoverage } from "../../src/base/polygon.js";
import { randomOf } from "../../src/base/random.js";

const ramp = (width: number, height: number): Plane =>
  mapPlane(makePlane(width, height), (_, i) => (i % width) + 0.5);

test("distances are Euclidean", () => {
  const plane = makePlane(9, 7);
  plane.data[3 * 9 + 2] = 1;
  const distance = distanceTo(plane, (value) => value > 0.5);
  for (let y = 0; y < 7; y++) {
    for (let x = 0; x < 9; x++) {
      expect(distance.data[y * 9 + x]).toBeCloseTo(Math.hypot(x - 2, y - 3), 5);
    }
  }
});

test("growing and then shrinking a disc gives it back", () => {
  const disc = mapPlane(makePlane(41, 41), (_, i) =>
    Math.hypot((i % 41) - 20, Math.floor(i / 41) - 20) <= 8 ? 1 : 0,
  );
  const back = shrink(grow(disc, 4), 4);
  const differ = disc.data.filter((value, i) => value !== back.data[i]).length;
  expect(differ).toBeLessThan(12);
});

test("blurs keep constants; a box mean is a mean", () => {
  const flat = makePlane(12, 8, 5);
  expect(blurPlane(flat, 2).data.every((x) => Math.abs(x - 5) < 1e-4)).toBe(true);
  const spike = makePlane(11, 11);
  spike.data[5 * 11 + 5] = 25;
  expect(boxMean(spike, 2).data[5 * 11 + 5]).toBeCloseTo(1, 5);
  expect(boxMean(spike, 2).data[5 * 11 + 8]).toBeCloseTo(0, 5);
});

test.each([
  [1, 1],
  [2, 7],
  [3, 5],
  [6, 3],
  [9, 10],
  [13, 4],
])("a blur of %i × %i is the sum of neighbours by their weights", (width, height) => {
  const random = randomOf(width, "blur");
  const plane = mapPlane(makePlane(width, height), () => random.uniform());
  const sigma = 1.3;
  const radius = Math.ceil(2.6 * sigma);
  const kernel = gaussianKernel(sigma, radius);
  const at = (x: number, y: number) =>
    plane.data[clamp(y, 0, height - 1) * width + clamp(x, 0, width - 1)];
  const blurred = blurPlane(plane, sigma);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          sum += kernel[dy + radius] * kernel[dx + radius] * at(x + dx, y + dy);
        }
      }
      expect(blurred.data[y * width + x]).toBeCloseTo(sum, 5);
    }
  }
});

test("resizing keeps a ramp a ramp, at pixel centres", () => {
  const half = resizePlane(ramp(20, 4), 10, 4);
  for (let x = 1; x < 9; x++) expect(half.data[x]).toBeCloseTo(2 * (x + 0.5), 5);
  expect(samplePlane(ramp(20, 4), 7.25, 2)).toBeCloseTo(7.25, 5);
});

test("filling keeps what is known and continues a constant", () => {
  const width = 17;
  const height = 13;
  const rgb = new Float32Array(width * height * 3).fill(80);
  const known = new Float32Array(width * height).fill(1);
  for (let y = 4; y < 9; y++) {
    for (let x = 3; x < 14; x++) {
      known[y * width + x] = 0;
      rgb.fill(999, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  const filled = pushPull({ rgb, width, height }, known).rgb;
  expect(filled.every((value) => Math.abs(value - 80) < 1e-3)).toBe(true);
});

test("a polygon covers exactly its area, however it lies on the pixels", () => {
  for (const turn of [0, 0.3, 1.1, 2.7]) {
    const points = [0, 1, 2, 3].flatMap((k) => {
      const angle = turn + (k * Math.PI) / 2;
      return [10.3 + 5 * Math.cos(angle), 9.6 + 5 * Math.sin(angle)];
    });
    const coverage = polygonCoverage(points, 0, 0, 20, 20, new Float32Array(21 * 20));
    let area = 0;
    for (let y = 0; y < 20; y++) for (let x = 0; x < 20; x++) area += coverage[y * 21 + x];
    expect(area).toBeCloseTo(50, 2);
  }
});

test("a polygon's half pixels are half covered, and its window cuts it", () => {
  const square = [1.5, 1, 4, 1, 4, 3, 1.5, 3];
  const coverage = polygonCoverage(square, 0, 0, 6, 4, new Float32Array(7 * 4));
  expect([...coverage.slice(7, 13)]).toEqual([0, 0.5, 1, 1, 0, 0]);
  const cut = polygonCoverage(square, 2, 2, 2, 2, new Float32Array(3 * 2));
  expect([cut[0], cut[1], cut[3]]).toEqual([1, 1, 0]);
});
