/** @file What a single picture is like: its light, its sharpness, what has changed in it. */
import { clamp } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import type { Box } from "../base/plane.js";
import { type Backdrop, backdropDifference } from "./backdrop.js";

/** One picture in numbers. */
export interface Glimpse {
  /** Mean brightness, 0..255. */
  readonly luma: number;
  /** Mean change since the picture before, levels; 0 for the first. */
  readonly change: number;
  /** Variance of the Laplacian in the face's box, relative to its contrast. */
  readonly sharpness: number;
  /** Mean colour of the face's box, CIE L*a*b* (D65). */
  readonly lab: readonly [number, number, number];
  /** Mean and largest difference to the backdrop outside the person, levels. */
  readonly backdrop?: { readonly mean: number; readonly largest: number } | undefined;
}

/** Every so many pixels and rows the whole picture is looked at. */
const STRIDE = 3;

/** Looks at one picture after the other. */
export function makeEye(
  backdrop: Backdrop | undefined,
): (picture: Picture, face: Box | undefined) => Glimpse {
  let last: Uint8Array | undefined;
  return (picture, face) => {
    const grid = lumaGrid(picture);
    const glimpse: Glimpse = {
      luma: grid.reduce((sum, value) => sum + value, 0) / grid.length,
      change: last?.length === grid.length ? changeOf(last, grid) : 0,
      sharpness: face === undefined ? 0 : sharpnessOf(picture, face),
      lab: face === undefined ? [0, 0, 0] : labOf(picture, face),
      backdrop: backdrop && backdropDifference(backdrop, picture),
    };
    last = grid;
    return glimpse;
  };
}

/** The box of a face's points, inside the picture. @param points - px, shape [468+, 3]. */
export function faceBox(points: Float32Array, { width, height }: Picture): Box {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let i = 0; i < 468 * 3; i += 3) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    bottom = Math.max(bottom, points[i + 1]);
  }
  const x = Math.round(clamp(left, 0, width - 3));
  const y = Math.round(clamp(top, 0, height - 3));
  return {
    x,
    y,
    width: Math.round(clamp(right - x, 3, width - x)),
    height: Math.round(clamp(bottom - y, 3, height - y)),
  };
}

function lumaGrid({ data, width, height }: Picture): Uint8Array {
  const columns = Math.ceil(width / STRIDE);
  const grid = new Uint8Array(columns * Math.ceil(height / STRIDE));
  for (let y = 0, k = 0; y < height; y += STRIDE) {
    for (let x = 0; x < width; x += STRIDE, k++) {
      const i = (y * width + x) * 4;
      grid[k] = (data[i] * 54 + data[i + 1] * 183 + data[i + 2] * 19) >> 8;
    }
  }
  return grid;
}

function changeOf(before: Uint8Array, now: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < now.length; i++) sum += Math.abs(now[i] - before[i]);
  return sum / now.length;
}

/** Variance of the 4-neighbour Laplacian of green, over the variance of green. */
function sharpnessOf({ data, width }: Picture, box: Box): number {
  let [sum, squares, count, mean, spread] = [0, 0, 0, 0, 0];
  for (let y = box.y + 1; y < box.y + box.height - 1; y++) {
    for (let x = box.x + 1; x < box.x + box.width - 1; x++) {
      const i = (y * width + x) * 4 + 1;
      const value = data[i];
      const laplacian =
        4 * value - data[i - 4] - data[i + 4] - data[i - 4 * width] - data[i + 4 * width];
      sum += laplacian;
      squares += laplacian * laplacian;
      mean += value;
      spread += value * value;
      count++;
    }
  }
  const variance = spread / count - (mean / count) ** 2;
  return (squares / count - (sum / count) ** 2) / Math.max(variance, 1);
}

const LINEAR = Float64Array.from({ length: 256 }, (_, level) => {
  const c = level / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

/** Mean colour of a box. @source IEC 61966-2-1 (sRGB) and CIE 15 (L*a*b*, D65 white). */
function labOf({ data, width }: Picture, box: Box): [number, number, number] {
  const rgb = [0, 0, 0];
  let count = 0;
  for (let y = box.y; y < box.y + box.height; y += 2) {
    for (let x = box.x; x < box.x + box.width; x += 2) {
      const i = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) rgb[c] += LINEAR[data[i + c]];
      count++;
    }
  }
  const [r, g, b] = rgb.map((value) => value / count);
  const curve = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
