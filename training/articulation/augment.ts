/**
 * @file One clip of speech as many others might have said and recorded it: another tempo, throat,
 * room, microphone and neighbourhood. Works on log-mel; labels move along.
 *
 * @source Vocal tract: Jaitly & Hinton 2013; masks: Park et al. 2019, "SpecAugment".
 */
import { clamp, mix } from "../../src/base/curves.js";
import type { Random } from "../../src/base/random.js";
import { MEL_BANDS, MEL_SILENCE } from "../../src/voice/mel.js";
import { measureScales, normalizeRows } from "../../src/voice/normalize.js";
import { melOf, type StoredUtterance, UNKNOWN_CLASS } from "../data/corpus.js";

/** What else can be heard beside the speaker. */
export interface Surroundings {
  readonly talkers: readonly StoredUtterance[];
  readonly music: readonly StoredUtterance[];
}

/** A clip as the network hears it. */
export interface Clip {
  /** Normalised, shape [hops, 64]. */
  readonly rows: Float32Array;
  /** `UNKNOWN_CLASS` beyond the utterance, shape [hops]. */
  readonly classes: Uint8Array;
  /** Where in the utterance each hop comes from, hops; NaN beyond it and where nobody speaks. */
  readonly places: Float32Array;
}

/** Chances and ranges of everything that can happen to a clip. */
const TEMPO = { chance: 0.5, low: 0.8, high: 1.35 } as const;
const THROAT = { low: 0.86, high: 1.16 } as const;
const ROOM = { chance: 0.3, level: [0.1, 0.6], keep: [0.3, 0.88] } as const;
const MUSIC = { chance: 0.25, db: [-3, 18] } as const;
const NOISE = { chance: 0.5, db: [3, 35] } as const;
/** A stretch in which the speaker is silent: its length, hops, and what is left of the sound. */
const PAUSE = { chance: 0.3, hops: [25, 160], db: [-60, -22] } as const;
/** Share of all clips in which nobody speaks: music or noise alone. */
const WORDLESS = 0.03;
const QUIETER = { chance: 0.3, nats: [-7, 0] } as const;
const COLOUR_NATS = 1.2;
/** Band limits: highest band that is left, and for a telephone the lowest. */
const BAND = { chance: 0.2, top: [38, 63], telephone: 0.5, bottom: [4, 10] } as const;
const MASK = { chance: 0.35, hops: 7, bands: 8 } as const;

const MEL_HIGH = Math.exp(12);

/**
 * Cuts a clip out of an utterance, and changes it.
 *
 * @param hops - Its length.
 * @param disturbance - How much and how often it is changed, 0..1.
 */
