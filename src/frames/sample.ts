/** @file Reading a picture between its pixels. Pixel centres lie at +0.5; borders are replicated. */
import type { Picture } from "../base/picture.js";

/** Phases of the cubic filter's table: sixty-fourths of a pixel. */
const PHASES = 64;

/**
 * Weights of the Catmull–Rom cubic for each phase, in 1/2048, shape [PHASES + 1, 4].
 *
 * @source Keys 1981, "Cubic Convolution Interpolation for Digital Image Processing", a = −½.
 */
const CUBIC = cubicTable();

function cubicTable(): Int16Array {
  const table = new Int16Array((PHASES + 1) * 4);
  for (let p = 0; p <= PHASES; p++) {
    const t = p / PHASES;
    const weights = [
      ((-t + 2) * t - 1) * t * 0.5,
      ((3 * t - 5) * t * t + 2) * 0.5,
      ((-3 * t + 4) * t + 1) * t * 0.5,
      (t - 1) * t * t * 0.5,
    ].map((w) => Math.round(w * 2048));
    weights[1] += 2048 - weights.reduce((sum, w) => sum + w, 0);
    table.set(weights, p * 4);
  }
  return table;
}

/**
 * Samples RGB with the Catmull–Rom cubic: moving by part of a pixel does not blur.
 *
 * @param x - px.
 * @param out - Receives r, g, b at `to`, 0..255, rounded; alpha is left alone.
 */
export function sampleCubic(
  picture: Picture,
  x: number,
  y: number,
  out: Uint8ClampedArray,
  to: number,
): void {
  const { data, width, height } = picture;
  const u = (x - 0.5) * PHASES + 0.5;
  const v = (y - 0.5) * PHASES + 0.5;
  const ui = Math.floor(u);
  const vi = Math.floor(v);
  const cx = ui >> 6;
  const cy = vi >> 6;
  const px = (ui & 63) << 2;
  const py = (vi & 63) << 2;
  const x0 = CUBIC[px];
  const x1 = CUBIC[px + 1];
  const x2 = CUBIC[px + 2];
  const x3 = CUBIC[px + 3];
  let a: number;
  let b: number;
  let c: number;
  let d: number;
  if (cx >= 1 && cx + 2 < width) {
    b = cx << 2;
    a = b - 4;
    c = b + 4;
    d = b + 8;
  } else {
    const last = width - 1;
    a = (cx - 1 < 0 ? 0 : cx - 1 > last ? last : cx - 1) << 2;
    b = (cx < 0 ? 0 : cx > last ? last : cx) << 2;
    c = (cx + 1 < 0 ? 0 : cx + 1 > last ? last : cx + 1) << 2;
    d = (cx + 2 < 0 ? 0 : cx + 2 > last ? last : cx + 2) << 2;
  }
  let r = 0;
  let g = 0;
  let blue = 0;
  const stride = width << 2;
  for (let k = 0; k < 4; k++) {
    const yy = cy + k - 1;
    const row = (yy < 0 ? 0 : yy >= height ? height - 1 : yy) * stride;
    const w = CUBIC[py + k];
    const ia = row + a;
    const ib = row + b;
    const ic = row + c;
    const id = row + d;
    r += w * (x0 * data[ia] + x1 * data[ib] + x2 * data[ic] + x3 * data[id]);
    g += w * (x0 * data[ia + 1] + x1 * data[ib + 1] + x2 * data[ic + 1] + x3 * data[id + 1]);
    blue += w * (x0 * data[ia + 2] + x1 * data[ib + 2] + x2 * data[ic + 2] + x3 * data[id + 2]);
  }
  // Sums stay under 2³¹: 255 · (1.25 · 2048)² ≈ 1.67e9.
  out[to] = r / 4194304;
  out[to + 1] = g / 4194304;
  out[to + 2] = blue / 4194304;
}

/** Samples RGB bilinearly. @param out - Receives r, g, b at `to`, 0..255. */
export function sampleLinear(
  { data, width, height }: Picture,
  x: number,
  y: number,
  out: Float32Array,
  to: number,
): void {
  let u = x - 0.5;
  let v = y - 0.5;
  u = u < 0 ? 0 : u > width - 1.001 ? width - 1.001 : u;
  v = v < 0 ? 0 : v > height - 1.001 ? height - 1.001 : v;
  const x0 = u | 0;
  const y0 = v | 0;
  const fx = u - x0;
  const fy = v - y0;
  const i = (y0 * width + x0) << 2;
  const j = i + (width << 2);
  const a = (1 - fx) * (1 - fy);
  const b = fx * (1 - fy);
  const c = (1 - fx) * fy;
  const d = fx * fy;
  out[to] = a * data[i] + b * data[i + 4] + c * data[j] + d * data[j + 4];
  out[to + 1] = a * data[i + 1] + b * data[i + 5] + c * data[j + 1] + d * data[j + 5];
  out[to + 2] = a * data[i + 2] + b * data[i + 6] + c * data[j + 2] + d * data[j + 6];
}
