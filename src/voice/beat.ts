/**
 * @file The beat of music: how strongly something begins in each hop, and when the beats are.
 *
 * @source Ellis 2007, "Beat Tracking by Dynamic Programming".
 */
import { gaussianSmooth } from "../base/curves.js";
import { HOP_SECONDS } from "./hops.js";
import { MEL_BANDS } from "./mel.js";

/** Beats of a recording. */
export interface Beats {
  /** Seconds from one to the next, on the whole. */
  readonly periodSeconds: number;
  /** When they are, seconds, ascending. */
  readonly times: readonly number[];
  /** How much of what begins does so on them, and how even they are: 0 = as by chance, 1 = all. */
  readonly strength: number;
}

/** Louder by less than this in a hop is nothing, nats; and what is that much below the loud. */
const RISE_NATS = 0.15;
const FLOOR_NATS = 9;
/** What begins is counted against its surroundings: a Gaussian's sigma, hops. */
const AROUND_SIGMA = 60;
const ONSET_SIGMA = 2;
/** People move to about this, give or take octaves. */
const USUAL_SECONDS = 0.52;
const OCTAVES = 0.75;
const PERIOD_SECONDS = [0.27, 1.1] as const;
/** How little the beat may drift against how much is gained by it. */
const TIGHTNESS = 90;
/** Changes from one beat to the next, as shares, that are no longer music. */
const UNEVEN = 0.06;
/** Shorter recordings have no beat that could be told, seconds. */
const LEAST_SECONDS = 4;

/**
 * How strongly something begins in each hop, 0 and more, 1 = a usual onset.
 *
 * @param mel - Log-mel of all that sounds, shape [hops, 64].
 */
export function onsetsOf(mel: Float32Array): Float32Array {
  const hopCount = mel.length / MEL_BANDS;
  let loudest = Number.NEGATIVE_INFINITY;
  for (const value of mel) if (value > loudest) loudest = value;
  const floor = loudest - FLOOR_NATS;
  const rises = new Float32Array(hopCount);
  for (let hop = 2; hop < hopCount; hop++) {
    let sum = 0;
    for (let band = 0; band < MEL_BANDS; band++) {
      const i = hop * MEL_BANDS + band;
      const before = Math.max(mel[i - 2 * MEL_BANDS], floor);
      sum += Math.max(0, Math.max(mel[i], floor) - before - RISE_NATS);
    }
    rises[hop] = sum / MEL_BANDS;
  }
  const usual = gaussianSmooth(rises, AROUND_SIGMA);
  const onsets = gaussianSmooth(
    rises.map((rise, hop) => Math.max(0, rise - usual[hop])),
    ONSET_SIGMA,
  );
  const size = Math.sqrt(onsets.reduce((sum, value) => sum + value * value, 0) / hopCount);
  return size > 1e-6 ? onsets.map((value) => value / size) : onsets;
}

/** Finds the beat. @param onsets - As of `onsetsOf`. @returns Nothing, where there is too little. */
export function findBeats(onsets: Float32Array): Beats | undefined {
  const hopCount = onsets.length;
  if (hopCount * HOP_SECONDS < LEAST_SECONDS || onsets.every((value) => value === 0)) {
    return undefined;
  }
  const period = findPeriod(onsets);
  const hops = followBeat(onsets, period);
  const on = hops.reduce((sum, hop) => sum + onsets[hop], 0) / Math.max(1, hops.length);
  const mean = onsets.reduce((sum, value) => sum + value, 0) / hopCount;
  return {
    periodSeconds: period * HOP_SECONDS,
    times: hops.map((hop) => (hop + 0.5) * HOP_SECONDS),
    // What begins has a mean square of 1: three times that on every beat is a drum machine.
    strength: Math.min(1, Math.max(0, (on - mean) / 2.5)) * evennessOf(hops),
  };
}

/** 1 where each beat is as long as the one before. */
function evennessOf(hops: readonly number[]): number {
  const gaps = hops.slice(1).map((hop, k) => hop - hops[k]);
  const changes = gaps.slice(1).map((gap, k) => Math.log(gap / gaps[k]) ** 2);
  const spread = changes.reduce((sum, square) => sum + square, 0) / Math.max(1, changes.length);
  return Math.exp(-spread / (2 * UNEVEN * UNEVEN));
}

/** The likeliest time between beats, hops: the autocorrelation's peak near what people move to. */
function findPeriod(onsets: Float32Array): number {
  const [shortest, longest] = PERIOD_SECONDS.map((seconds) => Math.round(seconds / HOP_SECONDS));
  let [best, period] = [Number.NEGATIVE_INFINITY, shortest];
  for (let lag = shortest; lag <= longest; lag++) {
    // Twice the lag fits too, if it is the beat.
    const match = matchAt(onsets, lag) + 0.5 * matchAt(onsets, 2 * lag);
    const octaves = Math.log2((lag * HOP_SECONDS) / USUAL_SECONDS) / OCTAVES;
    const score = match * Math.exp(-0.5 * octaves * octaves);
    if (score > best) [best, period] = [score, lag];
  }
  return period;
}

function matchAt(onsets: Float32Array, lag: number): number {
  let sum = 0;
  for (let hop = lag; hop < onsets.length; hop++) sum += onsets[hop] * onsets[hop - lag];
  return sum / Math.max(1, onsets.length - lag);
}

/** The row of hops that is at once most onset and most even. */
function followBeat(onsets: Float32Array, period: number): number[] {
  const score = Float64Array.from(onsets);
  const before = new Int32Array(onsets.length).fill(-1);
  const [nearest, farthest] = [Math.round(period / 2), Math.round(2 * period)];
  for (let hop = 0; hop < onsets.length; hop++) {
    let [best, from] = [Number.NEGATIVE_INFINITY, -1];
    for (let gap = nearest; gap <= farthest && gap <= hop; gap++) {
      const drift = Math.log(gap / period);
      const value = score[hop - gap] - TIGHTNESS * drift * drift;
      if (value > best) [best, from] = [value, hop - gap];
    }
    if (from >= 0 && best > 0) {
      score[hop] += best;
      before[hop] = from;
    }
  }
  let last = onsets.length - 1;
  for (let hop = Math.max(0, last - farthest); hop < onsets.length; hop++) {
    if (score[hop] > score[last]) last = hop;
  }
  const hops: number[] = [];
  for (let hop = last; hop >= 0; hop = before[hop]) hops.push(hop);
  return hops.reverse();
}
