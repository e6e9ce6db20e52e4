/** @file Portraits and voices for whole films, cut from the samples and so small that films are quick. */
import { readFileSync, writeFileSync } from "node:fs";
import sharp from "sharp";
import { sample } from "./machine.js";

/** The astronaut's head and shoulders, as large as in the sample. */
export const HEAD = { left: 97, top: 0, width: 256, height: 256 };
/** Header of a WAVE file with 16-bit samples. */
const WAV_HEADER_BYTES = 44;

/** Rate of the samples' voices. */
export const VOICE_HZ = 16_000;

/** Writes a portrait of 256 × 256 px whose face is just large enough. */
export async function writeFace(path: string): Promise<void> {
  await sharp(sample("astronaut.png")).extract(HEAD).toFile(path);
}

/** Writes a picture without a face: the astronaut's suit. */
export async function writeSuit(path: string): Promise<void> {
  const suit = { left: 300, top: 230, width: 212, height: 280 };
  await sharp(sample("astronaut.png")).extract(suit).toFile(path);
}

/** Writes a picture of 600 × 340 px with the astronaut twice: small on the left, large on the right. */
export async function writeTwoFaces(path: string): Promise<void> {
  const small = await sharp(sample("astronaut.png")).extract(HEAD).png().toBuffer();
  const large = await sharp(small).resize(340, 340).png().toBuffer();
  await sharp({ create: { width: 600, height: 340, channels: 3, background: "#b0a8b0" } })
    .composite([
      { input: small, left: 0, top: 84 },
      { input: large, left: 260, top: 0 },
    ])
    .png()
    .toFile(path);
}

/** A part of the sample voice, −1..1. */
export function cutVoice(fromSeconds: number, toSeconds: number): Float32Array {
  const bytes = readFileSync(sample("austen.wav"));
  const from = Math.round(fromSeconds * VOICE_HZ);
  return Float32Array.from({ length: Math.round(toSeconds * VOICE_HZ) - from }, (_, i) => {
    return bytes.readInt16LE(WAV_HEADER_BYTES + 2 * (from + i)) / 32_768;
  });
}

/** Writes a mono WAVE file with 16 bits. @param promised - Samples that the header tells of. */
export function writeWav(path: string, samples: Float32Array, promised = samples.length): void {
  const bytes = Buffer.alloc(WAV_HEADER_BYTES + 2 * samples.length);
  bytes.write("RIFF");
  bytes.writeUInt32LE(WAV_HEADER_BYTES - 8 + 2 * promised, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(VOICE_HZ, 24);
  bytes.writeUInt32LE(2 * VOICE_HZ, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(2 * promised, 40);
  samples.forEach((sample, i) => {
    bytes.writeInt16LE(Math.round(sample * 32_767), WAV_HEADER_BYTES + 2 * i);
  });
  writeFileSync(path, bytes);
}
