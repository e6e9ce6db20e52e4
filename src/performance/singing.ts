/**
 * @file Lips that sing and rap: rows of lip curves, reshaped before p b m and their like shut them.
 *
 * A note is one shape of the mouth that lasts as long as the note; what shakes in the voice must not
 * shake the jaw. Rap is small, quick and distinct.
 */
import { assert } from "../base/assert.js";
import { clamp, gaussianSmooth, mix, quantile, smoothstep } from "../base/curves.js";
import { CLASS_COUNT, CLASS_INDEX } from "../voice/classes.js";
import { LIP_CHANNELS, LIP_COUNT } from "../voice/lip-channels.js";
import { VOWELS, type VoiceMode } from "../voice/singing.js";
import type { Voice } from "../voice/voice.js";
import { type Span, spansOf } from "./phrases.js";

const JAW = LIP_CHANNELS.indexOf("jawOpen");

/** Held by so much, a hop belongs to a note. */
const NOTE = 0.5;
/** How long the mouth takes into a note's shape and out of it, hops. */
const ATTACK_HOPS = 8;
const CLOSE_HOPS = 12;
/** A voice that goes on after its pitch has left the note keeps its mouth open, hops at most. */
const FALL_HOPS = 30;
/** Another vowel within a note needs this probability for so long, hops. */
const OTHER_VOWEL = 0.7;
const OTHER_HOPS = 12;
/** How long the mouth takes from one vowel of a note to the next: a Gaussian's, hops. */
const CHANGE_SIGMA = 4;
/** This share of a vowel, at either end, is on its way from or to something else. */
const UNSTEADY = 0.2;
/** Takes away what is faster than 4 Hz; 6 Hz keeps 1 %; hops. */
const SLOW_SIGMA = 8;
/** How much wider the jaw opens an octave above the middle, and 10 dB above it. */
const HIGH_OPENS = 0.35;
const LOUD_OPENS = 0.2;

/**
 * Lips that sing: each held note keeps the shape of its vowel to its end and closes within 0.15 s;
 * high and loud notes open the jaw wider. Outside held notes nothing changes.
 *
 * The shape is the mean of the vowel's steady middle, so neither vibrato nor tremolo reach the jaw.
 * Another vowel takes over only where it is certain and lasts 0.12 s: high notes sound like A
 * whatever is sung.
 *
 * @param lips - 0..1, shape [hops, 28], columns `LIP_CHANNELS`.
 * @param held - As from `findHeld`, shape [hops].
 * @returns The same shape, a new array.
 */
export function shapeSong(lips: Float32Array, voice: Voice, held: Float32Array): Float32Array {
  const { hopCount } = voice;
  assert(lips.length === hopCount * LIP_COUNT, "28 lip curves in each hop");
  assert(held.length === hopCount, "held notes on the same hops");
  const out = lips.slice();
  const wider = openingOf(voice);
  const notes = spansOf(held.map((value) => (value > NOTE ? 1 : 0)));
  notes.forEach((note, k) => {
    const limit = notes[k + 1]?.start ?? hopCount;
    const end = voiceEnd(voice, note, Math.min(limit, note.end + FALL_HOPS));
    const shapes = shapesOfNote(lips, vowelsOf(voice, { start: note.start, end }));
    for (let hop = note.start; hop < Math.min(end + CLOSE_HOPS, hopCount); hop++) {
      const attack = smoothstep(note.start - 1, note.start + ATTACK_HOPS, hop);
      const share = Math.min(attack, smoothstep(end - 1 + CLOSE_HOPS, end - 1, hop));
      const row = Math.min(hop, end - 1) - note.start;
      for (let column = 0; column < LIP_COUNT; column++) {
        const gain = column === JAW ? wider[Math.min(hop, end - 1)] : 1;
        const shape = clamp(gain * shapes[row * LIP_COUNT + column], 0, 1);
        const at = hop * LIP_COUNT + column;
        out[at] = mix(out[at], shape, share);
      }
    }
  });
  return out;
}

