/** @file The place in frames that are still being made: it follows them, waits for them and catches up. */
import { expect, test } from "vitest";
import { makePlayhead } from "../../src/studio/playhead.js";

const STEP = 1 / 60;

/** @param knownAt - Seconds of frames that are known at a time. @returns The place at each picture of the screen. */
function run(seconds: number, knownAt: (time: number) => number): number[] {
  const place = makePlayhead();
  const places: number[] = [];
  for (let time = 0; time < seconds; time += STEP) places.push(place(100 + time, knownAt(time)));
  return places;
}

test("nothing runs before there are frames, and never beyond them", () => {
  const known = (time: number) =>
    time < 1 ? 0 : Math.min(2, Math.floor((time - 1) / 0.16) * 0.16);
  const places = run(5, known);
  expect(places.slice(0, 59)).toEqual(Array(59).fill(0));
  for (const [i, at] of places.entries()) {
    expect(at).toBeLessThanOrEqual(known(i * STEP) + 1e-9);
  }
  expect(places.at(-1)).toBeCloseTo(2, 6);
});

test("it is soon a little behind the newest frame, without a jump", () => {
  const places = run(6, (time) => 0.3 + time);
  const steps = places.slice(1).map((at, i) => at - (places[i] ?? 0));
  expect(Math.max(...steps)).toBeLessThan(1.2 * STEP);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(0.99 * STEP);
  expect(6.3 - (places.at(-1) ?? 0)).toBeGreaterThan(0.08);
  expect(6.3 - (places.at(-1) ?? 0)).toBeLessThan(0.16);
});

test("after a stall it jumps to the newest", () => {
  const places = run(3, (time) => (time < 1 ? 0.1 + time : time < 2 ? 1.1 : 0.1 + time));
  expect(places[100]).toBeCloseTo(1.1, 6);
  expect(3.1 - (places.at(-1) ?? 0)).toBeLessThan(0.16);
  expect(places.slice(1).every((at, i) => at >= (places[i] ?? 0))).toBe(true);
});
