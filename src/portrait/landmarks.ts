/**
 * @file 478 points of a face: 468 of the skin mesh, then 5 of each iris.
 *
 * MediaPipe's face mesh with attention. Its numbering is the project's numbering: landmark 33 is
 * the outer corner of the subject's right eye (left in the picture).
 */

import { cropRoi, fromRoi, type Pyramid, type Roi } from "../base/picture.js";
import type { Net } from "../base/ports.js";
import { randomOf } from "../base/random.js";

/** Points of the skin mesh. */
export const SKIN_COUNT = 468;
/** Skin and irises. */
export const LANDMARK_COUNT = 478;
/** First of the five points of each iris: centre, then four on its rim. */
export const IRIS = { right: 468, left: 473 } as const;

const INPUT_PX = 192;
const ROI_SCALE = 1.5;
const PASSES_MAX = 4;
const JITTERED = 16;

/** Mesh numbers that the lip branch of the network refines, in its output order. */
const LIPS = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78, 95,
  88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77, 90,
  180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89, 179,
  86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
];
const RIGHT_EYE = [
  33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24, 23,
  22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244, 113,
  225, 224, 223, 222, 221, 189, 35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128,
  245, 156, 70, 63, 105, 66, 107, 55, 193,
];
const LEFT_EYE = [
  263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339,
  254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451,
  452, 453, 464, 342, 445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346,
  347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417,
];

/** One look at a face. */
export interface LandmarkPass {
  /** x, y in picture px, z in px (smaller is nearer), shape [478, 3]. */
  readonly points: Float32Array;
  /** That there is a face, 0..1. */
  readonly score: number;
}

/** One pass of the network over one crop. */
export async function lookAtFace(net: Net, pyramid: Pyramid, roi: Roi): Promise<LandmarkPass> {
  const crop = cropRoi(pyramid, roi, {
    size: INPUT_PX,
    scale: 1 / 255,
    offset: 0,
    outside: "zero",
  });
  const out = await net.run(crop, [1, INPUT_PX, INPUT_PX, 3]);
  const raw = new Float32Array(LANDMARK_COUNT * 3);
  raw.set(out.mesh);
  refine(raw, out.lips, LIPS);
  refine(raw, out.rightEye, RIGHT_EYE);
  refine(raw, out.leftEye, LEFT_EYE);
  placeIris(raw, out.rightIris, IRIS.right, RIGHT_EYE);
  placeIris(raw, out.leftIris, IRIS.left, LEFT_EYE);
  return { points: toPicture(raw, roi), score: 1 / (1 + Math.exp(-out.score[0])) };
}

/** Writes refined x, y over the mesh's. */
function refine(raw: Float32Array, xy: Float32Array, numbers: readonly number[]): void {
  numbers.forEach((point, i) => {
    raw[3 * point] = xy[2 * i];
    raw[3 * point + 1] = xy[2 * i + 1];
  });
}

/** Irises have no depth of their own: they take their lids' mean. */
function placeIris(
  raw: Float32Array,
  xy: Float32Array,
  first: number,
  eye: readonly number[],
): void {
  const rim = eye.slice(0, 16);
  const depth = rim.reduce((sum, point) => sum + raw[3 * point + 2], 0) / rim.length;
  for (let i = 0; i < 5; i++) raw.set([xy[2 * i], xy[2 * i + 1], depth], (first + i) * 3);
}

/** Crop samples → picture px, in place of the crop's own coordinates. */
function toPicture(raw: Float32Array, roi: Roi): Float32Array {
  const points = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i += 3) {
    const [x, y] = fromRoi(roi, raw[i] / INPUT_PX, raw[i + 1] / INPUT_PX);
    points[i] = x;
    points[i + 1] = y;
    points[i + 2] = (raw[i + 2] * roi.size) / INPUT_PX;
  }
  return points;
}

/** The upright square around a face's points, `scale` times their extent. */
export function roiOfLandmarks(points: Float32Array, scale = ROI_SCALE): Roi {
  const angleRad = eyeLineAngle(points);
  const cos = Math.cos(angleRad);
  const sin = Math.sin(angleRad);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < SKIN_COUNT * 3; i += 3) {
    const x = points[i] * cos + points[i + 1] * sin;
    const y = points[i + 1] * cos - points[i] * sin;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  return {
    centerX: x * cos - y * sin,
    centerY: x * sin + y * cos,
    size: scale * Math.max(right - left, bottom - top),
    angleRad,
  };
}

function eyeLineAngle(points: Float32Array): number {
  return Math.atan2(points[263 * 3 + 1] - points[33 * 3 + 1], points[263 * 3] - points[33 * 3]);
}

/**
 * The face's points, once a portrait: passes until the crop rests, then the mean over 16 crops
 * jittered about it, which takes the network's noise from 0.54 % to 0.36 % of the eye distance.
 */
export async function readLandmarks(net: Net, pyramid: Pyramid, start: Roi): Promise<LandmarkPass> {
  let roi = start;
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const { points } = await lookAtFace(net, pyramid, roi);
    const next = roiOfLandmarks(points);
    const moved = Math.hypot(next.centerX - roi.centerX, next.centerY - roi.centerY);
    roi = next;
    if (moved < 0.003 * roi.size) break;
  }
  const chance = randomOf(1, "landmark jitter");
  const vary = (range: number) => (2 * chance.uniform() - 1) * range;
  const mean = new Float32Array(LANDMARK_COUNT * 3);
  let score = 0;
  for (let k = 0; k < JITTERED; k++) {
    const pass = await lookAtFace(net, pyramid, {
      centerX: roi.centerX + vary(0.03) * roi.size,
      centerY: roi.centerY + vary(0.03) * roi.size,
      size: roi.size * (1 + vary(0.05)),
      angleRad: roi.angleRad + vary(0.07),
    });
    for (let i = 0; i < mean.length; i++) mean[i] += pass.points[i] / JITTERED;
    score += pass.score / JITTERED;
  }
  return { points: mean, score };
}
