/**
 * @file A blink that shuts: both margins of an eye meet on one curve.
 *
 * The learned blink is scaled to the opening of this eye. What is left of the gap is then closed
 * exactly, and the correction carried into the skin on its own side of the opening.
 */
import { clamp } from "../base/curves.js";
import type { Blendshape } from "./basis.js";
import type { EyeRows } from "./topology.js";

const LANDMARKS = 468;
/** How far the closed line hangs below the canthi, as part of the lower margin's own sag. */
const SAG = 0.88;
/** The upper margin ends in front of the lower one, cm. */
const FRONT_UPPER = 0.04;
const FRONT_LOWER = 0.02;
/** Reach of the correction in the skin, cm, and its share there. */
const REACH = 0.33;
const SHARE = 0.8;

/** The blink of one eye. @param learned - From the basis, already scaled to the face's size. */
export function fitBlink(neutral: Float32Array, learned: Blendshape, eye: EyeRows): Blendshape {
  const delta = new Float32Array(LANDMARKS * 3);
  learned.index.forEach((point, i) => {
    delta.set(learned.delta.subarray(3 * i, 3 * i + 3), 3 * point);
  });
  const pairs = eye.upper.slice(1, -1).map((upper, i) => [upper, eye.lower[i + 1]] as const);
  scaleToGap(neutral, delta, pairs);
  const residual = residualToCurve(neutral, delta, eye, pairs);
  carry(neutral, delta, residual, pairs);
  return pack(delta);
}

/** Least-squares size of the learned blink for this opening. */
function scaleToGap(
  neutral: Float32Array,
  delta: Float32Array,
  pairs: readonly (readonly [number, number])[],
): void {
  let needHave = 0;
  let haveHave = 0;
  for (const [upper, lower] of pairs) {
    const need = neutral[3 * lower + 1] - neutral[3 * upper + 1];
    const have = delta[3 * upper + 1] - delta[3 * lower + 1];
    needHave += need * have;
    haveHave += have * have;
  }
  const scale = clamp(needHave / Math.max(haveHave, 1e-9), 0.3, 1.6);
  for (let i = 0; i < delta.length; i++) delta[i] *= scale;
}

/** What still separates each margin point from the closed line, cm; the line is a parabola. */
function residualToCurve(
  neutral: Float32Array,
  delta: Float32Array,
  eye: EyeRows,
  pairs: readonly (readonly [number, number])[],
): Map<number, [number, number, number]> {
  const at = (point: number, axis: number) => neutral[3 * point + axis] + delta[3 * point + axis];
  const [outer, inner] = [eye.upper[0], eye.upper[eye.upper.length - 1]];
  const [x0, y0] = [at(outer, 0), at(outer, 1)];
  const [x1, y1] = [at(inner, 0), at(inner, 1)];
  const along = (x: number) => clamp((x - x0) / (x1 - x0), 0.02, 0.98);
  const middle = eye.lower[4];
  const u = along(neutral[3 * middle]);
  const hang = neutral[3 * middle + 1] - (y0 + (y1 - y0) * u);
  const sag = (SAG * hang) / (4 * u * (1 - u));
  const residual = new Map<number, [number, number, number]>();
  for (const [upper, lower] of pairs) {
    const x = (neutral[3 * upper] + neutral[3 * lower]) / 2;
    const t = along(x);
    const y = y0 + (y1 - y0) * t + sag * 4 * t * (1 - t);
    const z = neutral[3 * lower + 2];
    residual.set(upper, [x - at(upper, 0), y - at(upper, 1), z + FRONT_UPPER - at(upper, 2)]);
    residual.set(lower, [x - at(lower, 0), y - at(lower, 1), z + FRONT_LOWER - at(lower, 2)]);
  }
  return residual;
}

/** Adds the residual at the margins and, fading, to the skin of the same lid. */
function carry(
  neutral: Float32Array,
  delta: Float32Array,
  residual: Map<number, [number, number, number]>,
  pairs: readonly (readonly [number, number])[],
): void {
  const uppers = new Set(pairs.map(([upper]) => upper));
  const isAbove = (point: number) => {
    const [upper, lower] = nearestPair(neutral, point, pairs);
    const middle = (neutral[3 * upper + 1] + neutral[3 * lower + 1]) / 2;
    return neutral[3 * point + 1] > middle;
  };
  for (let point = 0; point < LANDMARKS; point++) {
    const own = residual.get(point);
    if (own !== undefined) {
      for (let a = 0; a < 3; a++) delta[3 * point + a] += own[a];
      continue;
    }
    const above = isAbove(point);
    const sum = [0, 0, 0];
    let total = 0;
    for (const [margin, move] of residual) {
      if (uppers.has(margin) !== above) continue;
      const dx = neutral[3 * margin] - neutral[3 * point];
      const dy = neutral[3 * margin + 1] - neutral[3 * point + 1];
      const weight = Math.exp(-(dx * dx + dy * dy) / (REACH * REACH));
      total += weight;
      for (let a = 0; a < 3; a++) sum[a] += weight * move[a];
    }
    if (total < 1e-4) continue;
    for (let a = 0; a < 3; a++) delta[3 * point + a] += (SHARE * sum[a]) / Math.max(total, 1);
  }
}

function nearestPair(
  neutral: Float32Array,
  point: number,
  pairs: readonly (readonly [number, number])[],
): readonly [number, number] {
  const gap = ([upper, lower]: readonly [number, number]) =>
    Math.abs((neutral[3 * upper] + neutral[3 * lower]) / 2 - neutral[3 * point]);
  return pairs.reduce((best, pair) => (gap(pair) < gap(best) ? pair : best));
}

/** Dense displacements → those that matter (over 0.1 µm). */
function pack(delta: Float32Array): Blendshape {
  const index: number[] = [];
  for (let point = 0; point < LANDMARKS; point++) {
    const size = Math.hypot(delta[3 * point], delta[3 * point + 1], delta[3 * point + 2]);
    if (size > 1e-5) index.push(point);
  }
  const packed = new Float32Array(index.length * 3);
  index.forEach((point, i) => {
    packed.set(delta.subarray(3 * point, 3 * point + 3), 3 * i);
  });
  return { index: Uint16Array.from(index), delta: packed };
}
