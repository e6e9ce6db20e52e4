import { describe, expect, test } from "vitest";
import { quantile } from "../../src/base/curves.js";
import { MEL_BANDS, MEL_SILENCE, makeMel } from "../../src/voice/mel.js";
import { changeAt, measureScales, normalizeRows, type Scales } from "../../src/voice/normalize.js";
import { selectQuantile } from "../../src/voice/quantile.js";
import { babble, concat, goldenSignal, largestDifference, noise } from "./signals.js";

function melOf(samples: Float32Array): Float32Array {
  const mel = makeMel();
  mel.push(samples);
  return mel.finish(Math.floor(samples.length / 160));
}

function scalesOf(mel: Float32Array): Scales {
  const scales = measureScales(mel);
  if (!scales) throw new Error("the recording is silent");
  return scales;
}

function normalize(mel: Float32Array, scales = scalesOf(mel)): Float32Array {
  return normalizeRows(mel, scales, 0, new Float32Array(mel.length));
}

/** The rule of training, as its words say. */
function normalizeAsTrained(mel: Float32Array): Float32Array {
  const floor = quantile(mel, 0.95) - 9;
  const raised = mel.map((value) => Math.max(value, floor));
  const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const ofBand = Float32Array.from({ length: MEL_BANDS }, (_, band) =>
    mean(raised.filter((_, i) => i % MEL_BANDS === band)),
  );
  const centre = mean(raised);
  const spread = Math.sqrt(mean(raised.map((value) => (value - centre) ** 2)));
  return raised.map((value, i) => (value - ofBand[i % MEL_BANDS]) / (spread + 1e-3));
}

const PERIODS = babble(72);

describe("scales", () => {
  test("of a short recording are the rule of training", () => {
    for (const samples of [goldenSignal(), PERIODS.subarray(0, 4 * 16000)]) {
      const mel = melOf(samples);
      expect(largestDifference(normalize(mel), normalizeAsTrained(mel))).toBeLessThan(1e-5);
    }
  });

  test("of a long recording that repeats itself are those of the whole, without a seam", () => {
    // Windows of 8 s hold two periods of 4 s, wherever they begin.
    const mel = melOf(PERIODS);
    const { scales } = scalesOf(mel);
    expect(scales.length).toBe(17);
    const whole = normalizeAsTrained(mel);
    expect(largestDifference(normalize(mel), whole)).toBeLessThan(0.05);
  });

  test("change slowly: no hop differs from the next by more than the sound does", () => {
    const mel = melOf(
      concat(
        PERIODS.subarray(0, 160000),
        PERIODS.map((x) => 0.1 * x),
      ),
    );
    const scales = scalesOf(mel);
    const steady = new Float32Array(mel.length).fill(-5);
    const rows = normalizeRows(steady, scales, 0, new Float32Array(mel.length));
    const shifted = rows.subarray(MEL_BANDS);
    expect(largestDifference(shifted, rows.subarray(0, shifted.length))).toBeLessThan(0.02);
  });

  test("of speech do not notice the silence around it", () => {
    const speech = PERIODS.subarray(0, 4 * 16000);
    const alone = normalize(melOf(speech));
    for (const room of [new Float32Array(12 * 16000), noise(12, 16000, 2e-4)]) {
      const padded = normalize(melOf(concat(room, speech, room)));
      const inside = padded.subarray(1210 * MEL_BANDS, 1590 * MEL_BANDS);
      const expected = alone.subarray(10 * MEL_BANDS, 390 * MEL_BANDS);
      const difference = expected.reduce((sum, x, i) => sum + Math.abs(x - inside[i]), 0);
      expect(difference / expected.length).toBeLessThan(0.25);
    }
  });

  test("of pauses are not those of noise: a quiet window is not blown up", () => {
    const room = noise(40, 16000, 1e-3);
    const mel = melOf(concat(PERIODS.subarray(0, 10 * 16000), room, PERIODS.subarray(0, 160000)));
    const pause = normalize(mel).subarray(2500 * MEL_BANDS, 3500 * MEL_BANDS);
    const mean = pause.reduce((sum, value) => sum + value, 0) / pause.length;
    const spread = pause.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pause.length;
    expect(mean).toBeLessThan(-0.5);
    expect(spread).toBeLessThan(0.5);
  });

  test("tell noise, which does not change, from what sounds like talking", () => {
    expect(changeAt(scalesOf(melOf(noise(5, 16000, 0.1))), 100)).toBeLessThan(0.9);
    expect(changeAt(scalesOf(melOf(PERIODS)), 100)).toBeGreaterThan(1.2);
  });

  test("do not exist for silence", () => {
    expect(measureScales(new Float32Array(100 * MEL_BANDS).fill(MEL_SILENCE))).toBeUndefined();
  });
});

test("selecting gives the quantile that sorting gives", () => {
  for (const length of [1, 2, 3, 10, 999]) {
    for (const values of [noise(1, length, 1), noise(1, length, 1).map((x) => Math.round(2 * x))]) {
      for (const q of [0, 0.25, 0.5, 0.95, 1]) {
        expect(selectQuantile(values.slice(), q)).toBeCloseTo(quantile(values, q), 6);
      }
    }
  }
});
