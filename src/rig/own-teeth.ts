/** @file The upper teeth that a portrait itself shows, cut out of it. */
import { clamp, quantile, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { blurPlane, grow, mapPlane, type Plane, shrink } from "../base/plane.js";
import { boxAround, cutPatch, maskOf, type Patch } from "./patch.js";
import type { Color, Tone } from "./tone.js";

/** Upper teeth as a portrait shows them. */
export interface OwnTeeth {
  readonly color: Color;
  /** From the upper lip's edge to the biting edge in the middle, px. */
  readonly lengthPx: number;
  /** Their pixels; alpha says which. */
  readonly patch: Patch;
}

/** Landmarks of lips are this far from them at times, cm. */
const SLACK_CM = 0.18;
/** Teeth are at least this bright against skin, 0..255, and this little coloured. */
const LEAST_OF_SKIN = 0.6;
const LEAST_LUMA = 60;
const MOST_CHROMA = 0.38;
/** Pixels this bright against the teeth's brighter half belong to them. */
const TOOTH_LUMA = 0.46;
/** Where a column gets as dark as this against its brightest, its tooth has ended. */
const END_LUMA = 0.8;
/** The own teeth fade into painted ones over this way at both ends, cm. */
const SIDE_CM = 0.6;
/** Parts smaller than this share of the largest are specks. */
const SPECK = 0.12;

/**
 * The portrait's teeth, if what is between its lips is bright and hardly coloured.
 *
 * @param opening - Outline of the inner lips, px, shape [n, 2].
 */
export function findTeeth(
  picture: Picture,
  opening: Float32Array,
  tone: Tone,
  pxPerCm: number,
): OwnTeeth | undefined {
  const slack = Math.max(2, Math.round(SLACK_CM * pxPerCm));
  const box = boxAround(opening, slack + 3, picture);
  const patch = cutPatch(picture, box);
  const { data } = patch.picture;
  const inside = maskOf(opening, box);
  const core = shrink(inside, 1);
  const pixels = [...core.data.keys()].filter((i) => core.data[i] > 0.5);
  if (pixels.length < 20) return undefined;
  const luma = (i: number) => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3;
  const bright = quantile(pixels.map(luma), 0.65);
  const best = pixels.filter((i) => luma(i) >= bright);
  const median = (c: number) =>
    quantile(
      best.map((i) => data[4 * i + c]),
      0.5,
    );
  const color: Color = [median(0), median(1), median(2)];
  const mean = (color[0] + color[1] + color[2]) / 3;
  const chroma = (Math.max(...color) - Math.min(...color)) / Math.max(...color);
  if (mean < LEAST_OF_SKIN * tone.skinLuminance || mean < LEAST_LUMA || chroma > MOST_CHROMA) {
    return undefined;
  }
  // Nearer to the teeth's redness than to the lips'.
  const redness = (r: number, g: number, b: number) => r / Math.max(r + g + b, 1);
  const between = (redness(...color) + redness(...tone.lip)) / 2;
  const isLipRed = between - redness(...color) > 0.01;
  const near = grow(inside, slack);
  const isBright = mapPlane(near, (k, i) => {
    const isTooth =
      k > 0.5 &&
      luma(i) > TOOTH_LUMA * mean &&
      (!isLipRed || redness(data[4 * i], data[4 * i + 1], data[4 * i + 2]) < between);
    return isTooth ? 1 : 0;
  });
  // Dark seams between teeth belong to them.
  const seam = 0.07 * pxPerCm;
  const whole = seam < 1 ? isBright : shrink(grow(isBright, seam), seam);
  const upper = keepUpper(largeParts(whole), luma);
  const lengthPx = toothLength(upper, inside);
  if (lengthPx === 0) return undefined;
  const sides = fadeSides(upper, SIDE_CM * pxPerCm);
  blurPlane(upper, 0.9).data.forEach((value, i) => {
    data[4 * i + 3] = 255 * sides[i % upper.width] * clamp(1.7 * value - 0.5, 0, 1);
  });
  return { color, lengthPx, patch };
}

/** The connected parts of a mask of 0 and 1 that are no specks beside the largest. */
function largeParts(mask: Plane): Plane {
  const { width, height, data } = mask;
  const part = new Int32Array(data.length);
  const sizes = [0];
  const stack: number[] = [];
  for (let first = 0; first < data.length; first++) {
    if (data[first] < 0.5 || part[first] !== 0) continue;
    const name = sizes.length;
    sizes.push(0);
    part[first] = name;
    stack.push(first);
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      sizes[name]++;
      const [x, y] = [i % width, Math.floor(i / width)];
      for (const j of [
        x > 0 ? i - 1 : i,
        x + 1 < width ? i + 1 : i,
        y > 0 ? i - width : i,
        y + 1 < height ? i + width : i,
      ]) {
        if (data[j] < 0.5 || part[j] !== 0) continue;
        part[j] = name;
        stack.push(j);
      }
    }
  }
  const least = Math.max(SPECK * Math.max(...sizes), 1);
  return mapPlane(mask, (_, i) => (sizes[part[i]] >= least ? 1 : 0));
}

/** Ends each column where its tooth gets dark: what is bright again below is a lower tooth. */
function keepUpper(mask: Plane, luma: (i: number) => number): Plane {
  const { width, height, data } = mask;
  const ends = new Array<number>(width).fill(height);
  const lengths: number[] = [];
  for (let x = 0; x < width; x++) {
    let top = 0;
    while (top < height && data[top * width + x] < 0.5) top++;
    let bottom = top;
    while (bottom < height && data[bottom * width + x] > 0.5) bottom++;
    if (bottom > top) lengths.push(bottom - top);
  }
  const usual = lengths.length > 0 ? quantile(lengths, 0.5) : 0;
  for (let x = 0; x < width; x++) {
    let top = -1;
    let brightest = 0;
    for (let y = 0; y < height; y++) {
      const i = y * width + x;
      if (top < 0 && data[i] < 0.5) continue;
      if (top < 0) top = y;
      brightest = Math.max(brightest, luma(i));
      const hasEnded = y - top > 0.5 * usual && luma(i) < END_LUMA * brightest;
      if (data[i] < 0.5 || hasEnded) {
        ends[x] = y;
        break;
      }
    }
  }
  return mapPlane(mask, (value, i) => (Math.floor(i / width) < ends[i % width] ? value : 0));
}

/** The outermost teeth fade into painted ones: 0..1 per column. @param way - px. */
function fadeSides({ width, height, data }: Plane, way: number): Float32Array {
  let [left, right] = [width, 0];
  for (let i = 0; i < width * height; i++) {
    if (data[i] < 0.5) continue;
    left = Math.min(left, i % width);
    right = Math.max(right, (i % width) + 1);
  }
  return Float32Array.from({ length: width }, (_, x) =>
    smoothstep(0, way, Math.min(x + 0.5 - left, right - x - 0.5)),
  );
}

/** Height of the toothed part in the middle fifth of the opening, px. */
function toothLength(isTooth: Plane, inside: Plane): number {
  const { width, height } = isTooth;
  const lengths: number[] = [];
  for (let x = Math.floor(0.4 * width); x < Math.ceil(0.6 * width); x++) {
    let top = -1;
    let last = -1;
    for (let y = 0; y < height; y++) {
      if (inside.data[y * width + x] > 0.5 && top < 0) top = y;
      if (isTooth.data[y * width + x] > 0.5) last = y;
    }
    if (top >= 0 && last > top) lengths.push(last + 1 - top);
  }
  return lengths.length > 0 ? quantile(lengths, 0.5) : 0;
}
