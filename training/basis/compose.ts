/**
 * @file Shapes to draw with: what was filmed where enough people showed it, anatomy elsewhere, depth
 * always from anatomy.
 */
import { CHANNELS } from "../../src/base/channels.js";
import { clamp } from "../../src/base/curves.js";
import { type FaceMap, mirrored } from "./face-map.js";
import { OTHER_SIDE, type Regressed } from "./regression.js";

/** How far a shape is believed, by what. */
export interface Support {
  /** People who show it: labelled above `SHOWN`. */
  readonly people: number;
  /** Cosine of what was filmed and anatomy, in x and y. */
  readonly agreement: number;
  /** Length of what was filmed over that of anatomy. */
  readonly size: number;
  /** Share of what was filmed, 0..1. */
  readonly share: number;
}

/** A label above this shows an expression. */
export const SHOWN = 0.3;
/** The labels never fire for these on people who talk, or fire for what is something else. */
const UNLABELLED = /^(cheekPuff|cheekSquint|noseSneer|jawForward)/;
/** The label of this one fires at rest on many faces. */
const DOUBTFUL: Readonly<Record<string, number>> = { mouthPucker: 0.3 };
/** Agreements that are no reason to believe, and that are reason enough. */
const AGREEMENT = [0.25, 0.65] as const;
/** Sizes stay within this of anatomy's. */
const SIZE_LIMITS = [0.6, 1.6] as const;

/**
 * Puts shapes together.
 *
 * @param anatomy - Each of shape [468 · 3].
 * @param people - How many show each expression, shape [52].
 * @param options.ridge - Of the regression: what evidence is weighed against.
 * @param options.enough - People that make a shape fully supported.
 * @returns Shapes, cm, each of shape [468 · 3], and what they rest on.
 */
export function composeShapes(
  regressed: Regressed,
  anatomy: readonly Float64Array[],
  people: ArrayLike<number>,
  face: FaceMap,
  options: { readonly ridge: number; readonly enough: number },
): { readonly shapes: readonly Float64Array[]; readonly support: readonly Support[] } {
  const support = CHANNELS.map((name, c): Support => {
    const drawn = planeOf(anatomy[c]);
    const filmed = regressed.shapes[c];
    const [own, other] = [lengthOf(filmed), lengthOf(drawn)];
    const agreement = dot(filmed, drawn) / Math.max(own * other, 1e-9);
    const size = own / Math.max(other, 1e-9);
    const evidence = regressed.evidence[c] / (regressed.evidence[c] + options.ridge);
    const belief = clamp((agreement - AGREEMENT[0]) / (AGREEMENT[1] - AGREEMENT[0]), 0, 1);
    const shown = Math.min(1, people[c] / options.enough);
    const stem = name.replace(/(Left|Right)$/, "");
    const share = UNLABELLED.test(name) ? 0 : (DOUBTFUL[stem] ?? evidence * belief * shown);
    return { people: people[c], agreement, size, share };
  });
  const mixed = support.map(({ share, size }, c) => {
    const wanted = clamp(size ** share, SIZE_LIMITS[0], SIZE_LIMITS[1]);
    return mixedShape(regressed.shapes[c], anatomy[c], share, wanted);
  });
  const shapes = mixed.map((shape, c) => {
    const other = mirrored(face, mixed[OTHER_SIDE[c]]);
    return shape.map((value, i) => (value + other[i]) / 2);
  });
  return { shapes, support };
}

/** One shape: direction from both, size of its own, depth from anatomy. */
function mixedShape(
  filmed: Float64Array,
  anatomy: Float64Array,
  share: number,
  size: number,
): Float64Array {
  const drawn = planeOf(anatomy);
  const [own, other] = [lengthOf(filmed), lengthOf(drawn)];
  const plane = drawn.map((value, i) => {
    return (share * filmed[i] * other) / Math.max(own, 1e-9) + (1 - share) * value;
  });
  const by = (size * other) / Math.max(lengthOf(plane), 1e-9);
  return anatomy.map((depth, i) => {
    const axis = i % 3;
    return axis === 2 ? size * depth : by * plane[2 * Math.floor(i / 3) + axis];
  });
}

/** x and y of a shape, shape [468 · 2]. */
export function planeOf(shape: ArrayLike<number>): Float64Array {
  return Float64Array.from(
    { length: (shape.length / 3) * 2 },
    (_, i) => shape[3 * (i >> 1) + (i & 1)],
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Length of all displacements together. */
export function lengthOf(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}
