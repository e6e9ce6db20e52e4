/**
 * @file Another sample rate for one channel, block by block: no delay, no aliasing, any ratio.
 *
 * One sharp filter at the lower of both rates would cost 130 products a sample. Instead a short
 * kernel moves between the other rate and twice the lower one, where nothing is near the edges,
 * and a half-band filter, half of whose taps are zero and the others in pairs, is the sharp edge.
 */
import { assert } from "../base/assert.js";

/** A stream that changes its rate. */
export interface Resampler {
  /** Takes the next samples and gives those that are ready; blocks may have any length. */
  push(block: Float32Array): Float32Array;
  /** Gives what is left, as if silence followed. The last call. */
  flush(): Float32Array;
}

/** One filter of the chain. */
type Stage = (block: Float32Array) => Float32Array;

/** Stop-band attenuation of every filter, dB; also the ripple of the pass band, ±0.0014 dB. */
const ATTENUATION_DB = 76;
/** @source Kaiser 1974: the window's shape for an attenuation above 50 dB. */
const KAISER_BETA = 0.1102 * (ATTENUATION_DB - 8.7);
/** @source Kaiser 1974: taps · transition width (rad per sample) for an attenuation. */
const TAPS_TIMES_WIDTH = (ATTENUATION_DB - 7.95) / 2.285;
/** The pass band ends here and the stop band mirrors it, as a share of the lower Nyquist rate. */
const PASS_EDGE = 0.9;
/** Pairs of taps of the half-band filter that has this edge: 24. */
const PAIRS = Math.ceil(TAPS_TIMES_WIDTH / (Math.PI * (1 - PASS_EDGE)) / 4);
/** Silence after the end that brings out all output: the filters' reach, in lower-rate samples. */
const TAIL = 32;

/**
 * A resampler of one channel. Output sample k is the sound at k / toHz; altogether there are
 * round(input samples · toHz / fromHz). The samples do not depend on how the input is cut.
 *
 * Flat within 0.1 dB to 0.9 of the lower Nyquist frequency, and 70 dB down from 1.1 of it.
 *
 * @param fromHz - Sample rate of the input, an integer.
 * @param toHz - Sample rate of the output, an integer.
 */
export function makeResampler(fromHz: number, toHz: number): Resampler {
  assert(Number.isInteger(fromHz) && fromHz > 0, "a whole sample rate to resample from");
  assert(Number.isInteger(toHz) && toHz > 0, "a whole sample rate to resample to");
  if (fromHz === toHz) {
    return { push: (block) => block.slice(), flush: () => new Float32Array(0) };
  }
  const lowerHz = Math.min(fromHz, toHz);
  const stages = chain(fromHz, toHz, lowerHz);
  const run = (block: Float32Array) => stages.reduce((samples, stage) => stage(samples), block);
  let heard = 0;
  let given = 0;
  return {
    push(block) {
      heard += block.length;
      const out = run(block);
      given += out.length;
      return out;
    },
    flush() {
      const tail = run(new Float32Array(Math.ceil((TAIL * fromHz) / lowerHz)));
      return tail.subarray(0, Math.round((heard * toHz) / fromHz) - given);
    },
  };
}

function chain(fromHz: number, toHz: number, lowerHz: number): Stage[] {
  const stages: Stage[] = [];
  if (toHz > fromHz) stages.push(makeDoubler());
  const inHz = toHz > fromHz ? 2 * fromHz : fromHz;
  const outHz = toHz > fromHz ? toHz : 2 * toHz;
  if (inHz !== outHz) stages.push(makeShifter(inHz, outHz, lowerHz));
  if (toHz < fromHz) stages.push(makeHalver());
  return stages;
}

/** Half the rate; the edge lies at the new Nyquist frequency. */
function makeHalver(): Stage {
  const taps = halfBandTaps();
  // One odd sample more on each side than the taps need: `halve` reads ahead.
  return makeStage(1, 2, 2 * PAIRS + 1, (held, at, out) => halve(held, at.centre, taps, out));
}

/** Outputs computed together: their inputs overlap, so each is read twice instead of 48 times. */
const TOGETHER = 4;

/** The inner loop of the halver. */
function halve(held: Float32Array, first: number, taps: Float64Array, out: Float32Array): void {
  let centre = first;
  let k = 0;
  for (; k + TOGETHER <= out.length; k += TOGETHER, centre += 2 * TOGETHER) {
    let a = 0.5 * held[centre];
    let b = 0.5 * held[centre + 2];
    let c = 0.5 * held[centre + 4];
    let d = 0.5 * held[centre + 6];
    // The odd samples right and left of each centre, moving outwards.
    let rightA = held[centre + 1];
    let rightB = held[centre + 3];
    let rightC = held[centre + 5];
    let rightD = held[centre + 7];
    let leftA = held[centre - 1];
    let leftB = rightA;
    let leftC = rightB;
    let leftD = rightC;
    for (let pair = 0, left = centre - 3, right = centre + 9; pair < taps.length; pair++) {
      const tap = taps[pair];
      a += tap * (leftA + rightA);
      b += tap * (leftB + rightB);
      c += tap * (leftC + rightC);
      d += tap * (leftD + rightD);
      leftD = leftC;
      leftC = leftB;
      leftB = leftA;
      leftA = held[left];
      rightA = rightB;
      rightB = rightC;
      rightC = rightD;
      rightD = held[right];
      left -= 2;
      right += 2;
    }
    out[k] = a;
    out[k + 1] = b;
    out[k + 2] = c;
    out[k + 3] = d;
  }
  for (; k < out.length; k++, centre += 2) {
    let sum = 0.5 * held[centre];
    for (let pair = 0, away = 1; pair < taps.length; pair++, away += 2) {
      sum += taps[pair] * (held[centre - away] + held[centre + away]);
    }
    out[k] = sum;
  }
}

