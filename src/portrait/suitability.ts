/** @file Whether a face can be filmed: what is refused, and what is only said. */
import { type Failure, FilmError, failure } from "../base/errors.js";
import type { HeadPose } from "./pose.js";

/** Between the ears, px. Under this the lips have fewer pixels than they need. */
export const FACE_MIN_PX = 80;
/** Beyond this the far eye and the far half of the mouth are not in the picture. */
export const YAW_MAX_DEG = 35;
/** From here on the far eye and corner of the mouth have few pixels. */
const YAW_WARN_DEG = 22;
const SCORE_MIN = 0.5;

/**
 * Refuses what is no face, or too small a one.
 *
 * @param points - Landmarks, px, shape [478, 3].
 * @param score - That there is a face, 0..1.
 * @throws FilmError `face_missing`, `face_too_small`.
 */
export function judgeFace(points: Float32Array, score: number): void {
  if (score < SCORE_MIN) {
    const message = `What looked like a face is none (score ${score.toFixed(2)} of 1).`;
    throw new FilmError("face_missing", message, { score });
  }
  const widthPx = earDistance(points);
  if (widthPx < FACE_MIN_PX) {
    throw new FilmError(
      "face_too_small",
      `The face is ${Math.round(widthPx)} px wide between the ears; ${FACE_MIN_PX} px are needed.`,
      { widthPx: Math.round(widthPx), minimumPx: FACE_MIN_PX },
    );
  }
}

/** Between the landmarks before the ears, px. */
export function earDistance(points: Float32Array): number {
  const [right, left] = [234 * 3, 454 * 3];
  return Math.hypot(points[left] - points[right], points[left + 1] - points[right + 1]);
}

/**
 * Refuses profiles; warns of half profiles.
 *
 * @throws FilmError `face_turned`.
 */
export function judgePose(pose: HeadPose): Failure[] {
  const yawDeg = Math.round((Math.abs(pose.yawRad) * 180) / Math.PI);
  const details = { yawDeg, maximumDeg: YAW_MAX_DEG };
  if (yawDeg > YAW_MAX_DEG) {
    const message = `The head is turned ${yawDeg}°; at most ${YAW_MAX_DEG}° work.`;
    throw new FilmError("face_turned", message, details);
  }
  if (yawDeg <= YAW_WARN_DEG) return [];
  const message = `The head is turned ${yawDeg}°: it turns less far on, and the far corner of the mouth may look stretched.`;
  return [failure("face_turned", message, details)];
}
