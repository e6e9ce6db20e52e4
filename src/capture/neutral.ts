/**
 * @file A person's face without expression, out of a clip in which it speaks.
 *
 * Nobody holds still for it: lips are taken from frames in which they are together, lids from those
 * in which they are open, everything else is the median. What turns of the head do to landmarks
 * is measured first and taken away: a tracker lifts brows that only bow.
 */
import { quantile } from "../base/curves.js";
import { factor, solve } from "../base/solve.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import type { HeadPose } from "../portrait/pose.js";
import { LEFT_EYE, LOWER_LIP, POINT, RIGHT_EYE, UPPER_LIP } from "../rig/topology.js";
import { medianFace } from "./steady.js";

/** Shares of the frames whose lips are nearest together, and whose lids are usual. */
const SHUT_SHARE = 0.2;
/** Lips no further apart than at the first share of the frames, and this much above, are shut; as many at least. */
const SHUT_RARELY = 0.02;
const SHUT_CM = 0.15;
const SHUT_LEAST_SHARE = 0.06;
const OPEN_SHARE = [0.45, 0.8] as const;
/** Turns are counted in these, radians, and a few of them are believed to be none. */
const TURN_RAD = Math.PI / 18;
const RIDGE = 12;

/** Takes out of faces, in place, what goes with the head's turning. */
export function removeTurning(shapes: readonly Float32Array[], poses: readonly HeadPose[]): void {
  const median = medianFace(shapes);
  const terms = turningTerms(poses);
  const count = terms[0]?.length ?? 0;
  const gram = new Float64Array(count * count);
  for (const row of terms) {
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) gram[a * count + b] += row[a] * row[b];
    }
  }
  for (let a = 0; a < count; a++) gram[a * count + a] += RIDGE;
  const factored = factor(gram, count);
  const right = new Float64Array(count);
  for (let i = 0; i < SKIN_COUNT * 3; i++) {
    right.fill(0);
    terms.forEach((row, frame) => {
      for (let a = 0; a < count; a++) right[a] += row[a] * (shapes[frame][i] - median[i]);
    });
    const effect = solve(factored, right);
    terms.forEach((row, frame) => {
      for (let a = 0; a < count; a++) shapes[frame][i] -= effect[a] * row[a];
    });
  }
}

/** Turns and their squares about the clip's mean, shape [frames][6]. */
function turningTerms(poses: readonly HeadPose[]): readonly Float64Array[] {
  const rows = poses.map(({ yawRad, pitchRad, rollRad }) => {
    const [y, p, r] = [yawRad / TURN_RAD, pitchRad / TURN_RAD, rollRad / TURN_RAD];
    return Float64Array.of(y, p, r, y * y, p * p, y * p);
  });
  const width = rows[0]?.length ?? 0;
  for (let a = 0; a < width; a++) {
    const mean = rows.reduce((sum, row) => sum + row[a], 0) / rows.length;
    for (const row of rows) row[a] -= mean;
  }
  return rows;
}

/** The neutral face, cm, shape [468 · 3]. @param shapes - In the head frame, without turning. */
export function neutralOf(shapes: readonly Float32Array[]): Float32Array {
  const neutral = medianFace(shapes);
  const { upperLipInner, lowerLipInner } = POINT;
  const gaps = shapes.map((shape) => height(shape, upperLipInner, lowerLipInner));
  const lids = shapes.map((shape) => height(shape, 159, 145) + height(shape, 386, 374));
  // Who sings or gasps all through a film shuts the lips seldom.
  const near = Math.max(quantile(gaps, SHUT_RARELY) + SHUT_CM, quantile(gaps, SHUT_LEAST_SHARE));
  const shut = Math.min(quantile(gaps, SHUT_SHARE), near);
  const [low, high] = OPEN_SHARE.map((share) => quantile(lids, share));
  const closed = medianFace(shapes.filter((_, i) => gaps[i] <= shut));
  const open = medianFace(shapes.filter((_, i) => lids[i] >= low && lids[i] <= high));
  const copy = (from: Float32Array, points: readonly number[]) => {
    for (const point of points) neutral.set(from.subarray(3 * point, 3 * point + 3), 3 * point);
  };
  copy(closed, mouthAndJaw(closed));
  copy(
    open,
    [LEFT_EYE, RIGHT_EYE].flatMap(({ ring, crease }) => [...ring, ...crease]),
  );
  copy(closed, [...UPPER_LIP, ...LOWER_LIP].flat());
  return neutral;
}

/** Everything below the nose's base: what the jaw moves. */
function mouthAndJaw(shape: Float32Array): number[] {
  const top = shape[3 * POINT.noseBase + 1];
  return Array.from({ length: SKIN_COUNT }, (_, point) => point).filter(
    (point) => shape[3 * point + 1] < top,
  );
}

function height(shape: Float32Array, upper: number, lower: number): number {
  return shape[3 * upper + 1] - shape[3 * lower + 1];
}
