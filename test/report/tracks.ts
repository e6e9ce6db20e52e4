/** @file Faces that were never filmed: tracks whose every point is known. */
import type { Glimpse } from "../../src/report/glimpse.js";
import { judge } from "../../src/report/judge.js";
import { type Finding, MEASURES, type MeasureName } from "../../src/report/measure.js";
import type { FilmReport } from "../../src/report/report.js";
import type { Speech } from "../../src/report/speech.js";
import { pointOf, type Track } from "../../src/report/track.js";

/** A face at rest, px: the eyes' outer corners are 100 px apart, so that px are percents. */
const FACE: Readonly<Record<number, readonly [number, number]>> = {
  // Corners of the eyes and the nose.
  ...{ 33: [100, 100], 133: [130, 100], 362: [170, 100], 263: [200, 100] },
  ...{ 168: [150, 95], 6: [150, 105], 197: [150, 115], 195: [150, 125], 5: [150, 135] },
  // Lids, 10 px apart.
  ...{ 160: [108, 95], 144: [108, 105], 159: [115, 95], 145: [115, 105] },
  ...{ 158: [122, 95], 153: [122, 105], 385: [178, 95], 380: [178, 105] },
  ...{ 386: [185, 95], 374: [185, 105], 387: [192, 95], 373: [192, 105] },
  // Mouth: corners, inner lips, outer lips.
  ...{ 61: [125, 170], 291: [175, 170], 78: [128, 170], 308: [172, 170] },
  ...{ 13: [150, 169], 14: [150, 171], 0: [150, 160], 17: [150, 182] },
  ...{ 37: [142, 161], 267: [158, 161], 82: [142, 169], 312: [158, 169] },
  ...{ 87: [142, 171], 317: [158, 171], 84: [142, 181], 314: [158, 181] },
  ...{ 81: [135, 169], 311: [165, 169], 178: [135, 171], 402: [165, 171] },
  // Brows, forehead and chin.
  ...{ 105: [110, 80], 66: [130, 80], 334: [190, 80], 296: [170, 80] },
  ...{ 10: [150, 50], 152: [150, 220] },
};
/** Landmarks of the upper and of the lower lids. */
const UPPER_LIDS = [160, 159, 158, 385, 386, 387];
const LOWER_LIDS = [144, 145, 153, 380, 374, 373];

/** Where a landmark of the face at rest is in a frame, px: x right, y down, z away. */
export type Move = (
  frame: number,
  landmark: number,
  x: number,
  y: number,
) => readonly [number, number, number];

/** A picture in which nothing is remarkable. */
export const GLIMPSE: Glimpse = { luma: 120, change: 1, sharpness: 1, lab: [50, 10, 10] };

/** A track of a face that moves as told; 25 frames a second. */
export function trackOf(frameCount: number, move: Move, more: Partial<Track> = {}): Track {
  const fps = more.fps ?? 25;
  const stride = pointOf(1, 33) - pointOf(0, 33);
  const points = new Float32Array(frameCount * stride);
  for (let frame = 0; frame < frameCount; frame++) {
    for (const [landmark, [x, y]] of Object.entries(FACE)) {
      points.set(move(frame, Number(landmark), x, y), pointOf(frame, Number(landmark)));
    }
  }
  return {
    ...{ frameCount, fps, points, identity: [] },
    times: Float64Array.from({ length: frameCount }, (_, frame) => frame / fps),
    found: new Uint8Array(frameCount).fill(1),
    glimpses: Array.from({ length: frameCount }, () => GLIMPSE),
    ...more,
  };
}

/** Nothing moves. */
export const still: Move = (_, __, x, y) => [x, y, 0];

/** Lids that are open by a share of their usual opening. */
export function lids(open: (frame: number) => number): Move {
  return (frame, landmark, x, y) => {
    if (UPPER_LIDS.includes(landmark)) return [x, 100 - 5 * open(frame), 0];
    return [x, LOWER_LIDS.includes(landmark) ? 100 + 5 * open(frame) : y, 0];
  };
}

/** Inner lips that are apart by so many % of the eyes' distance. */
export function lips(gap: (frame: number) => number): Move {
  return (frame, landmark, x, y) => {
    if (landmark === 13) return [x, 170 - gap(frame) / 2, 0];
    return [x, landmark === 14 ? 170 + gap(frame) / 2 : y, 0];
  };
}

/** Curves of a stretch in which all is loud and nothing must close, but for what is given. */
export function speechOf(count: number, more: Partial<Speech> = {}): Speech {
  const flat = (value: number) => new Float32Array(count).fill(value);
  return {
    ...{ startSeconds: 0, count, loudDb: -20, level: flat(-20), sounds: [] },
    ...{ aperture: flat(0.05), openness: flat(0.5), expected: flat(0.5) },
    ...{ closing: flat(0), narrowing: flat(0) },
    ...more,
  };
}

/** A report of a track, in which only what is given was measured. */
export function reportOf(
  track: Track,
  findings: readonly Finding[] = [],
  more: Partial<FilmReport> = {},
): FilmReport {
  const known = new Map(findings.map((finding) => [finding.name, finding]));
  const names = Object.keys(MEASURES) as MeasureName[];
  return {
    ...{ name: "anna.mp4", durationSeconds: track.frameCount / track.fps, fps: track.fps },
    ...{ width: 320, height: 240, verdict: "pass", moments: [], track, blinks: [], warnings: [] },
    measures: names.map((name) => judge(known.get(name) ?? { name })),
    ...more,
  };
}
