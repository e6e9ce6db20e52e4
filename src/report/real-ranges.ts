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
  lipOffset: { p10: -238, p50: -20, p90: 78, films: 25 },
  lipMatch: { p10: 0.229, p50: 0.485, p90: 0.634, films: 35 },
  lipMatchOverChance: { p10: -0.0161, p50: 0.205, p90: 0.437, films: 35 },
  closureRecall: { p10: 0.431, p50: 0.733, p90: 1, films: 8 },
  closurePrecision: { p10: 0.333, p50: 0.739, p90: 1, films: 29 },
  silenceGap: { p10: 4.83, p50: 6.88, p90: 8.02, films: 7 },
  silenceMotion: { p10: 0.977, p50: 1.6, p90: 2.51, films: 7 },
  identityMedian: { p10: 0.183, p50: 0.234, p90: 0.327, films: 37 },
  identityWorst: { p10: 0.234, p50: 0.31, p90: 0.456, films: 37 },
  identityDrift: { p10: -0.0295, p50: 0.0226, p90: 0.132, films: 37 },
  jitter: { p10: 0.42, p50: 0.826, p90: 1.74, films: 37 },
  blinkRate: { p10: 12, p50: 28.5, p90: 48.9, films: 10 },
  blinkLength: { p10: 132, p50: 167, p90: 310, films: 10 },
  blinkRegularity: { p10: 0.342, p50: 0.604, p90: 0.83, films: 7 },
  headYaw: { p10: 0.42, p50: 1.47, p90: 6.34, films: 37 },
  headPitch: { p10: 0.821, p50: 2.21, p90: 5.61, films: 37 },
  headRoll: { p10: 0.353, p50: 1.29, p90: 5.72, films: 37 },
  headSlow: { p10: 0.676, p50: 0.845, p90: 0.903, films: 17 },
  headFast: { p10: 0.00566, p50: 0.0126, p90: 0.0414, films: 17 },
  headLead: { p10: 0, p50: 130, p90: 272, films: 15 },
  headFreeze: { p10: 0, p50: 0, p90: 0, films: 37 },
  mouthVariety: { p10: 4.03, p50: 5.3, p90: 6.76, films: 37 },
  browVariety: { p10: 0.297, p50: 0.506, p90: 2.21, films: 37 },
  sharpnessDrift: { p10: -11.2, p50: -2.22, p90: 3.97, films: 37 },
  colorDrift: { p10: 0.18, p50: 0.51, p90: 1.1, films: 37 },
  frozenFrames: { p10: 0, p50: 0, p90: 7.28, films: 37 },
  blackFrames: { p10: 0, p50: 0, p90: 0, films: 37 },
  lostFace: { p10: 0, p50: 0, p90: 0, films: 37 },
  streamDifference: { p10: -31.6, p50: 7.17, p90: 29.8, films: 37 },
};
