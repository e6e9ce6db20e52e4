/**
 * @file Log-mel rows as the articulatory network wants them: without the speaker's loudness, the
 * microphone's colour and the room's floor.
 *
 * The network was trained on clips of 3 s, each normalised by its own statistics. Here they come
 * from windows of 8 s around each moment, and only from near speech: a clip with much silence
 * would otherwise be normalised to the silence (accuracy .60 → .05 when 4 s of speech stand in
 * 29 s), and a pause be blown up into speech.
 */
import { clamp, mix } from "../base/curves.js";
import { MEL_BANDS } from "./mel.js";
import { selectQuantile } from "./quantile.js";
import { loudLevel } from "./silence.js";

/** Hops of a window, and at most from one to the next. Of 5 … 30 s, shorter ones hear better. */
const WINDOW = 800;
const STEP = 400;
/** Bands from here on (280 Hz) tell how loud a hop is: hum and rumble lie below. */
const LOUDNESS_BAND = 6;
/** Louder than this below the loud hops is speech, nats (22 dB). */
const SPEECH_NATS = 5;
/** Hops this near to speech count, so that its pauses do: half a second. */
const NEAR = 50;
/** A window may be this much quieter than the recording and still be thought speech, nats. */
const QUIETER_NATS = 2.5;
/** A window with fewer hops near speech leans on the whole recording. */
const TRUSTED_HOPS = 500;
/** Of a long recording, as many hops as this tell its statistics. */
const SAMPLED_HOPS = 4000;
/** Values this far below the 95th percentile are floor, nats. */
const FLOOR_NATS = 9;
/** Keeps a division finite; as in training. */
const SPREAD_LEAST = 1e-3;
/** Loudness below which there is no sound: a nat above that of zeros. */
const NO_SOUND = Math.log((MEL_BANDS - LOUDNESS_BAND) * 1e-6) + 1;

/** How to normalise a row. */
export interface Scale {
  /** Smaller values are raised to this. */
  readonly floor: number;
  /** Subtracted, shape [64]. */
  readonly mean: Float64Array;
  /** Divided by. */
  readonly spread: number;
  /** How much the sound changes over time, nats: 0.8 in steady noise, 1.3 … 3.2 in speech. */
  readonly change: number;
}

/** Scales along a recording. */
export interface Scales {
  /** At evenly spaced hops, at least one; between them they are mixed. */
  readonly scales: readonly Scale[];
  /** Hop of the first scale, and hops from one to the next. */
  readonly first: number;
  readonly step: number;
}

/**
 * Measures a recording.
 *
 * A recording up to 8 s in which no pause is longer than a second has one scale, the one of
 * training: floor = 95th percentile − 9, mean per band, standard deviation of all values.
 *
 * @param mel - Shape [hops, 64], at least one hop.
 * @returns Nothing, if the recording is silent.
 */
export function measureScales(mel: Float32Array): Scales | undefined {
  const loudness = loudnessOf(mel);
  const hopCount = loudness.length;
  const loud = loudLevel(loudness);
  const near = nearSpeech(loudness, loud);
  const stride = Math.ceil(near.length / SAMPLED_HOPS);
  const whole = measure(
    mel,
    near.filter((_, i) => i % stride === 0),
  );
  if (!whole) return undefined;
  if (hopCount <= WINDOW) return { scales: [whole], first: 0, step: 1 };
  const windowCount = 1 + Math.ceil((hopCount - WINDOW) / STEP);
  const step = (hopCount - WINDOW) / (windowCount - 1);
  const scales = Array.from({ length: windowCount }, (_, k) => {
    const start = Math.round(k * step);
    const heard = loudness.subarray(start, start + WINDOW);
    const hops = nearSpeech(heard, Math.max(loudLevel(heard), loud - QUIETER_NATS));
    const own = measure(mel.subarray(start * MEL_BANDS), hops);
    return own ? mixScales(whole, own, Math.min(1, hops.length / TRUSTED_HOPS)) : whole;
  });
  return { scales, first: WINDOW / 2, step };
}

