/** @file Do the lips move with the sound, and when: correlation by lag, with a control. */
import { correlationAt } from "../base/curves.js";
import { RATE, type Speech, syllablesOf } from "./speech.js";

/** How lips and sound go together. */
export interface LipSync {
  /** Where the correlation peaks, ms; the mouth is late where it is positive. */
  readonly offsetMs: number;
  /** The peak's height, Pearson's r. */
  readonly match: number;
  /** The peak's height with the sound of other moments: what chance reaches. */
  readonly chance: number;
}

/** Lags that are looked at, steps each way. */
const REACH = 40;
/** What a peak loses per step from the middle: of two alike, the nearer is right. */
const FAR_COST = 0.002;
/** The sound is turned round by these shares of its length for the control. */
const CONTROLS = 9;
/** Less speech than this says nothing: by chance alone three seconds reach r = 0.4; steps. */
const LEAST_STEPS = 400;

/**
 * Compares the lips' gap with the opening that the sounds ask for.
 *
 * Both are taken between 70 ms and a second, so that neither noise nor slow drift counts.
 *
 * @returns Undefined if the film is under four seconds, or nothing moves.
 */
export function measureLipSync({ aperture, expected, count }: Speech): LipSync | undefined {
  if (count < LEAST_STEPS) return undefined;
  const lips = syllablesOf(aperture);
  const sound = syllablesOf(expected);
  const peak = peakOf(lips, sound);
  if (peak === undefined) return undefined;
  const controls: number[] = [];
  for (let k = 1; k <= CONTROLS; k++) {
    const shift = Math.floor((count * k) / (CONTROLS + 1));
    if (shift < RATE / 2 || count - shift < RATE / 2) continue;
    const turned = sound.map((_, i) => sound[(i + shift) % count]);
    controls.push(peakOf(lips, turned)?.r ?? 0);
  }
  const chance = controls.reduce((sum, r) => sum + r, 0) / Math.max(controls.length, 1);
  return { offsetMs: (peak.lag * 1000) / RATE, match: peak.r, chance };
}

/** The lag at which one curve is most like another, steps; positive: the first is late. */
export function peakOf(
  a: Float32Array,
  b: Float32Array,
): { readonly lag: number; readonly r: number } | undefined {
  let best: { lag: number; r: number; score: number } | undefined;
  for (let lag = -REACH; lag <= REACH; lag++) {
    const r = correlationAt(a, b, lag);
    const score = r - FAR_COST * Math.abs(lag);
    if (best === undefined || score > best.score) best = { lag, r, score };
  }
  return best === undefined || Number.isNaN(best.r) ? undefined : best;
}