/** Where the voice of a note ends: its pitch may fall off before. */
function voiceEnd({ voicing, classes }: Voice, { end }: Span, limit: number): number {
  let hop = end;
  while (hop < limit && voicing[hop] > 0.5 && vowelAt(classes, hop) > 0.5) hop++;
  return hop;
}

function vowelAt(classes: Float32Array, hop: number): number {
  return VOWELS.reduce((sum, name) => sum + classes[hop * CLASS_COUNT + CLASS_INDEX[name]], 0);
}

/** The vowels of a note, one after another; usually one. */
function vowelsOf({ classes }: Voice, note: Span): Span[] {
  const columns = VOWELS.map((name) => CLASS_INDEX[name]);
  let now = strongest(classes, columns, note.start, Math.min(note.start + OTHER_HOPS, note.end));
  const spans: Span[] = [];
  let { start } = note;
  for (let hop = start; hop + OTHER_HOPS <= note.end; hop++) {
    const other = columns.find((column) => {
      for (let i = hop; i < hop + OTHER_HOPS; i++) {
        if (classes[i * CLASS_COUNT + column] <= OTHER_VOWEL) return false;
      }
      return column !== now;
    });
    if (other === undefined) continue;
    if (hop > start) spans.push({ start, end: hop });
    now = other;
    start = hop;
  }
  return [...spans, { start, end: note.end }];
}

/** The column that is largest over some hops. */
function strongest(
  classes: Float32Array,
  columns: readonly number[],
  start: number,
  end: number,
): number {
  const sums = columns.map((column) => {
    let sum = 0;
    for (let hop = start; hop < end; hop++) sum += classes[hop * CLASS_COUNT + column];
    return sum;
  });
  return columns[sums.indexOf(Math.max(...sums))];
}

/** Each vowel's steady middle for as long as it lasts, eased from one to the next, [hops, 28]. */
function shapesOfNote(lips: Float32Array, vowels: readonly Span[]): Float32Array {
  const first = vowels[0].start;
  const hops = vowels[vowels.length - 1].end - first;
  const shapes = new Float32Array(hops * LIP_COUNT);
  const curve = new Float32Array(hops);
  for (let column = 0; column < LIP_COUNT; column++) {
    for (const { start, end } of vowels) {
      const edge = Math.floor(UNSTEADY * (end - start));
      let sum = 0;
      for (let hop = start + edge; hop < end - edge; hop++) sum += lips[hop * LIP_COUNT + column];
      curve.fill(sum / (end - start - 2 * edge), start - first, end - first);
    }
    const eased = vowels.length > 1 ? gaussianSmooth(curve, CHANGE_SIGMA) : curve;
    for (let i = 0; i < hops; i++) shapes[i * LIP_COUNT + column] = eased[i];
  }
  return shapes;
}

/** How much wider than in speech the jaw opens: by pitch and level without what shakes in them. */
function openingOf({ pitchHz, levelDb, voicing, hopCount }: Voice): Float32Array {
  const isVoiced = (hop: number) => voicing[hop] > 0.5 && pitchHz[hop] > 0;
  const first = pitchHz.findIndex((_, hop) => isVoiced(hop));
  if (first < 0) return new Float32Array(hopCount).fill(1);
  const middle = (curve: Float32Array) =>
    quantile(
      curve.filter((_, hop) => isVoiced(hop)),
      0.5,
    );
  const [middleHz, middleDb] = [middle(pitchHz), middle(levelDb)];
  // Between notes both stay where they were, so that no note begins with a ramp.
  const octaves = new Float32Array(hopCount);
  const decibels = new Float32Array(hopCount);
  let last = first;
  for (let hop = 0; hop < hopCount; hop++) {
    if (isVoiced(hop)) last = hop;
    octaves[hop] = Math.log2(pitchHz[last] / middleHz);
    decibels[hop] = levelDb[last] - middleDb;
  }
  const high = gaussianSmooth(octaves, SLOW_SIGMA);
  const loud = gaussianSmooth(decibels, SLOW_SIGMA);
  return high.map((octave, hop) => {
    const byPitch = 1 + HIGH_OPENS * clamp(octave, 0, 1);
    return byPitch * (1 + LOUD_OPENS * clamp(loud[hop] / 10, -1, 1));
  });
}

