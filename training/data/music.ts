/**
 * @file Music without voices, made by rule: what the network must not take for speech.
 *
 * Drums of noise and falling sines, a bass, chords of harmonics, and a lead that sounds like an
 * instrument (with vibrato, as a violin or a flute), each left out now and then.
 */
import type { Random } from "../../src/base/random.js";
import { HEARING_HZ } from "../../src/voice/mel.js";

/** Chords, as semitones over the key. */
const PROGRESSIONS = [
  [0, 7, 9, 5],
  [0, 5, 7, 0],
  [9, 5, 0, 7],
  [0, 10, 5, 0],
  [2, 7, 0, 9],
] as const;
const MAJOR = [0, 4, 7] as const;
const MINOR = [0, 3, 7] as const;
const PENTATONIC = [0, 2, 4, 7, 9, 12] as const;

/** Plays some music. @returns Samples at 16 kHz, at most 0.9 in size. */
export function playMusic(seconds: number, random: Random): Float32Array {
  const out = new Float32Array(Math.round(seconds * HEARING_HZ));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)];
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const has = (chance: number) => random.uniform() < chance;
  const beat = 60 / between(66, 168);
  const key = 36 + Math.floor(between(0, 12));
  const chords = pick(PROGRESSIONS);
  const tones = has(0.5) ? MAJOR : MINOR;
  const parts = { drums: has(0.8), bass: has(0.75), chords: has(0.8), lead: has(0.6) };
  const timbre = { bass: between(0.5, 1.6), chords: between(0.6, 1.8), lead: between(0.4, 1.4) };
  const leadLevel = between(0.15, 0.4);
  for (let at = 0, count = 0; at < seconds; at += beat, count++) {
    const root = key + chords[Math.floor(count / 4) % chords.length];
    if (parts.drums) {
      if (count % 2 === 0) addDrum(out, at, 0.35, 55, 0.6, random);
      else addDrum(out, at, 0.18, 190, 0.35, random);
      for (const half of [0, 0.5])
        addHiss(out, at + half * beat, 0.05, between(0.05, 0.14), random);
    }
    if (parts.bass) addTone(out, at, 0.9 * beat, root, 0.3, timbre.bass, 0, random);
    if (parts.chords && count % 2 === 0) {
      for (const tone of tones) {
        addTone(out, at, 2 * beat, root + 24 + tone, 0.1, timbre.chords, 0, random);
      }
    }
    if (parts.lead) {
      const notes = has(0.3) ? 2 : 1;
      for (let n = 0; n < notes && has(0.8); n++) {
        const note = root + 24 + pick(PENTATONIC);
        const start = at + (n * beat) / notes;
        addTone(out, start, beat / notes, note, leadLevel, timbre.lead, between(0, 0.5), random);
      }
    }
  }
  const peak = out.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-6);
  return out.map((sample) => (0.9 * sample) / peak);
}

/**
 * A note with harmonics that fall as 1 / n^dull.
 *
 * @param note - MIDI number.
 * @param vibrato - Semitones each way.
 */
function addTone(
  out: Float32Array,
  at: number,
  seconds: number,
  note: number,
  level: number,
  dull: number,
  vibrato: number,
  random: Random,
): void {
  const hz = 440 * 2 ** ((note - 69) / 12);
  const harmonics = Math.min(24, Math.floor(7000 / hz));
  const attack = 0.005 + 0.05 * random.uniform();
  const fade = 0.4 + 2 * random.uniform();
  const start = Math.round(at * HEARING_HZ);
  const end = Math.min(out.length, Math.round((at + seconds) * HEARING_HZ));
  let phase = 2 * Math.PI * random.uniform();
  for (let i = start; i < end; i++) {
    const t = (i - start) / HEARING_HZ;
    const bend = vibrato * Math.sin(2 * Math.PI * 5.6 * t) * Math.min(1, 4 * t);
    phase += (2 * Math.PI * hz * 2 ** (bend / 12)) / HEARING_HZ;
    const left = (end - i) / HEARING_HZ;
    const envelope = Math.min(1, t / attack, left / 0.02) * Math.exp(-fade * t);
    // sin(nφ) by Chebyshev's recurrence.
    let [before, now] = [0, Math.sin(phase)];
    const twice = 2 * Math.cos(phase);
    let sum = 0;
    for (let n = 1; n <= harmonics; n++) {
      sum += now / n ** dull;
      [before, now] = [now, twice * now - before];
    }
    out[i] += level * envelope * sum;
  }
}

/** A beaten skin: a sine that falls in pitch, and noise. */
function addDrum(
  out: Float32Array,
  at: number,
  seconds: number,
  hz: number,
  level: number,
  random: Random,
): void {
  const start = Math.round(at * HEARING_HZ);
  const end = Math.min(out.length, start + Math.round(seconds * HEARING_HZ));
  let phase = 0;
  for (let i = start; i < end; i++) {
    const t = (i - start) / HEARING_HZ;
    phase += (2 * Math.PI * hz * (1 + 2 * Math.exp(-60 * t))) / HEARING_HZ;
    const noise = hz > 100 ? random.normal() * Math.exp(-18 * t) : 0;
    out[i] += level * (Math.sin(phase) * Math.exp(-12 * t) + 0.5 * noise);
  }
}

/** A cymbal: noise without its lows. */
function addHiss(
  out: Float32Array,
  at: number,
  seconds: number,
  level: number,
  random: Random,
): void {
  const start = Math.round(at * HEARING_HZ);
  const end = Math.min(out.length, start + Math.round(seconds * HEARING_HZ));
  let last = 0;
  for (let i = start; i < end; i++) {
    const noise = random.normal();
    out[i] += level * (noise - last) * Math.exp((-40 * (i - start)) / HEARING_HZ);
    last = noise;
  }
}
