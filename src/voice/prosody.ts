/**
 * @file How something is said: loudness, pitch, voicing and brightness, 100 times a second.
 *
 * In: samples at 16 kHz, block by block. Out: curves on the grid of the hops. What they mean for a
 * head or a brow is decided elsewhere.
 */
import { clamp, smoothstep } from "../base/curves.js";
import { makeRows, makeWindows } from "./hops.js";
import { HEARING_HZ } from "./mel.js";
import {
  CANDIDATE_WIDTH,
  hann,
  makePitchFinder,
  PITCH_HZ,
  PITCH_WINDOW,
  tracePitch,
} from "./pitch.js";
import { makeResampler } from "./resample.js";
import { loudLevel, SILENCE_DB } from "./silence.js";

/** The least of `brightnessDb`. */
export const DULLEST_DB = -60;
/** Window of level and brightness, samples at 16 kHz: 40 ms, so that no voice ripples. */
const LEVEL_WINDOW = 640;
/** Clarity at which a sound begins to be a voice and is one for certain. */
const CLARITY = [0.3, 0.75] as const;
/** Level below the loud hops at which nothing counts as voice and everything may, dB. */
const AUDIBLE_DB = [-55, -40] as const;

/** Curves of a recording, shape [hops] each. */
export interface Prosody {
  /** Level, dB of full scale: mean square under a Hann window of 40 ms; at least −100. */
  readonly levelDb: Float32Array;
  /** Fundamental frequency, Hz, 65..1000; 0 where unvoiced. */
  readonly pitchHz: Float32Array;
  /** How voiced, 0..1; near 0 in whispers, hiss and silence. */
  readonly voicing: Float32Array;
  /** Energy from 4 to 8 kHz against all, dB, −60..0; −60 in silence. */
  readonly brightnessDb: Float32Array;
}

/** A stream being listened to. */
export interface ProsodyListener {
  /** Takes samples at 16 kHz, −1..1; blocks may have any length. */
  push(block: Float32Array): void;
  /** The curves up to `hopCount`, as if silence followed. The last call. */
  finish(hopCount: number): Prosody;
  /** How many hops are complete, of those that are kept. */
  readonly count: number;
  /** The curves of complete hops; what is loud is judged by these alone. */
  curves(from: number, to: number): Prosody;
  /** Drops so many of the first hops. */
  drop(hops: number): void;
}

/** Makes a listener. @param expectedHops - Hops to make room for; there may be more or fewer. */
export function listenForProsody(expectedHops = 0): ProsodyListener {
  const levels = makeRows(1, expectedHops);
  const candidates = makeRows(CANDIDATE_WIDTH, expectedHops);
  const brightness = makeBrightness(expectedHops);
  const findPitches = makePitchFinder();
  const found = new Float32Array(CANDIDATE_WIDTH);
  const meanSquare = makeMeanSquare(LEVEL_WINDOW);
  const level = makeWindows(LEVEL_WINDOW, HEARING_HZ / 100, (samples, start) => {
    const row = levels.add();
    levels.values[row] = Math.max(SILENCE_DB, 10 * Math.log10(meanSquare(samples, start) + 1e-12));
  });
  const pitch = makeWindows(PITCH_WINDOW, PITCH_HZ / 100, (samples, start) => {
    findPitches(samples, start, found);
    const row = candidates.add();
    candidates.values.set(found, row);
  });
  const halve = makeResampler(HEARING_HZ, PITCH_HZ);
  const pushLow = (low: Float32Array) => {
    pitch.push(low);
    brightness.pushLow(low);
  };
  const curves = (from: number, to: number): Prosody => {
    const levelDb = levels.values.slice(from, to);
    const loudDb = loudLevel(levelDb);
    const path = tracePitch(
      candidates.values.subarray(from * CANDIDATE_WIDTH, to * CANDIDATE_WIDTH),
      levelDb,
      loudDb,
    );
    const voicing = path.clarity.map(
      (clarity, hop) =>
        smoothstep(CLARITY[0], CLARITY[1], clarity) *
        smoothstep(AUDIBLE_DB[0], AUDIBLE_DB[1], levelDb[hop] - loudDb),
    );
    return { levelDb, pitchHz: path.pitchHz, voicing, brightnessDb: brightness.curve(from, to) };
  };
  return {
    push(block) {
      level.push(block);
      brightness.push(block);
      pushLow(halve.push(block));
    },
    finish(hopCount) {
      pushLow(halve.flush());
      level.flush(hopCount);
      pitch.flush(hopCount);
      brightness.flush(hopCount);
      return curves(0, hopCount);
    },
    get count() {
      return Math.min(levels.count, candidates.count, brightness.count);
    },
    curves,
    drop(hops) {
      levels.drop(hops);
      candidates.drop(hops);
      brightness.drop(hops);
    },
  };
}

/** Energy above 4 kHz is what a low-pass at 4 kHz takes away. */
function makeBrightness(expectedHops: number) {
  const window = LEVEL_WINDOW / 2;
  const meanSquare = makeMeanSquare(window);
  const lows = makeRows(1, expectedHops);
  const highs = makeRows(1, expectedHops);
  const collect = (rows: typeof lows) =>
    makeWindows(window, PITCH_HZ / 100, (samples, start) => {
      const row = rows.add();
      rows.values[row] = meanSquare(samples, start);
    });
  const low = collect(lows);
  const high = collect(highs);
  /** Every second sample of the sound, until its low-passed twin comes. */
  let waiting = new Float32Array(0);
  let odd = 0;
  return {
    push(block: Float32Array) {
      const more = new Float32Array(waiting.length + Math.ceil((block.length - odd) / 2));
      more.set(waiting);
      for (let i = waiting.length, from = odd; i < more.length; i++, from += 2)
        more[i] = block[from];
      odd = (odd + block.length) & 1;
      waiting = more;
    },
    pushLow(block: Float32Array) {
      low.push(block);
      high.push(block.map((sample, i) => (waiting[i] ?? 0) - sample));
      waiting = waiting.slice(block.length);
    },
    flush(hopCount: number) {
      low.flush(hopCount);
      high.flush(hopCount);
    },
    get count() {
      return Math.min(lows.count, highs.count);
    },
    drop(hops: number) {
      lows.drop(hops);
      highs.drop(hops);
    },
    curve(from: number, to: number) {
      return Float32Array.from({ length: to - from }, (_, hop) => {
        const [dull, bright] = [lows.values[from + hop], highs.values[from + hop]];
        const share = bright / Math.max(dull + bright, 1e-10);
        return clamp(10 * Math.log10(share + 1e-12), DULLEST_DB, 0);
      });
    },
  };
}

/** The mean square of a window of samples under a Hann window. */
function makeMeanSquare(length: number) {
  const weights = hann(length).map((weight) => (2 * weight) / length);
  return (samples: Float32Array, start: number) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += weights[i] * samples[start + i] * samples[start + i];
    return sum;
  };
}
