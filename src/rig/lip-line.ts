/** @file The dark line between lips, and the lips as they are without it: seen when they part. */
import { clamp, quantile, smoothstep } from "../base/curves.js";
import { pushPull } from "../base/fill.js";
import { makePicture, type Picture } from "../base/picture.js";
import { type Box, blurPlane, distanceTo, makePlane, mapPlane, type Plane } from "../base/plane.js";
import { boxAround, cutPatch, maskOf, type Patch, rgbOf } from "./patch.js";

/** The line and its shadow reach this far from the edges of the lips, cm. */
const REACH_CM = 0.19;
/** And this far beyond the corners, cm. */
const BEYOND_CM = 0.45;
/** All of it goes this far inward from the corners, cm. */
const INWARD_CM = 1;
/** Skin counts this much beside lip for what lips are filled with. */
const SKIN_COUNTS = 0.01;
/** Colours this far from the lip's count 1/e of it, levels. */
const LIP_SPREAD = 32;
/** Pixels belong to it that are this much darker than the lips around it, as a share. */
const DARKER = [0.05, 0.2] as const;

/** Lips without the line between them, as the upper and as the lower lip; alpha says where. */
export interface LipLine {
  readonly upper: Picture;
  readonly lower: Picture;
  /** Column and row of their left top pixel in the portrait. */
  readonly x: number;
  readonly y: number;
}

/**
 * Lips without their line: the line's pixels, filled from either lip; alpha says which.
 *
 * @param opening - Outline of the inner lips: upper from the subject's right to its left, then back
 *   below; px, shape [n, 2].
 * @param lips - Outline of the lips against the skin, px, shape [n, 2].
 */
export function cutLipLine(
  picture: Picture,
  opening: Float32Array,
  lips: Float32Array,
  pxPerCm: number,
): LipLine {
  const reach = Math.max(REACH_CM * pxPerCm, 1.5);
  const beyond = BEYOND_CM * pxPerCm;
  const box = boxAround(opening, Math.ceil(reach + beyond) + 2, picture);
  const line = maskOf(opening, box);
  const mark = (x: number, y: number) => {
    const [column, row] = [Math.floor(x) - box.x, Math.floor(y) - box.y];
    if (column < 0 || row < 0 || column >= box.width || row >= box.height) return;
    line.data[row * box.width + column] = 1;
  };
  const drawLine = (x0: number, y0: number, x1: number, y1: number) => {
    const steps = Math.ceil(2 * Math.hypot(x1 - x0, y1 - y0)) + 1;
    for (let k = 0; k <= steps; k++) {
      mark(x0 + ((x1 - x0) * k) / steps, y0 + ((y1 - y0) * k) / steps);
    }
  };
  const count = opening.length / 2;
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count;
    drawLine(opening[2 * i], opening[2 * i + 1], opening[2 * j], opening[2 * j + 1]);
  }
  for (const [corner, inner] of [
    [0, 3],
    [count >> 1, (count >> 1) - 3],
  ]) {
    const [x, y] = [opening[2 * corner], opening[2 * corner + 1]];
    const [dx, dy] = [x - opening[2 * inner], y - opening[2 * inner + 1]];
    const scale = beyond / Math.max(Math.hypot(dx, dy), 1e-6);
    drawLine(x, y, x + scale * dx, y + scale * dy);
  }
  const distance = distanceTo(line, (value) => value > 0.5).data;
  const shares = cornerShares(opening, box, pxPerCm);
  return fillDark(
    cutPatch(picture, box),
    { distance, isUpper: aboveOf(line), isLip: maskOf(lips, box).data, shares },
    reach,
  );
}

