import { expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { fitLight, relight } from "../../src/rig/light.js";

const chance = randomOf(5, "light");
const COUNT = 300;

function normals(): Float32Array {
  const out = new Float32Array(COUNT * 3);
  for (let v = 0; v < COUNT; v++) {
    const [x, y] = [0.7 * chance.normal(), 0.7 * chance.normal()];
    const length = Math.hypot(x, y, 1);
    out.set([x / length, y / length, 1 / length], 3 * v);
  }
  return out;
}

const directions = normals();
const lit = (x: number, y: number) => 120 + 40 * x + 25 * y;

test("light from a direction is found again, and outliers do not count", () => {
  const brightness = new Float32Array(COUNT);
  for (let v = 0; v < COUNT; v++) {
    brightness[v] = lit(directions[3 * v], directions[3 * v + 1]);
    if (v % 12 === 0) brightness[v] = 5;
  }
  const light = fitLight(directions, brightness, new Uint8Array(COUNT).fill(1));
  const turned = directions.slice();
  turned.set([0.6, 0, 0.8], 0);
  turned.set([-0.6, 0, 0.8], 3);
  const front = directions.slice();
  front.set([0, 0, 1, 0, 0, 1], 0);
  const ratio = relight(light, front, turned, new Float32Array(COUNT));
  expect(ratio[0]).toBeGreaterThan(1.05);
  expect(ratio[1]).toBeLessThan(0.95);
});

test("relighting is 1 when nothing turns, for any light, and stays in bounds for all turns", () => {
  const light = Float32Array.from({ length: 9 }, () => 60 * chance.normal());
  const same = relight(light, directions, directions, new Float32Array(COUNT));
  expect(same.every((ratio) => Math.abs(ratio - 1) < 1e-5)).toBe(true);
  const other = relight(light, directions, normals(), new Float32Array(COUNT));
  expect(Math.min(...other)).toBeGreaterThanOrEqual(0.79 - 1e-6);
  expect(Math.max(...other)).toBeLessThanOrEqual(1.24 + 1e-6);
});
