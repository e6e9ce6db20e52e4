/** @file A film against a real one of the same words: do the mouths do the same? */
import { correlationAt } from "../base/curves.js";
import type { FilmReport } from "./report.js";
import { syllablesOf } from "./speech.js";
import { eyesOf, MOUTH, pointOf, SKULL, type Track } from "./track.js";

/** How near a film is to its reference. */
export interface ReferenceDistance {
  /** Correlation of the lips' gaps at the best shift within 100 ms, Pearson's r. */
  readonly apertureMatch?: number | undefined;
  /** Mean distance of the mouth's movements, % of the eyes' distance. */
  readonly mouthDistance: number;
}

/** Steps of 10 ms by which one film may run ahead of the other. */
const SHIFT = 10;

/** Compares two films of the same words, both from their first frame on. */
export function distanceToReference(film: FilmReport, reference: FilmReport): ReferenceDistance {
  return {
    apertureMatch: apertureMatch(film, reference),
    mouthDistance: mouthDistance(film.track, reference.track),
  };
}

function apertureMatch(film: FilmReport, reference: FilmReport): number | undefined {
  if (film.speech === undefined || reference.speech === undefined) return undefined;
  const [a, b] = [film.speech, reference.speech].map(({ aperture }) => syllablesOf(aperture));
  let best = Number.NaN;
  for (let lag = -SHIFT; lag <= SHIFT; lag++) {
    const r = correlationAt(a, b, lag);
    if (!(best >= r)) best = r;
  }
  return Number.isNaN(best) ? undefined : best;
}

/** Movements are what is left of a mouth without its mean shape: mouths of two people differ. */
function mouthDistance(film: Track, reference: Track): number {
  const [mouths, others] = [mouthsOf(film), mouthsOf(reference)];
  let [sum, count] = [0, 0];
  let other = 0;
  for (let frame = 0; frame < film.frameCount; frame++) {
    const seconds = film.times[frame] - film.times[0];
    while (
      other + 1 < reference.frameCount &&
      reference.times[other + 1] - reference.times[0] <= seconds
    ) {
      other++;
    }
    if (reference.times[other] - reference.times[0] < seconds - 0.1) break;
    for (let k = 0; k < 2 * MOUTH.length; k += 2) {
      const i = frame * 2 * MOUTH.length + k;
      const j = other * 2 * MOUTH.length + k;
      sum += Math.hypot(mouths[i] - others[j], mouths[i + 1] - others[j + 1]);
      count++;
    }
  }
  return (100 * sum) / Math.max(1, count);
}

/** Mouths in the skull's own frame, in eyes' distances, without their mean; [frames, points, 2]. */
function mouthsOf(track: Track): Float32Array {
  const { points, frameCount } = track;
  const eyes = eyesOf(track);
  const size = 2 * MOUTH.length;
  const out = new Float32Array(frameCount * size);
  for (let frame = 0; frame < frameCount; frame++) {
    const [right, left] = [pointOf(frame, 33), pointOf(frame, 263)];
    const angle = Math.atan2(points[left + 1] - points[right + 1], points[left] - points[right]);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const center = (axis: number) =>
      SKULL.reduce((sum, point) => sum + points[pointOf(frame, point) + axis], 0) / SKULL.length;
    const [x, y] = [center(0), center(1)];
    MOUTH.forEach((point, k) => {
      const at = pointOf(frame, point);
      const [dx, dy] = [(points[at] - x) / eyes[frame], (points[at + 1] - y) / eyes[frame]];
      out[frame * size + 2 * k] = cos * dx + sin * dy;
      out[frame * size + 2 * k + 1] = cos * dy - sin * dx;
    });
  }
  for (let k = 0; k < size; k++) {
    let mean = 0;
    for (let frame = 0; frame < frameCount; frame++) mean += out[frame * size + k] / frameCount;
    for (let frame = 0; frame < frameCount; frame++) out[frame * size + k] -= mean;
  }
  return out;
}
