/**
 * @file Where faces fold: lines on the canonical face that come with an expression.
 *
 * Coordinates are the canonical face's x and y, cm, of the subject's left side; lines that are named
 * for a side have a mirrored twin. Courses follow the muscles: skin folds across their pull.
 *
 * @source The muscles' courses and lines after Ekman & Friesen 1978, "Facial Action Coding System":
 *   action units 1, 2, 4, 6, 9, 10, 12, 14, 15, 17, 18. Places read off the canonical mesh.
 */

/** A line of folded skin. */
export interface Fold {
  /** Its course, canonical cm, shape [n, 2]. */
  readonly course: readonly number[];
  /** Half width of the furrow: the sigma of its profile, cm. */
  readonly widthCm: number;
  /** How deep it is in a face of middle age, cm. */
  readonly depthCm: number;
  /** Height of the skin that is pushed up beside it, against its depth: left of the course, right of it. */
  readonly ridge: readonly [number, number];
  /** How wide that is, in widths of the furrow. */
  readonly ridgeWidth: number;
  /** How much of it young skin shows, 0..1: folds of flesh show at any age, fine lines hardly. */
  readonly young: number;
  /** How unevenly deep it is along its course, 0..1. */
  readonly uneven: number;
}

/** The names of what folds by itself. */
export const FOLD_NAMES = [
  "foreheadMiddle",
  "foreheadLeft",
  "foreheadRight",
  "frownLeft",
  "frownRight",
  "noseRoot",
  "crowsFeetLeft",
  "crowsFeetRight",
  "underEyeLeft",
  "underEyeRight",
  "nasolabialLeft",
  "nasolabialRight",
  "noseSideLeft",
  "noseSideRight",
  "cornerLeft",
  "cornerRight",
  "marionetteLeft",
  "marionetteRight",
  "chin",
  "aroundLips",
] as const;

/** One of `FOLD_NAMES`. */
export type FoldName = (typeof FOLD_NAMES)[number];

/** A fine line: a furrow with a little skin pushed up at both sides. */
function line(course: readonly number[], depthCm: number, widthCm = 0.075, young = 0.3): Fold {
  return { course, widthCm, depthCm, ridge: [0.45, 0.45], ridgeWidth: 1.6, young, uneven: 0.4 };
}

/** Heights of the lines across the forehead, above the brows. */
const FOREHEAD_ROWS = [5.85, 6.55, 7.2] as const;
const FOREHEAD_DEPTHS = [0.045, 0.05, 0.035] as const;

/** A line across the forehead: lowest in the middle, highest above the brow's arch. */
function foreheadLine(row: number, from: number, to: number): Fold {
  const course: number[] = [];
  for (let k = 0; k <= 8; k++) {
    const x = from + ((to - from) * k) / 8;
    const arch = 0.28 * Math.exp(-(((Math.abs(x) - 2.7) / 1.5) ** 2));
    course.push(x, FOREHEAD_ROWS[row] + arch);
  }
  return line(course, FOREHEAD_DEPTHS[row], 0.085, 0.35);
}

const CROWS_FEET: readonly Fold[] = [
  line([5.1, 3.0, 5.8, 3.35, 6.5, 3.85], 0.035, 0.07, 0.15),
  line([5.15, 2.6, 5.9, 2.6, 6.7, 2.7], 0.04, 0.07, 0.15),
  line([5.05, 2.2, 5.75, 1.85, 6.45, 1.4], 0.035, 0.07, 0.15),
];

const UNDER_EYE: readonly Fold[] = [
  {
    course: [1.95, 2.0, 2.5, 1.62, 3.3, 1.48, 4.1, 1.58, 4.7, 1.95],
    widthCm: 0.1,
    depthCm: 0.05,
    ridge: [0.9, 0.2],
    ridgeWidth: 2,
    young: 0.6,
    uneven: 0.1,
  },
  line([2.3, 1.15, 3.2, 0.92, 4.2, 1.0, 5.0, 1.4], 0.03, 0.08, 0.15),
];

/** The cheek's flesh, pushed up by a smile, ends at the lip: the deepest fold of all. */
const NASOLABIAL: readonly Fold[] = [
  {
    course: [1.95, -0.75, 2.35, -1.45, 2.9, -2.25, 3.32, -3.1, 3.5, -3.9],
    widthCm: 0.17,
    depthCm: 0.12,
    ridge: [0.9, 0],
    ridgeWidth: 3.2,
    young: 0.5,
    uneven: 0.1,
  },
];

const CORNER: readonly Fold[] = [
  {
    course: [3.05, -3.55, 3.22, -4.1, 3.2, -4.7, 3.0, -5.2],
    widthCm: 0.12,
    depthCm: 0.06,
    ridge: [0.8, 0.1],
    ridgeWidth: 2.2,
    young: 0.7,
    uneven: 0.1,
  },
];

