/**
 * @file Performance capture: a film of somebody → what head, face and eyes do, in the words of a
 * take.
 *
 * In: footage. Out: weights, head and gaze per frame of the film, against the person's own neutral
 * face and usual pose, and how well each frame is explained. No picture is kept.
 */
import { CHANNEL_COUNT, CHANNELS } from "../base/channels.js";
import { gaussianSmooth, quantile } from "../base/curves.js";
import { FilmError, failure } from "../base/errors.js";
import type { Footage } from "../base/footage.js";
import type { Picture } from "../base/picture.js";
import type { Assets, Nets } from "../base/ports.js";
import { type Run, step } from "../base/run.js";
import { readCanonicalFace } from "../portrait/canonical.js";
import { detectFaces, type Face } from "../portrait/detect.js";
import { followFace } from "../portrait/follow.js";
import type { HeadPose } from "../portrait/pose.js";
import { readBasis } from "../rig/basis.js";
import { fitBasis } from "../rig/fit.js";
import { makeExplainer } from "./activations.js";
import { gazeOf } from "./gaze.js";
import { writeBlinks } from "./lids.js";
import { makeLipGap } from "./lips.js";
import { neutralOf, removeTurning } from "./neutral.js";
import { findScenes, type Scene } from "./scenes.js";
import { steadyFaces } from "./steady.js";

/** A performance that was filmed. Lost frames repeat the one before. */
export interface Capture {
  readonly fps: number;
  readonly frameCount: number;
  /** When each frame is first shown, seconds, on the film's clock. */
  readonly times: Float64Array;
  /** How far each frame is to be trusted, 0..1; 0 where no face was found, shape [frames]. */
  readonly quality: Float32Array;
  /** As in a take, shape [frames, 52]. */
  readonly weights: Float32Array;
  /** As in a take, against the person's usual pose, shape [frames, 6]. */
  readonly head: Float32Array;
  /** As in a take, shape [frames, 2]. */
  readonly gaze: Float32Array;
}

/** A film with fewer faces than this share of its frames is not captured. */
const FOUND_MIN = 0.5;
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
 * Captures the largest face of a film.
 *
 * @throws FilmError `face_missing` if most frames show none.
 */
export async function captureFace(
  footage: Footage,
  on: { readonly nets: Nets; readonly assets: Assets },
  run?: Run,
): Promise<Capture> {
  const { fps, video } = footage;
  const expected = Math.max(1, Math.round((video.endSeconds - video.startSeconds) * fps));
  const times: number[] = [];
  const seen: Promise<Float32Array | undefined>[] = [];
  for await (const { index, timeSeconds, picture, points } of followFace(footage, on.nets)) {
    step(run, "capture", Math.min(index, expected), expected);
    if (index === 0) await warnOfOthers(picture, footage.name, on.nets, run);
    times.push(timeSeconds);
    seen.push(points);
  }
  step(run, "capture", expected, expected);
  const found = await Promise.all(seen);
  const faces = fillGaps(found, footage.name);
  const canonical = await readCanonicalFace(on.assets);
  const { shapes, poses, misfit } = steadyFaces(faces, canonical);
  removeTurning(shapes, poses);
  const neutral = neutralOf(shapes);
  const basis = fitBasis(await readBasis(on.assets), neutral, canonical.vertices);
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
  const gaze = gazeOf(faces, poses);
  writeBlinks(shapes, basis, weights, gaze);
  const head = headOf(poses, scenes, fps);
  return { fps, frameCount, times: Float64Array.from(times), quality, weights, head, gaze };
}

/** A second face of this share of the largest one's width is somebody, not a passer-by. */
const OTHER_SHARE = 0.5;

async function warnOfOthers(picture: Picture, name: string, nets: Nets, run?: Run): Promise<void> {
  const [largest, second] = await detectFaces(picture, nets);
  if (second === undefined || widthOf(second) < OTHER_SHARE * widthOf(largest)) return;
  const message = `“${name}” shows several faces; the largest is followed.`;
  run?.onWarning?.(failure("faces_filmed", message));
}

function widthOf({ box: [left, , right] }: Face): number {
  return right - left;
}

/** Repeats faces where there is none. */
function fillGaps(found: readonly (Float32Array | undefined)[], name: string): Float32Array[] {
  const first = found.find((face) => face !== undefined);
  const count = found.filter((face) => face !== undefined).length;
  if (first === undefined || count < FOUND_MIN * found.length) {
    const message = `“${name}” shows a face in ${count} of ${found.length} frames only.`;
    throw new FilmError("face_missing", message, {
      frames: found.length,
      lost: found.length - count,
    });
  }
  let last = first;
  return found.map((face) => {
    last = face ?? last;
    return last;
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
