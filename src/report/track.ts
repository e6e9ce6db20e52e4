/**
 * @file Watching a film: what its pixels show of a face, frame by frame.
 *
 * Nothing of how a film was made is known here: a landmark network looks at each frame, as it would
 * at a real person's. Only the points that some measure needs are kept.
 */

import { FilmError } from "../base/errors.js";
import type { Footage } from "../base/footage.js";
import { joinBlocks } from "../base/join.js";
import type { Nets } from "../base/ports.js";
import { type Run, step } from "../base/run.js";
import { followFace } from "../portrait/follow.js";
import type { Backdrop } from "./backdrop.js";
import { faceBox, type Glimpse, makeEye } from "./glimpse.js";
import { identify, identityDistance } from "./identity.js";

/** Points that an expression does not move: corners of the eyes and the nose. */
export const SKULL = [33, 133, 362, 263, 168, 6, 197, 195, 5] as const;
/** Outline and opening of the mouth. */
export const MOUTH = [
  61, 291, 78, 308, 13, 14, 0, 17, 37, 267, 82, 312, 87, 317, 84, 314, 81, 311, 178, 402,
] as const;
/** Lids of the subject's right and left eye: facing pairs, and the corners. */
export const LIDS = [
  { pairs: [160, 144, 159, 145, 158, 153], corners: [33, 133] },
  { pairs: [385, 380, 386, 374, 387, 373], corners: [362, 263] },
] as const;
/** Middles of the brows. */
export const BROWS = [105, 66, 334, 296] as const;
/** Forehead and chin, for the head's axes. */
const AXIS = [10, 152] as const;

const KEPT = [
  ...new Set([...SKULL, ...MOUTH, ...LIDS.flatMap(({ pairs }) => pairs), ...BROWS, ...AXIS]),
];
const PLACE = new Map<number, number>(KEPT.map((point, place) => [point, place]));

/** Every so many frames the face is recognised. */
const IDENTITY_EVERY = 5;
/** A film whose face is lost in more frames than this is none of a talking head. */
const LOST_MAX = 0.5;

/** What was seen of a film. Frames without a face repeat the last one that had one. */
export interface Track {
  readonly frameCount: number;
  readonly fps: number;
  /** When each frame is first shown, seconds, on the film's clock. */
  readonly times: Float64Array;
  /** 1 where a face was found. */
  readonly found: Uint8Array;
  /** The kept landmarks, px of the frames, shape [frames, kept, 3]; read with `pointOf`. */
  readonly points: Float32Array;
  /** Distances to the reference face, one for every fifth frame with a face. */
  readonly identity: readonly { readonly frame: number; readonly distance: number }[];
  /** What the pictures are like. */
  readonly glimpses: readonly Glimpse[];
}

/** What a film is compared with while it is watched. */
export interface WatchOptions {
  /** Embedding of the face that it should be; the film's own first face by default. */
  readonly identity?: Float32Array | undefined;
  /** The background that it should have. */
  readonly backdrop?: Backdrop | undefined;
  /** Name of the stage that progress is told of. */
  readonly stage?: string | undefined;
}

/**
 * Watches a film.
 *
 * @throws FilmError `face_missing` if most frames show none, and what reading the film throws.
 */
export async function watchFilm(
  footage: Footage,
  on: { readonly nets: Nets },
  options: WatchOptions = {},
  run?: Run,
): Promise<Track> {
  const stage = options.stage ?? "watch";
  const recognition = await on.nets.open("face-identity.onnx");
  const expected = Math.max(
    1,
    Math.round((footage.video.endSeconds - footage.video.startSeconds) * footage.fps),
  );
  const times: number[] = [];
  const found: number[] = [];
  const kept: Float32Array[] = [];
  const identity: { frame: number; distance: number }[] = [];
  const glimpses: Glimpse[] = [];
  const look = makeEye(options.backdrop);
  let own = options.identity;
  let face: Float32Array | undefined;
  let looking: Promise<Float32Array | undefined> | undefined;
  /** Takes the answer for the frame before; meanwhile the film was read on. */
  const settle = async () => {
    if (looking === undefined) return;
    const points = await looking;
    looking = undefined;
    if (points !== undefined) face = points;
    found.push(points === undefined ? 0 : 1);
    kept.push(keep(face));
  };
  for await (const { index, timeSeconds, picture, points } of followFace(footage, on.nets)) {
    step(run, stage, Math.min(index, expected), expected);
    await settle();
    times.push(timeSeconds);
    looking = points;
    glimpses.push(look(picture, face && faceBox(face, picture)));
    if (index % IDENTITY_EVERY === 0) {
      await settle();
      if (found.at(-1) !== 1 || face === undefined) continue;
      const embedding = await identify(recognition, picture, face);
      own ??= embedding;
      identity.push({ frame: times.length - 1, distance: identityDistance(own, embedding) });
    }
  }
  await settle();
  step(run, stage, expected, expected);
  refuseFaceless(footage.name, found);
  fillStart(kept, found);
  return {
    frameCount: times.length,
    fps: footage.fps,
    times: Float64Array.from(times),
    found: Uint8Array.from(found),
    points: joinBlocks(kept),
    identity,
    glimpses,
  };
}

