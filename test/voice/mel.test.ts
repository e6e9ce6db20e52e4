import { expect, test } from "vitest";
import { MEL_BANDS, MEL_SILENCE, makeMel } from "../../src/voice/mel.js";
import golden from "./golden-front-end.json" with { type: "json" };
import { feed, goldenSignal, noise, tone } from "./signals.js";

function melOf(samples: Float32Array, sizes = [samples.length]) {
  const mel = makeMel();
  feed(samples, sizes, mel.push);
  return mel.finish(Math.floor(samples.length / 160));
}

test("log-mel is the trainer's within 2e-5", () => {
  const mel = melOf(goldenSignal());
  expect(mel.length).toBe(128 * MEL_BANDS);
  for (const [hop, row] of Object.entries(golden.logMel)) {
    row.forEach((value, band) => {
      expect(Math.abs(mel[Number(hop) * MEL_BANDS + band] - value)).toBeLessThan(2e-5);
    });
  }
});

test("rows do not depend on the blocks", () => {
  const samples = noise(0.5, 16000, 0.3);
  const expected = melOf(samples);
  for (const sizes of [[1], [159, 161], [5000]]) expect(melOf(samples, sizes)).toEqual(expected);
});

test("a tone peaks in the band around it", () => {
  const melHz = (band: number) => {
    const [lowest, highest] = [60, 7800].map((hz) => 2595 * Math.log10(1 + hz / 700));
    return 700 * (10 ** ((lowest + ((band + 1) * (highest - lowest)) / 65) / 2595) - 1);
  };
  for (const band of [12, 20, 31, 44, 55, 63]) {
    const row = melOf(tone(0.2, 16000, melHz(band))).subarray(10 * MEL_BANDS, 11 * MEL_BANDS);
    expect(row.indexOf(Math.max(...row))).toBe(band);
  }
});

test("ten times the amplitude is ln 100 more, where there is sound", () => {
  const quiet = melOf(noise(0.2, 16000, 0.05));
  const loud = melOf(noise(0.2, 16000, 0.5));
  const more = loud.reduce((sum, value, i) => sum + value - quiet[i], 0) / loud.length;
  expect(more).toBeCloseTo(Math.log(100), 2);
});

test("silence is ln 1e-6 everywhere, also beyond the end", () => {
  expect(melOf(new Float32Array(1600)).every((value) => value === MEL_SILENCE)).toBe(true);
  const mel = makeMel();
  mel.push(new Float32Array(10));
  expect(mel.finish(3)).toEqual(new Float32Array(3 * MEL_BANDS).fill(MEL_SILENCE));
});
