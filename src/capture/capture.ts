/**
 * @file Performance capture: a film of somebody → what head, face and eyes do, in the words of a
 * take.
 *
 * In: footage. Out: weights, head and gaze per frame of the film, against the person's own neutral
 * face and usual pose, and how well each frame is explained. No picture is kept.
 */
import { assert } from "../base/assert.js";
import { CHANNEL_COUNT, CHANNELS } from "../base/channels.js";
import { gaussianSmooth, quantile } from "../base/curves.js";
import { FilmError, failure } from "../base/errors.js";
import type { Footage } from "../base/footage.js";
import type { Assets, Nets } from "../base/ports.js";
import { type Run, step } from "../base/run.js";
import { readCanonicalFace } from "../portrait/canonical.js";
import type { Face } from "../portrait/detect.js";
import { followFace } from "../portrait/follow.js";
import type { HeadPose } from "../portrait/pose.js";
import { readBasis } from "../rig/basis.js";
import { fitBasis } from "../rig/fit.js";
import { makeExplainer } from "./activations.js";
import { type FilmClock, rateOf } from "./clock.js";
import { holdClosures } from "./closures.js";
import { gazeOf } from "./gaze.js";
import { writeBlinks } from "./lids.js";
import { makeLipGap } from "./lips.js";
import { neutralOf, removeTurning } from "./neutral.js";
import { findScenes, type Scene } from "./scenes.js";
import { steadyFaces } from "./steady.js";

/** A performance that was filmed. Lost frames repeat the one before. */
export interface Capture extends FilmClock {
  readonly frameCount: number;
  /** How far each frame is to be trusted, 0..1; 0 where no face was found, shape [frames]. */
  readonly quality: Float32Array;
  /** As in a take, shape [frames, 52]. */
  readonly weights: Float32Array;
  /** As in a take, against the person's usual pose, shape [frames, 6]. */
  readonly head: Float32Array;
  /** As in a take, shape [frames, 2]. */
  readonly gaze: Float32Array;
}

/** Whom to capture. */
export interface CaptureOptions {
  /**
   * Which face, counted from the largest in the first frame that shows so many, 0 first. That person is
   * kept: where his face is lost, the one nearest to its last place is looked for. By default the
   * largest face is followed, and where it is lost, the largest again.
   */
  readonly faceIndex?: number | undefined;
}

/** A film with fewer faces than this share of its frames is not captured. */
const FOUND_MIN = 0.5;
/** A film may lack as many frames before it is said; where it lacks a second, it cannot be read. */
const MISSING_MOST = 2;
/** Misfits that halve the trust: of the rigid points, and of the whole face, cm. */
const MISFIT_CM = 0.35;
const REMAINDER_CM = 0.25;
/** How far a camera usually is, cm: sizes tell of moving nearer. */
const CAMERA_CM = 70;
/** Smoothing of the head against the network's noise: a Gaussian's sigma, seconds. */
const CALM_SECONDS = 0.055;
/** Of mouth and jaw, and of brows and cheeks. */
const MOUTH_CALM_SECONDS = 0.028;
const BROW_CALM_SECONDS = 0.06;
/** Of its distance, which is only told by its size. */
const DISTANCE_CALM_SECONDS = 0.2;

/**
 * Captures one face of a film.
 *
 * @throws FilmError `face_missing` if most frames show none, `face_not_there` if there are fewer.
 */
export async function captureFace(
  footage: Footage,
  on: { readonly nets: Nets; readonly assets: Assets },
  { faceIndex }: CaptureOptions = {},
  run?: Run,
): Promise<Capture> {
  const { fps, video, name } = footage;
  const expected = Math.max(1, Math.round((video.endSeconds - video.startSeconds) * fps));
  const times: number[] = [];
  const seen: Promise<Float32Array | undefined>[] = [];
  const others = makeCounter(name, faceIndex, run);
  for await (const { index, timeSeconds, points, faces } of followFace(footage, on.nets, {
    faceIndex,
  })) {
    step(run, "capture", Math.min(index, expected), expected);
    others.count(faces);
    times.push(timeSeconds);
    seen.push(points);
  }
  step(run, "capture", expected, expected);
  if (expected - times.length > MISSING_MOST) {
    const message = `“${name}” is damaged: ${expected - times.length} of its ${expected} frames are missing.`;
    run?.onWarning?.(failure("film_unreadable", message));
  }
  const found = await Promise.all(seen);
  others.refuseFewer(found);
  refuseFaceless(found, name, faceIndex);
  const clock = Float64Array.from(times);
  return captureOf(found, { fps: rateOf(clock, fps), times: clock }, on.assets);
}

/**
 * What a face does whose landmarks are known.
 *
 * @param found - As of `LandmarkPass`, some of them nothing, shape [frames][478 · 3].
 */
