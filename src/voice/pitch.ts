/**
 * @file How high a voice is: candidates in each hop, then the path through them that makes sense.
 *
 * A single hop cannot tell a voice from its octave; the hops around it can.
 */
import { clamp } from "../base/curves.js";
import { makeRealTransform } from "../base/fft.js";

/** Sample rate of what the pitch is sought in, Hz: enough for the harmonics that matter. */
export const PITCH_HZ = 8000;
/** Samples of a window: three periods of the lowest voice, 48 ms. */
export const PITCH_WINDOW = 384;
/** Lowest and highest pitch, Hz: a bass's C2 to a soprano's high B. */
const LOWEST_HZ = 65;
const HIGHEST_HZ = 1000;
/** The spectrum counts up to here and fades out to there, Hz: higher harmonics only blur peaks. */
const FADE_HZ = [2000, 3000] as const;

/** Candidates kept in a hop. */
export const CANDIDATES = 5;
/** Numbers per hop: pitch in Hz and strength of each candidate; pitch 0 where there are fewer. */
export const CANDIDATE_WIDTH = 2 * CANDIDATES;

/**
 * A voice's strength must exceed this, a longer period must be stronger by that per octave, and
 * changes cost: from one pitch to another per octave, and between voiced and unvoiced.
 *
 * @source Boersma 1993, "Accurate short-term analysis of the fundamental frequency", with the
 *   costs of its implementation for hops of 10 ms. Ours are stricter about voicing (0.45 and 0.14
 *   there, 0.01 per octave), tuned against pYIN (Mauch & Dixon 2014) on 23 recordings.
 */
const VOICED_FROM = 0.5;
const OCTAVE_COST = 0.02;
const JUMP_COST = 0.35;
const SWITCH_COST = 0.2;
/** A voice stays this near its median, octaves; what lies beyond costs, per octave. */
const RANGE_OCTAVES = 1.25;
const RANGE_COST = 0.4;
/** Clarity of the hops that tell the median, and how many of them are needed. */
const CLEAR = 0.7;
const CLEAR_HOPS = 10;
/** Candidates weaker than this are noise. */
const WEAKEST = 0.2;
/** Sound this far below the recording's loud hops is no voice, dB: doubt begins and is complete. */
const FAINT_DB = [-30, -50] as const;

/** Fills a row of candidates, shape [CANDIDATE_WIDTH], strongest first. */
export type FindPitches = (samples: Float32Array, start: number, out: Float32Array) => void;

/**
 * Makes the search for candidates: peaks of the autocorrelation under a Hann window, corrected for
 * the window, so that a periodic sound has strength 1 and noise about 0.3.
 *
 * @returns (samples at 8 kHz, first of 384, out) → nothing.
 * @source Boersma 1993.
 */
export function makePitchFinder(): FindPitches {
  const size = 512;
  const transform = makeRealTransform(size);
  const window = hann(PITCH_WINDOW);
  const fade = Float64Array.from({ length: size / 2 + 1 }, (_, k) => fadeAt((k * PITCH_HZ) / size));
  const buffer = new Float64Array(size);
  const re = new Float64Array(size / 2 + 1);
  const im = new Float64Array(size / 2 + 1);
  /** The autocorrelation of `buffer`, by Wiener & Khinchin, into `re`. */
  const correlate = () => {
    transform(buffer, re, im);
    for (let k = 0; k <= size / 2; k++) {
      const power = (re[k] * re[k] + im[k] * im[k]) * fade[k];
      buffer[k] = power;
      if (k > 0 && k < size / 2) buffer[size - k] = power;
    }
    transform(buffer, re, im);
  };
  const longest = Math.ceil(PITCH_HZ / LOWEST_HZ) + 1;
  const ofWindow = windowLoss(window, longest);
  const likeness = new Float64Array(longest + 1);
  return (samples, start, out) => {
    buffer.fill(0);
    for (let i = 0; i < PITCH_WINDOW; i++) buffer[i] = samples[start + i] * window[i];
    correlate();
    out.fill(0);
    // The power of a sound at −100 dB under this window.
    if (re[0] < 1e-10 * size * PITCH_WINDOW * 0.375) return;
    for (let lag = 0; lag <= longest; lag++) likeness[lag] = (re[lag] / re[0]) * ofWindow[lag];
    pickPeaks(likeness, out);
  };
}

/** How much a window takes from the autocorrelation at each lag, as a factor to undo it. */
function windowLoss(window: Float64Array, longest: number): Float64Array {
  const overlap = (lag: number) =>
    window.reduce((sum, weight, i) => sum + weight * (window[i + lag] ?? 0), 0);
  return Float64Array.from({ length: longest + 1 }, (_, lag) => overlap(0) / overlap(lag));
}

/** The strongest peaks between the shortest and the longest period, strongest first. */
function pickPeaks(likeness: Float64Array, out: Float32Array): void {
  const longest = likeness.length - 2;
  for (let lag = Math.floor(PITCH_HZ / HIGHEST_HZ); lag <= longest; lag++) {
    const [before, here, after] = [likeness[lag - 1], likeness[lag], likeness[lag + 1]];
    if (here < WEAKEST || here < before || here <= after) continue;
    const bend = before - 2 * here + after;
    const shift = (before - after) / (2 * bend);
    const hz = PITCH_HZ / (lag + shift);
    if (hz < LOWEST_HZ || hz > HIGHEST_HZ) continue;
    const peak = Math.min(1, here - (bend * shift * shift) / 2);
    insert(out, hz, peak - octaveCost(hz));
  }
}

