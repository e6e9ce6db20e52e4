/**
 * @file Lips that are as far apart as they were filmed: the one thing a viewer compares.
 *
 * A least-squares fit spreads its misfit over the whole face and leaves lips a little open that were
 * shut. Afterwards the jaw and mouthClose make up for it, by the rule that frames/deform.ts draws by.
 */
import { CHANNEL_INDEX } from "../base/channels.js";
import { clamp } from "../base/curves.js";
import { type Blendshape, deltaOf } from "../rig/basis.js";
import { INNER_LOWER, INNER_UPPER } from "../rig/topology.js";

/** Facing points of the inner lips, without the corners. */
const PAIRS = INNER_UPPER.map((upper, k) => [upper, INNER_LOWER[k]] as const).slice(3, -3);
/** Shapes that part the lips by less than this leave nothing to shut, cm. */
const LEAST_CM = 0.03;
/** What parts the lips is enlarged so much at most, and the jaw is lowered so much beyond it. */
const GAIN_MOST = 2;
const JAW_MOST = 0.03;
/** The jaw's opening that lips at least meet over, as in performance/mouth.ts. */
const SHUT_JAW = 0.05;

const { jawOpen: JAW, mouthClose: CLOSE } = CHANNEL_INDEX;
/** What parts the lips and does little else. */
const PARTING = new Set([
  JAW,
  CHANNEL_INDEX.mouthLowerDownLeft,
  CHANNEL_INDEX.mouthLowerDownRight,
  CHANNEL_INDEX.mouthUpperUpLeft,
  CHANNEL_INDEX.mouthUpperUpRight,
]);

/** Corrects weights by the lips' gap. */
export interface LipGap {
  /**
   * @param face - In the head frame, cm, shape [468 · 3].
   * @param weights - In `CHANNELS` order, as explained; corrected in place, shape [52].
   */
  set(face: Float32Array, weights: Float32Array): void;
}

/** Prepares the correction. @param neutral - The same person, lips together, cm, shape [468 · 3]. */
export function makeLipGap(basis: readonly Blendshape[], neutral: Float32Array): LipGap {
  const rest = Math.max(0, gapOf(neutral));
  const parting = basis.map((shape) => partingOf(shape));
  const widen = (weights: Float32Array, want: number, have: number) => {
    // What parts the lips anyway does more of it; only what is left must be the jaw.
    const gain = clamp(want / Math.max(have, 1e-6), 1, GAIN_MOST);
    let left = want;
    for (let c = 0; c < weights.length; c++) {
      if (PARTING.has(c)) weights[c] = Math.min(1, gain * weights[c]);
      if (c !== CLOSE) left -= weights[c] * parting[c];
    }
    weights[JAW] = clamp(weights[JAW] + clamp(left / parting[JAW], 0, JAW_MOST), 0, 1);
  };
  return {
    set(face, weights) {
      const want = Math.max(0, gapOf(face) - rest);
      let have = 0;
      for (let c = 0; c < weights.length; c++) if (c !== CLOSE) have += weights[c] * parting[c];
      if (have < want) {
        widen(weights, want, have);
        weights[CLOSE] = 0;
        return;
      }
      const shut = have > LEAST_CM ? 1 - want / have : 0;
      weights[CLOSE] = shut * Math.max(weights[JAW], SHUT_JAW);
    },
  };
}

/** Between the lips' middles, cm. */
function gapOf(face: Float32Array): number {
  const sum = PAIRS.reduce((total, [u, l]) => total + face[3 * u + 1] - face[3 * l + 1], 0);
  return sum / PAIRS.length;
}

/** How far a shape parts the lips, cm. */
export function partingOf(shape: Blendshape): number {
  const sum = PAIRS.reduce(
    (total, [u, l]) => total + deltaOf(shape, u, 1) - deltaOf(shape, l, 1),
    0,
  );
  return sum / PAIRS.length;
}