const MARIONETTE: readonly Fold[] = [
  {
    course: [2.65, -4.6, 2.95, -5.3, 3.05, -6.1, 2.9, -6.8],
    widthCm: 0.12,
    depthCm: 0.06,
    ridge: [0.7, 0],
    ridgeWidth: 2.4,
    young: 0.45,
    uneven: 0.1,
  },
];

const FROWN: readonly Fold[] = [
  line([0.5, 3.85, 0.62, 4.5, 0.72, 5.2, 0.7, 5.75], 0.06, 0.085, 0.5),
];

const NOSE_SIDE: readonly Fold[] = [
  line([0.65, 2.5, 0.95, 2.05, 1.25, 1.5], 0.035, 0.07, 0.5),
  line([0.75, 1.85, 1.0, 1.45, 1.3, 0.95], 0.03, 0.07, 0.5),
];

const NOSE_ROOT: readonly Fold[] = [
  line([-0.85, 3.0, -0.4, 3.2, 0, 3.25, 0.4, 3.2, 0.85, 3.0], 0.04, 0.08, 0.35),
];

/** Where the skin of a raised chin is pitted. */
const PITS = [
  { x: -0.75, y: -7.35 },
  { x: -0.2, y: -7.2 },
  { x: 0.4, y: -7.3 },
  { x: 0.9, y: -7.5 },
  { x: -1.05, y: -7.85 },
  { x: -0.45, y: -7.8 },
  { x: 0.12, y: -7.75 },
  { x: 0.65, y: -7.95 },
  { x: -0.7, y: -8.3 },
  { x: -0.1, y: -8.25 },
  { x: 0.45, y: -8.4 },
] as const;

/** Below the lower lip, where the raised chin pushes against it; and the pits of its skin. */
const CHIN: readonly Fold[] = [
  {
    course: [1.7, -6.7, 0.9, -6.35, 0, -6.22, -0.9, -6.35, -1.7, -6.7],
    widthCm: 0.17,
    depthCm: 0.08,
    ridge: [1, 0.1],
    ridgeWidth: 2.4,
    young: 0.8,
    uneven: 0.1,
  },
  ...PITS.map(({ x, y }) => line([x - 0.09, y - 0.04, x + 0.09, y + 0.04], 0.04, 0.13, 0.35)),
];

/** Lines into the lips, when they are drawn together; the old have them. */
const AROUND_LIPS: readonly Fold[] = [
  ...[-1.35, -0.95, -0.55, 0.55, 0.95, 1.35].map((x) =>
    line(
      [
        ...[x * 1.02, -3.5 - 0.12 * Math.abs(x)],
        ...[x * 1.1, -3.1 - 0.12 * Math.abs(x)],
        ...[x * 1.2, -2.75 - 0.1 * Math.abs(x)],
      ],
      0.022,
      0.06,
      0.05,
    ),
  ),
  ...[-0.9, -0.4, 0.1, 0.6, 1.0].map((x) => line([x, -5.5, x * 1.05, -5.85], 0.02, 0.06, 0.05)),
];

/** The same on the subject's right; what is left of a course is right of its twin's. */
function mirrored(folds: readonly Fold[]): readonly Fold[] {
  return folds.map((fold) => ({
    ...fold,
    course: fold.course.map((value, i) => (i % 2 === 0 ? -value : value)),
    ridge: [fold.ridge[1], fold.ridge[0]],
  }));
}

const rows = FOREHEAD_ROWS.map((_, row) => row);
const foreheadLeft = rows.map((row) => foreheadLine(row, 1.5, 5.1));

/** Every fold by its name. */
export const FOLDS: Readonly<Record<FoldName, readonly Fold[]>> = {
  foreheadMiddle: rows.map((row) => foreheadLine(row, -2.6, 2.6)),
  foreheadLeft,
  foreheadRight: mirrored(foreheadLeft),
  frownLeft: FROWN,
  frownRight: mirrored(FROWN),
  noseRoot: NOSE_ROOT,
  crowsFeetLeft: CROWS_FEET,
  crowsFeetRight: mirrored(CROWS_FEET),
  underEyeLeft: UNDER_EYE,
  underEyeRight: mirrored(UNDER_EYE),
  nasolabialLeft: NASOLABIAL,
  nasolabialRight: mirrored(NASOLABIAL),
  noseSideLeft: NOSE_SIDE,
  noseSideRight: mirrored(NOSE_SIDE),
  cornerLeft: CORNER,
  cornerRight: mirrored(CORNER),
  marionetteLeft: MARIONETTE,
  marionetteRight: mirrored(MARIONETTE),
  chin: CHIN,
  aroundLips: AROUND_LIPS,
};
