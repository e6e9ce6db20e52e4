/** @file The middle of a stereo picture: what stays, what is damped, where there is one. */
import { describe, expect, test } from "vitest";
import { MIDDLE_FROM, makeForeground, measureMiddle } from "../../src/voice/foreground.js";
import { concat, largestDifference, noise, sung, tone } from "./signals.js";

type Stereo = readonly [Float32Array, Float32Array];

/** Everything that comes out, the sound pushed in blocks of some size. */
function middleOf([left, right]: Stereo, size = 4000): Float32Array {
  const foreground = makeForeground();
  const out: Float32Array[] = [];
  for (let at = 0; at < left.length; at += size) {
    out.push(foreground.push(left.subarray(at, at + size), right.subarray(at, at + size)));
  }
  return concat(...out, foreground.flush());
}

const plus = (a: Float32Array, b: Float32Array, gain: number) => a.map((x, i) => x + gain * b[i]);
const powerOf = (x: Float32Array) => x.reduce((sum, value) => sum + value * value, 0) / x.length;
const decibels = (x: Float32Array) => 10 * Math.log10(powerOf(x.subarray(2000, -2000)) + 1e-12);

const voice = sung(2, (t) => 180 + 20 * Math.sin(3 * t));
const still = new Float32Array(voice.length);
/** An instrument between the voice's harmonics, on the left. */
const guitar = tone(2, 16000, 3100);
const mixed: Stereo = [plus(voice, guitar, 0.2), voice];

describe("the middle", () => {
  test("alike channels come out as they are, to the first and last sample", () => {
    const sound = concat(voice, noise(0.3137, 16000, 0.2));
    expect(largestDifference(middleOf([sound, sound]), sound)).toBeLessThan(1e-6);
  });

  test("blocks of any length give the same", () => {
    const whole = middleOf(mixed, voice.length);
    for (const size of [1, 255, 256, 1024, 5001]) {
      expect(largestDifference(middleOf(mixed, size), whole)).toBe(0);
    }
  });

  test("what is shorter than a window keeps its length", () => {
    for (const length of [0, 1, 100, 1023]) {
      expect(middleOf([voice.subarray(0, length), still.subarray(0, length)])).toHaveLength(length);
    }
  });

  test("one side alone is damped by 15 dB", () => {
    const left = middleOf([guitar, still]);
    expect(decibels(left) - decibels(guitar.map((x) => x / 2))).toBeCloseTo(-15, 1);
  });

  test("of voice and guitar the voice is left", () => {
    const out = middleOf(mixed);
    const rest = plus(out, voice, -1);
    const before = plus(mixed[0], voice, -1).map((x) => x / 2);
    expect(decibels(rest) - decibels(before)).toBeLessThan(-12);
  });
});

describe("whether there is a middle", () => {
  const hiss = noise(2, 16000, 0.3);
  const otherHiss = hiss.map((_, i) => hiss[(i + 9000) % hiss.length]);

  test("alike channels are all middle, different ones and opposite ones hardly at all", () => {
    expect(measureMiddle(voice, voice)).toBe(1);
    expect(measureMiddle(hiss, otherHiss)).toBeLessThan(MIDDLE_FROM / 2);
    expect(
      measureMiddle(
        voice,
        voice.map((x) => -x),
      ),
    ).toBe(0);
  });

  test("a voice among other sounds has one; two microphones apart have none", () => {
    expect(measureMiddle(plus(voice, hiss, 0.1), plus(voice, otherHiss, 0.1))).toBeGreaterThan(
      2 * MIDDLE_FROM,
    );
    const late = voice.map((_, i) => 0.7 * (voice[i - 5] ?? 0));
    expect(measureMiddle(voice, late)).toBeLessThan(MIDDLE_FROM);
  });

  test("silence has none", () => {
    expect(measureMiddle(still, still)).toBe(0);
  });
});
