import { expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";

test("the same seed and purpose give the same numbers, others do not", () => {
  const draw = (seed: number, purpose: string) => {
    const chance = randomOf(seed, purpose);
    return Array.from({ length: 5 }, () => chance.uniform());
  };
  expect(draw(1, "blinks")).toEqual(draw(1, "blinks"));
  expect(draw(1, "blinks")).not.toEqual(draw(2, "blinks"));
  expect(draw(1, "blinks")).not.toEqual(draw(1, "head"));
});

test("uniform numbers are uniform and normal ones have unit variance", () => {
  const chance = randomOf(7, "test");
  const uniform = Array.from({ length: 20_000 }, () => chance.uniform());
  const normal = Array.from({ length: 20_000 }, () => chance.normal());
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  expect(mean(uniform)).toBeCloseTo(0.5, 2);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
  expect(mean(normal)).toBeCloseTo(0, 1);
  expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
});
