/**
 * @file Speech, song or rap: where notes are held, and what a recording is as a whole.
 *
 * In: the curves of a voice. Out: how much a note is held in each hop, and one word for all. What a
 * face does about it is decided elsewhere.
 */
import { clamp, gaussianSmooth, quantile, smoothstep } from "../base/curves.js";
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "./classes.js";
import { HOP_SECONDS } from "./hops.js";
import type { Prosody } from "./prosody.js";
import type { Voice } from "./voice.js";

/** What a voice does. */
export type VoiceMode = "speech" | "song" | "rap";

/** The classes that can be held as a note's sound. */
export const VOWELS: readonly SoundClass[] = ["A", "E", "I", "O", "U", "Y", "@"];

/** Voicing of a hop that may belong to a note. */
const VOICED = 0.45;
/** A step of pitch from hop to hop that ends a note: no voice glides this fast, semitones. */
const LEAP = 3;
/** Takes vibrato away, hops: 5 Hz keeps 9 % of its depth, 7 Hz less than 1 %. */
const VIBRATO_SIGMA = 7;
/** A note stays within ± 0.6 semitone, and within so many decibels: a consonant would be a dip. */
const NOTE_SEMITONES = 1.2;
const NOTE_DB = 8;
/** Level is smoothed so much first, hops: periods, not consonants. */
const LEVEL_SIGMA = 3;
/** How long a steady pitch must be to begin to be a note and to be one for certain, hops. */
const NOTE_HOPS = [25, 45] as const;
/** Half the width of a note's edges, hops. */
const EDGE_SIGMA = 2;

/**
 * How much a note is held, in each hop.
 *
 * A note is a stretch of voice whose pitch, without vibrato, and whose level stay where they are;
 * the longer, the surer. The vowels of speech glide, or are too short; where talk is monotonous,
 * its consonants are dips of level.
 *
 * @returns 0 = nothing is held, 1 = a note of 0.45 s or more; shape [hops].
 */
export function findHeld(prosody: Prosody): Float32Array {
  const { pitchHz, voicing, levelDb } = prosody;
  const lengths = new Float32Array(pitchHz.length);
  const isVoiced = (hop: number) => voicing[hop] > VOICED && pitchHz[hop] > 0;
  for (let start = 0; start < pitchHz.length; ) {
    let end = start;
    while (end < pitchHz.length && isVoiced(end) && (end === start || !leaps(pitchHz, end))) end++;
    if (end - start >= NOTE_HOPS[0]) {
      const pitch = steadied(semitones(pitchHz.subarray(start, end)));
      const level = gaussianSmooth(levelDb.subarray(start, end), LEVEL_SIGMA);
      markSteady(pitch, level, lengths.subarray(start, end));
    }
    start = Math.max(end, start + 1);
  }
  return gaussianSmooth(
    lengths.map((length) => smoothstep(NOTE_HOPS[0], NOTE_HOPS[1], length)),
    EDGE_SIGMA,
  );
}

function leaps(pitchHz: Float32Array, hop: number): boolean {
  return Math.abs(12 * Math.log2(pitchHz[hop] / pitchHz[hop - 1])) > LEAP;
}

function semitones(pitchHz: Float32Array): Float32Array {
  return pitchHz.map((hz) => 12 * Math.log2(hz));
}

/** A pitch without its vibrato; at the ends over what there is, so that no glide is made flat. */
function steadied(pitch: Float32Array): Float32Array {
  const radius = 3 * VIBRATO_SIGMA;
  return pitch.map((_, i) => {
    let sum = 0;
    let total = 0;
    for (let k = Math.max(-radius, -i); k <= radius && i + k < pitch.length; k++) {
      const weight = Math.exp((-k * k) / (2 * VIBRATO_SIGMA * VIBRATO_SIGMA));
      sum += weight * pitch[i + k];
      total += weight;
    }
    return sum / total;
  });
}

/** For each hop, the length of the longest steady stretch that it lies in, into `lengths`. */
function markSteady(pitch: Float32Array, level: Float32Array, lengths: Float32Array): void {
  let marked = 0;
  for (let start = 0; start < pitch.length; start++) {
    const end = steadyEnd(pitch, level, start);
    // A stretch that ends no later than the one before lies within it.
    if (end <= marked) continue;
    marked = end;
    for (let i = start; i < end; i++) lengths[i] = Math.max(lengths[i], end - start);
    if (end === pitch.length) return;
  }
}