function insert(out: Float32Array, hz: number, strength: number): void {
  let place = CANDIDATES;
  while (place > 0 && (out[2 * place - 2] === 0 || out[2 * place - 1] < strength)) place--;
  if (place === CANDIDATES) return;
  out.copyWithin(2 * place + 2, 2 * place, CANDIDATE_WIDTH - 2);
  out[2 * place] = hz;
  out[2 * place + 1] = strength;
}

/** A path through the candidates. */
export interface PitchPath {
  /** Hz, 0 where unvoiced, shape [hops]. */
  readonly pitchHz: Float32Array;
  /** How periodic the sound is, 0..1, voiced or not, shape [hops]. */
  readonly clarity: Float32Array;
}

/**
 * The most plausible path: strong candidates, few jumps, few switches between voiced and unvoiced.
 * Found twice: the second time, pitches far from the median of the first are less likely.
 *
 * @param candidates - Shape [hops, CANDIDATE_WIDTH].
 * @param levelDb - Shape [hops].
 * @param loudDb - Level of the recording's loud hops.
 */
export function tracePitch(
  candidates: Float32Array,
  levelDb: Float32Array,
  loudDb: number,
): PitchPath {
  const unvoiced = levelDb.map((db) => {
    const faint = (db - loudDb - FAINT_DB[0]) / (FAINT_DB[1] - FAINT_DB[0]);
    return VOICED_FROM + clamp(faint, 0, 1);
  });
  const first = followPath(candidates, unvoiced);
  const clear = first.pitchHz.filter((hz, hop) => hz > 0 && first.clarity[hop] > CLEAR).sort();
  if (clear.length < CLEAR_HOPS) return first;
  const median = clear[clear.length >> 1];
  const likely = candidates.slice();
  for (let i = 0; i < likely.length; i += 2) {
    if (likely[i] === 0) continue;
    const away = Math.abs(Math.log2(likely[i] / median));
    likely[i + 1] -= RANGE_COST * Math.max(0, away - RANGE_OCTAVES);
  }
  return followPath(likely, unvoiced);
}

/** States of a hop: its candidates, and last "unvoiced". */
const STATES = CANDIDATES + 1;
const UNVOICED = CANDIDATES;

/**
 * The path of the highest sum of strengths less costs.
 *
 * @param unvoiced - Strength of "unvoiced", shape [hops].
 * @source Viterbi 1967.
 */
function followPath(candidates: Float32Array, unvoiced: Float32Array): PitchPath {
  const hopCount = unvoiced.length;
  const cameFrom = new Uint8Array(hopCount * STATES);
  let scores = new Float64Array(STATES);
  let scoresBefore = new Float64Array(STATES);
  let octaves = new Float64Array(STATES);
  let octavesBefore = new Float64Array(STATES);
  for (let hop = 0; hop < hopCount; hop++) {
    [scores, scoresBefore] = [scoresBefore, scores];
    [octaves, octavesBefore] = [octavesBefore, octaves];
    for (let to = 0; to < STATES; to++) {
      const place = hop * CANDIDATE_WIDTH + 2 * to;
      const absent = to !== UNVOICED && candidates[place] === 0;
      octaves[to] = to === UNVOICED || absent ? 0 : Math.log2(candidates[place]);
      let best = Number.NEGATIVE_INFINITY;
      for (let from = 0; from < STATES; from++) {
        const score = scoresBefore[from] - changeCost(from, to, octaves[to] - octavesBefore[from]);
        if (score <= best) continue;
        best = score;
        cameFrom[hop * STATES + to] = from;
      }
      const strength = to === UNVOICED ? unvoiced[hop] : candidates[place + 1];
      scores[to] = absent ? Number.NEGATIVE_INFINITY : best + strength;
    }
  }
  return walkBack(candidates, cameFrom, scores.indexOf(Math.max(...scores)));
}

function changeCost(from: number, to: number, octaves: number): number {
  if (from === UNVOICED || to === UNVOICED) return from === to ? 0 : SWITCH_COST;
  return JUMP_COST * Math.abs(octaves);
}

function walkBack(candidates: Float32Array, cameFrom: Uint8Array, lastState: number): PitchPath {
  const hopCount = cameFrom.length / STATES;
  const pitchHz = new Float32Array(hopCount);
  const clarity = new Float32Array(hopCount);
  for (let hop = hopCount - 1, state = lastState; hop >= 0; hop--) {
    const chosen = hop * CANDIDATE_WIDTH + (state === UNVOICED ? 0 : 2 * state);
    const hz = candidates[chosen];
    if (state !== UNVOICED) pitchHz[hop] = hz;
    if (hz > 0) clarity[hop] = clamp(candidates[chosen + 1] + octaveCost(hz), 0, 1);
    state = cameFrom[hop * STATES + state];
  }
  return { pitchHz, clarity };
}

/** What a candidate of a longer period loses. */
function octaveCost(hz: number): number {
  return OCTAVE_COST * Math.log2(HIGHEST_HZ / hz);
}

/** A Hann window without zeros at its ends, shape [length]; its mean is ½. */
export function hann(length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
  );
}

/** Weight of a frequency: nothing below 30 Hz, all from 60 Hz to 2 kHz, nothing from 3 kHz. */
function fadeAt(hz: number): number {
  const rise = clamp((hz - 30) / 30, 0, 1);
  return rise * clamp((FADE_HZ[1] - hz) / (FADE_HZ[1] - FADE_HZ[0]), 0, 1);
}
