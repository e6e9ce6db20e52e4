/** @file The rise and fall of a sound's loudness as bits: it survives codecs and gains, and holds no words. */
import type { Recording } from "../base/recording.js";

/** Bits a second of a sound that is kept. */
export const KEPT_SOUND_HZ = 20;
/** The same of a sound that is compared with it: it may begin between two of those. */
export const COMPARED_SOUND_HZ = 80;
/** Loudness is that of so long, and is compared with that of so long before, s. */
const SPAN_SECONDS = 0.05;
const LAG_SECONDS = 0.2;
/** What is quieter counts as this, dB under full scale: noise of codecs is not to be compared. */
const FLOOR_DB = -60;

/**
 * Whether a sound grows louder: each bit says whether 50 ms are louder than those 200 ms before.
 *
 * @param endSeconds - Where the film ends that it is the sound of.
 * @param rateHz - Bits a second, a multiple of 20.
 * @returns Four bits in each hexadecimal digit, the first highest; the end is filled up with 0.
 */
export async function hashLoudness(
  sound: Recording,
  endSeconds: number,
  rateHz = KEPT_SOUND_HZ,
): Promise<string> {
  const levels = await levelsOf(sound, endSeconds, rateHz);
  const lag = Math.round(LAG_SECONDS * rateHz);
  let hex = "";
  for (let i = lag; i < levels.length; i += 4) {
    let digit = 0;
    for (let k = i; k < i + 4; k++) {
      digit = 2 * digit + (k < levels.length && levels[k] > levels[k - lag] ? 1 : 0);
    }
    hex += digit.toString(16);
  }
  return hex;
}

/** Mean power of each 50 ms over all channels, dB, at least `FLOOR_DB`; `rateHz` of them a second. */
async function levelsOf(sound: Recording, endSeconds: number, rateHz: number): Promise<number[]> {
  const powers = await powersOf(sound, endSeconds, sound.sampleRateHz / rateHz);
  const span = Math.round(SPAN_SECONDS * rateHz);
  const floor = 10 ** (FLOOR_DB / 10);
  const levels: number[] = [];
  for (let i = span; i <= powers.length; i++) {
    let sum = 0;
    for (let k = i - span; k < i; k++) sum += powers[k];
    levels.push(10 * Math.log10(Math.max(floor, sum / span)));
  }
  return levels;
}

/** Mean square of hops. @param hop - Samples, also broken ones. */
async function powersOf(sound: Recording, endSeconds: number, hop: number): Promise<number[]> {
  const end = endSeconds * sound.sampleRateHz;
  const powers: number[] = [];
  let sum = 0;
  let first = 0;
  let at = 0;
  for await (const block of sound.blocks()) {
    const length = block[0]?.length ?? 0;
    for (let i = 0; i < length && at < end; i++, at++) {
      for (const channel of block) sum += channel[i] ** 2;
      if (at + 1 < (powers.length + 1) * hop) continue;
      powers.push(sum / ((at + 1 - first) * block.length));
      sum = 0;
      first = at + 1;
    }
    if (at >= end) break;
  }
  return powers;
}
