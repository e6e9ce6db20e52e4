/** @file Sound through a pipe, frames through another. */
import { expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../../src/base/channels.js";
import { FAILURES } from "../../src/base/errors.js";
import { performLive } from "../../src/performance/live.js";
import { openDefaultStyle } from "../../src/performance/style.js";
import { makeFolder } from "../media/material.js";
import { cutVoice, VOICE_HZ } from "../support/inputs.js";
import { assets, nets } from "../support/machine.js";
import { linesOf, ritrattoHere } from "../support/program.js";

const file = makeFolder();
const VOICE = cutVoice(2, 5);

function bytesOf(samples: Float32Array): Uint8Array {
  return new Uint8Array(Int16Array.from(samples, (value) => Math.round(32767 * value)).buffer);
}

/** Gives bytes in pieces of so many, as pipes do; odd sizes tear samples apart. */
async function* piped(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const live = (input: AsyncIterable<Uint8Array> | undefined, ...words: string[]) =>
  ritrattoHere(["live", ...words], file("."), input);

test("each frame is a line, the same as the library gives", async () => {
  const ran = await live(piped(bytesOf(VOICE), 3333), `--rate=${VOICE_HZ}`);
  expect({ code: ran.code, files: ran.files }, ran.err).toEqual({ code: 0, files: [] });
  const frames = linesOf(ran.out).map((line) => JSON.parse(line));
  expect(frames.map(({ frame }) => frame)).toEqual(Array.from({ length: 75 }, (_, i) => i));
  expect(frames[10].seconds).toBeCloseTo(10.5 / 25, 6);
  const acting = performLive(VOICE_HZ, { nets }, { style: await openDefaultStyle(assets) });
  const jaws: number[] = [];
  for (const samples of [VOICE, undefined]) {
    const take = samples ? await acting.push(samples) : await acting.finish();
    for (let i = 0; i < (take?.frameCount ?? 0); i++) {
      jaws.push(take?.weights[i * CHANNEL_COUNT + CHANNEL_INDEX.jawOpen] ?? 0);
    }
  }
  expect(frames).toHaveLength(jaws.length);
  const jawOf = (frame: { weights: Record<string, number> }) => frame.weights.jawOpen ?? 0;
  expect(Math.max(...frames.map(jawOf))).toBeGreaterThan(0.1);
  // What is heard in other blocks differs a little; the first second has had no past to differ in.
  const away = frames.map((frame, i) => Math.abs(jawOf(frame) - jaws[i]));
  expect(away.reduce((sum, way) => sum + way, 0) / away.length).toBeLessThan(0.03);
  expect(Math.max(...frames.map(({ head }) => Math.abs(head.pitch)))).toBeGreaterThan(0.1);
});

test("wishes reach the frames", async () => {
  const ran = await live(piped(bytesOf(VOICE), 4000), `--rate=${VOICE_HZ}`, "--still", "--mouth=0");
  for (const { head, weights } of linesOf(ran.out).map((line) => JSON.parse(line))) {
    expect(Math.abs(head.yaw)).toBeLessThan(0.01);
    expect(weights.jawOpen ?? 0).toBeLessThan(0.05);
  }
});

test.each([
  ["nothing", undefined, /^No sound came in/, "audio_empty"],
  [
    "a wav file",
    piped(new TextEncoder().encode("RIFF....WAVEfmt "), 5),
    /not raw/,
    "audio_unreadable",
  ],
] as const)("%s that comes in is refused", async (_, input, says, code) => {
  const ran = await live(input);
  expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: "" });
  expect(linesOf(ran.err).at(-2)).toMatch(says);
  expect(linesOf(ran.err).at(-1)).toBe(FAILURES[code]);
});
