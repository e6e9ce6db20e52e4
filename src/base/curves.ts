/** @file One-dimensional tools: easing, clamping, smoothing and looking up sampled curves. */
import { assert } from "./assert.js";

/** `x` limited to [low, high]. */
export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** From `a` (t = 0) to `b` (t = 1). */
export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** 0 up to `from`, 1 beyond `to`, an S between (3t² − 2t³). Falls instead when `from` > `to`. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

/**
 * The value of a sampled curve between its samples, linear, held at both ends.
 *
 * @param curve - Samples at 0, 1, 2, …
 * @param position - Where, in samples.
 */
export function sampleAt(curve: ArrayLike<number>, position: number): number {
  const last = curve.length - 1;
  if (position <= 0) return curve[0];
  if (position >= last) return curve[last];
  const i = Math.floor(position);
  return mix(curve[i], curve[i + 1], position - i);
}

/**
 * A row of several sampled curves between its rows, smooth to the first derivative, held at both ends.
 *
 * @source Catmull & Rom 1974.
 * @param rows - Samples at 0, 1, 2, …, shape [n, out.length].
 * @param position - Where, in rows.
 * @param out - Receives the row; returned.
 */
export function sampleRow(rows: Float32Array, position: number, out: Float32Array): Float32Array {
  const size = out.length;
  const last = rows.length / size - 1;
  const at = clamp(position, 0, last);
  const i = Math.min(Math.floor(at), Math.max(0, last - 1));
  const t = at - i;
  const row = (k: number) => clamp(i + k, 0, last) * size;
  const [a, b, c, d] = [row(-1), row(0), row(1), row(2)];
  for (let k = 0; k < size; k++) {
    const [p, q, r, s] = [rows[a + k], rows[b + k], rows[c + k], rows[d + k]];
    out[k] = q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
  }
  return out;
}

/**
 * Gaussian smoothing of a curve, ends replicated.
 *
 * @param curve - Samples, shape [n].
 * @param sigma - In samples; 0 copies.
 */
export function gaussianSmooth(curve: Float32Array, sigma: number): Float32Array {
  const out = new Float32Array(curve.length);
  if (sigma <= 0) {
    out.set(curve);
    return out;
  }
  const radius = Math.ceil(3 * sigma);
  const kernel = gaussianKernel(sigma, radius);
  const last = curve.length - 1;
  for (let i = 0; i < curve.length; i++) {
    let sum = 0;
    for (let k = -radius; k <= radius; k++) {
      sum += kernel[k + radius] * curve[clamp(i + k, 0, last)];
    }
    out[i] = sum;
  }
  return out;
}

/** Normalised Gaussian weights, shape [2·radius + 1]. @param sigma - In samples. */
export function gaussianKernel(sigma: number, radius: number): Float32Array {
  assert(sigma > 0 && radius >= 0, "a positive sigma");
  const kernel = new Float32Array(2 * radius + 1);
  let sum = 0;
  for (let k = -radius; k <= radius; k++) {
    kernel[k + radius] = Math.exp((-k * k) / (2 * sigma * sigma));
    sum += kernel[k + radius];
  }
  for (let k = 0; k < kernel.length; k++) kernel[k] /= sum;
  return kernel;
}

/**
 * The `q`-quantile of some numbers, linear between ranks; NaN for none.
 *
 * @param q - 0 = smallest, 1 = largest.
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  if (values.length === 0) return Number.NaN;
  return sampleAt(Float64Array.from(values).sort(), q * (values.length - 1));
}

/** Pearson's r of a(i + lag) with b(i); NaN if one of them is flat. */
export function correlationAt(a: Float32Array, b: Float32Array, lag: number): number {
  const from = Math.max(0, -lag);
  const to = Math.min(b.length, a.length - lag);
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let i = from; i < to; i++, n++) {
    const [x, y] = [a[i + lag], b[i]];
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const spread = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n);
  return spread > 1e-16 ? (sab - (sa * sb) / n) / Math.sqrt(spread) : Number.NaN;
}
