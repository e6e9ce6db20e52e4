/** @file Following one face through a film: its landmarks, frame by frame. */
import type { Footage, FootageFrame } from "../base/footage.js";
import { buildPyramid, type Picture, type Pyramid, type Roi } from "../base/picture.js";
import type { Net, Nets } from "../base/ports.js";
import {
  type Cast,
  castOf,
  distance,
  isCrowded,
  meet,
  placeOfFace,
  placeOfLandmarks,
} from "./cast.js";
import { detectFaces, type Face, roiOfFace } from "./detect.js";
import { lookAtFace, roiOfLandmarks } from "./landmarks.js";

/** Below this score of the network the face is lost. */
const SCORE_MIN = 0.5;
/** A chosen face is looked for among all faces so often, seconds. */
const LOOK_SECONDS = 0.2;
/** … and at once where it goes so far in a frame, see `distance`. */
const JUMP = 0.25;

/** Whom to follow. */
export interface FollowOptions {
  /**
   * Which face, from the largest, 0 first, where so many are first seen; then that one is kept. The
   * largest by default, and where it is lost, the largest again.
   */
  readonly faceIndex?: number | undefined;
}

/** A frame, and the face in it. */
export interface FollowedFrame extends FootageFrame {
  /**
   * Landmarks as of `LandmarkPass`, nothing where there is no face. Known at the latest when the
   * next frame comes: whoever does not wait for it lets the film be read meanwhile.
   */
  readonly points: Promise<Float32Array | undefined>;
  /** All faces, largest first, if they were looked for. */
  readonly faces?: readonly Face[] | undefined;
}

/** Follows one face. */
export function followFace(
  footage: Footage,
  nets: Nets,
  { faceIndex }: FollowOptions = {},
): AsyncGenerator<FollowedFrame, void, void> {
  return faceIndex === undefined
    ? followLargest(footage, nets)
    : followChosen(footage, nets, faceIndex);
}

async function* followLargest(
  footage: Footage,
  nets: Nets,
): AsyncGenerator<FollowedFrame, void, void> {
  const net = await nets.open("face-landmarks.onnx");
  let points: Promise<Float32Array | undefined> = Promise.resolve(undefined);
  for await (const frame of footage.frames()) {
    const before = await points;
    const pyramid = buildPyramid(frame.picture);
    const faces = before === undefined ? await detectFaces(pyramid, nets) : undefined;
    const roi =
      before === undefined ? await roiFrom(net, pyramid, faces?.[0]) : roiOfLandmarks(before);
    points = roi === undefined ? Promise.resolve(undefined) : look(net, pyramid, roi);
    // A failure is met by whoever waits; until then nobody may.
    points.catch(() => undefined);
    yield { ...frame, points, faces };
  }
}

async function* followChosen(
  footage: Footage,
  nets: Nets,
  faceIndex: number,
): AsyncGenerator<FollowedFrame, void, void> {
  const keep = makeKeeper(await nets.open("face-landmarks.onnx"), nets, faceIndex);
  for await (const frame of footage.frames()) {
    const { points, faces } = await keep(frame.picture, frame.timeSeconds);
    yield { ...frame, points: Promise.resolve(points), faces };
  }
}

/** Makes what finds the chosen face in one frame after the other. */
function makeKeeper(net: Net, nets: Nets, faceIndex: number) {
  let cast: Cast | undefined;
  let points: Float32Array | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async (picture: Picture, seconds: number) => {
    const pyramid = buildPyramid(picture);
    const before = points;
    points = before && (await look(net, pyramid, roiOfLandmarks(before)));
    const place = points && placeOfLandmarks(points);
    const isSteady = place && before ? distance(place, placeOfLandmarks(before)) < JUMP : false;
    const isDue = seconds - lookedAt >= LOOK_SECONDS || cast === undefined || isCrowded(cast);
    if (isSteady && !isDue) return { points };
    lookedAt = seconds;
    const faces = await detectFaces(pyramid, nets);
    const places = faces.map(placeOfFace);
    if (cast === undefined) {
      points = await lookFrom(net, pyramid, faces[faceIndex]);
      if (points !== undefined) cast = castOf(places, faceIndex, seconds);
      return { points, faces };
    }
    const meeting = meet(cast, places, seconds, place && { place, isSteady });
    cast = meeting.cast;
    if (!meeting.isKept) {
      const found = meeting.found === undefined ? undefined : faces[meeting.found];
      points = await lookFrom(net, pyramid, found);
    }
    return { points, faces };
  };
}

/** Landmarks of a face that was only detected. */
async function lookFrom(net: Net, pyramid: Pyramid, face: Face | undefined) {
  const roi = await roiFrom(net, pyramid, face);
  return roi && (await look(net, pyramid, roi));
}

/** Where a face is that was only detected. */
async function roiFrom(
  net: Net,
  pyramid: Pyramid,
  face: Face | undefined,
): Promise<Roi | undefined> {
  const points = face && (await look(net, pyramid, roiOfFace(face)));
  return points && roiOfLandmarks(points);
}

async function look(net: Net, pyramid: Pyramid, roi: Roi): Promise<Float32Array | undefined> {
  const { points, score } = await lookAtFace(net, pyramid, roi);
  return score >= SCORE_MIN ? points : undefined;
}
