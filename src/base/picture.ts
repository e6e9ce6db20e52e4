/**
 * @file Pictures as bytes, and square crops of them for networks.
 *
 * Pixel centres lie at +0.5: the pixel in column 0 covers x from 0 to 1.
 */
import { assert } from "./assert.js";

/** sRGB, RGBA, row-major, rows from the top. An ImageData is one. */
export interface Picture {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** An empty (transparent black) picture. */
export function makePicture(width: number, height: number): Picture {
  assert(width > 0 && height > 0, "a picture with pixels");
  return { data: new Uint8ClampedArray(width * height * 4), width, height };
}

/** A rotated square of a picture, in its pixels. */
export interface Roi {
  readonly centerX: number;
  readonly centerY: number;
  /** Side, px. */
  readonly size: number;
  /** Clockwise on the screen, radians: the direction of the crop's x axis. */
  readonly angleRad: number;
}

/** A picture and its halvings, so that shrinking does not alias. */
export type Pyramid = readonly Picture[];

/** Halves a picture (2×2 means) until its short side is under 64 px. */
export function buildPyramid(picture: Picture): Pyramid {
  const levels = [picture];
  for (let last = picture; Math.min(last.width, last.height) >= 128; ) {
    last = halve(last);
    levels.push(last);
  }
  return levels;
}

function halve(picture: Picture): Picture {
  const half = makePicture(picture.width >> 1, picture.height >> 1);
  const from = wordsOf(picture);
  const to = wordsOf(half);
  const { width } = picture;
  for (let y = 0, out = 0; y < half.height; y++) {
    for (let i = 2 * y * width, end = i + 2 * half.width; i < end; i += 2) {
      const a = from[i];
      const b = from[i + 1];
      const c = from[i + width];
      const d = from[i + width + 1];
      // Two channels at once: sums of four bytes and the rounding need no more than 16 bits.
      const even = (a & EVEN) + (b & EVEN) + (c & EVEN) + (d & EVEN) + TWO;
      const odd =
        ((a >>> 8) & EVEN) + ((b >>> 8) & EVEN) + ((c >>> 8) & EVEN) + ((d >>> 8) & EVEN) + TWO;
      to[out++] = ((even >>> 2) & EVEN) | (((odd >>> 2) & EVEN) << 8);
    }
  }
  return half;
}

/** Red and blue of a pixel, or green and alpha shifted there; and 2 in both. */
const EVEN = 0x00ff00ff;
const TWO = 0x00020002;

/** A picture's pixels as 32-bit words. */
function wordsOf({ data }: Picture): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}

/** How a crop is made into numbers. */
export interface CropOptions {
  /** Side of the crop in samples. */
  readonly size: number;
  /** `out = byte · scale + offset`. */
  readonly scale: number;
  readonly offset: number;
  /** Outside the picture: `offset` alone ("zero"), or the nearest border pixel ("replicate"). */
  readonly outside: "zero" | "replicate";
}

/**
 * Samples a rotated square, bilinear, from the pyramid level next finer than the crop.
 *
 * @returns RGB, row-major, shape [size, size, 3].
 */
export function cropRoi(pyramid: Pyramid, roi: Roi, options: CropOptions): Float32Array {
  const { size, scale, offset } = options;
  let level = 0;
  let shrink = 1;
  while (roi.size / (shrink * size) >= 2 && level + 1 < pyramid.length) {
    level++;
    shrink *= 2;
  }
  const { data, width, height } = pyramid[level];
  const zeroOutside = options.outside === "zero";
  const out = new Float32Array(size * size * 3);
  const unit = roi.size / size / shrink;
  const cos = Math.cos(roi.angleRad) * unit;
  const sin = Math.sin(roi.angleRad) * unit;
  const centerX = roi.centerX / shrink - 0.5;
  const centerY = roi.centerY / shrink - 0.5;
  let to = 0;
  for (let row = 0; row < size; row++) {
    const v = row + 0.5 - size / 2;
    for (let column = 0; column < size; column++, to += 3) {
      const u = column + 0.5 - size / 2;
      const x = centerX + u * cos - v * sin;
      const y = centerY + u * sin + v * cos;
      if (zeroOutside && (x < -1 || y < -1 || x >= width || y >= height)) {
        out.fill(offset, to, to + 3);
        continue;
      }
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      const fx = x - x0;
      const fy = y - y0;
      const left = x0 < 0 ? 0 : x0 >= width ? width - 1 : x0;
      const right = x0 + 1 < 0 ? 0 : x0 + 1 >= width ? width - 1 : x0 + 1;
      const top = (y0 < 0 ? 0 : y0 >= height ? height - 1 : y0) * width;
      const bottom = (y0 + 1 < 0 ? 0 : y0 + 1 >= height ? height - 1 : y0 + 1) * width;
      const a = (top + left) * 4;
      const b = (top + right) * 4;
      const c = (bottom + left) * 4;
      const d = (bottom + right) * 4;
      for (let channel = 0; channel < 3; channel++) {
        const upper = data[a + channel] * (1 - fx) + data[b + channel] * fx;
        const lower = data[c + channel] * (1 - fx) + data[d + channel] * fx;
        out[to + channel] = (upper * (1 - fy) + lower * fy) * scale + offset;
      }
    }
  }
  return out;
}

/**
 * A point of a crop in the picture.
 *
 * @param u - Crop coordinates, 0 = left edge, 1 = right edge.
 * @param v - 0 = top edge, 1 = bottom edge.
 * @returns Picture coordinates, px.
 */
export function fromRoi(roi: Roi, u: number, v: number): [x: number, y: number] {
  const cos = Math.cos(roi.angleRad) * roi.size;
  const sin = Math.sin(roi.angleRad) * roi.size;
  return [
    roi.centerX + (u - 0.5) * cos - (v - 0.5) * sin,
    roi.centerY + (u - 0.5) * sin + (v - 0.5) * cos,
  ];
}

/** The picture mirrored left to right. */
export function mirrorPicture({ data, width, height }: Picture): Picture {
  const mirrored = makePicture(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = (y * width + width - 1 - x) * 4;
      for (let c = 0; c < 4; c++) mirrored.data[to + c] = data[from + c];
    }
  }
  return mirrored;
}
