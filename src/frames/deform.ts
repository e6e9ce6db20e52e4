/**
 * @file Channel weights → the face's landmarks, head frame, before the head turns.
 *
 * Sum of shapes, then what a sum cannot do: lids that stop at each other, and lips that open as far
 * as is asked for, from whatever the portrait's own lips do.
 */
import { CHANNEL_INDEX } from "../base/channels.js";
import { clamp } from "../base/curves.js";
import { speakingOf } from "../base/speaking.js";
import { type Blendshape, deltaOf } from "../rig/basis.js";
import { SERIOUS, smileWeight } from "../rig/fit.js";
import { PAIR_COUNT } from "../rig/lips.js";
import type { Rig } from "../rig/rig.js";
import { INNER_LOWER, INNER_UPPER, LEFT_EYE, RIGHT_EYE } from "../rig/topology.js";

const { jawOpen: JAW_OPEN, mouthClose: MOUTH_CLOSE } = CHANNEL_INDEX;

/** Of a gap that is closed, the upper lip goes down this share, the lower lip up the rest. */
const UPPER_SHARE = 0.35;
/** The least jaw opening that a closure is measured against. */
const JAW_FLOOR = 0.04;

/** Corners of the mouth by side: what draws them up, and what down. */
const CORNERS = [
  { smile: CHANNEL_INDEX.mouthSmileLeft, frown: CHANNEL_INDEX.mouthFrownLeft },
  { smile: CHANNEL_INDEX.mouthSmileRight, frown: CHANNEL_INDEX.mouthFrownRight },
] as const;

/** Deforms one face; owns its working memory. */
export interface Deformer {
  /**
   * @param weights - Shape [52].
   * @returns Landmarks, head frame, cm, shape [468, 3]; reused by the next call.
   */
  deform(weights: Float32Array): Float32Array;
}

/** jawOpen as drawn: a portrait with its mouth open shuts it as far as it speaks. */
export function jawWeight(rig: Rig, weights: Float32Array): number {
  return weights[JAW_OPEN] - speakingOf(weights) * rig.openJaw;
}

/** A deformer for one rig. */
export function makeDeformer(rig: Rig): Deformer {
  const points = new Float32Array(rig.neutral.length);
  const gapMoves = new Float32Array(PAIR_COUNT * 3 * 2);
  const restGaps = ownGaps(rig);
  const smile = smileWeight(rig.neutral);
  return {
    deform(weights) {
      points.set(rig.neutral);
      for (let channel = 0; channel < weights.length; channel++) {
        const weight = channel === JAW_OPEN ? jawWeight(rig, weights) : weights[channel];
        if (weight !== 0 && channel !== MOUTH_CLOSE) addShape(points, rig.shapes[channel], weight);
      }
      for (const { smile: up, frown } of CORNERS) {
        const gone = clamp(weights[frown] / SERIOUS, 0, 1) * smile;
        if (gone > 0) addShape(points, rig.shapes[up], -gone);
      }
      for (const eye of [RIGHT_EYE, LEFT_EYE]) stopLids(points, eye.upper, eye.lower);
      closeLips(rig, points, weights, restGaps, gapMoves);
      return points;
    },
  };
}

function addShape(points: Float32Array, { index, delta }: Blendshape, weight: number): void {
  for (let i = 0, from = 0; i < index.length; i++, from += 3) {
    const to = index[i] * 3;
    points[to] += weight * delta[from];
    points[to + 1] += weight * delta[from + 1];
    points[to + 2] += weight * delta[from + 2];
  }
}

/** The portrait's own gaps once its jaw is shut, cm, shape [9]; below 0 the landmarks overlap. */
function ownGaps({ neutral, shapes, openJaw }: Rig): Float32Array {
  const height = (point: number) =>
    neutral[3 * point + 1] - openJaw * deltaOf(shapes[JAW_OPEN], point, 1);
  return Float32Array.from({ length: PAIR_COUNT }, (_, k) => {
    return height(INNER_UPPER[k + 1]) - height(INNER_LOWER[k + 1]);
  });
}

/** An upper lid that would pass the lower one stops at it; the lower gives way a little. */
function stopLids(points: Float32Array, upper: readonly number[], lower: readonly number[]): void {
  for (let k = 1; k + 1 < upper.length; k++) {
    const u = upper[k] * 3 + 1;
    const l = lower[k] * 3 + 1;
    const gap = points[u] - points[l];
    if (gap >= 0) continue;
    points[u] -= 0.75 * gap;
    points[l] += 0.25 * gap;
  }
}

/**
 * Sets the gaps between the lips to what the weights ask for.
 *
 * The gap asked for is what the shapes add to a closed mouth. The portrait's own gap (a smile that
 * shows teeth) is kept at rest and taken away as far as the mouth speaks, so that m, b and p close
 * on every portrait. mouthClose against jawOpen says how much of the gap is shut.
 */
function closeLips(
  rig: Rig,
  points: Float32Array,
  weights: Float32Array,
  restGaps: Float32Array,
  moves: Float32Array,
): void {
  const speaking = speakingOf(weights);
  const shut = clamp(weights[MOUTH_CLOSE] / Math.max(weights[JAW_OPEN], JAW_FLOOR), 0, 1);
  let any = false;
  for (let k = 0; k < PAIR_COUNT; k++) {
    const u = INNER_UPPER[k + 1] * 3;
    const l = INNER_LOWER[k + 1] * 3;
    const have = points[u + 1] - points[l + 1];
    const own = Math.max(0, restGaps[k]);
    // Lips may overlap as far as the portrait's landmarks do: at rest nothing moves.
    const least = Math.min(0, restGaps[k]);
    const want = Math.max(least, have - speaking * own) * (1 - shut);
    const part = have === 0 ? 0 : 1 - want / have;
    // An overlap is only lifted; a gap closes along the line between its two points.
    const closes = have > 0 ? part : 0;
    const dx = closes * (points[u] - points[l]);
    const dy = have - want;
    const dz = closes * (points[u + 2] - points[l + 2]);
    if (Math.abs(dy) > 1e-6) any = true;
    const down = 6 * k;
    moves[down] = -UPPER_SHARE * dx;
    moves[down + 1] = -UPPER_SHARE * dy;
    moves[down + 2] = -UPPER_SHARE * dz;
    moves[down + 3] = (1 - UPPER_SHARE) * dx;
    moves[down + 4] = (1 - UPPER_SHARE) * dy;
    moves[down + 5] = (1 - UPPER_SHARE) * dz;
  }
  if (!any) return;
  const { point, lip, weight } = rig.lips;
  for (let i = 0; i < point.length; i++) {
    const to = point[i] * 3;
    const side = lip[i] * 3;
    for (let k = 0; k < PAIR_COUNT; k++) {
      const w = weight[i * PAIR_COUNT + k];
      points[to] += w * moves[6 * k + side];
      points[to + 1] += w * moves[6 * k + side + 1];
      points[to + 2] += w * moves[6 * k + side + 2];
    }
  }
}