export async function captureOf(
  found: readonly (Float32Array | undefined)[],
  clock: FilmClock,
  assets: Assets,
): Promise<Capture> {
  const { fps } = clock;
  const faces = withoutGaps(found);
  const canonical = await readCanonicalFace(assets);
  const { shapes, poses, misfit } = steadyFaces(faces, canonical);
  removeTurning(shapes, poses);
  const neutral = neutralOf(shapes);
  const basis = fitBasis(await readBasis(assets), neutral, canonical.vertices);
  const explainer = makeExplainer(basis, neutral);
  const lips = makeLipGap(basis, neutral);
  const frameCount = faces.length;
  const weights = new Float32Array(frameCount * CHANNEL_COUNT);
  const quality = new Float32Array(frameCount);
  const current = new Float32Array(CHANNEL_COUNT);
  shapes.forEach((shape, frame) => {
    const left = explainer.explain(shape, current);
    weights.set(current, frame * CHANNEL_COUNT);
    const doubt = (misfit[frame] / MISFIT_CM) ** 2 + (left / REMAINDER_CM) ** 2;
    quality[frame] = found[frame] === undefined ? 0 : 1 / (1 + doubt);
  });
  const scenes = findScenes(faces);
  for (const { from } of scenes.slice(1)) quality.fill(0, from - 1, from + 1);
  calmWeights(weights, fps);
  shapes.forEach((shape, frame) => {
    lips.set(shape, weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT));
  });
  holdClosures(weights, fps);
  const gaze = gazeOf(faces, poses);
  writeBlinks(shapes, basis, weights, gaze, fps);
  const head = headOf(poses, scenes, fps);
  return { ...clock, frameCount, quality, weights, head, gaze };
}

/** Another face of this share of the largest one's width is somebody, not a passer-by. */
const OTHER_SHARE = 0.5;

/** Counts faces; warns once of several where none was chosen. */
function makeCounter(name: string, faceIndex: number | undefined, run: Run | undefined) {
  const counts: number[] = [];
  let isWarned = faceIndex !== undefined;
  return {
    count(faces: readonly Face[] = []): void {
      if (faces.length > 0) counts.push(faces.length);
      const large = faces.filter((face) => widthOf(face) >= OTHER_SHARE * widthOf(faces[0])).length;
      if (isWarned || large < 2) return;
      isWarned = true;
      const message = `“${name}” shows ${large} faces; the largest is followed.`;
      run?.onWarning?.(failure("faces_filmed", message, { faces: large }));
    },
    /** @throws FilmError `face_not_there`, if faces are seen, but usually fewer than were asked for. */
    refuseFewer(found: readonly (Float32Array | undefined)[]): void {
      const isFound = found.some((face) => face !== undefined);
      if (faceIndex === undefined || counts.length === 0 || isFound) return;
      // A face that a single frame seems to show is none.
      const usual = Math.round(quantile(counts, 0.5));
      if (faceIndex < usual) return;
      const message = `Face ${faceIndex + 1} was asked for, but “${name}” shows ${usual}.`;
      throw new FilmError("face_not_there", message, { faces: usual });
    },
  };
}

function widthOf({ box: [left, , right] }: Face): number {
  return right - left;
}

function refuseFaceless(
  found: readonly (Float32Array | undefined)[],
  name: string,
  faceIndex: number | undefined,
): void {
  const [frames, count] = [found.length, found.filter((face) => face !== undefined).length];
  if (count > 0 && count >= FOUND_MIN * frames) return;
  const what = faceIndex === undefined ? "a face" : `face ${faceIndex + 1}`;
  const message = `“${name}” shows ${what} in ${count} of ${frames} frames; half are the least.`;
  throw new FilmError("face_missing", message, { frames, lost: frames - count });
}

/** Repeats faces where there is none. */
function withoutGaps(found: readonly (Float32Array | undefined)[]): Float32Array[] {
  let last = found.find((face) => face !== undefined);
  assert(last !== undefined, "a face in a frame");
  return found.map((face) => {
    last = face ?? last;
    return last as Float32Array;
  });
}

/** Takes the network's noise out of weights, in place; lids are quick, and stay as they are. */
function calmWeights(weights: Float32Array, fps: number): void {
  CHANNELS.forEach((name, c) => {
    if (/^eye(Blink|Look)/.test(name)) return;
    const curve = weights.filter((_, i) => i % CHANNEL_COUNT === c);
    const seconds = /^(mouth|jaw)/.test(name) ? MOUTH_CALM_SECONDS : BROW_CALM_SECONDS;
    gaussianSmooth(curve, seconds * fps).forEach((value, frame) => {
      weights[frame * CHANNEL_COUNT + c] = value;
    });
  });
}

/** Poses as a take's head, each scene against its own median pose, shape [frames, 6]. */
function headOf(poses: readonly HeadPose[], scenes: readonly Scene[], fps: number): Float32Array {
  const out = new Float32Array(poses.length * 6);
  for (const { from, to } of scenes) out.set(headIn(poses.slice(from, to), fps), from * 6);
  return out;
}

function headIn(poses: readonly HeadPose[], fps: number): Float32Array {
  const size = quantile(
    poses.map(({ pxPerCm }) => pxPerCm),
    0.5,
  );
  const rows = poses.map(({ pitchRad, yawRad, rollRad, rotation: m, origin, pxPerCm }) => {
    // Where the canonical face's own origin lies before the camera, cm.
    const place = (row: number) =>
      -(m[row] * origin[0] + m[row + 1] * origin[1] + m[row + 2] * origin[2]) * (pxPerCm / size);
    return [pitchRad, yawRad, rollRad, place(0), place(3), CAMERA_CM * (pxPerCm / size - 1)];
  });
  const out = new Float32Array(poses.length * 6);
  for (let axis = 0; axis < 6; axis++) {
    const curve = Float32Array.from(rows, (row) => row[axis]);
    const usual = quantile(curve, 0.5);
    const calm = axis === 5 ? DISTANCE_CALM_SECONDS : CALM_SECONDS;
    gaussianSmooth(curve, calm * fps).forEach((value, frame) => {
      out[frame * 6 + axis] = value - usual;
    });
  }
  return out;
}
