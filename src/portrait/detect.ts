/**
 * @file Finding faces: one picture → boxes and six keypoints each (BlazeFace).
 *
 * The short-range network sees faces from about a fifth of the picture; the full-range one sees
 * smaller ones and is asked when the first finds nothing, or nothing large.
 */

import { cropRoi, fromRoi, type Pyramid, type Roi } from "../base/picture.js";
import type { Nets } from "../base/ports.js";

/** A face found in a picture, in its pixels. */
export interface Face {
  /** How sure the network is, 0.5..1. */
  readonly score: number;
  /** Left, top, right, bottom. */
  readonly box: readonly [number, number, number, number];
  /** Picture-left eye, picture-right eye, nose, mouth, ears: x, y each, shape [6, 2]. */
  readonly keypoints: readonly (readonly [number, number])[];
}

interface Detector {
  readonly asset: "face-detection-short.onnx" | "face-detection-full.onnx";
  /** Side of the input, px. */
  readonly size: number;
  /** Grids of cells: cells a side, boxes a cell. */
  readonly grids: readonly (readonly [number, number])[];
}

const SHORT: Detector = {
  asset: "face-detection-short.onnx",
  size: 128,
  grids: [
    [16, 2],
    [8, 6],
  ],
};
const FULL: Detector = { asset: "face-detection-full.onnx", size: 192, grids: [[48, 1]] };

const SCORE_MIN = 0.5;
const OVERLAP = 0.3;

/** All faces, largest first. */
export async function detectFaces(pyramid: Pyramid, nets: Nets): Promise<Face[]> {
  const near = await detectWith(SHORT, pyramid, nets);
  const far = await detectWith(FULL, pyramid, nets);
  const faces = [...near];
  for (const face of far) {
    if (faces.every((other) => overlap(face.box, other.box) < OVERLAP)) faces.push(face);
  }
  return faces.sort((a, b) => area(b) - area(a));
}

async function detectWith(detector: Detector, pyramid: Pyramid, nets: Nets): Promise<Face[]> {
  const { width, height } = pyramid[0];
  const roi: Roi = {
    centerX: width / 2,
    centerY: height / 2,
    size: Math.max(width, height),
    angleRad: 0,
  };
  const crop = cropRoi(pyramid, roi, {
    size: detector.size,
    scale: 2 / 255,
    offset: -1,
    outside: "zero",
  });
  const net = await nets.open(detector.asset);
  const { boxes, scores } = await net.run(crop, [1, detector.size, detector.size, 3]);
  return mergeOverlapping(decodeBoxes(detector, boxes, scores, roi));
}

/**
 * Network outputs → faces in picture pixels. Box centres are offsets from the cell's centre.
 *
 * @param boxes - Centre x, y, width, height, then six keypoints, in input px, shape [cells, 16].
 * @param scores - Logits, shape [cells].
 */
function decodeBoxes(
  { size, grids }: Detector,
  boxes: Float32Array,
  scores: Float32Array,
  roi: Roi,
): Face[] {
  const faces: Face[] = [];
  let cell = 0;
  for (const [side, count] of grids) {
    for (let k = 0; k < side * side * count; k++, cell++) {
      const score = 1 / (1 + Math.exp(-scores[cell]));
      if (score < SCORE_MIN) continue;
      const place = Math.floor(k / count);
      const anchorX = ((place % side) + 0.5) / side;
      const anchorY = (Math.floor(place / side) + 0.5) / side;
      const at = (i: number) => boxes[cell * 16 + i] / size;
      const [left, top] = fromRoi(roi, anchorX + at(0) - at(2) / 2, anchorY + at(1) - at(3) / 2);
      const [right, bottom] = fromRoi(
        roi,
        anchorX + at(0) + at(2) / 2,
        anchorY + at(1) + at(3) / 2,
      );
      const keypoints = [4, 6, 8, 10, 12, 14].map((i) =>
        fromRoi(roi, anchorX + at(i), anchorY + at(i + 1)),
      );
      faces.push({ score, box: [left, top, right, bottom], keypoints });
    }
  }
  return faces;
}

/** Weighted non-maximum suppression: overlapping boxes become their mean by score. */
function mergeOverlapping(faces: Face[]): Face[] {
  const merged: Face[] = [];
  let rest = [...faces].sort((a, b) => b.score - a.score);
  while (rest.length > 0) {
    const best = rest[0];
    const same = rest.filter((face) => overlap(face.box, best.box) >= OVERLAP || face === best);
    rest = rest.filter((face) => !same.includes(face));
    const total = same.reduce((sum, face) => sum + face.score, 0);
    const mean = (value: (face: Face) => number) =>
      same.reduce((sum, face) => sum + face.score * value(face), 0) / total;
    merged.push({
      score: best.score,
      box: [
        mean((f) => f.box[0]),
        mean((f) => f.box[1]),
        mean((f) => f.box[2]),
        mean((f) => f.box[3]),
      ],
      keypoints: best.keypoints.map((_, i) => [
        mean((f) => f.keypoints[i][0]),
        mean((f) => f.keypoints[i][1]),
      ]),
    });
  }
  return merged;
}

function area({ box: [left, top, right, bottom] }: Face): number {
  return (right - left) * (bottom - top);
}

/** Intersection over union. */
function overlap(a: Face["box"], b: Face["box"]): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const both = width * height;
  const areaOf = (box: Face["box"]) => (box[2] - box[0]) * (box[3] - box[1]);
  return both / (areaOf(a) + areaOf(b) - both);
}

/** The square around a face that the landmark network wants: 1.5 boxes, turned upright. */
export function roiOfFace({ box, keypoints: [left, right] }: Face): Roi {
  return {
    centerX: (box[0] + box[2]) / 2,
    centerY: (box[1] + box[3]) / 2,
    size: 1.5 * Math.max(box[2] - box[0], box[3] - box[1]),
    angleRad: Math.atan2(right[1] - left[1], right[0] - left[0]),
  };
}