export function makeClip(
  utterance: StoredUtterance,
  hops: number,
  random: Random,
  around: Surroundings,
  disturbance = 1,
): Clip {
  const classes = new Uint8Array(hops).fill(UNKNOWN_CLASS);
  const mel = new Float32Array(hops * MEL_BANDS).fill(MEL_SILENCE);
  const has = (chance: number) => random.uniform() < disturbance * chance;
  const within = ([low, high]: readonly [number, number]) => mix(low, high, random.uniform());
  const tempo = has(TEMPO.chance) ? within([TEMPO.low, TEMPO.high]) : 1;
  const places = choosePlaces(utterance.hops, hops, tempo, random);
  const throat = 1 + disturbance * (within([THROAT.low, THROAT.high]) - 1);
  const used = cutClip(utterance, places, throat, mel, classes);
  const power = mel.map((value) => Math.exp(value));
  const spoken = power.subarray(0, used * MEL_BANDS);
  if (has(WORDLESS)) {
    spoken.fill(1e-6);
    classes.fill(0, 0, used);
    places.fill(Number.NaN);
    addSound(spoken, drawMel(around.music, used, random), 0, 1);
    if (has(0.5)) addSound(spoken, drawNoise(used, random), within([-10, 10]));
  } else {
    if (random.uniform() < PAUSE.chance) {
      const from = Math.floor(random.uniform() * used);
      const to = Math.min(used, from + Math.round(within(PAUSE.hops)));
      addPause(spoken.subarray(from * MEL_BANDS, to * MEL_BANDS), meanOf(spoken), within, random);
      classes.fill(0, from, to);
      places.fill(Number.NaN, from, to);
    }
    if (has(ROOM.chance)) addRoom(spoken, within(ROOM.level), within(ROOM.keep));
    if (has(MUSIC.chance)) {
      addSound(spoken, drawMel(around.music, used, random), -within(MUSIC.db));
    }
    if (has(NOISE.chance)) {
      const noise = has(0.5) ? drawNoise(used, random) : drawMel(around.talkers, used, random);
      addSound(spoken, noise, -within(NOISE.db));
    }
  }
  const quieter = has(QUIETER.chance) ? Math.exp(within(QUIETER.nats)) : 1;
  const colour = drawColour(disturbance * COLOUR_NATS, random);
  for (let i = 0; i < spoken.length; i++) {
    mel[i] = Math.log(quieter * Math.min(spoken[i], MEL_HIGH) + 1e-6) + colour[i % MEL_BANDS];
  }
  if (has(BAND.chance)) limitBand(mel, used, within, has(BAND.telephone), random);
  const heard = mel.subarray(0, used * MEL_BANDS);
  const rows = new Float32Array(mel.length);
  const scales = measureScales(heard);
  if (scales !== undefined) {
    normalizeRows(heard, scales, 0, rows.subarray(0, heard.length));
    if (has(MASK.chance)) maskRows(rows, used, random);
  }
  return { rows, classes, places };
}

/** A stretch of an utterance at a tempo. */
function choosePlaces(
  utteranceHops: number,
  hops: number,
  tempo: number,
  random: Random,
): Float32Array {
  const count = Math.min(Math.ceil(hops * tempo), utteranceHops);
  const from = Math.floor(random.uniform() * (utteranceHops - count + 1));
  const used = Math.min(hops, Math.floor(count / tempo));
  return Float32Array.from({ length: hops }, (_, hop) =>
    hop < used ? from + clamp((hop + 0.5) * tempo - 0.5, 0, count - 1) : Number.NaN,
  );
}

/** Copies those places with another vocal tract. @returns Hops that are filled. */
function cutClip(
  utterance: StoredUtterance,
  places: Float32Array,
  throat: number,
  mel: Float32Array,
  classes: Uint8Array,
): number {
  const first = Math.floor(places[0]);
  const used = places.findIndex(Number.isNaN);
  const end = used < 0 ? places.length : used;
  const last = Math.min(Math.floor(places[end - 1]) + 1, utterance.hops - 1);
  const source = melOf(utterance, first, last - first + 1);
  for (let hop = 0; hop < end; hop++) {
    const row = Math.floor(places[hop]) - first;
    const next = Math.min(row + 1, last - first);
    const share = places[hop] - first - row;
    classes[hop] = utterance.classes[Math.round(places[hop])];
    for (let band = 0; band < MEL_BANDS; band++) {
      const place = Math.min(band * throat, MEL_BANDS - 1);
      const low = Math.floor(place);
      const high = Math.min(low + 1, MEL_BANDS - 1);
      const a = mix(source[row * MEL_BANDS + low], source[row * MEL_BANDS + high], place - low);
      const b = mix(source[next * MEL_BANDS + low], source[next * MEL_BANDS + high], place - low);
      mel[hop * MEL_BANDS + band] = mix(a, b, share);
    }
  }
  return end;
}

/** Puts nothing, or faint noise, in the place of speech. @param loud - Mean power around it. */
function addPause(
  power: Float32Array,
  loud: number,
  within: (range: readonly [number, number]) => number,
  random: Random,
): void {
  power.fill(1e-6);
  if (random.uniform() < 0.3) return;
  addSound(power, drawNoise(power.length / MEL_BANDS, random), within(PAUSE.db), loud);
}

