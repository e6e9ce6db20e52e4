import { expect, test } from "vitest";
import { follow, springResponse } from "../../src/frames/follow-through.js";
import { momentsOf } from "../../src/frames/moment.js";
import { makeTake } from "../../src/performance/take.js";

/** Where a spring is after each frame when what pulls it has jumped from 0 to 1. */
function stepOf(response: Float32Array): number[] {
  let sum = 0;
  return [...response].map((tap) => {
    sum += tap;
    return sum;
  });
}

test.each([24, 25, 30, 60])("a spring arrives, at %d frames a second", (fps) => {
  const loose = stepOf(springResponse({ hertz: 1.5, damping: 0.4 }, fps));
  expect(loose.at(-1)).toBeCloseTo(1, 5);
  // How far it swings past is known in closed form.
  const past = Math.exp((-Math.PI * 0.4) / Math.sqrt(1 - 0.4 * 0.4));
  expect(Math.max(...loose)).toBeCloseTo(1 + past, 1);
  const stiff = stepOf(springResponse({ hertz: 3, damping: 1 }, fps));
  expect(stiff.at(-1)).toBeCloseTo(1, 5);
  expect(Math.max(...stiff)).toBeLessThanOrEqual(1 + 1e-6);
});

test.each([25, 50])("it is late by its damping, at %d frames a second", (fps) => {
  const response = springResponse({ hertz: 3, damping: 1 }, fps);
  const late = response.reduce((sum, tap, k) => sum + (tap * k) / fps, 0);
  // 2ζ/ω, for anything slow.
  expect(late).toBeCloseTo(2 / (2 * Math.PI * 3), 2);
});

test("what has always been so stays so, also before the first frame", () => {
  const rows = Float32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 3 : -2));
  const response = springResponse({ hertz: 1.5, damping: 0.4 }, 25);
  for (const frame of [0, 3, 19]) {
    const [a, b] = follow(rows, frame, response, new Float32Array(2));
    expect(a).toBeCloseTo(3, 4);
    expect(b).toBeCloseTo(-2, 4);
  }
});

test("hair swings past where the head stops, shoulders come after; frames may be asked in any order", () => {
  const take = makeTake(25, 50);
  for (let frame = 10; frame < 50; frame++) take.head[6 * frame + 1] = 0.1;
  const momentAt = momentsOf(take);
  const read = (frame: number) => {
    const { head, hair, shoulders } = momentAt(frame);
    return [head[1], hair[1], shoulders[1]];
  };
  const all = Array.from({ length: 50 }, (_, frame) => read(frame));
  expect(all[9]).toEqual([0, 0, 0]);
  expect(all[11][1]).toBeLessThan(0.05);
  expect(all[11][2]).toBeLessThan(0.09);
  expect(Math.max(...all.map(([, hair]) => hair))).toBeGreaterThan(0.115);
  expect(Math.max(...all.map(([, , shoulders]) => shoulders))).toBeLessThan(0.1001);
  expect(all[45][1]).toBeCloseTo(0.1, 2);
  expect(read(20)).toEqual(all[20]);
  expect(read(11)).toEqual(all[11]);
});