/** Where the stretch that begins at `start` and is steady throughout ends. */
function steadyEnd(pitch: Float32Array, level: Float32Array, start: number): number {
  let [low, high] = [pitch[start], pitch[start]];
  let [quiet, loud] = [level[start], level[start]];
  let end = start + 1;
  for (; end < pitch.length; end++) {
    low = Math.min(low, pitch[end]);
    high = Math.max(high, pitch[end]);
    quiet = Math.min(quiet, level[end]);
    loud = Math.max(loud, level[end]);
    if (high - low > NOTE_SEMITONES || loud - quiet > NOTE_DB) break;
  }
  return end;
}

/** Less voice than this is not judged, hops: a few hummed words would be a song. */
const JUDGED_HOPS = 300;
/** What song adds up to, see `songScore`. */
const SONG_FROM = 0.86;
/** A beat this clear is no chance, in recordings of so many hops at least, and counts up to that. */
const CHANCE_BEAT = 0.25;
const BEAT_COUNTS = 0.3;
const BEAT_HOPS = 600;
/** A pitch slower than this stands still, semitones per second: speech hardly ever does. */
const STILL = 3;
/** A vowel that is the same so much later is held, hops. */
const KEPT_HOPS = 20;
/** Rap: vowels a second as they are counted here, a beat this clear, so few pauses. */
const RAP_RATE = 5;
const RAP_BEAT = 0.35;
const RAP_DENSITY = 0.85;

/** What makes song, speech and rap differ, of a whole recording. */
export interface ModeMeasures {
  /** Hops that are voiced and not taken for silence. */
  readonly voicedHops: number;
  /** Share of the voiced hops in held notes, with still pitch, and in vowels that last; 0..1. */
  readonly held: number;
  readonly still: number;
  readonly kept: number;
  /** Vowels a second of speech; about a fifth less than syllables, as some run together. */
  readonly rate: number;
  /** How regular onsets are at 60 to 214 a minute, 0..1: chance in short recordings gives 0.3. */
  readonly beat: number;
  /** Hops of speech, pauses under 0.25 s included, and their share of the time from first to last. */
  readonly spokenHops: number;
  readonly density: number;
}

/**
 * What a voice does, as a whole. Errs towards speech.
 *
 * Song: held notes, still pitch and lasting vowels together. Rap: faster than people talk, nearly
 * without a pause, and on a beat; fast talk has no beat.
 */
export function findMode(voice: Voice): VoiceMode {
  const measures = measureMode(voice);
  const { voicedHops, rate, beat, density, spokenHops } = measures;
  if (voicedHops < JUDGED_HOPS) return "speech";
  const isFast = rate >= RAP_RATE && density >= RAP_DENSITY;
  if (isFast && beat >= RAP_BEAT && spokenHops >= BEAT_HOPS) return "rap";
  return songScore(measures) > SONG_FROM ? "song" : "speech";
}

/**
 * How much a recording is song: at most 0.75 in 80 recordings of speech that are long enough, 0.9 to
 * 1.5 in six songs and 0.83 in a rap that is half sung. Music that beats behind it counts a little.
 */
export function songScore({ held, still, kept, beat, spokenHops }: ModeMeasures): number {
  const music = spokenHops >= BEAT_HOPS ? clamp(beat - CHANCE_BEAT, 0, BEAT_COUNTS) : 0;
  return held + still + kept + music;
}

/** Measures a whole recording. */
export function measureMode(voice: Voice): ModeMeasures {
  const { classes, voicing, pitchHz, hopCount } = voice;
  const held = findHeld(voice);
  const vowel = vowelness(voice);
  let voicedHops = 0;
  let heldSum = 0;
  let stillSum = 0;
  let movingHops = 0;
  let keptSum = 0;
  let vowelHops = 0;
  for (let hop = 0; hop < hopCount; hop++) {
    const isSilent = classes[hop * CLASS_COUNT + CLASS_INDEX.sil] > 0.5;
    if (isSilent || !(voicing[hop] > VOICED && pitchHz[hop] > 0)) continue;
    voicedHops++;
    heldSum += held[hop];
    const speed = speedOf(pitchHz, hop);
    if (speed < Number.POSITIVE_INFINITY) movingHops++;
    if (speed < STILL) stillSum++;
    if (vowel[hop] < 0.6 || hop + KEPT_HOPS >= hopCount) continue;
    vowelHops++;
    keptSum += commonVowel(classes, hop, hop + KEPT_HOPS) / vowel[hop];
  }
  const spoken = spokenOf(voice);
  const spokenHops = spoken.reduce((sum, on) => sum + on, 0);
  const span = spoken.lastIndexOf(1) + 1 - spoken.indexOf(1);
  return {
    voicedHops,
    held: heldSum / Math.max(voicedHops, 1),
    still: stillSum / Math.max(movingHops, 1),
    kept: keptSum / Math.max(vowelHops, 1),
    rate: countVowels(vowel) / Math.max(spokenHops * HOP_SECONDS, 1e-6),
    beat: findBeat(voice, spoken),
    spokenHops,
    density: spokenHops === 0 ? 0 : spokenHops / span,
  };
}

