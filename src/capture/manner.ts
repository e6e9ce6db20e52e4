/**
 * @file A manner of speaking out of films: what mouths did, against what was told from the voice; by
 * ridge regression in closed form, near what people do in general.
 *
 * Only sums are kept of a film, from which everything follows: how to correct, and how well that goes
 * on a part that was not learned from.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../base/channels.js";
import { clamp, correlationAt, sampleAt } from "../base/curves.js";
import { factor, solve } from "../base/solve.js";
import { performLips } from "../performance/lips.js";
import {
  HEARD_SIZE,
  heardAround,
  MANNER_SIZE,
  type Manner,
  type MannerOf,
  type MouthMeasure,
  measureLips,
  TOLD_CM,
} from "../performance/manner.js";
import { LEAD_HOPS } from "../performance/mouth.js";
import { perform } from "../performance/performance.js";
import type { Take } from "../performance/take.js";
import { type Blendshape, deltaOf } from "../rig/basis.js";
import { POINT } from "../rig/topology.js";
import type { Voice } from "../voice/voice.js";
import { partingOf } from "./lips.js";

/** Sums over frames, each about the mean of its film. Plain data. */
export interface MouthSums {
  readonly frames: number;
  /** Of what is told (opening, width, cm) and heard, shape [68, 68]. */
  readonly gram: Float64Array;
  /** Of that with what was filmed (opening, width, cm), shape [68, 2]. */
  readonly cross: Float64Array;
  /** Of the filmed squares, shape [2]. */
  readonly squares: Float64Array;
}

/** A number for opening and one for width. */
export type PerMeasure = Readonly<Record<MouthMeasure, number>>;

const MEASURES = ["opening", "width"] as const satisfies readonly MouthMeasure[];
/** What is told of both, and what is heard. */
const ROW = MEASURES.length + HEARD_SIZE;
/** Mouths that follow the sound less than this are dubbed, or hidden. */
const LEAST_MATCH = 0.3;
/** Sound and picture of a film may be apart by so many frames. */
const LAG_FRAMES = 8;
/** Films are summed up in parts of about so many frames, so that some can be held back. */
const PART_FRAMES = 125;
/** Every part is held back once, among so many groups of them. */
const FOLDS = 5;
/** How near a correction stays to what is known before, in frames. */
const RIDGE = { people: 10, somebody: 50 } as const;
/** What is told is believed by so much before anybody was filmed. */
const TOLD_SHARE = 0.5;
/** Of one among several people, so many frames count at most. */
const FRAMES_MOST = 1000;
/** Doubt is not made up for by more than this. */
const GAIN_MOST = 2.5;
/**
 * What is left of a correction's spread in the pixels, where lips that must meet have met: so that mouths
 * vary as those of people do (`mouthVariety` of the report, docs/measurements.md).
 */
const LEFT_OVER = { opening: 0.76, width: 0.86 } as const;
const { mouthLeft: LEFT, mouthRight: RIGHT } = POINT;
const { jawOpen: JAW, mouthClose: CLOSE } = CHANNEL_INDEX;

