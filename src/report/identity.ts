/**
 * @file Whose face it is: a picture and its landmarks → 128 numbers, near each other for one person.
 *
 * dlib's face recognition network. Of two faces with a distance under 0.6 it says that they are one
 * person's; two looks at the same picture are less than 0.2 apart.
 *
 * @source dlib (D. King), examples/dnn_face_recognition_ex.cpp
 */
import { assert } from "../base/assert.js";
import { buildPyramid, cropRoi, type Picture, type Roi } from "../base/picture.js";
import type { Net } from "../base/ports.js";

/** Side of the picture of a face that the network sees, px. */
const CHIP_PX = 150;
/** Margin on each side of dlib's mean face, in its sides. */
const MARGIN = 0.25;

/** Landmarks, and where dlib's mean face has them in a square with side 1: x right, y down. */
const MEAN_FACE = [
  { landmark: 263, x: 0.8595674595992, y: 0.2134981538014 },
  { landmark: 362, x: 0.6460604764104, y: 0.2289674387677 },
  { landmark: 33, x: 0.1205750620789, y: 0.2137274526848 },
  { landmark: 133, x: 0.3340850613712, y: 0.2290642403242 },
  { landmark: 2, x: 0.4901123135679, y: 0.6277975316475 },
];

/**
 * Cuts a face so that the corners of its eyes and the base of its nose lie where dlib wants them.
 *
 * @param landmarks - x, y in px of the picture, and z, shape [478, 3].
 * @returns RGB, 0..255, black outside the picture, row-major, shape [150, 150, 3].
 * @source dlib, image_transforms/interpolation.h (get_face_chip_details with five points)
 */
export function alignFace(picture: Picture, landmarks: Float32Array): Float32Array {
  return cropRoi(buildPyramid(picture), roiOfMeanFace(landmarks), {
    size: CHIP_PX,
    scale: 1,
    offset: 0,
    outside: "zero",
  });
}

/**
 * The square that takes the mean face to the landmarks with the least squared distance, px.
 *
 * A point (u, v) of the square lies at `centre + (a·u − b·v, b·u + a·v)`, with u and v from −½ to ½.
 */
function roiOfMeanFace(landmarks: Float32Array): Roi {
  const pairs = MEAN_FACE.map(({ landmark, x, y }) => ({
    x: landmarks[3 * landmark],
    y: landmarks[3 * landmark + 1],
    u: (x + MARGIN) / (1 + 2 * MARGIN) - 0.5,
    v: (y + MARGIN) / (1 + 2 * MARGIN) - 0.5,
  }));
  type Pair = (typeof pairs)[number];
  const mean = (of: (pair: Pair) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [x, y, u, v] = [mean((p) => p.x), mean((p) => p.y), mean((p) => p.u), mean((p) => p.v)];
  const spread = mean((p) => (p.u - u) ** 2 + (p.v - v) ** 2);
  const a = mean((p) => (p.x - x) * (p.u - u) + (p.y - y) * (p.v - v)) / spread;
  const b = mean((p) => (p.y - y) * (p.u - u) - (p.x - x) * (p.v - v)) / spread;
  return {
    centerX: x - a * u + b * v,
    centerY: y - b * u - a * v,
    size: Math.hypot(a, b),
    angleRad: Math.atan2(b, a),
  };
}

/**
 * Looks at a face.
 *
 * @param net - face-identity.onnx.
 * @param landmarks - x, y in px of the picture, and z, shape [478, 3].
 * @returns What `identityDistance` compares, without unit, shape [128].
 */
export async function identify(
  net: Net,
  picture: Picture,
  landmarks: Float32Array,
): Promise<Float32Array> {
  const { embedding } = await net.run(alignFace(picture, landmarks), [1, CHIP_PX, CHIP_PX, 3]);
  return embedding;
}

/** How far two faces are from being one person's: 0 = the same picture, 0.6 = in doubt. */
export function identityDistance(a: Float32Array, b: Float32Array): number {
  assert(a.length === b.length, "two faces seen by the same network");
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}
