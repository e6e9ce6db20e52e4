/** @file What is listened to: one channel, or the middle of stereo music beside the whole. */
import { describe, expect, test } from "vitest";
import { recordingOf } from "../../src/base/recording.js";
import { hearBlocks } from "../../src/voice/heard.js";
import { babble, noise } from "./signals.js";

const HZ = 16000;
const SECONDS = 6;

/** All that is heard of a stereo or mono sound at 16 kHz. */
async function hear(...channels: Float32Array[]) {
  const [voice, whole]: number[][] = [[], []];
  let read = 0;
  for await (const block of hearBlocks(recordingOf(channels, HZ))) {
    voice.push(...block.voice);
    whole.push(...(block.whole ?? []));
    read += block.read;
  }
  return { voice, whole, read };
}

const powerOf = (samples: ArrayLike<number>) =>
  Array.from(samples).reduce((sum, value) => sum + value * value, 0) / samples.length;
const add = (a: Float32Array, b: Float32Array) => a.map((value, i) => value + b[i]);

describe("what is listened to", () => {
  const speech = babble(SECONDS);
  const size = Math.sqrt(powerOf(speech));
  const left = noise(SECONDS, HZ, size);
  const right = left.slice().reverse();

  test("is one channel of mono, and of stereo whose sides are alike", async () => {
    const mono = await hear(speech);
    const alike = await hear(speech, speech.slice());
    expect(mono.whole).toEqual([]);
    expect(alike.whole).toEqual([]);
    expect(mono.voice).toHaveLength(speech.length);
    expect(alike.voice).toEqual(mono.voice);
    expect(mono.read).toBe(speech.length);
  });

  test("is the mean of two sides without a middle", async () => {
    const { voice, whole } = await hear(left, right);
    expect(whole).toEqual([]);
    expect(voice).toHaveLength(left.length);
  });

  test("is the middle where music lies at the sides, with the whole beside it", async () => {
    const { voice, whole, read } = await hear(add(speech, left), add(speech, right));
    expect(read).toBe(speech.length);
    expect(voice).toHaveLength(speech.length);
    expect(whole).toHaveLength(speech.length);
    const rest = (heard: number[]) => powerOf(heard.map((value, i) => value - speech[i]));
    // Sides of unlike noise halve in the mean already; the middle takes as much again.
    expect(rest(voice)).toBeLessThan(0.7 * rest(whole));
  });

  test("survives samples that are no numbers", async () => {
    const broken = add(speech, left);
    broken.fill(Number.NaN, 100, 200);
    const { voice } = await hear(broken, add(speech, right));
    expect(voice.every(Number.isFinite)).toBe(true);
  });
});
