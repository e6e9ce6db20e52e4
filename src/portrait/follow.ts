/** @file Following one face through a film: its landmarks, frame by frame. */
import type { Footage, FootageFrame } from "../base/footage.js";
import { buildPyramid, type Picture, type Pyramid, type Roi } from "../base/picture.js";
import type { Nets } from "../base/ports.js";
import { detectFaces, roiOfFace } from "./detect.js";
import { lookAtFace, roiOfLandmarks } from "./landmarks.js";

/** Below this score of the network the face is lost. */
const SCORE_MIN = 0.5;

/** A frame, and the face in it. */
export interface FollowedFrame extends FootageFrame {
  /**
   * Landmarks as of `LandmarkPass`, nothing where there is no face. Known at the latest when the
   * next frame comes: whoever does not wait for it lets the film be read meanwhile.
   */
  readonly points: Promise<Float32Array | undefined>;
}

/** Follows the largest face; where it is lost, the largest one is looked for again. */
export async function* followFace(
  footage: Footage,
  nets: Nets,
): AsyncGenerator<FollowedFrame, void, void> {
  const net = await nets.open("face-landmarks.onnx");
  let points: Promise<Float32Array | undefined> = Promise.resolve(undefined);
  for await (const frame of footage.frames()) {
    const before = await points;
    const pyramid = buildPyramid(frame.picture);
    const roi =
      before === undefined
        ? await searchFace(frame.picture, pyramid, nets)
        : roiOfLandmarks(before);
    points = roi === undefined ? Promise.resolve(undefined) : look(pyramid, roi);
    // A failure is met by whoever waits; until then nobody may.
    points.catch(() => undefined);
    yield { ...frame, points };
  }

  async function look(pyramid: Pyramid, roi: Roi): Promise<Float32Array | undefined> {
    const { points, score } = await lookAtFace(net, pyramid, roi);
    return score >= SCORE_MIN ? points : undefined;
  }
}

/** Where a face is, if it is not where it was. */
async function searchFace(
  picture: Picture,
  pyramid: Pyramid,
  nets: Nets,
): Promise<Roi | undefined> {
  const [largest] = await detectFaces(picture, nets);
  if (largest === undefined) return undefined;
  const net = await nets.open("face-landmarks.onnx");
  const { points, score } = await lookAtFace(net, pyramid, roiOfFace(largest));
  return score >= SCORE_MIN ? roiOfLandmarks(points) : undefined;
}
