import { expect, test } from "vitest";
import { makeResampler } from "../../src/voice/resample.js";
import { concat, feed, largestDifference, noise, sound, tone } from "./signals.js";

const RATIOS = [
  [44100, 16000],
  [48000, 16000],
  [22050, 16000],
  [8000, 16000],
  [11025, 16000],
  [16000, 8000],
  [16000, 48000],
  [44100, 48000],
  [44099, 16000],
] as const;

const whole = [Number.MAX_SAFE_INTEGER];

function resample(samples: Float32Array, from: number, to: number, sizes = whole) {
  const resampler = makeResampler(from, to);
  const parts: Float32Array[] = [];
  feed(samples, sizes, (block) => parts.push(resampler.push(block)));
  return concat(...parts, resampler.flush());
}

/** Power of the middle of a signal, dB. */
function powerDb(samples: Float32Array): number {
  const middle = samples.subarray(samples.length * 0.1, samples.length * 0.9);
  return 10 * Math.log10(middle.reduce((sum, x) => sum + x * x, 0) / middle.length + 1e-30);
}

test.each(RATIOS)(
  "%i → %i Hz gives a tone at 0.05 … 0.9 of Nyquist as it is, undelayed",
  (from, to) => {
    for (const share of [0.05, 0.5, 0.9]) {
      const hz = (share * Math.min(from, to)) / 2;
      const error = resample(tone(1, from, hz), from, to).map((x, k) => {
        return x - 0.5 * Math.sin((2 * Math.PI * hz * k) / to);
      });
      // A 60 dB smaller error also means less than 0.01 dB of gain and 0.06° of phase.
      expect(powerDb(error)).toBeLessThan(powerDb(tone(1, from, hz)) - 60);
    }
  },
);

test.each([
  [48000, 16000, 11000],
  [48000, 16000, 8800],
  [44100, 16000, 21000],
  [22050, 16000, 9500],
  [16000, 8000, 7900],
])("%i → %i Hz makes a tone of %i Hz vanish", (from, to, hz) => {
  const before = tone(1, from, hz);
  expect(powerDb(resample(before, from, to))).toBeLessThan(powerDb(before) - 70);
});

test.each(RATIOS)("%i → %i Hz does not depend on the blocks", (from, to) => {
  const samples = noise(0.3, from, 0.5);
  const expected = resample(samples, from, to);
  for (const sizes of [[1], [7, 1000, 3], [4096]]) {
    expect(resample(samples, from, to, sizes)).toEqual(expected);
  }
});

test.each(RATIOS)("%i → %i Hz gives round(samples · to / from) samples", (from, to) => {
  for (const length of [0, 1, 2, 100, 441, 1001]) {
    const out = resample(new Float32Array(length), from, to);
    expect(out.length).toBe(Math.round((length * to) / from));
  }
});

test("a constant stays that constant", () => {
  const out = resample(
    sound(0.5, 44100, () => 0.5),
    44100,
    16000,
  ).subarray(100, -100);
  expect(
    largestDifference(
      out,
      out.map(() => 0.5),
    ),
  ).toBeLessThan(1e-4);
});

test("the same rate gives the same samples, in another array", () => {
  const samples = tone(0.1, 16000, 440);
  const out = makeResampler(16000, 16000).push(samples);
  expect(out).toEqual(samples);
  expect(out.buffer).not.toBe(samples.buffer);
});
