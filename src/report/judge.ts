/** @file From values to verdicts: what real films reach, and what a viewer forgives. */
import type { Finding, Measure, MeasureName, Verdict } from "./measure.js";
import { REAL_RANGES } from "./real-ranges.js";

/** Values inside `pass` pass, inside `warn` are only mentioned, beyond fail. Open ends are ±∞. */
interface Limits {
  readonly pass: readonly [number, number];
  readonly warn: readonly [number, number];
}

const ANY = Number.POSITIVE_INFINITY;

/**
 * Limits, in each measure's unit. Where life is the measure they lie outside of what real films
 * reach (see docs/measurements.md); where a maker can do better than life they are stricter.
 * Measures without limits only inform.
 */
const LIMITS: Readonly<Partial<Record<MeasureName, Limits>>> = {
  lipOffset: { pass: [-90, 60], warn: [-130, 100] },
  lipMatch: { pass: [0.3, 1], warn: [0.2, 1] },
  lipMatchOverChance: { pass: [0.2, 1], warn: [0.12, 1] },
  closureRecall: { pass: [0.7, 1], warn: [0.35, 1] },
  closurePrecision: { pass: [0.4, 1], warn: [0.2, 1] },
  silenceGap: { pass: [-ANY, 3], warn: [-ANY, 12] },
  silenceMotion: { pass: [0, 2.5], warn: [0, 6] },
  identityMedian: { pass: [0, 0.4], warn: [0, 0.5] },
  identityWorst: { pass: [0, 0.5], warn: [0, 0.6] },
  identityDrift: { pass: [-0.08, 0.08], warn: [-0.15, 0.15] },
  jitter: { pass: [0, 1.6], warn: [0, 2.6] },
  backgroundDifference: { pass: [0, 2], warn: [0, 5] },
  blinkRate: { pass: [6, 40], warn: [2, 60] },
  blinkLength: { pass: [60, 350], warn: [40, 500] },
  blinkRegularity: { pass: [0.3, ANY], warn: [0.15, ANY] },
  headYaw: { pass: [0.3, 12], warn: [0.15, 25] },
  headPitch: { pass: [0.4, 10], warn: [0.2, 20] },
  headRoll: { pass: [0.2, 8], warn: [0.1, 15] },
  headFreeze: { pass: [0, 3], warn: [0, 6] },
  mouthVariety: { pass: [1.5, 14], warn: [0.8, 22] },
  browVariety: { pass: [0.2, 8], warn: [0.1, 14] },
  sharpnessDrift: { pass: [-30, 40], warn: [-50, 80] },
  colorDrift: { pass: [0, 4], warn: [0, 8] },
  frozenFrames: { pass: [0, 10], warn: [0, 40] },
  blackFrames: { pass: [0, 1], warn: [0, 5] },
  lostFace: { pass: [0, 2], warn: [0, 10] },
  streamDifference: { pass: [-100, 100], warn: [-300, 300] },
  voiceShift: { pass: [-50, 50], warn: [-100, 100] },
};

/** Judges one finding. */
export function judge({ name, value, note, isJudged = true }: Finding): Measure {
  const real = REAL_RANGES[name];
  const range = real === undefined ? undefined : ([real.p10, real.p90] as const);
  return {
    name,
    value,
    verdict: isJudged ? verdictOf(name, value) : "not measured",
    real: range,
    note,
  };
}

function verdictOf(name: MeasureName, value: number | undefined): Verdict {
  const limits = LIMITS[name];
  if (value === undefined || Number.isNaN(value) || limits === undefined) return "not measured";
  const within = ([low, high]: readonly [number, number]) => value >= low && value <= high;
  if (within(limits.pass)) return "pass";
  return within(limits.warn) ? "warn" : "fail";
}
