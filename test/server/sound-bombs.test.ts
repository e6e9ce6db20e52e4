/** @file Recordings that are hours inside and nothing outside: refused by what comes out of them. */
import { writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { readAudio } from "../../src/platform/node.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { makeFolder } from "../media/material.js";

const BLOCK = 65_535;
const RATE_HZ = 8000;

/** @param bits - 8 or 16: which of FLAC's two sums. */
function crc(bytes: readonly number[], bits: 8 | 16): number {
  const [polynomial, top, mask] = bits === 8 ? [0x07, 0x80, 0xff] : [0x8005, 0x8000, 0xffff];
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ (sum & top ? polynomial : 0)) & mask;
  }
  return sum;
}

const be = (value: number, size: number) =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256);

/** Numbers below 2048, as UTF-8 would write them. */
const coded = (value: number) =>
  value < 128 ? [value] : [0xc0 | (value >> 6), 0x80 | (value & 63)];

/**
 * A FLAC of blocks in which one value goes on: 15 bytes for 8 s.
 *
 * @param told - Samples that its header says; 0 says nothing.
 * @source RFC 9639: mono, 16 bits, 8 kHz, blocks of 65535, constant subframes.
 */
function flac(blocks: number, told: number): Uint8Array {
  const info = [
    ...[...be(BLOCK, 2), ...be(BLOCK, 2), ...be(0, 3), ...be(0, 3)],
    // 20 bits of rate, 3 of channels − 1, 5 of depth − 1, 36 of samples.
    ...[...be(RATE_HZ * 16, 3), 0xf0, ...be(told, 4), ...be(0, 16)],
  ];
  const frames = Array.from({ length: blocks }, (_, i) => {
    const start = [0xff, 0xf8, 0x74, 0x08, ...coded(i), ...be(BLOCK - 1, 2)];
    const frame = [...start, crc(start, 8), 0x00, 0x01, 0x00];
    return [...frame, ...be(crc(frame, 16), 2)];
  });
  return Uint8Array.from(
    [...Buffer.from("fLaC"), 0x80, ...be(info.length, 3), ...info].concat(...frames),
  );
}

const file = makeFolder();
beforeAll(() => registerCodecs("native"));
/** A little more than may be heard. */
const HOUR = Math.ceil((3610 * RATE_HZ) / BLOCK);

function open(bytes: Uint8Array) {
  writeFileSync(file("sound.flac"), bytes);
  return readAudio(file("sound.flac"));
}

test("a short one of these is heard as what it is", async () => {
  const recording = await open(flac(20, 0));
  const blockSeconds = BLOCK / RATE_HZ;
  expect(recording.durationSeconds).toBeGreaterThan(18.9 * blockSeconds);
  expect(recording.durationSeconds).toBeLessThan(20.1 * blockSeconds);
  for await (const [mono] of recording.blocks()) {
    expect(mono?.[0]).toBeCloseTo(256 / 32_768, 6);
  }
});

test.each([
  ["says so", HOUR * BLOCK],
  ["says nothing", 0],
  ["says that it is a second long", RATE_HZ],
])("an hour in some kilobytes is refused where its header %s", async (_, told) => {
  const bomb = flac(HOUR, told);
  expect(bomb.length).toBeLessThan(10_000);
  const before = process.memoryUsage().rss;
  await expect(open(bomb)).rejects.toMatchObject({ code: "audio_too_long" });
  // All of it, unpacked, would be 115 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(80e6);
});
