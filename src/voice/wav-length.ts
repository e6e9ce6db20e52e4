/**
 * @file How long the sound of a wav is by its header, to notice files that are cut short: mediabunny
 * takes what is there, and half a recording would quietly become half a film.
 *
 * Bytes of the file → seconds. Big-endian and 64-bit relatives of wav are left alone.
 *
 * @source Multimedia Programming Interface and Data Specifications 1.0, "Waveform Audio File Format".
 */
import type { ReadBytes } from "./mp3-gapless.js";

const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
/** The beginning of a format: kind, channels, rate, bytes a second, bytes of a sample. */
const FORMAT_BYTES = 14;
/** More chunks than this are no wav that somebody recorded. */
const CHUNKS_MAX = 100;
/** Programs that write into a pipe do not know the length: they say 0, or about as much as fits. */
const UNKNOWN_BYTES = 0x7fff_0000;

/** @returns Undefined if the file does not say, or is no wav. */
export async function promisedWavSeconds(read: ReadBytes): Promise<number | undefined> {
  let bytesPerSecond = 0;
  let at = RIFF_BYTES;
  if (ascii(await read(0, 4)) !== "RIFF") return undefined;
  for (let chunk = 0; chunk < CHUNKS_MAX; chunk++) {
    const head = await read(at, CHUNK_BYTES + FORMAT_BYTES);
    if (head.length < CHUNK_BYTES) return undefined;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const name = ascii(head.subarray(0, 4));
    const size = view.getUint32(4, true);
    if (name === "fmt " && head.length === CHUNK_BYTES + FORMAT_BYTES) {
      // Bytes a second are written there too, and often wrong.
      const sampleRateHz = view.getUint32(CHUNK_BYTES + 4, true);
      bytesPerSecond = sampleRateHz * view.getUint16(CHUNK_BYTES + 12, true);
    }
    if (name === "data") {
      const isKnown = size > 0 && size < UNKNOWN_BYTES && bytesPerSecond > 0;
      return isKnown ? size / bytesPerSecond : undefined;
    }
    at += CHUNK_BYTES + size + (size & 1);
  }
  return undefined;
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
