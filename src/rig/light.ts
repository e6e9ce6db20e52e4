/**
 * @file The light on a face: nine numbers that say how bright skin of each direction is.
 *
 * Fitted to the picture and used as a ratio only, so skin colour cancels. It is why a turning head
 * does not look pasted.
 */
import { clamp } from "../base/curves.js";
import { factor, solve } from "../base/solve.js";

/** Terms of a second-order spherical harmonic, unnormalised. */
export const LIGHT_TERMS = 9;
const ROUNDS = 8;
/** Residual at which a vertex counts half, grey levels: shadows, beards and make-up are no light. */
const OUTLIER = 12;
const RIDGE = 4e-3;

/** The nine terms of a direction: 1, x, y, z, xy, xz, yz, x²−y², 3z²−1. */
export function lightTerms(x: number, y: number, z: number, out: Float64Array): Float64Array {
  out[0] = 1;
  out[1] = x;
  out[2] = y;
  out[3] = z;
  out[4] = x * y;
  out[5] = x * z;
  out[6] = y * z;
  out[7] = x * x - y * y;
  out[8] = 3 * z * z - 1;
  return out;
}

/**
 * Fits the light.
 *
 * @param normals - Unit, cam axes, shape [vertices, 3].
 * @param brightness - Of the blurred picture at each vertex, 0..255, shape [vertices].
 * @param isSkin - 1 where plain skin lies, shape [vertices].
 * @returns Shape [9].
 * @source Ramamoorthi & Hanrahan 2001, "An Efficient Representation for Irradiance Environment
 *   Maps"; iteratively reweighted least squares with Cauchy weights.
 */
export function fitLight(
  normals: Float32Array,
  brightness: Float32Array,
  isSkin: Uint8Array,
): Float32Array {
  const used = [...brightness.keys()].filter((v) => isSkin[v] === 1);
  const n = LIGHT_TERMS;
  const rows = used.map((v) =>
    lightTerms(normals[3 * v], normals[3 * v + 1], normals[3 * v + 2], new Float64Array(n)),
  );
  const weights = new Float64Array(used.length).fill(1);
  let light = new Float64Array(n);
  for (let round = 0; round < ROUNDS; round++) {
    const ata = new Float64Array(n * n);
    const atb = new Float64Array(n);
    rows.forEach((row, k) => {
      const w = weights[k];
      for (let i = 0; i < n; i++) {
        atb[i] += w * row[i] * brightness[used[k]];
        for (let j = 0; j < n; j++) ata[i * n + j] += w * row[i] * row[j];
      }
    });
    for (let i = 0; i < n; i++) ata[i * n + i] += RIDGE * used.length + 1e-9;
    light = solve(factor(ata, n), atb) as Float64Array<ArrayBuffer>;
    rows.forEach((row, k) => {
      const residual = row.reduce((sum, term, i) => sum + term * light[i], 0) - brightness[used[k]];
      weights[k] = 1 / (1 + (residual / OUTLIER) ** 2);
    });
  }
  return Float32Array.from(light);
}

/** Brightness ratios beyond this are cast shadows, which this light cannot know. */
const RATIO_MIN = 0.65;
const RATIO_MAX = 1.4;
/** How much of the ratio is used. */
const STRENGTH = 0.6;

/**
 * How much brighter each vertex becomes when its direction changes: light now over light before.
 *
 * @param light - Shape [9].
 * @param before - Unit normals in the picture, cam axes, shape [vertices, 3].
 * @param now - Unit normals in this frame, same shape.
 * @param out - Receives the ratios, 1 = unchanged, shape [vertices].
 */
export function relight(
  light: Float32Array,
  before: Float32Array,
  now: Float32Array,
  out: Float32Array,
): Float32Array {
  const floor = 0.3 * Math.abs(light[0]);
  for (let v = 0, i = 0; v < out.length; v++, i += 3) {
    const a = brightnessOf(light, now[i], now[i + 1], now[i + 2]);
    const b = brightnessOf(light, before[i], before[i + 1], before[i + 2]);
    const ratio = Math.max(a, floor) / Math.max(b, floor, 1e-6);
    out[v] = 1 + STRENGTH * (clamp(ratio, RATIO_MIN, RATIO_MAX) - 1);
  }
  return out;
}

/** The light on a slope is told against at least this share of the mean. */
const SLOPE_FLOOR = 0.35;

/**
 * How the logarithm of the brightness changes when a surface tilts: for a small relief of height h,
 * log ratio = −(∂h/∂x · out[0] + ∂h/∂y · out[1]).
 *
 * @param light - Shape [9].
 * @param normal - Unit, cam axes, shape [3].
 * @param out - Receives two numbers: along x and along y (up); returned.
 */
export function lightSlope(
  light: Float32Array,
  normal: Float32Array,
  out: Float32Array,
): Float32Array {
  const [x, y, z] = normal;
  const l = light;
  const brightness = Math.max(brightnessOf(l, x, y, z), SLOPE_FLOOR * Math.abs(l[0]), 1e-6);
  const dx = l[1] + l[4] * y + l[5] * z + 2 * l[7] * x;
  const dy = l[2] + l[4] * x + l[6] * z - 2 * l[7] * y;
  const dz = l[3] + l[5] * x + l[6] * y + 6 * l[8] * z;
  // A tilt turns the normal along the surface only.
  const along = dx * x + dy * y + dz * z;
  out[0] = (dx - along * x) / brightness;
  out[1] = (dy - along * y) / brightness;
  return out;
}

/** Brightness of a direction, unit, cam axes. @param l - Nine coefficients. */
export function brightnessOf(l: Float32Array, x: number, y: number, z: number): number {
  return (
    l[0] +
    l[1] * x +
    l[2] * y +
    l[3] * z +
    l[4] * x * y +
    l[5] * x * z +
    l[6] * y * z +
    l[7] * (x * x - y * y) +
    l[8] * (3 * z * z - 1)
  );
}
