/** @file A tracked film as numbers to learn from: faces whose head stands still, turns, scores. */
import { quantile } from "../../src/base/curves.js";
import { steadyFaces } from "../../src/capture/steady.js";
import type { CanonicalFace } from "../../src/portrait/canonical.js";
import type { TrackedFilm } from "./track.js";

/** What one film gives. Frames are rows. */
export interface Clip {
  readonly name: string;
  readonly speaker: string;
  readonly frameCount: number;
  /** In the head frame, x and y only, cm, each of shape [468 · 2]. */
  readonly faces: readonly Float32Array[];
  /** 0..1, `CHANNELS` order, each of shape [52]. */
  readonly scores: readonly Float32Array[];
  /** How the head is turned, in tens of degrees: y, p, r, y², p², y · p; each of shape [6]. */
  readonly turns: readonly Float64Array[];
}

/** Turns that landmarks follow badly, and misfits of what cannot move: left out. */
const YAW_MAX_RAD = 0.49;
const PITCH_MAX_RAD = 0.44;
const MISFIT_MAX_CM = 0.35;
/** Frames of which nothing is learned. */
const LEAST_FRAMES = 20;
const TURN_RAD = Math.PI / 18;

/**
 * Brings a film's faces into one frame.
 *
 * @param share - Of the labelling network's landmarks, 0..1; the rest are the product's.
 * @returns Nothing, if too few of them can be used.
 */
export function clipOf(
  film: TrackedFilm,
  speaker: string,
  canonical: CanonicalFace,
  share: number,
): Clip | undefined {
  if (film.faces.length < LEAST_FRAMES) return undefined;
  const points = film.faces.map((face, frame) => {
    const other = film.others[frame];
    return face.map((value, i) => (i % 3 === 2 ? value : value + share * (other[i] - value)));
  });
  const { shapes, poses, misfit } = steadyFaces(points, canonical);
  const used = poses.flatMap(({ yawRad, pitchRad }, frame) => {
    const isFine =
      Math.abs(yawRad) < YAW_MAX_RAD &&
      Math.abs(pitchRad) < PITCH_MAX_RAD &&
      misfit[frame] < MISFIT_MAX_CM;
    return isFine ? [frame] : [];
  });
  if (used.length < LEAST_FRAMES || quantile(misfit, 0.5) > MISFIT_MAX_CM) return undefined;
  return {
    ...{ name: film.name, speaker, frameCount: used.length },
    faces: used.map((frame) => flat(shapes[frame])),
    scores: used.map((frame) => film.scores[frame]),
    turns: used.map((frame) => {
      const { yawRad, pitchRad, rollRad } = poses[frame];
      const [y, p, r] = [yawRad / TURN_RAD, pitchRad / TURN_RAD, rollRad / TURN_RAD];
      return Float64Array.of(y, p, r, y * y, p * p, y * p);
    }),
  };
}

/** x and y of each point. */
function flat(shape: Float32Array): Float32Array {
  return shape.filter((_, i) => i % 3 !== 2);
}