/** A frame: what is told and heard, and what was filmed. */
interface Row {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Compares a filmed mouth with its voice, in parts; nothing if they do not say the same. */
export function compareMouths(
  filmed: Take,
  voice: Voice,
  basis: readonly Blendshape[],
): MouthSums[] | undefined {
  const lips = performLips(voice, "speech");
  const told = MEASURES.map((measure) => measureLips(lips, measure));
  const heard = heardAround(voice);
  const seen = [openingOf(filmed, basis), widthOf(filmed, basis)];
  const hopOf = (frame: number) =>
    clamp((frame + 0.5) / filmed.fps / voice.hopSeconds - 0.5 + LEAD_HOPS, 0, voice.hopCount - 1);
  const count = Math.min(
    filmed.frameCount,
    Math.floor(voice.hopCount * voice.hopSeconds * filmed.fps),
  );
  // Whether they say the same is told best by what would be seen: lips that meet where they must.
  const opening = openingOf(perform(voice, { fps: filmed.fps, mode: "speech" }), basis);
  let [lag, best] = [0, -1];
  for (let k = -LAG_FRAMES; k <= LAG_FRAMES; k++) {
    const r = correlationAt(opening, seen[0], k);
    if (r > best) [lag, best] = [k, r];
  }
  // A best place at the very end of the search is no place at all.
  if (best < LEAST_MATCH || Math.abs(lag) === LAG_FRAMES) return undefined;
  const rows: Row[] = [];
  for (let frame = Math.max(0, -lag); frame < Math.min(count, count - lag); frame++) {
    const hop = hopOf(frame + lag);
    const from = Math.round(hop) * HEARD_SIZE;
    const x = Float64Array.of(
      ...told.map((curve) => sampleAt(curve, hop)),
      ...heard.subarray(from, from + HEARD_SIZE),
    );
    rows.push({ x, y: Float64Array.from(seen, (curve) => curve[frame]) });
  }
  takeMeans(rows);
  const parts = Math.max(1, Math.round(rows.length / PART_FRAMES));
  const cut = (part: number) => Math.round((part * rows.length) / parts);
  return Array.from({ length: parts }, (_, part) => sumUp(rows.slice(cut(part), cut(part + 1))));
}

/** Takes the film's means out of its rows, in place. */
function takeMeans(rows: readonly Row[]): void {
  for (const of of ["x", "y"] as const) {
    const mean = new Float64Array(rows[0][of].length);
    for (const row of rows) {
      row[of].forEach((value, i) => {
        mean[i] += value / rows.length;
      });
    }
    for (const row of rows) {
      mean.forEach((value, i) => {
        row[of][i] -= value;
      });
    }
  }
}

function sumUp(rows: readonly Row[]): MouthSums {
  const gram = new Float64Array(ROW * ROW);
  const cross = new Float64Array(ROW * 2);
  const squares = new Float64Array(2);
  for (const { x, y } of rows) {
    for (let a = 0; a < ROW; a++) {
      for (let b = 0; b < ROW; b++) gram[a * ROW + b] += x[a] * x[b];
      for (let k = 0; k < 2; k++) cross[2 * a + k] += x[a] * y[k];
    }
    for (let k = 0; k < 2; k++) squares[k] += y[k] * y[k];
  }
  return { frames: rows.length, gram, cross, squares };
}

/** Several films of one person as one. */
export function addSums(sums: readonly MouthSums[]): MouthSums {
  const total = (of: (sum: MouthSums) => Float64Array, size: number) =>
    Float64Array.from({ length: size }, (_, i) => sums.reduce((s, sum) => s + of(sum)[i], 0));
  return {
    frames: sums.reduce((count, { frames }) => count + frames, 0),
    gram: total(({ gram }) => gram, ROW * ROW),
    cross: total(({ cross }) => cross, ROW * 2),
    squares: total(({ squares }) => squares, 2),
  };
}

/** Spread of opening and width, as told and as filmed, standard deviation, cm. */
export function spreadsOf({ frames, gram, squares }: MouthSums): {
  readonly told: PerMeasure;
  readonly filmed: PerMeasure;
} {
  const root = (sum: number) => Math.sqrt(sum / Math.max(1, frames));
  return {
    told: { opening: root(gram[0]), width: root(gram[ROW + 1]) },
    filmed: { opening: root(squares[0]), width: root(squares[1]) },
  };
}

/** Sums in which what is told and what was filmed vary by 1: people become comparable. */
function standardised(sums: MouthSums): MouthSums {
  const { told, filmed } = spreadsOf(sums);
  const unit = (value: number) => 1 / Math.max(value, 1e-3);
  const x = [unit(told.opening), unit(told.width)];
  const y = [unit(filmed.opening), unit(filmed.width)];
  return {
    frames: sums.frames,
    gram: sums.gram.map((value, i) => value * (x[Math.floor(i / ROW)] ?? 1) * (x[i % ROW] ?? 1)),
    cross: sums.cross.map((value, i) => value * (x[i >> 1] ?? 1) * y[i & 1]),
    squares: sums.squares.map((value, k) => value * y[k] * y[k]),
  };
}

/** Somebody's manner. @param prior - What people do in general. */
export function mannerOf(sums: MouthSums, prior: Manner | undefined): Manner {
  return solveManner(standardised(sums), prior, RIDGE.somebody);
}

/** What people have in common. @param people - One sum each. */
export function mannerOfPeople(people: readonly MouthSums[]): Manner {
  const pooled = people.map(standardised).map((sums): MouthSums => {
    const share = Math.min(1, FRAMES_MOST / Math.max(1, sums.frames));
    return {
      frames: share * sums.frames,
      gram: sums.gram.map((value) => share * value),
      cross: sums.cross.map((value) => share * value),
      squares: sums.squares.map((value) => share * value),
    };
  });
  return solveManner(addSums(pooled), undefined, RIDGE.people);
}

function solveManner(sums: MouthSums, prior: Manner | undefined, ridge: number): Manner {
  const correction = (measure: MouthMeasure): MannerOf => {
    const rows = rowsOf(measure);
    const before =
      prior?.[measure].by ?? Float32Array.of(TOLD_SHARE, ...new Array(HEARD_SIZE).fill(0));
    const gram = new Float64Array(MANNER_SIZE * MANNER_SIZE);
    const right = new Float64Array(MANNER_SIZE);
    rows.forEach((a, i) => {
      rows.forEach((b, j) => {
        gram[i * MANNER_SIZE + j] = sums.gram[a * ROW + b] + (i === j ? ridge : 0);
      });
      right[i] = sums.cross[2 * a + MEASURES.indexOf(measure)] + ridge * before[i];
    });
    const by = Float32Array.from(solve(factor(gram, MANNER_SIZE), right));
    const { own } = foretell(sums, measure, by);
    const spread = Math.sqrt(own / Math.max(1, sums.frames));
    return { by, gain: Math.min(GAIN_MOST, 1 / Math.max(LEFT_OVER[measure] * spread, 1e-3)) };
  };
  return { opening: correction("opening"), width: correction("width") };
}

/** Which of a row's numbers a measure is corrected by. */
function rowsOf(measure: MouthMeasure): number[] {
  const own = MEASURES.indexOf(measure);
  return [own, ...Array.from({ length: HEARD_SIZE }, (_, i) => MEASURES.length + i)];
}

/** Sums of squares of what is foretold, and of its product with what was filmed. */
function foretell(
  { gram, cross }: MouthSums,
  measure: MouthMeasure,
  by: ArrayLike<number>,
): { readonly own: number; readonly both: number } {
  const rows = rowsOf(measure);
  let [own, both] = [0, 0];
  rows.forEach((a, i) => {
    rows.forEach((b, j) => {
      own += by[i] * by[j] * gram[a * ROW + b];
    });
    both += by[i] * cross[2 * a + MEASURES.indexOf(measure)];
  });
  return { own: Math.max(0, own), both };
}

/**
 * Correlation of mouths with what is told, or with what manners make of that.
 *
 * @param parts - Each may have a manner of its own: one that was not learned from it.
 */
export function matchOf(
  parts: readonly { readonly sums: MouthSums; readonly manner?: Manner | undefined }[],
): PerMeasure {
  const match = (measure: MouthMeasure) => {
    let [own, both, filmed] = [0, 0, 0];
    for (const { sums, manner } of parts) {
      const by = new Float64Array(MANNER_SIZE);
      by.set(manner?.[measure].by ?? [1]);
      by[0] /= TOLD_CM[measure];
      const told = foretell(sums, measure, by);
      const gain = manner?.[measure].gain ?? 1;
      own += gain * gain * told.own;
      both += gain * told.both;
      filmed += sums.squares[MEASURES.indexOf(measure)];
    }
    return both / Math.max(Math.sqrt(own * filmed), 1e-9);
  };
  return { opening: match("opening"), width: match("width") };
}

/**
 * How well somebody's manner goes with that person's mouth where it was not learned: each part by one
 * learned from the others.
 */
export function matchOfOwn(parts: readonly MouthSums[], prior: Manner | undefined): PerMeasure {
  const folds = Math.min(FOLDS, parts.length);
  const manners = Array.from({ length: folds }, (_, fold) =>
    mannerOf(addSums(parts.filter((_, i) => i % folds !== fold)), prior),
  );
  return matchOf(parts.map((sums, i) => ({ sums, manner: manners[i % folds] })));
}

/** How far the lips are apart, cm on the canonical face. */
function openingOf({ weights, frameCount }: Take, basis: readonly Blendshape[]): Float32Array {
  const parting = basis.map((shape, c) => (c === CLOSE ? 0 : partingOf(shape)));
  return sumOf(weights, frameCount, parting).map((value, frame) => {
    const at = frame * CHANNEL_COUNT;
    return value * (1 - clamp(weights[at + CLOSE] / Math.max(weights[at + JAW], 0.05), 0, 1));
  });
}

/** How wide the mouth is against its rest, cm on the canonical face. */
function widthOf({ weights, frameCount }: Take, basis: readonly Blendshape[]): Float32Array {
  const widening = basis.map((shape) => deltaOf(shape, LEFT, 0) - deltaOf(shape, RIGHT, 0));
  return sumOf(weights, frameCount, widening);
}

/** A weighted sum of the channels, by frame. */
function sumOf(weights: Float32Array, count: number, shares: readonly number[]): Float32Array {
  return Float32Array.from({ length: count }, (_, frame) =>
    shares.reduce((sum, share, c) => sum + share * weights[frame * CHANNEL_COUNT + c], 0),
  );
}
