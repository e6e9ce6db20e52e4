import { expect, test } from "vitest";
import {
  gaussianSmooth,
  quantile,
  sampleAt,
  sampleRow,
  smoothstep,
} from "../../src/base/curves.js";

test("smoothstep runs from 0 to 1, and backwards if its ends are swapped", () => {
  expect([0, 1, 1.5, 2, 3].map((x) => smoothstep(1, 2, x))).toEqual([0, 0, 0.5, 1, 1]);
  expect(smoothstep(2, 1, 1.25)).toBeCloseTo(1 - smoothstep(1, 2, 1.25), 12);
});

test("sampling between samples is linear and holds the ends", () => {
  expect(sampleAt([1, 3, 5], 0.5)).toBe(2);
  expect(sampleAt([1, 3, 5], -4)).toBe(1);
  expect(sampleAt([1, 3, 5], 9)).toBe(5);
});

test("smoothing keeps a constant and a curve's sum away from the ends", () => {
  expect(gaussianSmooth(new Float32Array(9).fill(3), 2).every((x) => Math.abs(x - 3) < 1e-5)).toBe(
    true,
  );
  const spike = new Float32Array(101);
  spike[50] = 1;
  const smooth = gaussianSmooth(spike, 4);
  expect(smooth.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  expect(smooth[50 - 3]).toBeCloseTo(smooth[50 + 3], 6);
});

test("quantiles are linear between ranks", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([5], 0.9)).toBe(5);
  expect(quantile([], 0.5)).toBeNaN();
});

test("a row between rows is smooth, exact on rows and on lines, and held at the ends", () => {
  const rows = Float32Array.of(0, 5, 1, 5, 4, 5, 9, 5);
  const at = (position: number) => [...sampleRow(rows, position, new Float32Array(2))];
  expect(at(2)).toEqual([4, 5]);
  expect(at(-3)).toEqual([0, 5]);
  expect(at(7)).toEqual([9, 5]);
  // Between 1 and 4 with slopes 2 and 4: Hermite's middle.
  expect(at(1.5)[0]).toBeCloseTo(2.25, 6);
  const line = Float32Array.of(3, 5, 7, 9, 11);
  expect(sampleRow(line, 1.3, new Float32Array(1))[0]).toBeCloseTo(5.6, 5);
  expect(sampleRow(Float32Array.of(2), 0.4, new Float32Array(1))[0]).toBe(2);
});
