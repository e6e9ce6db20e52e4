/**
 * @file Where the head is in each frame of a film, and the face as if the head stood still.
 *
 * One face is not the canonical one, and a talking face is no rigid body: heads are brought together
 * on the clip's own median face, by points that no expression moves, and points that disagree
 * count less.
 */
import { quantile } from "../base/curves.js";
import type { CanonicalFace } from "../portrait/canonical.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import { type HeadPose, headPoints, poseOf } from "../portrait/pose.js";

/** Points that hardly move with the expression, and how far each is trusted. */
const RIGID: readonly (readonly [point: number, weight: number])[] = [
  ...([168, 6, 197, 195, 33, 263, 133, 362] as const).map((p) => [p, 1] as const),
  ...([4, 10, 127, 356, 162, 389] as const).map((p) => [p, 0.3] as const),
  ...([8, 122, 351] as const).map((p) => [p, 0.65] as const),
  ...([5, 9, 130, 359, 243, 463, 193, 417, 245, 465] as const).map((p) => [p, 0.5] as const),
  ...([151, 188, 412] as const).map((p) => [p, 0.4] as const),
  ...([21, 251, 54, 284, 103, 332, 234, 454] as const).map((p) => [p, 0.2] as const),
];
/** A point that is so far off counts half, cm. */
const DOUBT_CM = 0.25;
const ROUNDS = 3;
/** Frames that the median face is made of, at most. */
const MEDIAN_FRAMES = 151;

/** Faces of a clip in the head frame. */
export interface SteadyFaces {
  /** cm, shape [frames][468 · 3]. */
  readonly shapes: readonly Float32Array[];
  readonly poses: readonly HeadPose[];
  /** How far the rigid points are off, root mean square, cm, shape [frames]. */
  readonly misfit: Float32Array;
}

/** Takes the head's motion out of landmarks. @param faces - px, shape [frames][≥468 · 3]. */
export function steadyFaces(faces: readonly Float32Array[], canonical: CanonicalFace): SteadyFaces {
  const indices = RIGID.map(([point]) => point);
  const trust = RIGID.map(([, weight]) => weight);
  let poses = faces.map((points) => poseOf(points, canonical));
  let shapes = faces.map((points, i) => headPoints(poses[i], points));
  const misfit = new Float32Array(faces.length);
  for (let round = 0; round < ROUNDS; round++) {
    const vertices = medianFace(shapes);
    poses = faces.map((points, frame) => {
      const off = indices.map((p) => distance(shapes[frame], vertices, p));
      const total = trust.reduce((sum, weight) => sum + weight, 0);
      misfit[frame] = Math.sqrt(off.reduce((sum, cm, k) => sum + trust[k] * cm * cm, 0) / total);
      const weights = trust.map((weight, k) => weight / (1 + (off[k] / DOUBT_CM) ** 2));
      return poseOf(points, { ...canonical, vertices, rigid: { indices, weights } });
    });
    shapes = faces.map((points, i) => headPoints(poses[i], points));
  }
  return { shapes, poses, misfit };
}

/** The median of each coordinate over some frames, shape [468 · 3]. */
export function medianFace(shapes: readonly Float32Array[]): Float32Array {
  const step = Math.max(1, shapes.length / MEDIAN_FRAMES);
  const chosen: Float32Array[] = [];
  for (let at = 0; at < shapes.length; at += step) chosen.push(shapes[Math.floor(at)]);
  return Float32Array.from({ length: SKIN_COUNT * 3 }, (_, i) =>
    quantile(
      chosen.map((shape) => shape[i]),
      0.5,
    ),
  );
}

function distance(a: Float32Array, b: Float32Array, point: number): number {
  const i = 3 * point;
  return Math.hypot(a[i] - b[i], a[i + 1] - b[i + 1], a[i + 2] - b[i + 2]);
}
