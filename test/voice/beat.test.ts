/** @file The beat of music. */
import { describe, expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { findBeats, onsetsOf } from "../../src/voice/beat.js";
import { MEL_BANDS, MEL_SILENCE } from "../../src/voice/mel.js";

/** Log-mel of clicks in noise. @param at - Whether one begins in a hop. */
function clicks(hops: number, at: (hop: number) => number, noise = 0.3): Float32Array {
  const random = randomOf(1, "clicks");
  const mel = new Float32Array(hops * MEL_BANDS);
  const level = new Float32Array(MEL_BANDS);
  for (let hop = 0; hop < hops; hop++) {
    const hit = at(hop);
    for (let band = 0; band < MEL_BANDS; band++) {
      level[band] = Math.max(level[band] * 0.9, hit);
      mel[hop * MEL_BANDS + band] = 7 * level[band] + noise * random.normal();
    }
  }
  return mel;
}

describe("the beat", () => {
  test.each([72, 100, 138])("of %i clicks a minute is found where the clicks are", (bpm) => {
    const period = 6000 / bpm;
    const isClick = (hop: number) => (hop % period < 1 ? 1 : 0);
    const beats = findBeats(onsetsOf(clicks(1500, isClick)));
    expect(beats?.periodSeconds).toBeCloseTo(period / 100, 1);
    expect(beats?.strength).toBeGreaterThan(0.5);
    const far = (beats?.times ?? []).slice(1, -1).map((seconds) => {
      const phase = (100 * seconds) / period;
      return Math.abs(phase - Math.round(phase)) * (period / 100);
    });
    expect(far.length).toBeGreaterThan(10);
    expect(Math.max(...far)).toBeLessThan(0.04);
  });

  test("follows a tempo that drifts", () => {
    const hits = new Set<number>();
    for (let hop = 10, gap = 55; hop < 2400; hop += gap, gap *= 1.004) hits.add(Math.round(hop));
    const beats = findBeats(onsetsOf(clicks(2400, (hop) => (hits.has(hop) ? 1 : 0))));
    const missed = [...hits].filter(
      (hop) => !beats?.times.some((seconds) => Math.abs(100 * seconds - hop) < 5),
    );
    expect(missed.length).toBeLessThan(0.15 * hits.size);
  });

  test("is weak where things begin at any time", () => {
    const random = randomOf(2, "hits");
    const beats = findBeats(onsetsOf(clicks(1500, () => (random.uniform() < 0.03 ? 1 : 0))));
    expect(beats?.strength).toBeLessThan(0.45);
  });

  test("is none in silence, in a tone, and in a moment", () => {
    expect(findBeats(onsetsOf(new Float32Array(1000 * MEL_BANDS).fill(MEL_SILENCE)))).toBe(
      undefined,
    );
    expect(findBeats(onsetsOf(new Float32Array(1000 * MEL_BANDS).fill(3)))).toBe(undefined);
    expect(findBeats(onsetsOf(clicks(200, (hop) => (hop % 50 === 0 ? 1 : 0))))).toBe(undefined);
  });
});
