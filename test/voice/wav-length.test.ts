/** @file What a wav's header promises, and when it promises nothing. */
import { expect, test } from "vitest";
import { promisedWavSeconds } from "../../src/voice/wav-length.js";

interface Header {
  readonly kind?: string;
  readonly channelCount?: number;
  readonly bits?: number;
  /** Chunks before the sound: name and bytes. */
  readonly before?: readonly (readonly [string, number])[];
  readonly dataBytes: number;
}

/** A wav at 8000 Hz without its sound, whose bytes a second are nonsense. */
function headerOf(header: Header): Buffer {
  const { kind = "RIFF", channelCount = 1, bits = 16, before = [], dataBytes } = header;
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(channelCount, 2);
  format.writeUInt32LE(8000, 4);
  format.writeUInt32LE(123, 8);
  format.writeUInt16LE((channelCount * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  const extra = before.map(([name, bytes]) => chunk(name, Buffer.alloc(bytes)));
  const data = chunk("data", Buffer.alloc(0), dataBytes);
  return Buffer.concat([Buffer.from(`${kind}....WAVE`), chunk("fmt ", format), ...extra, data]);
}

function chunk(name: string, content: Buffer, size = content.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(name);
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length & 1)]);
}

const secondsOf = (bytes: Uint8Array) =>
  promisedWavSeconds(async (start, length) => bytes.subarray(start, start + length));

test("the promise is the sound's bytes by rate and size of its samples", async () => {
  expect(await secondsOf(headerOf({ dataBytes: 16_000 }))).toBe(1);
  expect(await secondsOf(headerOf({ dataBytes: 96_000, channelCount: 2, bits: 24 }))).toBe(2);
});

test("other chunks may come before, also of odd length", async () => {
  const before = [["LIST", 35] as const, ["bext", 602] as const];
  expect(await secondsOf(headerOf({ before, dataBytes: 24_000 }))).toBe(1.5);
});

test("a program that wrote into a pipe promised nothing", async () => {
  for (const dataBytes of [0, 0x7fff_0000, 0x7fff_ffff, 0xffff_ffff]) {
    expect(await secondsOf(headerOf({ dataBytes }))).toBeUndefined();
  }
});

test("what is no wav, or ends before its sound, promises nothing", async () => {
  expect(await secondsOf(headerOf({ kind: "RIFX", dataBytes: 16_000 }))).toBeUndefined();
  expect(await secondsOf(headerOf({ dataBytes: 16_000 }).subarray(0, 38))).toBeUndefined();
  expect(await secondsOf(Buffer.from("RIFF"))).toBeUndefined();
  expect(await secondsOf(Buffer.alloc(0))).toBeUndefined();
});
