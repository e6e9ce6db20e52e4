import { describe, expect, test } from "vitest";
import { type Recording, recordingOf } from "../../src/base/recording.js";
import type { Progress } from "../../src/base/run.js";
import { makeResampler } from "../../src/voice/resample.js";
import { analyzeVoice, type Voice } from "../../src/voice/voice.js";
import { nets } from "../support/machine.js";
import { babble, concat, largestDifference, noise } from "./signals.js";

const hear = (channels: Float32Array[], sampleRateHz = 16000) =>
  analyzeVoice(recordingOf(channels, sampleRateHz), { nets });

const CURVES = ["classes", "levelDb", "pitchHz", "voicing", "brightnessDb"] as const;

/** The curves alone. */
const curvesOf = (voice: Voice) => CURVES.map((name) => voice[name]);

/** The same samples in other blocks. */
function inBlocks(samples: Float32Array, size: number): Recording {
  return {
    ...recordingOf([samples], 16000),
    async *blocks() {
      for (let at = 0; at < samples.length; at += size) yield [samples.subarray(at, at + size)];
    },
  };
}

const SPEECH = babble(4);

describe("what is heard", () => {
  test("has its shapes, on a grid of 10 ms", async () => {
    const voice = await hear([SPEECH]);
    expect(voice.durationSeconds).toBe(4);
    expect(voice.hopSeconds).toBe(0.01);
    expect(voice.hopCount).toBe(400);
    expect(voice.classes.length).toBe(400 * 22);
    for (const name of CURVES.slice(1)) expect(voice[name].length).toBe(400);
  });

  test("does not depend on blocks, nor on a second analysis", async () => {
    const expected = curvesOf(await hear([SPEECH]));
    for (const size of [1000, 16001]) {
      const voice = await analyzeVoice(inBlocks(SPEECH, size), { nets });
      expect(curvesOf(voice)).toEqual(expected);
    }
    expect(curvesOf(await hear([SPEECH]))).toEqual(expected);
  });

  test("does not depend on the sample rate", async () => {
    const at16 = await hear([SPEECH]);
    const resampler = makeResampler(16000, 44100);
    const up = concat(resampler.push(SPEECH), resampler.flush());
    const at44 = await hear([up], 44100);
    expect(at44.hopCount).toBe(400);
    const difference = at44.classes.reduce((sum, p, i) => sum + Math.abs(p - at16.classes[i]), 0);
    expect(difference / 400).toBeLessThan(0.15);
  });

  test("does not depend on an offset", async () => {
    const expected = await hear([SPEECH]);
    const voice = await hear([SPEECH.map((x) => x + 0.2)]);
    expect(largestDifference(voice.levelDb, expected.levelDb)).toBeLessThan(0.1);
    expect(largestDifference(voice.classes, expected.classes)).toBeLessThan(0.01);
  });
});

describe("channels", () => {
  test("are averaged: twice the same is the same, and so is half on one side", async () => {
    const expected = curvesOf(await hear([SPEECH]));
    expect(curvesOf(await hear([SPEECH, SPEECH]))).toEqual(expected);
    const oneSided = await hear([SPEECH.map((x) => 2 * x), new Float32Array(SPEECH.length)]);
    expect(curvesOf(oneSided)).toEqual(expected);
  });

  test("that cancel each other leave the first", async () => {
    const expected = curvesOf(await hear([SPEECH]));
    const silence = new Float32Array(48000);
    expect(curvesOf(await hear([SPEECH, SPEECH.map((x) => -x)]))).toEqual(expected);
    // Also when the recording begins with silence.
    const late = concat(silence, SPEECH);
    const voice = await hear([late, late.map((x) => -0.9 * x)]);
    expect(Math.max(...voice.levelDb)).toBeGreaterThan(-25);
  });
});

describe("odd recordings", () => {
  test.each([1, 100, 441, 442, 880, 1324])(
    "of %i samples at 44.1 kHz are heard",
    async (length) => {
      const voice = await hear([noise(length / 44100, 44100, 0.3)], 44100);
      expect(voice.hopCount).toBe(Math.max(1, Math.floor(length / 441)));
      expect(voice.classes.length).toBe(voice.hopCount * 22);
      expect(curvesOf(voice).every((curve) => curve.every(Number.isFinite))).toBe(true);
    },
  );

  test("with samples that are no numbers are heard without them", async () => {
    const broken = SPEECH.slice();
    broken[100] = Number.NaN;
    broken[20000] = Number.POSITIVE_INFINITY;
    const clean = SPEECH.slice();
    clean[100] = 0;
    clean[20000] = 0;
    expect(curvesOf(await hear([broken]))).toEqual(curvesOf(await hear([clean])));
    expect(curvesOf(await hear([broken, broken]))).toEqual(curvesOf(await hear([clean])));
  });

  test("without samples are refused", async () => {
    await expect(hear([new Float32Array(0)])).rejects.toMatchObject({ code: "audio_empty" });
    await expect(hear([])).rejects.toMatchObject({ code: "audio_empty" });
  });
});

describe("a run", () => {
  test("reports progress that grows to its end", async () => {
    const seen: Progress[] = [];
    await analyzeVoice(
      inBlocks(babble(30), 48000),
      { nets },
      { onProgress: (at) => seen.push(at) },
    );
    const shares = seen.map(({ done, total }) => done / total);
    expect(seen.every(({ stage }) => stage === "voice")).toBe(true);
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(30);
  });

  test("stops where the caller wants, with the caller's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const run = {
      signal: controller.signal,
      onProgress: ({ done }: Progress) => done > 1000 && controller.abort(reason),
    };
    await expect(analyzeVoice(recordingOf([babble(30)], 16000), { nets }, run)).rejects.toBe(
      reason,
    );
  });
});
