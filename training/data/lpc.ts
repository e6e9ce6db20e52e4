/**
 * @file A voice taken apart into what its throat and mouth do and what its vocal folds do, and put
 * together again with other vocal folds: linear prediction at 16 kHz, 200 frames a second.
 *
 * Frame i is centred at (i + ½) · 5 ms.
 */
import { assert } from "../../src/base/assert.js";
import { clamp } from "../../src/base/curves.js";
import type { Random } from "../../src/base/random.js";
import { HEARING_HZ } from "../../src/voice/mel.js";

/** Time between frames, seconds. */
export const FRAME_SECONDS = 0.005;
/** Poles of the filter: four or five formants and the tilt, for voices of children and men. */
export const ORDER = 22;

const HOP = HEARING_HZ * FRAME_SECONDS;
/** Samples of the window that the filter is found in: 25 ms. */
const WINDOW = 400;
/** Windows of the level of voiced and of other sounds, samples: a burst must stay short. */
const VOICED_WINDOW = 400;
const BURST_WINDOW = 112;
/** Makes voices about as strong at all frequencies, before the filter is found. */
const EMPHASIS = 0.97;
/** Noise that keeps the filter from following single harmonics, as a share of the power. */
const NOISE_FLOOR = 1e-5;

/** Throat and mouth over time. */
export interface VocalTract {
  readonly frames: number;
  /** Reflection coefficients, −1..1, shape [frames, ORDER]. */
  readonly reflections: Float32Array;
  /** Root mean square of what excites the filter, shape [frames]. */
  readonly levels: Float32Array;
}

/**
 * Finds the filter of each frame.
 *
 * @param voicing - How voiced each frame is, 0..1, shape [frames].
 * @param sharpestHz - Width of the lag window: no resonance becomes sharper. 60 keeps formants as
 *   they are; from 120 on no harmonic of the old voice shines through.
 * @source Autocorrelation method: Makhoul 1975, "Linear prediction: a tutorial review".
 */
export function analyzeTract(
  samples: Float32Array,
  voicing: Float32Array,
  sharpestHz: number,
): VocalTract {
  const frames = Math.floor(samples.length / HOP);
  assert(voicing.length === frames, `voicing of ${frames} frames, got ${voicing.length}`);
  const emphasized = new Float32Array(samples.length + 2 * WINDOW);
  for (let i = 0; i < samples.length; i++) {
    emphasized[WINDOW + i] = samples[i] - EMPHASIS * (samples[i - 1] ?? 0);
  }
  const window = hann(WINDOW);
  const lagWindow = Float64Array.from({ length: ORDER + 1 }, (_, lag) => {
    const angle = (2 * Math.PI * sharpestHz * lag) / HEARING_HZ;
    return Math.exp(-0.5 * angle * angle);
  });
  const reflections = new Float32Array(frames * ORDER);
  const levels = new Float32Array(frames);
  const piece = new Float64Array(WINDOW);
  const likeness = new Float64Array(ORDER + 1);
  const predictor = new Float64Array(ORDER + 1);
  for (let frame = 0; frame < frames; frame++) {
    const centre = WINDOW + Math.round((frame + 0.5) * HOP);
    for (let i = 0; i < WINDOW; i++) {
      piece[i] = emphasized[centre - WINDOW / 2 + i] * window[i];
    }
    autocorrelate(piece, lagWindow, likeness);
    solveReflections(likeness, predictor, reflections.subarray(frame * ORDER));
    const voiced = residualLevel(emphasized, centre, VOICED_WINDOW, predictor);
    const burst = residualLevel(emphasized, centre, BURST_WINDOW, predictor);
    levels[frame] = burst + (voiced - burst) * voicing[frame];
  }
  return { frames, reflections, levels };
}

function autocorrelate(piece: Float64Array, lagWindow: Float64Array, out: Float64Array): void {
  for (let lag = 0; lag <= ORDER; lag++) {
    let sum = 0;
    for (let i = lag; i < piece.length; i++) sum += piece[i] * piece[i - lag];
    out[lag] = sum * lagWindow[lag];
  }
  out[0] = out[0] * (1 + NOISE_FLOOR) + 1e-9;
}

/** @source Levinson 1947, Durbin 1960. */
function solveReflections(r: Float64Array, predictor: Float64Array, out: Float32Array): void {
  predictor.fill(0);
  predictor[0] = 1;
  let error = r[0];
  for (let order = 1; order <= ORDER; order++) {
    let sum = r[order];
    for (let i = 1; i < order; i++) sum += predictor[i] * r[order - i];
    const reflection = clamp(-sum / error, -0.9999, 0.9999);
    out[order - 1] = reflection;
    for (let i = 1; i <= order >> 1; i++) {
      const [low, high] = [predictor[i], predictor[order - i]];
      predictor[i] = low + reflection * high;
      predictor[order - i] = high + reflection * low;
    }
    predictor[order] = reflection;
    error *= 1 - reflection * reflection;
  }
}

/** Root mean square of what the predictor leaves, under a Hann window. */
function residualLevel(
  sound: Float32Array,
  centre: number,
  length: number,
  predictor: Float64Array,
): number {
  const window = length === VOICED_WINDOW ? VOICED_WEIGHTS : BURST_WEIGHTS;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const at = centre - length / 2 + i;
    let rest = sound[at];
    for (let lag = 1; lag <= ORDER; lag++) rest += predictor[lag] * sound[at - lag];
    sum += window[i] * rest * rest;
  }
  return Math.sqrt((2 * sum) / length);
}

