/**
 * @file Ridge regression: given how much of each expression a frame shows, the shapes that explain
 * how points moved, near a prior, and no farther than each expression reaches.
 *
 * x and y alone: the networks guess depth. Every frame counts twice, as filmed and in the mirror, so
 * that left and right are exact images of each other.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX, CHANNELS, type Channel } from "../../src/base/channels.js";
import { factor, solve } from "../../src/base/solve.js";
import type { Clip } from "./clip.js";
import type { FaceMap } from "./face-map.js";

/** Turns of the head that landmarks go with. */
export const TURN_COUNT = 6;
const TERMS = CHANNEL_COUNT + TURN_COUNT;
/** What becomes of each turn in the mirror. */
const TURN_SIGNS = [-1, 1, -1, 1, 1, -1] as const;
/** Shapes are not bound tighter than to this share of their reach, and end where it is below LEAST. */
const REACH_FLOOR = 1e-4;
const REACH_LEAST = 0.02;

/** The channel of the other side; a channel without a side is its own. */
export const OTHER_SIDE = CHANNELS.map((name) => {
  const other = /Left/.test(name) ? name.replace("Left", "Right") : name.replace("Right", "Left");
  return CHANNEL_INDEX[other as Channel];
});

/** Shapes and what turning the head does to landmarks, x and y, cm, each of shape [468 · 2]. */
export interface Regressed {
  readonly shapes: readonly Float64Array[];
  readonly turning: readonly Float64Array[];
  /** Sum of squares of each channel about its clips' means, in frames, mirrored ones too, shape [52]. */
  readonly evidence: Float64Array;
}

/** Sums over frames, from which shapes follow. */
export interface Sums {
  readonly gram: Float64Array;
  /** Shape [terms, 468 · 2]. */
  readonly cross: Float64Array;
}

/** How much a frame of each clip counts: people who were filmed for long do not rule. */
export function clipWeights(clips: readonly Clip[]): number[] {
  const frames = new Map<string, number>();
  for (const { speaker, frameCount } of clips) {
    frames.set(speaker, (frames.get(speaker) ?? 0) + frameCount);
  }
  const mean = [...frames.values()].reduce((sum, n) => sum + n, 0) / frames.size;
  return clips.map(({ speaker }) => Math.sqrt(mean / (frames.get(speaker) ?? mean)));
}

/** Adds clips up. @param weightsOf - How much of each expression the frames of a clip show, [frames][52]. */
export function sumsOf(
  clips: readonly Clip[],
  weightsOf: (clip: Clip) => readonly ArrayLike<number>[],
  face: FaceMap,
): Sums {
  const columns = face.count * 2;
  const gram = new Float64Array(TERMS * TERMS);
  const cross = new Float64Array(TERMS * columns);
  const counts = clipWeights(clips);
  clips.forEach((clip, c) => {
    const weights = weightsOf(clip);
    const rows = clip.turns.map((turns, frame) => [...Array.from(weights[frame]), ...turns]);
    const rowMean = meanOf(rows, TERMS);
    const faceMean = meanOf(clip.faces, columns);
    rows.forEach((row, frame) => {
      const off = clip.faces[frame].map((value, i) => value - faceMean[i]);
      for (let a = 0; a < TERMS; a++) {
        const own = counts[c] * (row[a] - rowMean[a]);
        if (own === 0) continue;
        for (let b = 0; b < TERMS; b++) gram[a * TERMS + b] += own * (row[b] - rowMean[b]);
        for (let i = 0; i < columns; i++) cross[a * columns + i] += own * off[i];
      }
    });
  });
  return withMirror({ gram, cross }, face);
}

function meanOf(rows: readonly ArrayLike<number>[], width: number): Float64Array {
  const mean = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) mean[i] += row[i] / rows.length;
  }
  return mean;
}

/** Adds the same frames seen in the mirror. */
function withMirror({ gram, cross }: Sums, { mirror, count }: FaceMap): Sums {
  const term = (a: number) => (a < CHANNEL_COUNT ? OTHER_SIDE[a] : a);
  const sign = (a: number) => (a < CHANNEL_COUNT ? 1 : TURN_SIGNS[a - CHANNEL_COUNT]);
  const columns = count * 2;
  const both = {
    gram: gram.map((value, i) => {
      const [a, b] = [Math.floor(i / TERMS), i % TERMS];
      return value + sign(a) * sign(b) * gram[term(a) * TERMS + term(b)];
    }),
    cross: cross.map((value, i) => {
      const [a, column] = [Math.floor(i / columns), i % columns];
      const [vertex, axis] = [column >> 1, column & 1];
      const from = term(a) * columns + 2 * mirror[vertex] + axis;
      return value + (axis === 0 ? -1 : 1) * sign(a) * cross[from];
    }),
  };
  return both;
}

/**
 * Solves for the shapes.
 *
 * @param prior - What they are near, x and y, each of shape [468 · 2].
 * @param ridge - How near, in frames that show an expression in full.
 */
export function regress(
  { gram, cross }: Sums,
  prior: readonly Float64Array[],
  reach: readonly Float64Array[],
  ridge: number,
): Regressed {
  const count = reach[0].length;
  const columns = count * 2;
  const shapes = prior.map(() => new Float64Array(columns));
  const turning = Array.from({ length: TURN_COUNT }, () => new Float64Array(columns));
  const right = new Float64Array(TERMS);
  for (let v = 0; v < count; v++) {
    const bound = gram.slice();
    const cost = reach.map((of) => ridge / Math.max(of[v] ** 2, REACH_FLOOR));
    for (let a = 0; a < TERMS; a++) bound[a * (TERMS + 1)] += cost[a] ?? 1;
    const factored = factor(bound, TERMS);
    for (let axis = 0; axis < 2; axis++) {
      const column = 2 * v + axis;
      for (let a = 0; a < TERMS; a++) {
        const pull = a < CHANNEL_COUNT ? cost[a] * prior[a][column] : 0;
        right[a] = cross[a * columns + column] + pull;
      }
      solve(factored, right).forEach((value, a) => {
        if (a >= CHANNEL_COUNT) turning[a - CHANNEL_COUNT][column] = value;
        else if (reach[a][v] > REACH_LEAST) shapes[a][column] = value;
      });
    }
  }
  const evidence = Float64Array.from(shapes, (_, a) => gram[a * (TERMS + 1)]);
  return { shapes, turning, evidence };
}
