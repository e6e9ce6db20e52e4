import { describe, expect, test } from "vitest";
import { listenForProsody } from "../../src/voice/prosody.js";
import { concat, feed, noise, sound, sung, tone } from "./signals.js";

function prosodyOf(samples: Float32Array, sizes = [samples.length]) {
  const listener = listenForProsody();
  feed(samples, sizes, listener.push);
  return listener.finish(Math.floor(samples.length / 160));
}

/** Away from both ends, where a window is half silence. */
const inner = (curve: Float32Array) => [...curve.subarray(5, -5)];
const centsBetween = (a: number, b: number) => Math.abs(1200 * Math.log2(a / b));
const timeOf = (innerIndex: number) => (innerIndex + 5 + 0.5) * 0.01;

/** Voices of one pitch and quite different colour. */
const COLOURS: Record<string, (k: number) => number> = {
  "a sawtooth": (k) => 1 / k,
  "a strong octave": (k) => (k === 2 ? 1 : 0.3 / k),
  "no fundamental": (k) => (k === 1 ? 0 : 1 / k),
};

describe("pitch", () => {
  test.each(Object.keys(COLOURS))("of %s is right within 10 cents from 70 to 980 Hz", (name) => {
    for (const hz of [70, 100, 146, 220, 330, 523, 740, 980]) {
      const { pitchHz, voicing } = prosodyOf(sung(0.4, () => hz, COLOURS[name]));
      for (const found of inner(pitchHz)) expect(centsBetween(found, hz)).toBeLessThan(10);
      for (const share of inner(voicing)) expect(share).toBeGreaterThan(0.95);
    }
  });

  test("of a pure tone is right within a quarter tone", () => {
    for (const hz of [70, 200, 440, 880]) {
      const { pitchHz } = prosodyOf(tone(0.4, 16000, hz));
      for (const found of inner(pitchHz)) expect(centsBetween(found, hz)).toBeLessThan(50);
    }
  });

  test("follows a glide over three octaves and a vibrato, undelayed", () => {
    const glide = (t: number) => 100 * 2 ** (2 * t);
    const vibrato = (t: number) => 300 * 2 ** (Math.sin(2 * Math.PI * 6 * t) / 24);
    for (const path of [glide, vibrato]) {
      inner(prosodyOf(sung(1.4, path)).pitchHz).forEach((found, i) => {
        expect(centsBetween(found, path(timeOf(i)))).toBeLessThan(15);
      });
    }
  });

  test("survives noise 10 dB below the voice", () => {
    const hiss = noise(1, 16000, 0.12);
    const voice = sung(1, () => 180);
    const { pitchHz } = prosodyOf(voice.map((x, i) => x + hiss[i]));
    for (const found of inner(pitchHz)) expect(centsBetween(found, 180)).toBeLessThan(30);
  });

  test("is 0, and voicing near 0, in noise and in silence", () => {
    for (const samples of [noise(2, 16000, 0.3), new Float32Array(32000)]) {
      const { pitchHz, voicing } = prosodyOf(samples);
      expect(Math.max(...pitchHz)).toBe(0);
      expect(voicing.reduce((sum, share) => sum + share, 0) / voicing.length).toBeLessThan(0.02);
    }
  });

  test("begins and ends with the voice, within 30 ms", () => {
    const pause = new Float32Array(8000);
    const { pitchHz } = prosodyOf(
      concat(
        pause,
        sung(0.5, () => 150),
        pause,
      ),
    );
    const voiced = [...pitchHz.keys()].filter((hop) => pitchHz[hop] > 0);
    expect(Math.abs(voiced[0] - 50)).toBeLessThanOrEqual(3);
    expect(Math.abs((voiced.at(-1) ?? 0) - 99)).toBeLessThanOrEqual(3);
  });
});

describe("level", () => {
  test("is the mean square: −9.03 dB for a sine of amplitude ½, −100 for silence", () => {
    for (const hz of [65, 100, 1000, 5000]) {
      for (const db of inner(prosodyOf(tone(0.3, 16000, hz)).levelDb)) {
        expect(db).toBeCloseTo(-9.03, 1);
      }
    }
    expect(Math.max(...prosodyOf(new Float32Array(1600)).levelDb)).toBe(-100);
  });

  test("has its peak where a click is", () => {
    const { levelDb } = prosodyOf(sound(0.5, 16000, (_, i) => (i === 4080 ? 1 : 0)));
    expect(levelDb.indexOf(Math.max(...levelDb))).toBe(25);
  });
});

test("brightness is what lies above 4 kHz", () => {
  const middle = (samples: Float32Array) => inner(prosodyOf(samples).brightnessDb)[10];
  expect(middle(tone(0.3, 16000, 3000))).toBe(-60);
  expect(middle(tone(0.3, 16000, 5000))).toBeCloseTo(0, 2);
  const [low, high] = [tone(0.3, 16000, 1000), tone(0.3, 16000, 6000)];
  expect(middle(low.map((x, i) => x + 0.1 * high[i]))).toBeCloseTo(10 * Math.log10(1 / 101), 1);
  expect(middle(new Float32Array(4800))).toBe(-60);
});

test("nothing depends on the blocks", () => {
  const samples = concat(
    sung(0.4, () => 140),
    noise(0.2, 16000, 0.1),
  );
  const expected = prosodyOf(samples);
  for (const sizes of [[1], [37, 400, 1], [4001]]) {
    expect(prosodyOf(samples, sizes)).toEqual(expected);
  }
});