/**
 * Normalises rows.
 *
 * @param mel - Shape [hops, 64].
 * @param from - The first hop.
 * @param out - Shape [hops wanted, 64]; beyond the last hop that one is repeated.
 */
export function normalizeRows(
  mel: Float32Array,
  scales: Scales,
  from: number,
  out: Float32Array,
): Float32Array {
  const last = mel.length / MEL_BANDS - 1;
  for (let row = 0; row < out.length / MEL_BANDS; row++) {
    const hop = Math.min(from + row, last);
    const { before, after, share } = scalesAt(scales, hop);
    const floor = mix(before.floor, after.floor, share);
    const spread = mix(before.spread, after.spread, share) + SPREAD_LEAST;
    for (let band = 0; band < MEL_BANDS; band++) {
      const value = Math.max(mel[hop * MEL_BANDS + band], floor);
      const mean = mix(before.mean[band], after.mean[band], share);
      out[row * MEL_BANDS + band] = (value - mean) / spread;
    }
  }
  return out;
}

/** How much the sound changes around a hop, see `Scale.change`. */
export function changeAt(scales: Scales, hop: number): number {
  const { before, after, share } = scalesAt(scales, hop);
  return mix(before.change, after.change, share);
}

/** The scales around a hop, and the share of the later one. */
function scalesAt({ scales, first, step }: Scales, hop: number) {
  const position = clamp((hop - first) / step, 0, scales.length - 1);
  const index = Math.floor(position);
  const before = scales[index];
  return { before, after: scales[index + 1] ?? before, share: position - index };
}

/** Logarithm of the power above 280 Hz in each hop, shape [hops]. */
function loudnessOf(mel: Float32Array): Float32Array {
  return Float32Array.from({ length: mel.length / MEL_BANDS }, (_, hop) => {
    let power = 0;
    for (let band = LOUDNESS_BAND; band < MEL_BANDS; band++) {
      power += Math.exp(mel[hop * MEL_BANDS + band]);
    }
    return Math.log(power);
  });
}

/** The hops within half a second of one that is nearly as loud as `loud`. */
function nearSpeech(loudness: Float32Array, loud: number): Uint32Array {
  const hops = new Uint32Array(loudness.length);
  let count = 0;
  let next = 0;
  loudness.forEach((value, hop) => {
    if (value < loud - SPEECH_NATS || value < NO_SOUND) return;
    const end = Math.min(loudness.length, hop + NEAR + 1);
    for (next = Math.max(next, hop - NEAR); next < end; next++) hops[count++] = next;
  });
  return hops.subarray(0, count);
}

/** The statistics of some hops; nothing for none. @source Our training front end. */
function measure(mel: Float32Array, hops: Uint32Array): Scale | undefined {
  if (hops.length === 0) return undefined;
  const values = new Float32Array(hops.length * MEL_BANDS);
  hops.forEach((hop, i) => {
    values.set(mel.subarray(hop * MEL_BANDS, (hop + 1) * MEL_BANDS), i * MEL_BANDS);
  });
  const mean = new Float64Array(MEL_BANDS);
  const square = new Float64Array(MEL_BANDS);
  const floor = selectQuantile(values.slice(), 0.95) - FLOOR_NATS;
  for (let i = 0; i < values.length; i++) {
    const value = Math.max(values[i], floor);
    mean[i % MEL_BANDS] += value / hops.length;
    square[i % MEL_BANDS] += (value * value) / hops.length;
  }
  const centre = average(mean);
  const change = average(square.map((value, band) => value - mean[band] ** 2));
  const colour = average(mean.map((value) => (value - centre) ** 2));
  return {
    floor,
    mean,
    spread: Math.sqrt(Math.max(0, change + colour)),
    change: Math.sqrt(Math.max(0, change)),
  };
}

function mixScales(a: Scale, b: Scale, share: number): Scale {
  return {
    floor: mix(a.floor, b.floor, share),
    mean: a.mean.map((value, band) => mix(value, b.mean[band], share)),
    spread: mix(a.spread, b.spread, share),
    change: mix(a.change, b.change, share),
  };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
