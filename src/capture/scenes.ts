/** @file Where a film is cut: the face is elsewhere from one frame to the next. */

/** Frames from one cut to the next. */
export interface Scene {
  readonly from: number;
  readonly to: number;
}

/** No head goes so far in a frame, in distances between the eyes. */
const JUMP = 0.5;
/** Landmarks that say where a face is: corners of the eyes and tip of the nose. */
const PLACES = [33, 263, 4] as const;

/** Scenes of a film, in order. @param faces - px, shape [frames][≥468 · 3]. */
export function findScenes(faces: readonly Float32Array[]): Scene[] {
  const cuts = faces.flatMap((face, frame) =>
    frame > 0 && jumps(faces[frame - 1], face) ? frame : [],
  );
  return [0, ...cuts].map((from, k) => ({ from, to: cuts[k] ?? faces.length }));
}

function jumps(before: Float32Array, now: Float32Array): boolean {
  const eyes = distance(before, 33, before, 263);
  return PLACES.every((point) => distance(before, point, now, point) > JUMP * eyes);
}

function distance(a: Float32Array, pa: number, b: Float32Array, pb: number): number {
  return Math.hypot(a[3 * pa] - b[3 * pb], a[3 * pa + 1] - b[3 * pb + 1]);
}
