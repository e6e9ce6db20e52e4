/**
 * @file The shape of what is said: where there is speech, its phrases and pauses, its accents.
 *
 * Everything runs on the voice's grid of hops (10 ms).
 */
import { clamp, gaussianSmooth, quantile, smoothstep } from "../base/curves.js";
import { CLASS_COUNT, CLASS_INDEX } from "../voice/classes.js";
import type { Sounds } from "../voice/voice.js";

/** A span of hops, end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A syllable that stands out. */
export interface Accent {
  readonly hop: number;
  /** 0..1. */
  readonly strength: number;
  /** How far its pitch lies above the speaker's middle, semitones. */
  readonly rise: number;
}

/** The shape of a voice. */
export interface Phrasing {
  /** 1 while something is said, 0 in silence, with soft edges; shape [hops]. */
  readonly speech: Float32Array;
  /** Loudness against the speaker's own range, 0..1; shape [hops]. */
  readonly loudness: Float32Array;
  /** Pitch against the speaker's middle, semitones, 0 where unvoiced; shape [hops]. */
  readonly pitch: Float32Array;
  readonly phrases: readonly Span[];
  readonly accents: readonly Accent[];
}

/** A pause shorter than this does not end a phrase, hops. */
const PAUSE_HOPS = 25;
/** Speech shorter than this is a noise, hops. */
const SPEECH_HOPS = 5;
/** Class "sil" below this is speech. */
const SILENCE = 0.42;
/** Between accents, hops. */
const ACCENT_GAP_HOPS = 28;

/** Reads the shape of a voice. */
export function readPhrasing(voice: Sounds): Phrasing {
  const { hopCount } = voice;
  const isSpeech = new Uint8Array(hopCount);
  for (let i = 0; i < hopCount; i++) {
    isSpeech[i] = voice.classes[i * CLASS_COUNT + CLASS_INDEX.sil] < SILENCE ? 1 : 0;
  }
  const phrases = mergeSpans(spansOf(isSpeech), PAUSE_HOPS).filter(
    ({ start, end }) => end - start >= SPEECH_HOPS,
  );
  const speech = new Float32Array(hopCount);
  for (const { start, end } of phrases) speech.fill(1, start, end);
  const loudness = relativeLoudness(voice, speech);
  const pitch = relativePitch(voice, speech);
  return {
    speech: gaussianSmooth(speech, 3),
    loudness,
    pitch,
    phrases,
    accents: findAccents(loudness, pitch, speech),
  };
}

/** Runs of ones. */
export function spansOf(flags: ArrayLike<number>): Span[] {
  const spans: Span[] = [];
  let start = -1;
  for (let i = 0; i <= flags.length; i++) {
    const on = i < flags.length && flags[i] !== 0;
    if (on && start < 0) start = i;
    if (!on && start >= 0) {
      spans.push({ start, end: i });
      start = -1;
    }
  }
  return spans;
}

/** Joins spans that lie closer than `gap`. */
export function mergeSpans(spans: readonly Span[], gap: number): Span[] {
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged[merged.length - 1];
    if (last !== undefined && span.start - last.end < gap) {
      merged[merged.length - 1] = { start: last.start, end: span.end };
    } else {
      merged.push(span);
    }
  }
  return merged;
}

/** Level between the speaker's 20th and 95th percentile, smoothed over 50 ms, 0..1. */
function relativeLoudness({ levelDb, hopCount }: Sounds, speech: Float32Array): Float32Array {
  const spoken = levelDb.filter((_, i) => speech[i] > 0);
  if (spoken.length === 0) return new Float32Array(hopCount);
  const low = quantile(spoken, 0.2);
  const high = Math.max(quantile(spoken, 0.95), low + 6);
  const loudness = Float32Array.from(levelDb, (db, i) =>
    speech[i] > 0 ? clamp((db - low) / (high - low), 0, 1.15) : 0,
  );
  return gaussianSmooth(loudness, 2.5);
}

/** Semitones from the median pitch. */
function relativePitch({ pitchHz, hopCount }: Sounds, speech: Float32Array): Float32Array {
  const voiced = pitchHz.filter((hz, i) => hz > 0 && speech[i] > 0);
  if (voiced.length === 0) return new Float32Array(hopCount);
  const middle = quantile(voiced, 0.5);
  return Float32Array.from(pitchHz, (hz) => (hz > 0 ? 12 * Math.log2(hz / middle) : 0));
}

/**
 * Accents: peaks of loudness and pitch together that stand out from their second.
 *
 * Prominence is loudness plus pitch rise (4 semitones count as full loudness), smoothed over a
 * syllable; a peak counts by how far it rises above the local mean.
 */
function findAccents(loudness: Float32Array, pitch: Float32Array, speech: Float32Array): Accent[] {
  const prominence = Float32Array.from(loudness, (value, i) =>
    speech[i] > 0 ? value + clamp(pitch[i] / 4, -0.3, 1) * 0.6 : 0,
  );
  const fine = gaussianSmooth(prominence, 5);
  const coarse = gaussianSmooth(prominence, 45);
  const accents: Accent[] = [];
  for (let i = 1; i + 1 < fine.length; i++) {
    if (fine[i] < fine[i - 1] || fine[i] <= fine[i + 1] || speech[i] === 0) continue;
    const strength = smoothstep(0.08, 0.6, fine[i] - coarse[i]);
    if (strength < 0.1) continue;
    const accent = { hop: i, strength, rise: clamp(pitch[i], -6, 12) };
    const last = accents[accents.length - 1];
    if (last === undefined || i - last.hop >= ACCENT_GAP_HOPS) accents.push(accent);
    else if (last.strength < strength) accents[accents.length - 1] = accent;
  }
  return accents;
}
