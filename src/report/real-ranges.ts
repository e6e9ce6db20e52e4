/** @file Made by `npm run ranges`: do not edit. How films of real people score. */
import type { MeasureName } from "./measure.js";

/** Percentiles over films, and how many films. */
export interface RealRange {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly films: number;
}

/** By measure; measures that too few films tell of are absent. */
export const REAL_RANGES: Readonly<Partial<Record<MeasureName, RealRange>>> = {
  lipOffset: { p10: -250, p50: -100, p90: 54, films: 13 },
  lipMatch: { p10: 0.149, p50: 0.464, p90: 0.591, films: 18 },
  lipMatchOverChance: { p10: -0.1, p50: 0.269, p90: 0.441, films: 18 },
  closureRecall: { p10: 0.5, p50: 0.833, p90: 1, films: 11 },
  closurePrecision: { p10: 0.308, p50: 0.804, p90: 1, films: 28 },
  silenceGap: { p10: 4.86, p50: 5.42, p90: 7.87, films: 7 },
  silenceMotion: { p10: 0.614, p50: 1.78, p90: 2.27, films: 7 },
  identityMedian: { p10: 0.183, p50: 0.235, p90: 0.333, films: 36 },
  identityWorst: { p10: 0.239, p50: 0.316, p90: 0.459, films: 36 },
  identityDrift: { p10: -0.0303, p50: 0.0243, p90: 0.133, films: 36 },
  jitter: { p10: 0.42, p50: 0.826, p90: 1.72, films: 37 },
  blinkRate: { p10: 15.7, p50: 30, p90: 48.9, films: 10 },
  blinkLength: { p10: 78.7, p50: 110, p90: 171, films: 10 },
  blinkRegularity: { p10: 0.347, p50: 0.622, p90: 0.804, films: 8 },
  headYaw: { p10: 0.42, p50: 1.38, p90: 6.34, films: 37 },
  headPitch: { p10: 0.821, p50: 2.21, p90: 5.61, films: 37 },
  headRoll: { p10: 0.353, p50: 1.27, p90: 5.37, films: 37 },
  headSlow: { p10: 0.676, p50: 0.839, p90: 0.903, films: 17 },
  headFast: { p10: 0.00566, p50: 0.0126, p90: 0.043, films: 17 },
  headLead: { p10: 0, p50: 130, p90: 272, films: 15 },
  headFreeze: { p10: 0, p50: 0, p90: 0, films: 37 },
  mouthVariety: { p10: 4.14, p50: 5.3, p90: 6.73, films: 37 },
  browVariety: { p10: 0.297, p50: 0.506, p90: 1.95, films: 37 },
  sharpnessDrift: { p10: -10.9, p50: -2.47, p90: 3.11, films: 37 },
  colorDrift: { p10: 0.203, p50: 0.498, p90: 1.45, films: 37 },
  frozenFrames: { p10: 0, p50: 0, p90: 7.28, films: 37 },
  blackFrames: { p10: 0, p50: 0, p90: 0, films: 37 },
  lostFace: { p10: 0, p50: 0, p90: 0, films: 37 },
  streamDifference: { p10: -31.6, p50: 7.17, p90: 29.8, films: 37 },
};
