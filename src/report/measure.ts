/** @file One measure of a film: a number, what it means, and how real films score. */

/** What a measure says of a film. */
export type Verdict = "pass" | "warn" | "fail" | "not measured";

/** Names of all measures; stable, for they are in `--json`. */
export const MEASURES = {
  lipOffset: { unit: "ms", title: "Lips against the sound (late is positive)" },
  lipMatch: { unit: "r", title: "Lips follow what is said" },
  lipMatchOverChance: { unit: "r", title: "… above what another sentence would score" },
  closureRecall: { unit: "share", title: "p, b, m close the lips" },
  closurePrecision: { unit: "share", title: "Lips close for a reason" },
  silenceGap: { unit: "% of eyes", title: "Lips in silence, over the portrait's rest" },
  silenceMotion: { unit: "% of eyes", title: "Lips move in silence" },
  identityMedian: { unit: "distance", title: "Likeness to the portrait, median" },
  identityWorst: { unit: "distance", title: "… worst of a hundred" },
  identityDrift: { unit: "distance", title: "Likeness, last third against the first" },
  jitter: { unit: "% of eyes", title: "Shake of the skull" },
  backgroundDifference: { unit: "levels", title: "Background against the portrait's" },
  blinkRate: { unit: "a minute", title: "Blinks" },
  blinkLength: { unit: "ms", title: "Length of a blink" },
  blinkRegularity: { unit: "variation", title: "Blinks come irregularly" },
  headYaw: { unit: "degrees", title: "Head turns, spread" },
  headPitch: { unit: "degrees", title: "Head nods, spread" },
  headRoll: { unit: "degrees", title: "Head tilts, spread" },
  headSlow: { unit: "share", title: "Head motion under 1 Hz" },
  headFast: { unit: "share", title: "Head motion over 5 Hz" },
  headLead: { unit: "ms", title: "Head ahead of the voice" },
  beatAlign: { unit: "over chance", title: "Head turns on the beat" },
  headFreeze: { unit: "seconds", title: "Longest time without any head motion" },
  mouthVariety: { unit: "% of eyes", title: "Variety of the mouth" },
  browVariety: { unit: "% of eyes", title: "Variety of the brows" },
  sharpnessDrift: { unit: "%", title: "Sharpness, last third against the first" },
  colorDrift: { unit: "Lab", title: "Colour, last third against the first" },
  frozenFrames: { unit: "%", title: "Frames that repeat the one before" },
  blackFrames: { unit: "%", title: "Black frames" },
  lostFace: { unit: "%", title: "Frames without a face" },
  streamDifference: { unit: "ms", title: "Picture and sound end together" },
  voiceShift: { unit: "ms", title: "The film's sound against the given voice" },
} as const satisfies Readonly<Record<string, { readonly unit: string; readonly title: string }>>;

/** Name of a measure. */
export type MeasureName = keyof typeof MEASURES;

/** One measure of one film. */
export interface Measure {
  readonly name: MeasureName;
  /** In the measure's unit; absent if it could not be measured. */
  readonly value?: number | undefined;
  readonly verdict: Verdict;
  /** Tenth and ninetieth percentile of real films; absent if none tell. */
  readonly real?: readonly [number, number] | undefined;
  /** Why it was not measured, or what else is to be known. */
  readonly note?: string | undefined;
}

/** A moment worth looking at. */
export interface Moment {
  readonly seconds: number;
  /** Which measure it spoils. */
  readonly name: MeasureName;
  /** What is seen there. */
  readonly what: string;
}

/** What measuring gives, before it is judged: a value, or why there is none. */
export interface Finding {
  /** False if the value only informs: what it would be judged against is missing. */
  readonly isJudged?: boolean | undefined;
  readonly name: MeasureName;
  readonly value?: number | undefined;
  readonly note?: string | undefined;
}
