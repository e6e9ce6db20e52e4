/**
 * @file How much of each expression the frames of a clip show, by given shapes: bounded least squares,
 * drawn towards the labels.
 */
import { CHANNEL_COUNT } from "../../src/base/channels.js";
import { clamp, quantile } from "../../src/base/curves.js";
import { solveWithin } from "../../src/base/solve.js";
import { BROWS, LEFT_EYE, LOWER_LIP, OVAL, RIGHT_EYE, UPPER_LIP } from "../../src/rig/topology.js";
import type { Clip } from "./clip.js";

/** How much points count. */
const TRUST = { lips: 3, lids: 3, brows: 2, oval: 0.4 } as const;
const WEIGHT_MAX = 1.3;
const SWEEPS = 25;
/** Scores have a floor of their own on each face: so much of their lowest tenth is taken away. */
const FLOOR_SHARE = 0.8;
const FLOOR_QUANTILE = 0.1;

/** What explaining costs: being away from the labels, and being there at all. */
export interface Costs {
  readonly label: number;
  readonly any: number;
}

/** A clip, explained. */
export interface Explained {
  /** Shape [frames][52]. */
  readonly weights: readonly Float64Array[];
  /** How faces differ from the neutral one, without turns, x and y, [frames][468 · 2]. */
  readonly moved: readonly Float64Array[];
}

/** The labels of a clip without their floor, [frames][52]. */
export function labelsOf({ scores }: Clip): Float64Array[] {
  const floor = Float64Array.from({ length: CHANNEL_COUNT }, (_, c) => {
    const all = scores.map((row) => row[c]);
    return FLOOR_SHARE * quantile(all, FLOOR_QUANTILE);
  });
  return scores.map((row) => Float64Array.from(row, (value, c) => clamp(value - floor[c], 0, 1)));
}

/**
 * Explains a clip.
 *
 * @param shapes - x and y, each of shape [468 · 2].
 * @param turning - What turns do, each of shape [468 · 2].
 * @param rounds - How often the neutral face is corrected by what could not be explained.
 */
export function explainClip(
  clip: Clip,
  shapes: readonly Float64Array[],
  turning: readonly Float64Array[],
  { costs, rounds }: { readonly costs: Costs; readonly rounds: number },
): Explained {
  const columns = clip.faces[0].length;
  const labels = labelsOf(clip);
  const still = clip.faces.map((face, frame) => {
    const out = Float64Array.from(face);
    turning.forEach((effect, k) => {
      addTo(out, effect, -clip.turns[frame][k]);
    });
    return out;
  });
  const rest = still.map((face, frame) => without(face, shapes, labels[frame]));
  const neutral = Float64Array.from({ length: columns }, (_, i) =>
    quantile(
      rest.map((face) => face[i]),
      0.5,
    ),
  );
  const trust = trustOf(columns);
  const gram = gramOf(shapes, trust, costs.label);
  let weights = labels;
  for (let round = 0; round < Math.max(1, rounds); round++) {
    weights = still.map((face, frame) => {
      const wanted = Float64Array.from(shapes, (shape, c) => {
        let sum = costs.label * labels[frame][c] - costs.any;
        for (let i = 0; i < columns; i++) sum += trust[i] * shape[i] * (face[i] - neutral[i]);
        return sum;
      });
      const out = labels[frame].slice();
      solveWithin(gram, wanted, out, { most: WEIGHT_MAX, sweeps: SWEEPS });
      return out;
    });
    if (rounds === 0) break;
    still.forEach((face, frame) => {
      const left = without(face, shapes, weights[frame]);
      for (let i = 0; i < columns; i++) left[i] -= neutral[i];
      rest[frame] = left;
    });
    for (let i = 0; i < columns; i++) {
      neutral[i] += rest.reduce((sum, left) => sum + left[i], 0) / rest.length;
    }
  }
  for (const face of still) addTo(face, neutral, -1);
  return { weights, moved: still };
}

function addTo(out: Float64Array, other: ArrayLike<number>, by: number): void {
  if (by === 0) return;
  for (let i = 0; i < out.length; i++) out[i] += by * other[i];
}

/** A face less what shapes make of it. */
export function without(
  face: Float64Array,
  shapes: readonly Float64Array[],
  weights: ArrayLike<number>,
): Float64Array {
  const out = face.slice();
  shapes.forEach((shape, c) => {
    addTo(out, shape, -weights[c]);
  });
  return out;
}

/** Of each coordinate, shape [468 · 2]. */
function trustOf(columns: number): Float64Array {
  const trust = new Float64Array(columns).fill(1);
  const set = (points: readonly number[], value: number) => {
    for (const point of points) trust.fill(value, 2 * point, 2 * point + 2);
  };
  set(OVAL, TRUST.oval);
  set(BROWS, TRUST.brows);
  set([...UPPER_LIP, ...LOWER_LIP].flat(), TRUST.lips);
  set([...LEFT_EYE.ring, ...RIGHT_EYE.ring], TRUST.lids);
  return trust;
}

function gramOf(shapes: readonly Float64Array[], trust: Float64Array, cost: number): Float64Array {
  const gram = new Float64Array(CHANNEL_COUNT * CHANNEL_COUNT);
  shapes.forEach((a, i) => {
    shapes.forEach((b, j) => {
      let sum = i === j ? cost : 0;
      for (let k = 0; k < a.length; k++) sum += trust[k] * a[k] * b[k];
      gram[i * CHANNEL_COUNT + j] = sum;
    });
  });
  return gram;
}