/** Twice the rate: the samples themselves, and one between each two. */
function makeDoubler(): Stage {
  const taps = halfBandTaps();
  return makeStage(2, 1, PAIRS, (held, at, out) => {
    for (let k = 0; k < out.length; k++) {
      const position = at.phase + k;
      const centre = at.centre + (position >> 1);
      if ((position & 1) === 0) {
        out[k] = held[centre];
        continue;
      }
      let sum = 0;
      for (let pair = 0; pair < PAIRS; pair++) {
        sum += taps[pair] * (held[centre - pair] + held[centre + 1 + pair]);
      }
      out[k] = 2 * sum;
    }
  });
}

/** Taps at ±1, ±3, … of a half-band low-pass; that at 0 is ½ and the other even ones are 0. */
function halfBandTaps(): Float64Array {
  const taps = new Float64Array(PAIRS);
  for (let pair = 0; pair < PAIRS; pair++) {
    const away = 2 * pair + 1;
    taps[pair] = 0.5 * sinc(away / 2) * kaiser(away / (2 * PAIRS));
  }
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => (tap * 0.25) / sum);
}

/** Any ratio, for sound that ends far below both Nyquist frequencies. */
function makeShifter(inHz: number, outHz: number, lowerHz: number): Stage {
  const divisor = greatestCommonDivisor(inHz, outHz);
  const up = outHz / divisor;
  // Pass to 0.45 and stop from 1.45 of the lower rate: images there fold onto what must stay clean.
  const width = (2 * Math.PI * lowerHz) / inHz;
  const cutoff = (1.9 * lowerHz) / inHz;
  const reach = Math.ceil(TAPS_TIMES_WIDTH / width / 2);
  const count = 2 * reach;
  const rows = new Float64Array(up * count);
  for (let phase = 0; phase < up; phase++) {
    const row = rows.subarray(phase * count, (phase + 1) * count);
    for (let tap = 0; tap < count; tap++) {
      const away = tap - reach + 1 - phase / up;
      row[tap] = sinc(cutoff * away) * kaiser(away / reach);
    }
    const sum = row.reduce((total, tap) => total + tap, 0);
    for (let tap = 0; tap < count; tap++) row[tap] /= sum;
  }
  const down = inHz / divisor;
  return makeStage(up, down, reach, (held, at, out) => {
    const whole = Math.floor(down / up);
    const rest = down % up;
    let { phase } = at;
    let first = at.centre - reach + 1;
    for (let k = 0; k < out.length; k++) {
      let sum = 0;
      for (let tap = 0, row = phase * count; tap < count; tap += 2, row += 2) {
        sum += rows[row] * held[first + tap] + rows[row + 1] * held[first + tap + 1];
      }
      out[k] = sum;
      first += whole;
      phase += rest;
      if (phase >= up) {
        phase -= up;
        first++;
      }
    }
  });
}

/** Where an output lies: at `centre` + `phase` / `up`, in samples held. */
interface Position {
  readonly centre: number;
  readonly phase: number;
}

/**
 * A filter over a stream: output k lies at input position k · down / up.
 *
 * @param reach - Inputs needed on each side of that position.
 * @param fill - Computes consecutive outputs, the first of which lies at the position given.
 */
function makeStage(
  up: number,
  down: number,
  reach: number,
  fill: (held: Float32Array, at: Position, out: Float32Array) => void,
): Stage {
  let held = new Float32Array(reach);
  let at: Position = { centre: reach, phase: 0 };
  return (block) => {
    const all = new Float32Array(held.length + block.length);
    all.set(held);
    all.set(block, held.length);
    const inputs = Math.max(0, all.length - reach - at.centre);
    const out = new Float32Array(Math.ceil((inputs * up - at.phase) / down));
    fill(all, at, out);
    const moved = at.phase + out.length * down;
    const centre = at.centre + Math.floor(moved / up);
    const used = Math.min(all.length, centre - reach);
    held = all.slice(used);
    at = { centre: centre - used, phase: moved % up };
    return out;
  };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser's window, 1 at 0 and nothing beyond ±1. */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);
}

/** Modified Bessel function of the first kind and order 0, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
