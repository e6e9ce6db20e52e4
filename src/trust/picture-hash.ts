/** @file Perceptual hashes: pictures that look alike have hashes that differ in few bits. */
import type { Picture, Roi } from "../base/picture.js";
import { buildPyramid, cropRoi } from "../base/picture.js";
import { makePlane, type Plane } from "../base/plane.js";

/** Side of what the transform sees, samples: details below are not compared. */
const SIDE = 32;
/** Frequencies per direction, 0 left out: 8 × 8 bits. */
const WAVES = 8;
/** Bits of a hash. */
export const HASH_BITS = WAVES * WAVES;

/** cos(π (2x + 1) u / 64) for u = 1..8, row by row. */
const COSINES = Float64Array.from({ length: WAVES * SIDE }, (_, i) => {
  const u = 1 + Math.floor(i / SIDE);
  return Math.cos((Math.PI * (2 * (i % SIDE) + 1) * u) / (2 * SIDE));
});

/**
 * Hash of a picture's light: the signs of its lowest 8 × 8 frequencies against their median.
 * The same for any size, brightness and contrast, within a few bits for any codec.
 *
 * @param luma - Any size from 1 × 1, any unit.
 * @returns 64 bits, the lowest frequency first (highest bit).
 * @source Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions".
 */
export function pictureHash(luma: Plane): bigint {
  const small = shrinkToSide(luma);
  const rows = new Float64Array(SIDE * WAVES);
  for (let y = 0; y < SIDE; y++) {
    for (let u = 0; u < WAVES; u++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += small[y * SIDE + x] * COSINES[u * SIDE + x];
      rows[y * WAVES + u] = sum;
    }
  }
  const waves = new Float64Array(HASH_BITS);
  for (let v = 0; v < WAVES; v++) {
    for (let u = 0; u < WAVES; u++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += rows[y * WAVES + u] * COSINES[v * SIDE + y];
      waves[v * WAVES + u] = sum;
    }
  }
  const sorted = waves.slice().sort();
  const median = (sorted[HASH_BITS / 2 - 1] + sorted[HASH_BITS / 2]) / 2;
  let hash = 0n;
  for (const wave of waves) hash = (hash << 1n) | (wave > median ? 1n : 0n);
  return hash;
}

/** In how many of their bits two hashes differ, 0..64; unrelated pictures differ in about 32. */
export function hammingDistance(a: bigint, b: bigint): number {
  let count = 0;
  for (let left = a ^ b; left > 0n; left &= left - 1n) count++;
  return count;
}

/** A hash as 16 hexadecimal digits, as it is kept in files. */
export function hashToHex(hash: bigint): string {
  return hash.toString(16).padStart(HASH_BITS / 4, "0");
}

/** Light of a picture, 0..255 (BT.709 weights on sRGB values); opacity is left aside. */
export function lumaOf({ data, width, height }: Picture): Plane {
  const luma = makePlane(width, height);
  for (let i = 0, from = 0; i < luma.data.length; i++, from += 4) {
    luma.data[i] = 0.2126 * data[from] + 0.7152 * data[from + 1] + 0.0722 * data[from + 2];
  }
  return luma;
}

/** Light of a rotated square of a picture, e.g. a face, 64 × 64; grey repeats at its borders. */
export function lumaOfRoi(picture: Picture, roi: Roi): Plane {
  const size = 2 * SIDE;
  const options = { size, scale: 1, offset: 0, outside: "replicate" } as const;
  const rgb = cropRoi(buildPyramid(picture), roi, options);
  const luma = makePlane(size, size);
  for (let i = 0, from = 0; i < luma.data.length; i++, from += 3) {
    luma.data[i] = 0.2126 * rgb[from] + 0.7152 * rgb[from + 1] + 0.0722 * rgb[from + 2];
  }
  return luma;
}

/** Means over 32 × 32 equal parts; pixels on their borders count in part. */
function shrinkToSide({ data, width, height }: Plane): Float64Array {
  const across = new Float64Array(height * SIDE);
  for (let y = 0; y < height; y++) {
    shrinkLine(data, y * width, 1, width, across, y * SIDE, 1);
  }
  const out = new Float64Array(SIDE * SIDE);
  for (let x = 0; x < SIDE; x++) shrinkLine(across, x, SIDE, height, out, x, SIDE);
  return out;
}

/** Means of 32 equal parts of a line of `length` values. */
function shrinkLine(
  from: Float32Array | Float64Array,
  first: number,
  step: number,
  length: number,
  to: Float64Array,
  at: number,
  toStep: number,
): void {
  const part = length / SIDE;
  for (let i = 0; i < SIDE; i++) {
    const [start, end] = [i * part, (i + 1) * part];
    let sum = 0;
    for (let k = Math.floor(start); k < Math.min(length, Math.ceil(end)); k++) {
      sum += from[first + k * step] * (Math.min(end, k + 1) - Math.max(start, k));
    }
    to[at + i * toStep] = sum / part;
  }
}
