/** @file How well shapes explain people that they were not learned from. */
import { BROWS, LEFT_EYE, LOWER_LIP, RIGHT_EYE, UPPER_LIP } from "../../src/rig/topology.js";
import type { Clip } from "./clip.js";
import { explainClip, without } from "./explain.js";

/** Parts of the face, by their points. */
const PARTS = {
  all: Array.from({ length: 468 }, (_, v) => v),
  lips: [...new Set([...UPPER_LIP, ...LOWER_LIP].flat())],
  lids: [...LEFT_EYE.ring, ...RIGHT_EYE.ring],
  brows: BROWS,
  jaw: [152, 148, 176, 377, 400, 149, 378, 150, 379, 136, 365, 172, 397, 175, 199, 200, 18],
} as const;
export type Part = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as Part[];

const COSTS = { label: 0.02, any: 0.01 } as const;

/**
 * The share of motion in x and y, about the clip's mean, that shapes explain; 1 = all.
 *
 * @param shapes - x and y, each of shape [468 · 2].
 */
export function explainedBy(
  clips: readonly Clip[],
  shapes: readonly Float64Array[],
  turning: readonly Float64Array[],
): Record<Part, number> {
  const left = Object.fromEntries(PART_NAMES.map((part) => [part, 0])) as Record<Part, number>;
  const total = { ...left };
  for (const clip of clips) {
    const { weights, moved } = explainClip(clip, shapes, turning, { costs: COSTS, rounds: 2 });
    const rest = moved.map((face, frame) => without(face, shapes, weights[frame]));
    const [spreadOf, spreadLeft] = [spreads(moved), spreads(rest)];
    for (const part of PART_NAMES) {
      for (const v of PARTS[part]) {
        left[part] += spreadLeft[2 * v] + spreadLeft[2 * v + 1];
        total[part] += spreadOf[2 * v] + spreadOf[2 * v + 1];
      }
    }
  }
  return Object.fromEntries(
    PART_NAMES.map((part) => [part, 1 - left[part] / total[part]]),
  ) as Record<Part, number>;
}

/** Squares about the mean, summed over frames, by coordinate. */
function spreads(rows: readonly Float64Array[]): Float64Array {
  const [sum, squares] = [new Float64Array(rows[0].length), new Float64Array(rows[0].length)];
  for (const row of rows) {
    row.forEach((value, i) => {
      sum[i] += value;
      squares[i] += value * value;
    });
  }
  return squares.map((value, i) => value - (sum[i] * sum[i]) / rows.length);
}
