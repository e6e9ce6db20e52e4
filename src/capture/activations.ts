/**
 * @file How much of each expression a face shows: the 52 shapes that together explain best how it
 * differs from its own neutral, none of them negative.
 *
 * @source Least squares within bounds by coordinate descent; the shapes are those that are drawn,
 *   so that what is captured looks the same when it is rendered.
 */
import { CHANNEL_COUNT, CHANNELS, type Channel } from "../base/channels.js";
import { solveWithin } from "../base/solve.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import type { Blendshape } from "../rig/basis.js";
import { BROWS, LEFT_EYE, LOWER_LIP, OVAL, RIGHT_EYE, UPPER_LIP } from "../rig/topology.js";

/** How much points count: what is seen sharply more, the outline and the guessed depth less. */
const TRUST = { lips: 3, lids: 3, brows: 2, oval: 0.4, chin: 2, depth: 0.35 } as const;
/** What only the jaw moves: without it, a lip drawn down would look like an open jaw. */
const CHIN = [152, 148, 176, 149, 377, 400, 378, 175, 199, 200, 171, 396] as const;
/** What any activation costs, so that none is invented, cm² at full weight. */
const COST = 0.02;
/**
 * Networks see chins go down too little, and lips drawn from teeth that only a jaw has parted: each lip
 * alone costs more, and the jaw does the rest, see lips.ts.
 */
const LOWER_LIP_COST = 12;
const UPPER_LIP_COST = 20;
const ACTIVATION_MAX = 1.3;
const SWEEPS = 25;
/** Weaker than this is noise: shapes that pull against each other would share it. */
const FAINT = 0.006;
/**
 * Shapes that landmarks cannot tell, where the eyes look, which the irises tell, and what is no shape
 * but shuts the lips, see lips.ts.
 */
const UNSEEN = /^(tongueOut|cheekPuff|jawForward|eyeLook|mouthClose)/;

/** Explains faces, one after the other. */
export interface Explainer {
  /**
   * @param face - In the head frame, cm, shape [468 · 3].
   * @param out - Weights in `CHANNELS` order; what it holds is where the search begins, shape [52].
   * @returns How much of the face's difference to neutral is left, root mean square, cm.
   */
  explain(face: Float32Array, out: Float32Array): number;
}

/** Prepares the fit. @param neutral - The same person without expression, cm, shape [468 · 3]. */
export function makeExplainer(basis: readonly Blendshape[], neutral: Float32Array): Explainer {
  const trust = trustOfPoints();
  const isSeen = Uint8Array.from({ length: CHANNEL_COUNT }, (_, c) => {
    return UNSEEN.test(CHANNELS[c]) || basis[c].index.length === 0 ? 0 : 1;
  });
  const dense = basis.map(({ index, delta }) => {
    const out = new Float32Array(SKIN_COUNT * 3);
    index.forEach((point, k) => {
      out.set(delta.subarray(3 * k, 3 * k + 3), 3 * point);
    });
    return out;
  });
  const gram = gramOf(basis, dense, trust);
  const wanted = new Float64Array(CHANNEL_COUNT);
  return {
    explain(face, out) {
      for (let c = 0; c < CHANNEL_COUNT; c++) {
        const faint = FAINT * gram[c * (CHANNEL_COUNT + 1)];
        wanted[c] = isSeen[c] ? along(basis[c], face, neutral, trust) - faint : 0;
        if (!isSeen[c]) out[c] = 0;
      }
      solveWithin(gram, wanted, out, { most: ACTIVATION_MAX, sweeps: SWEEPS, isFree: isSeen });
      return remainder(face, neutral, dense, trust, out);
    },
  };
}

/** Weight of each point, shape [468]. */
function trustOfPoints(): Float32Array {
  const trust = new Float32Array(SKIN_COUNT).fill(1);
  const set = (points: readonly number[], value: number) => {
    for (const point of points) trust[point] = value;
  };
  set(OVAL, TRUST.oval);
  set(CHIN, TRUST.chin);
  set(BROWS, TRUST.brows);
  set([...UPPER_LIP, ...LOWER_LIP].flat(), TRUST.lips);
  set([...LEFT_EYE.ring, ...RIGHT_EYE.ring], TRUST.lids);
  return trust;
}

/** Weight of an axis: the network guesses depth. */
function trustOfAxis(axis: number): number {
  return axis === 2 ? TRUST.depth : 1;
}

function costOf(channel: Channel): number {
  if (channel.startsWith("mouthLowerDown")) return LOWER_LIP_COST;
  return channel.startsWith("mouthUpperUp") ? UPPER_LIP_COST : COST;
}

function gramOf(
  basis: readonly Blendshape[],
  dense: readonly Float32Array[],
  trust: Float32Array,
): Float64Array {
  const gram = new Float64Array(CHANNEL_COUNT * CHANNEL_COUNT);
  basis.forEach(({ index, delta }, a) => {
    dense.forEach((other, b) => {
      let sum = a === b ? costOf(CHANNELS[a]) : 0;
      index.forEach((point, k) => {
        for (let axis = 0; axis < 3; axis++) {
          const weight = trust[point] * trustOfAxis(axis);
          sum += weight * delta[3 * k + axis] * other[3 * point + axis];
        }
      });
      gram[a * CHANNEL_COUNT + b] = sum;
    });
  });
  return gram;
}

/** How far a face goes the way of a shape. */
function along(
  { index, delta }: Blendshape,
  face: Float32Array,
  neutral: Float32Array,
  trust: Float32Array,
): number {
  let sum = 0;
  for (let k = 0; k < index.length; k++) {
    const point = index[k];
    for (let axis = 0; axis < 3; axis++) {
      const i = 3 * point + axis;
      sum += trust[point] * trustOfAxis(axis) * delta[3 * k + axis] * (face[i] - neutral[i]);
    }
  }
  return sum;
}

function remainder(
  face: Float32Array,
  neutral: Float32Array,
  dense: readonly Float32Array[],
  trust: Float32Array,
  weights: Float32Array,
): number {
  let [squares, total] = [0, 0];
  for (let point = 0; point < SKIN_COUNT; point++) {
    for (let axis = 0; axis < 2; axis++) {
      const i = 3 * point + axis;
      let off = face[i] - neutral[i];
      for (let c = 0; c < CHANNEL_COUNT; c++) {
        if (weights[c] !== 0) off -= weights[c] * dense[c][i];
      }
      squares += trust[point] * off * off;
      total += trust[point];
    }
  }
  return Math.sqrt(squares / total);
}
