/**
 * @file How the head stands in the picture: landmarks → rotation, scale and place.
 *
 * Three frames. *px*: x right, y down. *cam*: (x, −y, −z) px, so y up and z towards the viewer.
 * *head*: centimetres of the canonical face, x to the subject's left, y up, z towards the viewer.
 * The camera is orthographic: cam = pxPerCm · rotation · (head − origin).
 */

import { nearestRotation } from "../base/solve.js";
import type { CanonicalFace } from "./canonical.js";
import { SKIN_COUNT } from "./landmarks.js";

/** Angles of a head, radians. Positive: turned to its own left, bowed down, tilted to its own right. */
export interface Angles {
  readonly yawRad: number;
  readonly pitchRad: number;
  readonly rollRad: number;
}

/** Where the head stands. */
export interface HeadPose extends Angles {
  /** Head axes in cam, row-major, shape [9]. */
  readonly rotation: Float64Array;
  readonly pxPerCm: number;
  /** The head-frame point that lies at cam (0, 0, 0), cm, shape [3]. */
  readonly origin: Float64Array;
}

/**
 * Fits the canonical face to landmarks by weighted similarity (Procrustes).
 *
 * @param points - px, shape [≥468, 3].
 * @source Umeyama 1991; weights from MediaPipe's face geometry metadata.
 */
export function poseOf(points: Float32Array, canonical: CanonicalFace): HeadPose {
  const { indices, weights } = canonical.rigid;
  const total = weights.reduce((sum, w) => sum + w, 0);
  const centre = (axis: number, at: (i: number, axis: number) => number) =>
    indices.reduce((sum, i, k) => sum + weights[k] * at(i, axis), 0) / total;
  const cam = (i: number, axis: number) => points[3 * i + axis] * (axis === 0 ? 1 : -1);
  const model = (i: number, axis: number) => canonical.vertices[3 * i + axis];
  const camMean = [0, 1, 2].map((axis) => centre(axis, cam));
  const modelMean = [0, 1, 2].map((axis) => centre(axis, model));
  const h = new Float64Array(9);
  let spread = 0;
  indices.forEach((i, k) => {
    for (let a = 0; a < 3; a++) {
      const x = cam(i, a) - camMean[a];
      spread += weights[k] * x * x;
      for (let b = 0; b < 3; b++) h[3 * b + a] += weights[k] * (model(i, b) - modelMean[b]) * x;
    }
  });
  // head = s · R · cam + t, hence the head's axes in cam are Rᵀ.
  const { rotation: r, trace } = nearestRotation(h);
  const cmPerPx = trace / spread;
  const origin = new Float64Array(3);
  const rotation = new Float64Array(9);
  for (let a = 0; a < 3; a++) {
    let turned = 0;
    for (let b = 0; b < 3; b++) {
      turned += r[3 * a + b] * camMean[b];
      rotation[3 * a + b] = r[3 * b + a];
    }
    origin[a] = modelMean[a] - cmPerPx * turned;
  }
  return { rotation, pxPerCm: 1 / cmPerPx, origin, ...anglesOf(rotation) };
}

/** Angles of a head whose axes in cam are the columns of `m` (row-major, shape [9]). */
export function anglesOf(m: ArrayLike<number>): Angles {
  return {
    yawRad: Math.atan2(-m[6], Math.hypot(m[0], m[3])),
    pitchRad: Math.atan2(m[7], m[8]),
    rollRad: Math.atan2(m[3], m[0]),
  };
}

/** cam = pxPerCm · rotation · (head − origin). @param points - cm, shape [n, 3]. */
export function toCam(pose: HeadPose, points: ArrayLike<number>, out: Float32Array): Float32Array {
  const { rotation: m, origin, pxPerCm } = pose;
  for (let i = 0; i < points.length; i += 3) {
    const x = (points[i] - origin[0]) * pxPerCm;
    const y = (points[i + 1] - origin[1]) * pxPerCm;
    const z = (points[i + 2] - origin[2]) * pxPerCm;
    out[i] = m[0] * x + m[1] * y + m[2] * z;
    out[i + 1] = m[3] * x + m[4] * y + m[5] * z;
    out[i + 2] = m[6] * x + m[7] * y + m[8] * z;
  }
  return out;
}

/** A head-frame point moved along the camera's axes: right, up, towards the viewer; cm. */
export function moveAlongCam(
  { rotation: m }: HeadPose,
  [x, y, z]: readonly [number, number, number],
  [dx, dy, dz]: readonly [number, number, number],
): [number, number, number] {
  return [
    x + m[0] * dx + m[3] * dy + m[6] * dz,
    y + m[1] * dx + m[4] * dy + m[7] * dz,
    z + m[2] * dx + m[5] * dy + m[8] * dz,
  ];
}

/** The skin's landmarks in the head frame, cm, shape [468, 3]: no fit residual, only a change of frame. */
export function headPoints(pose: HeadPose, points: Float32Array): Float32Array {
  const { rotation: m, origin, pxPerCm } = pose;
  const out = new Float32Array(SKIN_COUNT * 3);
  for (let i = 0; i < out.length; i += 3) {
    const x = points[i] / pxPerCm;
    const y = -points[i + 1] / pxPerCm;
    const z = -points[i + 2] / pxPerCm;
    for (let a = 0; a < 3; a++) out[i + a] = m[a] * x + m[3 + a] * y + m[6 + a] * z + origin[a];
  }
  return out;
}
