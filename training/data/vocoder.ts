/**
 * @file Copies of speech that sing, whisper or hurry; what is said moves along.
 *
 * The filter of the vocal tract is kept, so that the mouth stays the same, and only what excites it
 * and when changes.
 */
import { clamp } from "../../src/base/curves.js";
import type { Random } from "../../src/base/random.js";
import { CLASS_INDEX } from "../../src/voice/classes.js";
import { HOP_SECONDS } from "../../src/voice/hops.js";
import { HEARING_HZ } from "../../src/voice/mel.js";
import { listenForProsody } from "../../src/voice/prosody.js";
import { analyzeTract, excite, FRAME_SECONDS, type VocalTract, valueAt } from "./lpc.js";
import type { Span } from "./phones.js";
import { HOP_SAMPLES } from "./sound.js";
import { between, pick } from "./synthetic.js";

/** Sound and what is said in it. */
export interface Spoken {
  /** 16 kHz, −1..1. */
  readonly samples: Float32Array;
  readonly spans: readonly Span[];
}

/** A sung copy. */
export interface Sung extends Spoken {
  /** What was to be sung, Hz, where there is a voice, else 0; per hop of 10 ms. */
  readonly melodyHz: Float32Array;
}

/** A voice taken apart; the curves have the shape [frames]. */
interface Source {
  readonly tract: VocalTract;
  readonly pitchHz: Float32Array;
  readonly voicing: Float32Array;
  /** Hz; 0 if hardly anything is voiced. */
  readonly medianHz: number;
}

/** Hops with a pitch that make a voice. */
const VOICED_HOPS_MIN = 20;

/** Sharpness of resonances, Hz: of voices, and of whispers, which are duller. */
const VOICE_SHARPNESS_HZ = 60;
const WHISPER_SHARPNESS_HZ = 130;

function takeApart(samples: Float32Array, sharpestHz = VOICE_SHARPNESS_HZ): Source {
  const hops = Math.max(1, Math.floor(samples.length / HOP_SAMPLES));
  const listener = listenForProsody(hops);
  listener.push(samples);
  const prosody = listener.finish(hops);
  const frames = Math.floor(samples.length * (1 / HEARING_HZ / FRAME_SECONDS) + 1e-6);
  const hopOf = (frame: number) =>
    Math.min(hops - 1, Math.floor((frame + 0.5) * (FRAME_SECONDS / HOP_SECONDS)));
  const voiced = prosody.pitchHz.filter((hz) => hz > 0).sort();
  const voicing = Float32Array.from({ length: frames }, (_, frame) => {
    const hop = hopOf(frame);
    return prosody.pitchHz[hop] > 0 ? prosody.voicing[hop] : 0;
  });
  return {
    tract: analyzeTract(samples, voicing, sharpestHz),
    pitchHz: held(Float32Array.from(voicing, (_, frame) => prosody.pitchHz[hopOf(frame)])),
    voicing,
    medianHz: voiced.length < VOICED_HOPS_MIN ? 0 : voiced[voiced.length >> 1],
  };
}

/** A pitch that goes on where there is none, so that nothing glides from 0 Hz. */
function held(pitchHz: Float32Array): Float32Array {
  let last = pitchHz.find((hz) => hz > 0) ?? 100;
  return pitchHz.map((hz) => {
    if (hz > 0) last = hz;
    return last;
  });
}

/** How voices are breathy: where noise takes over from pulses, least and most Hz. */
const BREATH_HZ = [3000, 6500] as const;
/** The tract's emphasis undone in full. */
const FULL_TILT = 0.97;

/** How much faster one hurries. */
const HURRY = [1.2, 1.8] as const;

/** The same, 1.2 to 1.8 times as fast, at the same pitch: as one raps. */
export function hurry({ samples, spans }: Spoken, random: Random): Spoken {
  const source = takeApart(samples);
  const speed = between(HURRY[0], HURRY[1], random);
  const frames = Math.floor(source.tract.frames / speed);
  // Centres of frames are half a frame late.
  const sources = Float32Array.from({ length: frames }, (_, i) => (i + 0.5) * speed - 0.5);
  const curve = (values: Float32Array) => sources.map((at) => valueAt(values, Math.max(0, at)));
  const plan = {
    ...{ sources, pitchHz: curve(source.pitchHz), voicing: curve(source.voicing) },
    ...{ gains: new Float32Array(frames).fill(1), tilt: FULL_TILT },
    breathHz: between(BREATH_HZ[0], BREATH_HZ[1], random),
  };
  return {
    samples: excite(source.tract, plan, random),
    spans: moved(spans, (seconds) => seconds / speed),
  };
}

