/** @file Copies that sing, whisper and hurry: what changes, and what must not. */
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { readAudio } from "../../src/platform/node.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { CLASS_INDEX } from "../../src/voice/classes.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { listenForProsody } from "../../src/voice/prosody.js";
import type { Span } from "../../training/data/phones.js";
import { hearWhole, melOfSamples } from "../../training/data/sound.js";
import { hurry, type Spoken, sing, whisper } from "../../training/data/vocoder.js";

const SAMPLE = fileURLToPath(new URL("../../samples/austen.wav", import.meta.url));
const SECONDS = 4;

let spoken: Spoken;
beforeAll(async () => {
  await registerCodecs("native");
  const samples = (await hearWhole(await readAudio(SAMPLE))).slice(0, SECONDS * 16000);
  spoken = { samples, spans: syllables() };
});

/** Nobody knows here what is said: consonants and vowels in turn do for times. */
function syllables(): Span[] {
  return Array.from({ length: SECONDS * 10 }, (_, i): Span => {
    const classes = i % 2 === 0 ? [CLASS_INDEX.NN] : [CLASS_INDEX.A, CLASS_INDEX.I];
    return { start: i / 10, end: (i + 1) / 10, classes };
  });
}

function prosodyOf(samples: Float32Array) {
  const hops = Math.floor(samples.length / 160);
  const listener = listenForProsody(hops);
  listener.push(samples);
  return listener.finish(hops);
}

function voicedShare(samples: Float32Array): number {
  const { voicing } = prosodyOf(samples);
  return voicing.filter((value) => value > 0.5).length / voicing.length;
}

/**
 * Correlation of the mel rows of both, less the mean of each band; what is 9 below the loud values
 * counts as silence.
 *
 * @param speed - How much faster the second is.
 */
function likeness(a: Float32Array, b: Float32Array, speed = 1): number {
  const [left, right] = [melOfSamples(a), melOfSamples(b)].map(({ mel, hops }) => {
    const floor = mel.toSorted()[Math.floor(mel.length * 0.95)] - 9;
    return { hops, mel: mel.map((value) => Math.max(floor, value)) };
  });
  const [ab, aa, bb] = [0, 0, 0].map(() => ({ sum: 0 }));
  for (let band = 0; band < MEL_BANDS; band++) {
    const pairs = Array.from({ length: right.hops }, (_, hop) => {
      const from = Math.min(left.hops - 1, Math.round((hop + 0.5) * speed - 0.5));
      return [left.mel[from * MEL_BANDS + band], right.mel[hop * MEL_BANDS + band]];
    });
    const mean = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
    const [meanA, meanB] = [mean(0), mean(1)];
    for (const [x, y] of pairs) {
      ab.sum += (x - meanA) * (y - meanB);
      aa.sum += (x - meanA) ** 2;
      bb.sum += (y - meanB) ** 2;
    }
  }
  return ab.sum / Math.sqrt(aa.sum * bb.sum);
}

test("the same seed gives the same copy, another seed another", () => {
  const of = (seed: number) => whisper(spoken, randomOf(seed, "copy")).samples;
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
});

describe("a whisper", () => {
  test("has no voice, and the same formants at the same times", () => {
    const { samples, spans } = whisper(spoken, randomOf(1, "copy"));
    expect(voicedShare(spoken.samples)).toBeGreaterThan(0.3);
    expect(voicedShare(samples)).toBeLessThan(0.1);
    expect(likeness(spoken.samples, samples)).toBeGreaterThan(0.8);
    expect(spans).toEqual(spoken.spans);
  });
});

describe("a hurried copy", () => {
  test("is 1.2 to 1.8 times as fast, its formants and its pitch stay", () => {
    const { samples, spans } = hurry(spoken, randomOf(1, "copy"));
    const speed = spoken.samples.length / samples.length;
    expect(speed).toBeGreaterThan(1.19);
    expect(speed).toBeLessThan(1.81);
    expect(likeness(spoken.samples, samples, speed)).toBeGreaterThan(0.85);
    expect(spans[7].start * speed).toBeCloseTo(spoken.spans[7].start, 1);
    const median = (sound: Float32Array) => {
      const pitches = prosodyOf(sound)
        .pitchHz.filter((hz) => hz > 0)
        .sort();
      return pitches[pitches.length >> 1];
    };
    expect(median(samples) / median(spoken.samples)).toBeCloseTo(1, 1);
  });
});

describe("a sung copy", () => {
  test("follows its melody within half a semitone", () => {
    const sung = sing(spoken, randomOf(1, "copy"));
    const { pitchHz } = prosodyOf(sung?.samples ?? new Float32Array(0));
    const wanted = sung?.melodyHz ?? new Float32Array(0);
    const voiced = [...wanted.keys()].filter((hop) => wanted[hop] > 0);
    const right = voiced.filter((hop) => Math.abs(Math.log2(pitchHz[hop] / wanted[hop])) < 1 / 24);
    expect(voiced.length).toBeGreaterThan(100);
    expect(right.length / voiced.length).toBeGreaterThan(0.9);
  });

  test("holds vowels, of diphthongs the first, and keeps consonants as long as they are", () => {
    const sung = sing(spoken, randomOf(1, "copy"));
    const spans = sung?.spans ?? [];
    expect(spans.length).toBe(SECONDS * 15);
    for (const [i, { start, end, classes }] of spans.entries()) {
      if (i > 0) expect(start).toBeCloseTo(spans[i - 1].end, 9);
      const [wasLong, kept] = classes[0] === CLASS_INDEX.NN ? [0.1, true] : [0.05, i % 3 === 2];
      if (kept) expect(end - start).toBeCloseTo(wasLong, 9);
      else expect((end - start) / wasLong).toBeGreaterThanOrEqual(1.5 - 1e-9);
    }
    expect(spans.at(-1)?.end).toBeCloseTo((sung?.samples.length ?? 0) / 16000, 1);
  });

  test("is none of noise", () => {
    const random = randomOf(1, "noise");
    const samples = Float32Array.from({ length: 16000 }, () => 0.1 * random.normal());
    expect(sing({ samples, spans: syllables() }, randomOf(1, "copy"))).toBeUndefined();
  });
});
