/**
 * @file Which part of a picture to take: the head and shoulders of one person, or the head alone.
 *
 * All lengths are heights of the head, from the top of the hair to the chin.
 */

import { clamp } from "../base/curves.js";
import { FilmError } from "../base/errors.js";
import { buildPyramid, type Picture } from "../base/picture.js";
import type { Assets, Nets } from "../base/ports.js";
import type { Run } from "../base/run.js";
import { detectFaces, roiOfFace } from "./detect.js";
import { readLandmarks } from "./landmarks.js";
import { chooseFace, type PortraitOptions } from "./portrait.js";
import { segmentPerson } from "./segment.js";

/** "square" and "portrait" (4:5) show head and shoulders, "face" (a square) the head alone. */
export const CROP_SHAPES = ["square", "portrait", "face"] as const;

/** One of `CROP_SHAPES`. */
export type CropShape = (typeof CROP_SHAPES)[number];

/** A part of a picture, in shares of its width and height, 0..1. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Where the chosen face is, in shares of the part. */
  readonly face: { readonly x: number; readonly y: number };
}

/** How much is taken. */
interface Frame {
  /** Width over height. */
  readonly aspect: number;
  /** Above the hair and below the chin. */
  readonly above: number;
  readonly below: number;
  /** Beside the hair, each side, at least. */
  readonly beside: number;
}

const FRAMES: Readonly<Record<CropShape, Frame>> = {
  square: { aspect: 1, above: 0.22, below: 0.7, beside: 0.12 },
  portrait: { aspect: 0.8, above: 0.25, below: 0.95, beside: 0.12 },
  face: { aspect: 1, above: 0.1, below: 0.14, beside: 0.08 },
};

/** Long side at which classes are looked at, px. */
const CLASSES_PX = 512;
/** How far hair is looked for beside the face's middle, in heights of the detected face. */
const HAIR_REACH = 1.6;

/**
 * Finds what to take of a picture so that one person's head is well in it.
 *
 * The head comes with all its hair, as far as the picture has it and hair is above the chin. Where
 * the picture is too small in some direction the part is shifted, then made smaller.
 *
 * @throws FilmError `face_missing`, `face_not_there`, `option_invalid` for an unknown shape.
 */
export async function findCrop(
  picture: Picture,
  on: { readonly nets: Nets; readonly assets: Assets },
  shape: CropShape,
  { faceIndex }: PortraitOptions = {},
  run?: Run,
): Promise<Crop> {
  if (!CROP_SHAPES.includes(shape)) {
    const message = `There is no crop “${shape}”, only ${CROP_SHAPES.join(", ")}.`;
    throw new FilmError("option_invalid", message, { shape });
  }
  const pyramid = buildPyramid(picture);
  const faces = await detectFaces(pyramid, on.nets);
  const face = chooseFace(faces, faceIndex, (warning) => run?.onWarning?.(warning));
  const net = await on.nets.open("face-landmarks.onnx");
  const { points } = await readLandmarks(net, pyramid, roiOfFace(face));
  const head = await headOf(picture, on, points);
  return layFrame(picture, head, FRAMES[shape]);
}

/**
 * Which face of a picture is nearest to a place.
 *
 * @param at - In shares of the picture.
 * @returns Its number, from the largest, 0 first; 0 if there is none.
 */
export async function faceIndexAt(
  picture: Picture,
  on: { readonly nets: Nets },
  at: { readonly x: number; readonly y: number },
): Promise<number> {
  const faces = await detectFaces(buildPyramid(picture), on.nets);
  const away = faces.map(({ box: [left, top, right, bottom] }) =>
    Math.hypot(
      (left + right) / 2 - at.x * picture.width,
      (top + bottom) / 2 - at.y * picture.height,
    ),
  );
  return Math.max(0, away.indexOf(Math.min(...away)));
}

/** A head in a picture, px. */
interface Head {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly chin: number;
  readonly faceX: number;
  readonly faceY: number;
}

/** What is person, above the chin, and joins the face. @param points - Landmarks, px. */
async function headOf(
  picture: Picture,
  on: { readonly nets: Nets },
  points: Float32Array,
): Promise<Head> {
  const scale = Math.min(1, CLASSES_PX / Math.max(picture.width, picture.height));
  const net = await on.nets.open("person-classes.onnx");
  const { background } = await segmentPerson(net, buildPyramid(picture), points, scale);
  let [left, top, right, chin] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < 468 * 3; i += 3) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    chin = Math.max(chin, points[i + 1]);
  }
  const [faceX, faceY] = [(left + right) / 2, (top + chin) / 2];
  const reach = HAIR_REACH * (chin - top);
  const { data, width, height } = background;
  const fromX = clamp(Math.floor((faceX - reach) * scale), 0, width - 1);
  const toX = clamp(Math.ceil((faceX + reach) * scale), 0, width - 1);
  const toY = clamp(Math.ceil(chin * scale), 0, height - 1);
  const seen = new Uint8Array(data.length);
  const start = clamp(Math.round(faceY * scale), 0, toY) * width;
  const open = [start + clamp(Math.round(faceX * scale), fromX, toX)];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const x = i % width;
    const y = (i - x) / width;
    if (seen[i] === 1 || x < fromX || x > toX || y > toY || data[i] > 0.5) continue;
    seen[i] = 1;
    left = Math.min(left, x / scale);
    right = Math.max(right, (x + 1) / scale);
    top = Math.min(top, y / scale);
    if (x > 0) open.push(i - 1);
    if (x < width - 1) open.push(i + 1);
    if (y > 0) open.push(i - width);
    if (y < height - 1) open.push(i + width);
  }
  return { left, right, top, chin, faceX, faceY };
}

function layFrame({ width, height }: Picture, head: Head, frame: Frame): Crop {
  const tall = head.chin - head.top;
  const wanted = {
    width: head.right - head.left + 2 * frame.beside * tall,
    height: tall * (1 + frame.above + frame.below),
  };
  const high = Math.max(wanted.height, wanted.width / frame.aspect);
  // What does not fit is made smaller, as a whole.
  const fits = Math.min(high, height, width / frame.aspect);
  const [across, down] = [fits * frame.aspect, fits];
  const middle = (head.left + head.right) / 2;
  // Space that is left over lies above and below as the margins do.
  const share = frame.above / (frame.above + frame.below);
  const above = Math.max(0, down - tall) * share;
  const x = clamp(middle - across / 2, 0, width - across);
  const y = clamp(head.top - above, 0, height - down);
  return {
    ...{ x: x / width, y: y / height, width: across / width, height: down / height },
    face: { x: (head.faceX - x) / across, y: (head.faceY - y) / down },
  };
}