/** Adds an echo that dies away. */
function addRoom(power: Float32Array, level: number, keep: number): void {
  const tail = new Float64Array(MEL_BANDS);
  for (let i = 0; i < power.length; i += MEL_BANDS) {
    for (let band = 0; band < MEL_BANDS; band++) {
      tail[band] = keep * tail[band] + (1 - keep) * power[i + band];
      power[i + band] += level * tail[band];
    }
  }
}

/** Adds a sound `db` louder than what is there, or than `reference`. */
function addSound(
  power: Float32Array,
  other: Float32Array,
  db: number,
  reference = meanOf(power),
): void {
  const gain = (reference * 10 ** (db / 10)) / Math.max(meanOf(other), 1e-9);
  for (let i = 0; i < power.length; i++) power[i] += gain * other[i];
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(values.length, 1);
}

/** The power of some recording, repeated if it is too short. */
function drawMel(pool: readonly StoredUtterance[], hops: number, random: Random): Float32Array {
  const chosen = pool[Math.floor(random.uniform() * pool.length)];
  const count = Math.min(chosen.hops, hops);
  const from = Math.floor(random.uniform() * (chosen.hops - count + 1));
  const source = melOf(chosen, from, count);
  return Float32Array.from({ length: hops * MEL_BANDS }, (_, i) =>
    Math.exp(source[i % source.length]),
  );
}

/** Steady noise of some colour. */
function drawNoise(hops: number, random: Random): Float32Array {
  const colour = new Float64Array(MEL_BANDS);
  for (let band = 1; band < MEL_BANDS; band++) {
    colour[band] = colour[band - 1] + 0.25 * random.normal();
  }
  return Float32Array.from({ length: hops * MEL_BANDS }, (_, i) => {
    // A sum of two exponentials: about what the power of noise in a band is.
    const size = -Math.log(1 - random.uniform()) - Math.log(1 - random.uniform());
    return 0.5 * size * Math.exp(colour[i % MEL_BANDS]);
  });
}

/** A microphone's colour: nats per band, straight between six knots. */
function drawColour(nats: number, random: Random): Float32Array {
  const knots = Array.from({ length: 6 }, () => nats * random.normal());
  return Float32Array.from({ length: MEL_BANDS }, (_, band) => {
    const at = (band * (knots.length - 1)) / (MEL_BANDS - 1);
    const low = Math.min(Math.floor(at), knots.length - 2);
    return mix(knots[low], knots[low + 1], at - low);
  });
}

function limitBand(
  mel: Float32Array,
  hops: number,
  within: (range: readonly [number, number]) => number,
  isTelephone: boolean,
  random: Random,
): void {
  const top = within(BAND.top);
  const bottom = isTelephone ? within(BAND.bottom) : 0;
  for (let i = 0; i < hops * MEL_BANDS; i++) {
    const band = i % MEL_BANDS;
    if (band >= top || band < bottom) mel[i] = MEL_SILENCE + 0.3 * random.normal();
  }
}

/** Hides a few hops and a few bands behind the mean. */
function maskRows(rows: Float32Array, hops: number, random: Random): void {
  const length = Math.floor(random.uniform() * (MASK.hops + 1));
  const from = Math.floor(random.uniform() * Math.max(1, hops - length));
  rows.fill(0, from * MEL_BANDS, Math.min(hops, from + length) * MEL_BANDS);
  const width = Math.floor(random.uniform() * (MASK.bands + 1));
  const first = Math.floor(random.uniform() * (MEL_BANDS - width));
  for (let hop = 0; hop < hops; hop++) {
    rows.fill(0, hop * MEL_BANDS + first, hop * MEL_BANDS + first + width);
  }
}
