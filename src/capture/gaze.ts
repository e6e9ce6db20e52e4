/** @file Where filmed eyes look: the iris between the corners of the eye, by frame. */
import { quantile } from "../base/curves.js";
import type { HeadPose } from "../portrait/pose.js";
import { type EyeRows, LEFT_EYE, RIGHT_EYE } from "../rig/topology.js";

/** Radius of an eyeball on the canonical face, cm. */
const EYE_CM = 1.2;

/**
 * Gaze against the clip's usual gaze, yaw and pitch as in a take, mean of both eyes.
 *
 * @param faces - px, shape [frames][478 · 3].
 * @returns Radians, shape [frames, 2].
 */
export function gazeOf(faces: readonly Float32Array[], poses: readonly HeadPose[]): Float32Array {
  const out = new Float32Array(faces.length * 2);
  faces.forEach((points, frame) => {
    for (const eye of [LEFT_EYE, RIGHT_EYE]) {
      const [x, y] = irisOffset(points, poses[frame], eye);
      out[2 * frame] += Math.asin(Math.max(-1, Math.min(1, x / EYE_CM))) / 2;
      out[2 * frame + 1] -= Math.asin(Math.max(-1, Math.min(1, y / EYE_CM))) / 2;
    }
  });
  for (let axis = 0; axis < 2; axis++) {
    const usual = quantile(
      out.filter((_, i) => i % 2 === axis),
      0.5,
    );
    for (let i = axis; i < out.length; i += 2) out[i] -= usual;
  }
  return out;
}

/** Of the iris from the middle of the eye's corners, in the head's axes, cm: x left, y up. */
function irisOffset(
  points: Float32Array,
  { rotation: m, pxPerCm }: HeadPose,
  { upper, iris }: EyeRows,
): readonly [number, number] {
  const [outer, inner] = [upper[0], upper[upper.length - 1]];
  const off = [0, 1, 2].map((axis) => {
    const middle = (points[3 * outer + axis] + points[3 * inner + axis]) / 2;
    return ((points[3 * iris + axis] - middle) / pxPerCm) * (axis === 0 ? 1 : -1);
  });
  const along = (axis: number) => m[axis] * off[0] + m[3 + axis] * off[1] + m[6 + axis] * off[2];
  return [along(0), along(1)];
}