function keep(face: Float32Array | undefined): Float32Array {
  const out = new Float32Array(KEPT.length * 3);
  if (face === undefined) return out;
  KEPT.forEach((point, place) => {
    out.set(face.subarray(3 * point, 3 * point + 3), 3 * place);
  });
  return out;
}

function refuseFaceless(name: string, found: readonly number[]): void {
  const lost = found.filter((is) => is === 0).length;
  if (found.length > 0 && lost <= LOST_MAX * found.length) return;
  const message = `“${name}” shows a face in ${found.length - lost} of ${found.length} frames only.`;
  throw new FilmError("face_missing", message, { frames: found.length, lost });
}

/** Frames before the first face show that one. */
function fillStart(kept: Float32Array[], found: readonly number[]): void {
  const first = found.indexOf(1);
  for (let i = 0; i < first; i++) kept[i] = kept[first];
}

/** Where a landmark starts in `Track.points`. */
export function pointOf(frame: number, point: number): number {
  return (frame * KEPT.length + (PLACE.get(point) ?? Number.NaN)) * 3;
}

/** Distance of two landmarks in a frame, px. */
export function distanceOf({ points }: Track, frame: number, a: number, b: number): number {
  const [i, j] = [pointOf(frame, a), pointOf(frame, b)];
  return Math.hypot(
    points[i] - points[j],
    points[i + 1] - points[j + 1],
    points[i + 2] - points[j + 2],
  );
}

/** A curve over a track's frames. */
export function curveOf(track: Track, of: (frame: number) => number): Float32Array {
  return Float32Array.from({ length: track.frameCount }, (_, frame) => of(frame));
}

/** Distance of the eyes' outer corners, px, by frame. */
export function eyesOf(track: Track): Float32Array {
  return curveOf(track, (frame) => distanceOf(track, frame, 33, 263));
}

/** Gap between the inner lips, as a share of the eyes' distance, by frame. */
export function apertureOf(track: Track): Float32Array {
  return curveOf(
    track,
    (frame) => distanceOf(track, frame, 13, 14) / distanceOf(track, frame, 33, 263),
  );
}

/** How far the lids are apart, as a share of the eye's width, mean of both eyes, by frame. */
export function lidsOf(track: Track): Float32Array {
  return curveOf(track, (frame) => {
    let sum = 0;
    for (const { pairs, corners } of LIDS) {
      const width = distanceOf(track, frame, corners[0], corners[1]);
      for (let k = 0; k < pairs.length; k += 2) {
        sum += distanceOf(track, frame, pairs[k], pairs[k + 1]) / width / 6;
      }
    }
    return sum;
  });
}

/** The head's angles by frame, degrees: yaw, pitch (down), roll, shape [3][frames]. */
export function anglesOf(track: Track): readonly [Float32Array, Float32Array, Float32Array] {
  const { points } = track;
  const degrees = (radians: number) => (radians * 180) / Math.PI;
  const across = (frame: number, axis: number) =>
    points[pointOf(frame, 263) + axis] - points[pointOf(frame, 33) + axis];
  const down = (frame: number, axis: number) =>
    points[pointOf(frame, 152) + axis] - points[pointOf(frame, 10) + axis];
  return [
    curveOf(track, (frame) => degrees(Math.atan2(across(frame, 2), across(frame, 0)))),
    curveOf(track, (frame) => degrees(Math.atan2(down(frame, 2), down(frame, 1)))),
    curveOf(track, (frame) => degrees(Math.atan2(across(frame, 1), across(frame, 0)))),
  ];
}