/** How the voice is to be: everything has the shape [frames] of the output. */
export interface Performance {
  /** Frame of the tract to take, may lie between two. */
  readonly sources: Float32Array;
  /** Hz; only counts where voiced. */
  readonly pitchHz: Float32Array;
  /** 0 = noise, 1 = pulses. */
  readonly voicing: Float32Array;
  /** Factor of the level. */
  readonly gains: Float32Array;
  /** Above this frequency even voiced sounds are more noise than pulses, Hz. */
  readonly breathHz: number;
  /** How far the emphasis is undone, 0..0.97; less sounds flatter and thinner. */
  readonly tilt: number;
}

/** Steps within a frame in which the filter moves on. */
const STEPS = 5;
const STEP = HOP / STEPS;

/** The tract, excited anew. @returns Samples at 16 kHz, 80 a frame, −1..1. */
export function excite(tract: VocalTract, plan: Performance, random: Random): Float32Array {
  const frames = plan.sources.length;
  const sound = excitation(plan, random);
  const state = new Float64Array(ORDER + 1);
  const here = new Float64Array(ORDER);
  let last = 0;
  let peak = 1;
  for (let step = 0; step < frames * STEPS; step++) {
    // The step's centre between two frames' centres.
    const at = clamp((step + 0.5) / STEPS - 0.5, 0, frames - 1);
    const source = clamp(valueAt(plan.sources, at), 0, tract.frames - 1);
    const level = valueAt(plan.gains, at) * valueAt(tract.levels, source);
    reflectionsAt(tract, source, here);
    for (let i = step * STEP; i < (step + 1) * STEP; i++) {
      last = filterSample(sound[i] * level, here, state) + plan.tilt * last;
      sound[i] = last;
      peak = Math.max(peak, Math.abs(last) / 0.99);
    }
  }
  return peak > 1 ? sound.map((sample) => sample / peak) : sound;
}

/** All-pole lattice: whatever the reflections do over time, it stays stable. */
function filterSample(input: number, reflections: Float64Array, state: Float64Array): number {
  let forward = input;
  for (let i = ORDER - 1; i >= 0; i--) {
    forward -= reflections[i] * state[i];
    state[i + 1] = state[i] + reflections[i] * forward;
  }
  state[0] = forward;
  return forward;
}

function reflectionsAt({ reflections, frames }: VocalTract, at: number, out: Float64Array): void {
  const before = Math.floor(at);
  const after = Math.min(frames - 1, before + 1);
  const share = at - before;
  for (let i = 0; i < ORDER; i++) {
    const low = reflections[before * ORDER + i];
    out[i] = low + share * (reflections[after * ORDER + i] - low);
  }
}

/** Pulses and noise of power 1, low frequencies from pulses and high ones from noise. */
function excitation(plan: Performance, random: Random): Float32Array {
  const count = plan.sources.length * HOP;
  const pulses = new Float32Array(count);
  let phase = 0;
  for (let i = 0; i < count; i++) {
    const at = clamp((i + 0.5) / HOP - 0.5, 0, plan.sources.length - 1);
    const cycles = Math.max(40, valueAt(plan.pitchHz, at)) / HEARING_HZ;
    phase += cycles;
    if (phase < 1) continue;
    phase -= 1;
    addPulse(pulses, i - phase / cycles, Math.sqrt(1 / cycles));
  }
  // First-order filters whose powers add up to one.
  const g = Math.tan((Math.PI * plan.breathHz) / HEARING_HZ);
  const lowPass = makeFirstOrder(g / (1 + g), g / (1 + g), (1 - g) / (1 + g));
  const highPass = makeFirstOrder(1 / (1 + g), -1 / (1 + g), (1 - g) / (1 + g));
  for (let i = 0; i < count; i++) {
    const at = clamp((i + 0.5) / HOP - 0.5, 0, plan.sources.length - 1);
    const voicing = valueAt(plan.voicing, at);
    const voice = lowPass(pulses[i]) + highPass(random.normal());
    pulses[i] = Math.sqrt(voicing) * voice + Math.sqrt(1 - voicing) * random.normal();
  }
  return pulses;
}

/** Reach of a pulse that lies between samples. */
const PULSE_REACH = 4;

function addPulse(out: Float32Array, at: number, height: number): void {
  for (let i = Math.ceil(at - PULSE_REACH); i < at + PULSE_REACH; i++) {
    if (i < 0 || i >= out.length) continue;
    const x = i - at;
    const sinc = Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    out[i] += height * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / PULSE_REACH));
  }
}

function makeFirstOrder(now: number, before: number, keep: number): (input: number) => number {
  let input1 = 0;
  let output1 = 0;
  return (input) => {
    output1 = now * input + before * input1 + keep * output1;
    input1 = input;
    return output1;
  };
}

/** A curve between its values, which is what lies at `at`. */
export function valueAt(curve: Float32Array, at: number): number {
  const before = Math.floor(at);
  const low = curve[before];
  return low + (at - before) * ((curve[before + 1] ?? low) - low);
}

function hann(length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
  );
}

const VOICED_WEIGHTS = hann(VOICED_WINDOW);
const BURST_WEIGHTS = hann(BURST_WINDOW);