/** How much quieter vowels become without vocal folds, dB, least and most. */
const WHISPER_DB = [-14, -6] as const;
/** Whispers are flatter than voices. */
const WHISPER_TILT = [0.55, 0.85] as const;

/** The same without vocal folds: noise in place of the voice, and less of low frequencies. */
export function whisper({ samples, spans }: Spoken, random: Random): Spoken {
  const { tract, voicing } = takeApart(samples, WHISPER_SHARPNESS_HZ);
  const quieter = 10 ** (between(WHISPER_DB[0], WHISPER_DB[1], random) / 20);
  const plan = {
    sources: Float32Array.from({ length: tract.frames }, (_, i) => i),
    pitchHz: new Float32Array(tract.frames).fill(100),
    voicing: new Float32Array(tract.frames),
    gains: voicing.map((voiced) => 1 + (quieter - 1) * voiced),
    breathHz: BREATH_HZ[0],
    tilt: between(WHISPER_TILT[0], WHISPER_TILT[1], random),
  };
  return { samples: excite(tract, plan, random), spans };
}

/** How much longer a sung vowel is. */
const STRETCH = [1.5, 4] as const;
/** No note is longer, seconds. */
const NOTE_SECONDS_MAX = 1.6;
/** The ends of a vowel lead to and from its neighbours; they are not stretched, seconds. */
const TRANSITION_SECONDS = 0.035;
/** Vowels shorter than this are passed over, seconds. */
const SHORTEST_VOWEL = 0.04;

/**
 * The same, sung: vowels are held on the notes of a melody, legato and with vibrato, consonants
 * keep their length.
 *
 * @returns Undefined if there is no voice in it.
 */
export function sing(spoken: Spoken, random: Random): Sung | undefined {
  const source = takeApart(spoken.samples);
  if (source.medianHz === 0) return undefined;
  const pieces = apart(spoken.spans);
  const { map, notes } = stretched(pieces, random);
  const frames = Math.floor(map.out[map.out.length - 1] / FRAME_SECONDS + 1e-6);
  const sources = Float32Array.from(
    { length: frames },
    (_, i) => mapBack(map, (i + 0.5) * FRAME_SECONDS) / FRAME_SECONDS - 0.5,
  );
  const pitchHz = melody(notes, frames, source.medianHz, random);
  const voicing = sources.map((at) => {
    const voiced = valueAt(source.voicing, clamp(at, 0, source.tract.frames - 1));
    // A singer's voice does not break where a speaker's creaks.
    return clamp(1.3 * voiced, 0, 1);
  });
  const plan = {
    ...{ sources, pitchHz, voicing, tilt: FULL_TILT },
    gains: new Float32Array(frames).fill(1),
    breathHz: between(BREATH_HZ[0], BREATH_HZ[1], random),
  };
  const hops = Math.floor((frames * FRAME_SECONDS) / HOP_SECONDS + 1e-6);
  return {
    samples: excite(source.tract, plan, random),
    spans: moved(spoken.spans.length === 0 ? [] : pieces, (seconds) => mapForth(map, seconds)),
    melodyHz: Float32Array.from({ length: hops }, (_, hop) =>
      Math.min(voicing[2 * hop], voicing[2 * hop + 1]) > 0.9 ? pitchHz[2 * hop] : 0,
    ),
  };
}

function moved(spans: readonly Span[], map: (seconds: number) => number): Span[] {
  return spans.map(({ start, end, classes }) => ({ start: map(start), end: map(end), classes }));
}

/** Spans of one class each. */
function apart(spans: readonly Span[]): Span[] {
  return spans.flatMap(({ start, end, classes }) => {
    const share = (end - start) / Math.max(1, classes.length);
    return classes.length < 2
      ? [{ start, end, classes }]
      : classes.map((which, i) => ({
          start: start + i * share,
          end: start + (i + 1) * share,
          classes: [which],
        }));
  });
}

/** Times that belong together, ascending in both; between them everything is linear. */
interface TimeMap {
  readonly in: number[];
  readonly out: number[];
}

/** When a note is sung: seconds of the copy. */
interface NoteTime {
  readonly start: number;
  readonly end: number;
}

