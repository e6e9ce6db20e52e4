/** @file Lips and sound of a film on one clock: a hundred times a second, where both are there. */
import { sampleAt } from "../base/curves.js";
import { CLASS_COUNT, CLASS_INDEX, SOUND_CLASSES, type SoundClass } from "../voice/classes.js";
import type { Voice } from "../voice/voice.js";
import { apertureOf, type Track } from "./track.js";

/** Steps a second. */
export const RATE = 100;

/** Curves of a stretch of film, all on the same steps: step i is at `startSeconds` + i / 100. */
export interface Speech {
  readonly startSeconds: number;
  readonly count: number;
  /** Gap between the inner lips, as a share of the eyes' distance. */
  readonly aperture: Float32Array;
  /** The same between the clip's 2nd and 95th percentile. */
  readonly openness: Float32Array;
  /** Loudness, dB, and what is loud (95th percentile). */
  readonly level: Float32Array;
  readonly loudDb: number;
  /** How far a mouth that says this would be open, 0..1. */
  readonly expected: Float32Array;
  /** Probability of p b m, and of all sounds that narrow the lips, 0..1. */
  readonly closing: Float32Array;
  readonly narrowing: Float32Array;
  /** What is said, as the network hears it, in order. */
  readonly sounds: readonly HeardSound[];
}

/** A stretch of one sound, steps. */
export interface HeardSound {
  readonly name: SoundClass;
  readonly start: number;
  readonly end: number;
}

/** How far the mouth is open for each class of sounds; consonants follow their neighbours. */
const OPENING: Readonly<Partial<Record<SoundClass, number>>> = {
  sil: 0,
  PP: 0,
  FF: 0.1,
  SS: 0.2,
  CH: 0.25,
  W: 0.2,
  U: 0.35,
  I: 0.45,
  Y: 0.35,
  O: 0.7,
  "@": 0.6,
  E: 0.75,
  A: 1,
};
const OPENING_ELSE = 0.4;
const NARROWING = ["PP", "FF", "W"] as const;
/** Sounds are quieter than this below loud: nothing is said, dB. */
export const SILENCE_DB = 35;

/**
 * Lays lips and sound over each other.
 *
 * @param voiceStartSeconds - Where the voice's first sample is on the film's clock.
 * @returns Undefined if they share less than a second.
 */
export function alignSpeech(
  track: Track,
  voice: Voice,
  voiceStartSeconds: number,
): Speech | undefined {
  const last = track.times[track.frameCount - 1];
  const startSeconds = Math.max(track.times[0], voiceStartSeconds);
  const endSeconds = Math.min(last, voiceStartSeconds + voice.durationSeconds);
  const count = Math.floor((endSeconds - startSeconds) * RATE);
  if (!(count >= RATE)) return undefined;
  const lips = apertureOf(track);
  const frameAt = framesBySeconds(track);
  const hopOf = (i: number) =>
    (startSeconds + i / RATE - voiceStartSeconds) / voice.hopSeconds - 0.5;
  const curve = (of: (i: number) => number) =>
    Float32Array.from({ length: count }, (_, i) => of(i));
  const heard = (of: (hop: number) => number) => {
    const hops = Float32Array.from({ length: voice.hopCount }, (_, hop) => of(hop));
    return curve((i) => sampleAt(hops, hopOf(i)));
  };
  const chance = (hop: number, name: SoundClass) =>
    voice.classes[hop * CLASS_COUNT + CLASS_INDEX[name]];
  const aperture = curve((i) => sampleAt(lips, frameAt(startSeconds + i / RATE)));
  const level = heard((hop) => voice.levelDb[hop]);
  const [low, high] = [rank(aperture, 0.02), rank(aperture, 0.95)];
  return {
    startSeconds,
    count,
    aperture,
    openness: aperture.map((value) => (value - low) / Math.max(high - low, 1e-4)),
    level,
    loudDb: rank(level, 0.95),
    expected: heard((hop) => expectedOpening(voice, hop)),
    closing: heard((hop) => chance(hop, "PP")),
    narrowing: heard((hop) => NARROWING.reduce((sum, name) => sum + chance(hop, name), 0)),
    sounds: soundsOf(voice, count, hopOf),
  };
}

/** The likeliest sound of each step, alike neighbours joined. */
function soundsOf(
  { classes, hopCount }: Voice,
  count: number,
  hopOf: (i: number) => number,
): HeardSound[] {
  const sounds: { name: SoundClass; start: number; end: number }[] = [];
  for (let i = 0; i < count; i++) {
    const hop = Math.min(hopCount - 1, Math.max(0, Math.round(hopOf(i))));
    const row = classes.subarray(hop * CLASS_COUNT, (hop + 1) * CLASS_COUNT);
    const name = SOUND_CLASSES[row.indexOf(Math.max(...row))];
    const last = sounds.at(-1);
    if (last?.name === name) last.end = i + 1;
    else sounds.push({ name, start: i, end: i + 1 });
  }
  return sounds;
}

function expectedOpening({ classes }: Voice, hop: number): number {
  let sum = 0;
  for (const [name, index] of Object.entries(CLASS_INDEX) as [SoundClass, number][]) {
    sum += classes[hop * CLASS_COUNT + index] * (OPENING[name] ?? OPENING_ELSE);
  }
  return sum;
}

/** Turns times into positions between frames, whatever the spacing of the frames. */
function framesBySeconds({ times, frameCount }: Track): (seconds: number) => number {
  let at = 0;
  return (seconds) => {
    if (seconds < times[at]) at = 0;
    while (at + 2 < frameCount && times[at + 1] <= seconds) at++;
    return at + (seconds - times[at]) / Math.max(times[at + 1] - times[at], 1e-6);
  };
}

/** The value of a rank, 0..1. */
function rank(curve: Float32Array, q: number): number {
  const sorted = curve.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** Pauses of at least so many steps, without their edges; steps. */
export function pausesOf({ level, loudDb, count }: Speech): { start: number; end: number }[] {
  const pauses: { start: number; end: number }[] = [];
  for (let start = 0; start < count; start++) {
    let end = start;
    while (end < count && level[end] < loudDb - SILENCE_DB) end++;
    if (end - start >= PAUSE_STEPS) pauses.push({ start, end });
    start = end;
  }
  return pauses;
}
const PAUSE_STEPS = 30;

/** What is slower than 70 ms and faster than a second: syllables. */
export function syllablesOf(curve: Float32Array): Float32Array {
  const [short, long] = [runningMean(curve, 3), runningMean(curve, 50)];
  return short.map((value, i) => value - long[i]);
}

function runningMean(curve: Float32Array, radius: number): Float32Array {
  const sums = new Float64Array(curve.length + 1);
  curve.forEach((value, i) => {
    sums[i + 1] = sums[i] + value;
  });
  return curve.map((_, i) => {
    const from = Math.max(0, i - radius);
    const to = Math.min(curve.length, i + radius + 1);
    return (sums[to] - sums[from]) / (to - from);
  });
}