/** How far rap moves what speech moves fully; what shuts the lips is moved fully there too. */
const RAP_SIZE = 0.7;
const SHUTTING = /^mouth(Roll|Press)/;
/** Slower than `low` is posture, faster than `high` is flutter, Hz; between are syllables. */
const RAP_HZ = { low: 2.5, high: 11 } as const;
/** Syllables are moved so much more than the posture: what smooths them takes it away again. */
const RAP_CONTRAST = 1.3;
/** Reach of the filter against flutter, seconds: 8 Hz keeps 87 %, 15 Hz 3 %. */
const FLUTTER_REACH = 0.16;

/**
 * How much quicker than in speech the mouth follows what `shapeRap` gives: springs' ω times this, a
 * Gaussian's sigma by this. At 8 syllables a second a jaw of ω = 2π · 7 then keeps 0.60 of a
 * movement instead of 0.43, one smoothed over 20 ms 0.77 instead of 0.60.
 */
export const RAP_QUICKNESS = 1.4;

/**
 * Lips that rap: smaller, with every syllable for itself and no flutter.
 *
 * @param lips - 0..1, shape [hops, 28], columns `LIP_CHANNELS`.
 * @returns The same shape, a new array; to be smoothed less than speech, by `RAP_QUICKNESS`.
 */
export function shapeRap(lips: Float32Array, voice: Voice): Float32Array {
  const { hopCount, hopSeconds } = voice;
  assert(lips.length === hopCount * LIP_COUNT, "28 lip curves in each hop");
  const out = new Float32Array(lips.length);
  const kernel = lowPass(RAP_HZ.high * hopSeconds, Math.round(FLUTTER_REACH / hopSeconds));
  const postureSigma = Math.sqrt(Math.LN2 / 2) / (Math.PI * RAP_HZ.low * hopSeconds);
  const curve = new Float32Array(hopCount);
  LIP_CHANNELS.forEach((name, column) => {
    for (let hop = 0; hop < hopCount; hop++) curve[hop] = lips[hop * LIP_COUNT + column];
    const calm = filtered(curve, kernel);
    const posture = gaussianSmooth(calm, postureSigma);
    const size = SHUTTING.test(name) ? 1 : RAP_SIZE;
    for (let hop = 0; hop < hopCount; hop++) {
      const value = mix(posture[hop], calm[hop], RAP_CONTRAST);
      out[hop * LIP_COUNT + column] = clamp(size * value, 0, 1);
    }
  });
  return out;
}

/** A low-pass without delay: a sinc under a Hann window, sum 1. @param cutoff - Cycles per hop. */
function lowPass(cutoff: number, reach: number): Float32Array {
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const x = i - reach;
    const ideal = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
    return ideal * (0.5 + 0.5 * Math.cos((Math.PI * x) / (reach + 1)));
  });
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

/** A curve through a symmetric filter, ends replicated. */
function filtered(curve: Float32Array, kernel: Float32Array): Float32Array {
  const reach = kernel.length >> 1;
  const last = curve.length - 1;
  return curve.map((_, i) => {
    let sum = 0;
    for (let k = -reach; k <= reach; k++) sum += kernel[k + reach] * curve[clamp(i + k, 0, last)];
    return sum;
  });
}

/** How large breaths before phrases are, against speech: singers fill up, rappers snatch. */
export function breathScale(mode: VoiceMode): number {
  return BREATHS[mode];
}
const BREATHS: Readonly<Record<VoiceMode, number>> = { speech: 1, song: 1.8, rap: 0.8 };
