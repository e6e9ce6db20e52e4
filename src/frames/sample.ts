/** @file Reading a picture between its pixels. Pixel centres lie at +0.5; borders are replicated. */
import { clamp } from "../base/curves.js";
import type { Picture } from "../base/picture.js";

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

/** Bilinear alpha at a point in px, 0..1, borders replicated. */
export function alphaAt({ data, width, height }: Picture, x: number, y: number): number {
  const u = clamp(x - 0.5, 0, width - 1.001);
  const v = clamp(y - 0.5, 0, height - 1.001);
  const i = ((v | 0) * width + (u | 0)) * 4 + 3;
  const j = i + width * 4;
  const fx = u - (u | 0);
  const fy = v - (v | 0);
  const top = data[i] * (1 - fx) + data[i + 4] * fx;
  const bottom = data[j] * (1 - fx) + data[j + 4] * fx;
  return (top * (1 - fy) + bottom * fy) / 255;
}