/** Makes vowels longer. Of two vowels in a row, as of a diphthong, the first is held. */
function stretched(pieces: readonly Span[], random: Random): { map: TimeMap; notes: NoteTime[] } {
  const map: TimeMap = { in: [0], out: [0] };
  const notes: NoteTime[] = [];
  const add = (seconds: number, longer: number) => {
    map.in.push(map.in[map.in.length - 1] + seconds);
    map.out.push(map.out[map.out.length - 1] + seconds + longer);
  };
  let afterVowel = false;
  for (const { start, end, classes } of pieces) {
    const length = end - start;
    const vowel = classes[0] >= CLASS_INDEX.A;
    const long = vowel && !afterVowel && length >= SHORTEST_VOWEL;
    afterVowel = vowel;
    if (!long) {
      add(length, 0);
      continue;
    }
    const wanted = length * between(STRETCH[0], STRETCH[1], random);
    const longer = Math.max(0, Math.min(wanted, NOTE_SECONDS_MAX) - length);
    const edge = Math.min(TRANSITION_SECONDS, length / 4);
    const noteStart = map.out[map.out.length - 1];
    add(edge, 0);
    add(length - 2 * edge, longer);
    add(edge, 0);
    notes.push({ start: noteStart, end: noteStart + length + longer });
  }
  return { map, notes };
}

function mapForth(map: TimeMap, seconds: number): number {
  return interpolate(map.in, map.out, seconds);
}

function mapBack(map: TimeMap, seconds: number): number {
  return interpolate(map.out, map.in, seconds);
}

function interpolate(from: readonly number[], to: readonly number[], x: number): number {
  const found = from.findIndex((value) => value > x);
  if (found === 0) return to[0];
  if (found < 0) return to[to.length - 1] + x - from[from.length - 1];
  const share = (x - from[found - 1]) / (from[found] - from[found - 1]);
  return to[found - 1] + share * (to[found] - to[found - 1]);
}

/** Semitones above and below the speaker's median that are sung. */
const RANGE_SEMITONES = 7;
/** Semitones of a major and of a minor scale from −7 to 7. */
const SCALES = [
  [-7, -5, -3, -1, 0, 2, 4, 5, 7],
  [-7, -5, -4, -2, 0, 2, 3, 5, 7],
];
/** Steps of the scale from one note to the next; small ones are more frequent. */
const STEPS = [-3, -2, -1, -1, 0, 1, 1, 2, 3];
/** Time in which one note becomes the next, seconds. */
const GLIDE_SECONDS = 0.07;
/** Vibrato begins after this and is full after as long again, seconds. */
const VIBRATO_AFTER_SECONDS = 0.15;
const VIBRATO_HZ = [5, 7] as const;
const VIBRATO_CENTS = [15, 50] as const;
const LOWEST_HZ = 70;
const HIGHEST_HZ = 900;

/** The pitch of each frame, Hz: between notes it glides. */
function melody(
  notes: readonly NoteTime[],
  frames: number,
  medianHz: number,
  random: Random,
): Float32Array {
  const scale = pick(SCALES, random);
  const key = between(-2, 2, random);
  const rate = between(VIBRATO_HZ[0], VIBRATO_HZ[1], random);
  const depth = between(VIBRATO_CENTS[0], VIBRATO_CENTS[1], random) / 100;
  const semitones = new Float32Array(frames);
  const vibrato = new Float32Array(frames);
  let degree = Math.floor(random.uniform() * scale.length);
  let from = 0;
  notes.forEach(({ start, end }, i) => {
    degree = clamp(degree + pick(STEPS, random), 0, scale.length - 1);
    // The consonants between two notes are shared.
    const next = notes[i + 1]?.start ?? Number.POSITIVE_INFINITY;
    const to = Math.min(frames, Math.round((end + next) / 2 / FRAME_SECONDS));
    semitones.fill(clamp(scale[degree] + key, -RANGE_SEMITONES, RANGE_SEMITONES), from, to);
    for (let frame = from; frame < to; frame++) {
      const since = frame * FRAME_SECONDS - start;
      const full = clamp((since - VIBRATO_AFTER_SECONDS) / VIBRATO_AFTER_SECONDS, 0, 1);
      vibrato[frame] = full * depth * Math.sin(2 * Math.PI * rate * since);
    }
    from = to;
  });
  const gliding = smoothed(semitones, Math.round(GLIDE_SECONDS / FRAME_SECONDS));
  return gliding.map((semitone, frame) => {
    const hz = medianHz * 2 ** ((semitone + vibrato[frame]) / 12);
    return clamp(hz, LOWEST_HZ, HIGHEST_HZ);
  });
}

/** The mean of `width` values around each. */
function smoothed(values: Float32Array, width: number): Float32Array {
  const half = width >> 1;
  return values.map((_, at) => {
    let sum = 0;
    for (let i = at - half; i <= at + half; i++) sum += values[clamp(i, 0, values.length - 1)];
    return sum / (2 * half + 1);
  });
}