/** How fast pitch moves over 60 ms, semitones per second; infinite next to what is unvoiced. */
function speedOf(pitchHz: Float32Array, hop: number): number {
  const [before, after] = [pitchHz[hop - 3] ?? 0, pitchHz[hop + 3] ?? 0];
  if (before === 0 || after === 0) return Number.POSITIVE_INFINITY;
  return Math.abs(12 * Math.log2(after / before)) / (6 * HOP_SECONDS);
}

/** Probability of any vowel, shape [hops]. */
function vowelness({ classes, hopCount }: Voice): Float32Array {
  return Float32Array.from({ length: hopCount }, (_, hop) =>
    VOWELS.reduce((sum, name) => sum + classes[hop * CLASS_COUNT + CLASS_INDEX[name]], 0),
  );
}

/** How much of the vowels of one hop there is in another. */
function commonVowel(classes: Float32Array, hop: number, other: number): number {
  return VOWELS.reduce((sum, name) => {
    const column = CLASS_INDEX[name];
    const [here, there] = [
      classes[hop * CLASS_COUNT + column],
      classes[other * CLASS_COUNT + column],
    ];
    return sum + Math.min(here, there);
  }, 0);
}

/** 1 where something is said, pauses under 0.25 s included; shape [hops]. */
function spokenOf({ classes, hopCount }: Voice): Uint8Array {
  const spoken = new Uint8Array(hopCount);
  let last = hopCount;
  for (let hop = 0; hop < hopCount; hop++) {
    if (classes[hop * CLASS_COUNT + CLASS_INDEX.sil] >= 0.5) continue;
    if (hop - last < 25) spoken.fill(1, last, hop);
    spoken[hop] = 1;
    last = hop;
  }
  return spoken;
}

/** How many vowels there are, with hysteresis. */
function countVowels(vowel: Float32Array): number {
  let count = 0;
  let on = false;
  for (const value of gaussianSmooth(vowel, 1.5)) {
    if (!on && value > 0.5) count++;
    on = on ? value > 0.35 : value > 0.5;
  }
  return count;
}

/** Stretches whose beat is sought: shorter ones have one by chance, longer ones drift; hops. */
const BEAT_WINDOW = 800;
/** From one beat to the next, hops: 214 to 60 a minute. */
const BEAT_LAGS = [28, 100] as const;

/** How clear a beat is: the middle one of what stretches of eight seconds show. */
function findBeat({ levelDb, hopCount }: Voice, spoken: Uint8Array): number {
  const level = gaussianSmooth(levelDb, 2.2);
  // A rise counts for 6 dB at most: else the beginning of each phrase would be all there is.
  const rises = level.map((db, hop) =>
    hop < 2 || spoken[hop] === 0 ? 0 : Math.min(6, Math.max(0, db - level[hop - 2])),
  );
  const onsets = gaussianSmooth(rises, 2);
  const beats: number[] = [];
  for (let start = 0; start === 0 || start + BEAT_WINDOW <= hopCount; start += BEAT_WINDOW / 2) {
    beats.push(beatOf(onsets.subarray(start, start + BEAT_WINDOW)));
  }
  return quantile(beats, 0.5);
}

/** The highest autocorrelation at the lags of a beat, 0..1. */
function beatOf(onsets: Float32Array): number {
  const mean = onsets.reduce((sum, value) => sum + value, 0) / onsets.length;
  const curve = onsets.map((value) => value - mean);
  const power = curve.reduce((sum, value) => sum + value * value, 0) / curve.length;
  let best = 0;
  for (let lag = BEAT_LAGS[0]; lag <= BEAT_LAGS[1] && 2 * lag < curve.length; lag++) {
    let sum = 0;
    for (let i = lag; i < curve.length; i++) sum += curve[i] * curve[i - lag];
    best = Math.max(best, sum / (curve.length - lag) / Math.max(power, 1e-9));
  }
  return best;
}
