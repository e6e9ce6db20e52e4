/** @file Pieces of a picture that are worked on apart: cutting out, filling, putting back. */
import { clamp } from "../base/curves.js";
import { pushPull } from "../base/fill.js";
import { makePicture, type Picture } from "../base/picture.js";
import { type Box, blurPlane, makePlane, type Plane } from "../base/plane.js";
import { polygonCoverage } from "../base/polygon.js";

/** A picture that belongs at a place of a larger one. */
export interface Patch {
  readonly picture: Picture;
  /** Column and row of its left top pixel in the larger picture. */
  readonly x: number;
  readonly y: number;
}

/** The whole pixels around some points, grown by `margin` px and cut at the picture's border. */
export function boxAround(points: ArrayLike<number>, margin: number, picture: Picture): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    bottom = Math.max(bottom, points[i + 1]);
  }
  const x = Math.floor(clamp(left - margin, 0, picture.width - 1));
  const y = Math.floor(clamp(top - margin, 0, picture.height - 1));
  const width = Math.ceil(clamp(right + margin, x + 1, picture.width)) - x;
  const height = Math.ceil(clamp(bottom + margin, y + 1, picture.height)) - y;
  return { x, y, width, height };
}

/** A piece of a picture. */
export function cutPatch(picture: Picture, box: Box): Patch {
  const piece = makePicture(box.width, box.height);
  for (let row = 0; row < box.height; row++) {
    const from = ((box.y + row) * picture.width + box.x) * 4;
    piece.data.set(picture.data.subarray(from, from + box.width * 4), row * box.width * 4);
  }
  return { picture: piece, x: box.x, y: box.y };
}

/** A copy of a picture with a piece laid over it. */
export function withPatch(picture: Picture, patch: Patch): Picture {
  const out = makePicture(picture.width, picture.height);
  out.data.set(picture.data);
  const { width, height, data } = patch.picture;
  for (let row = 0; row < height; row++) {
    const to = ((patch.y + row) * picture.width + patch.x) * 4;
    out.data.set(data.subarray(row * width * 4, (row + 1) * width * 4), to);
  }
  return out;
}

/** How much of each pixel of a box a polygon covers, 0..1. @param points - Picture px, [n, 2]. */
export function maskOf(points: ArrayLike<number>, box: Box): Plane {
  const { width, height } = box;
  const scratch = new Float32Array((width + 1) * height);
  polygonCoverage(points, box.x, box.y, width, height, scratch);
  const mask = makePlane(width, height);
  for (let row = 0; row < height; row++) {
    const from = row * (width + 1);
    mask.data.set(scratch.subarray(from, from + width), row * width);
  }
  return mask;
}

/**
 * A piece with a hole filled smoothly from its surroundings.
 *
 * @param hole - Above 0.5 is filled, shape of the piece.
 * @param feather - Blur of the hole's edge when the filling is laid in, px.
 */
export function fillPatch(patch: Patch, hole: Plane, feather: number): Patch {
  const { picture } = patch;
  const { width, height } = picture;
  const known = hole.data.map((value) => (value > 0.5 ? 0 : 1));
  const filled = pushPull({ rgb: rgbOf(picture), width, height }, known);
  const opacity = blurPlane({ ...hole, data: known.map((k) => 1 - k) }, feather);
  const out = makePicture(width, height);
  for (let i = 0; i < known.length; i++) {
    for (let c = 0; c < 3; c++) {
      const from = picture.data[4 * i + c];
      out.data[4 * i + c] = from + (filled.rgb[3 * i + c] - from) * opacity.data[i];
    }
    out.data[4 * i + 3] = 255;
  }
  return { ...patch, picture: out };
}

/** Colours as numbers 0..255, shape [height, width, 3]. */
export function rgbOf({ data, width, height }: Picture): Float32Array {
  const rgb = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[4 * i + c];
  }
  return rgb;
}