/** Whether pixels lie above the middle of a line that goes from side to side. */
function aboveOf({ width, height, data }: Plane): Uint8Array {
  const middle = Float32Array.from({ length: width }, (_, x) => {
    let sum = 0;
    let count = 0;
    for (let y = 0; y < height; y++) {
      if (data[y * width + x] <= 0.5) continue;
      sum += y;
      count++;
    }
    return count > 0 ? sum / count : Number.NaN;
  });
  const first = middle.findIndex((y) => y >= 0);
  const last = middle.findLastIndex((y) => y >= 0);
  return Uint8Array.from(data, (_, i) => {
    return Math.floor(i / width) <= middle[clamp(i % width, first, last)] ? 1 : 0;
  });
}

/** The line stays at the corners, where lips part least: 0..1 per pixel of the box. */
function cornerShares(opening: Float32Array, box: Box, pxPerCm: number): Float32Array {
  const corner = opening.length >> 1;
  const [x0, y0, x1, y1] = [opening[0], opening[1], opening[corner], opening[corner + 1]];
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const inward = Math.min(INWARD_CM * pxPerCm, 0.4 * length);
  return Float32Array.from({ length: box.width * box.height }, (_, i) => {
    const x = box.x + (i % box.width) - x0;
    const y = box.y + Math.floor(i / box.width) - y0;
    const along = (x * (x1 - x0) + y * (y1 - y0)) / length;
    return smoothstep(-0.8 * BEYOND_CM * pxPerCm, inward, Math.min(along, length - along));
  });
}

/** What is known of a line's pixels. */
interface LinePixels {
  /** To the line, px. */
  readonly distance: Float32Array;
  readonly isUpper: Uint8Array;
  readonly isLip: Float32Array;
  /** How much of the filling is taken. */
  readonly shares: Float32Array;
}

/** Fills what is dark within `reach` px, as either lip is; alpha says how much of each pixel. */
function fillDark(patch: Patch, pixels: LinePixels, reach: number): LipLine {
  const rgb = rgbOf(patch.picture);
  const [lower, upper] = [0, 1].map((side) => fillFrom(patch, rgb, side, pixels, reach));
  return { upper, lower, x: patch.x, y: patch.y };
}

function fillFrom(
  { picture: { width, height } }: Patch,
  rgb: Float32Array,
  side: number,
  { distance, isUpper, isLip, shares }: LinePixels,
  reach: number,
): Picture {
  const isKnown = (i: number) => distance[i] > reach && isUpper[i] === side;
  const likeLip = lipLikeness(rgb, (i) => isKnown(i) && isLip[i] > 0.5 && shares[i] > 0.9);
  const known = distance.map((_, i) =>
    isKnown(i) ? Math.max(isLip[i] * likeLip(i), SKIN_COUNTS) : 0,
  );
  const lip = pushPull({ rgb, width, height }, known).rgb;
  const isDark = mapPlane(makePlane(width, height), (_, i) => {
    const luma = rgb[3 * i] + rgb[3 * i + 1] + rgb[3 * i + 2];
    const bright = lip[3 * i] + lip[3 * i + 1] + lip[3 * i + 2];
    return smoothstep(DARKER[0], DARKER[1], 1 - luma / Math.max(bright, 1));
  });
  const soft = blurPlane(isDark, 0.8);
  const out = makePicture(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) out.data[4 * i + c] = lip[3 * i + c];
    const near = 1 - smoothstep(0.6 * reach, 1.2 * reach, distance[i]);
    out.data[4 * i + 3] = 255 * near * shares[i] * clamp(1.4 * soft.data[i], 0, 1);
  }
  return out;
}

/** How near a pixel's colour is to the usual one of some pixels, 0..1. */
function lipLikeness(rgb: Float32Array, isSure: (i: number) => boolean): (i: number) => number {
  const sure = [...Array(rgb.length / 3).keys()].filter(isSure);
  if (sure.length < 8) return () => 1;
  const usual = [0, 1, 2].map((c) =>
    quantile(
      sure.map((i) => rgb[3 * i + c]),
      0.5,
    ),
  );
  return (i) => {
    let squares = 0;
    for (let c = 0; c < 3; c++) squares += (rgb[3 * i + c] - usual[c]) ** 2;
    return Math.exp(-squares / (LIP_SPREAD * LIP_SPREAD));
  };
}
