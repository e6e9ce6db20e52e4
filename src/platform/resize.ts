/**
 * @file Pictures at another size, the same on every machine: browsers resize each in its own way.
 *
 * Lanczos with three lobes where pixels become fewer, Catmull and Rom's cubic where they become more.
 */
import { makePicture, type Picture } from "../base/picture.js";
import type { Size } from "./picture-size.js";

/** A filter, and how far it reaches, in samples. */
interface Filter {
  readonly reach: number;
  weight(distance: number): number;
}

const LANCZOS3: Filter = {
  reach: 3,
  weight: (x) =>
    x === 0 ? 1 : (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2,
};

const CUBIC: Filter = {
  reach: 2,
  weight: (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2),
};

/** Of each pixel of a row or column: the first it is made from, and by what shares. */
interface Taps {
  readonly count: number;
  readonly first: Int32Array;
  /** Shape [length, count]. */
  readonly shares: Float32Array;
}

/** An opaque picture at another size; its border goes on for ever. */
export function resizePicture(picture: Picture, { width, height }: Size): Picture {
  const { data, width: oldWidth, height: oldHeight } = picture;
  const across = tapsOf(oldWidth, width);
  const down = tapsOf(oldHeight, height);
  const out = makePicture(width, height);
  /** Rows of the old picture at the new width, as many as one new row needs, over and over. */
  const rows = Array.from({ length: down.count }, () => new Float32Array(3 * width));
  const held = new Int32Array(down.count).fill(-1);
  const sum = new Float32Array(3 * width);
  for (let y = 0; y < height; y++) {
    sum.fill(0);
    for (let k = 0; k < down.count; k++) {
      const share = down.shares[y * down.count + k]!;
      if (share === 0) continue;
      const from = Math.min(oldHeight - 1, Math.max(0, down.first[y]! + k));
      const row = rows[from % down.count]!;
      if (held[from % down.count] !== from) {
        filterRow(data.subarray(4 * from * oldWidth, 4 * (from + 1) * oldWidth), across, row);
        held[from % down.count] = from;
      }
      for (let i = 0; i < sum.length; i++) sum[i]! += share * row[i]!;
    }
    writeRow(sum, out.data.subarray(4 * y * width, 4 * (y + 1) * width));
  }
  return out;
}

function tapsOf(from: number, to: number): Taps {
  const step = from / to;
  const filter = step > 1 ? LANCZOS3 : CUBIC;
  const stretch = Math.max(1, step);
  const reach = filter.reach * stretch;
  const count = Math.ceil(2 * reach) + 1;
  const first = new Int32Array(to);
  const shares = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    // Libvips enlarges from a grid half a new pixel aside.
    const center = (i + (step < 1 ? 0 : 0.5)) * step - 0.5;
    first[i] = Math.ceil(center - reach);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const distance = Math.abs(first[i]! + k - center) / stretch;
      const share = distance < filter.reach ? filter.weight(distance) : 0;
      shares[i * count + k] = share;
      sum += share;
    }
    for (let k = 0; k < count; k++) shares[i * count + k]! /= sum;
  }
  return { count, first, shares };
}

/** @param row - RGBA. @param out - Receives RGB. */
function filterRow(
  row: Uint8ClampedArray,
  { count, first, shares }: Taps,
  out: Float32Array,
): void {
  const last = row.length / 4 - 1;
  for (let x = 0, to = 0; to < out.length; x++, to += 3) {
    let [red, green, blue] = [0, 0, 0];
    for (let k = 0; k < count; k++) {
      const share = shares[x * count + k]!;
      const at = 4 * Math.min(last, Math.max(0, first[x]! + k));
      red += share * row[at]!;
      green += share * row[at + 1]!;
      blue += share * row[at + 2]!;
    }
    out[to] = red;
    out[to + 1] = green;
    out[to + 2] = blue;
  }
}

function writeRow(row: Float32Array, out: Uint8ClampedArray): void {
  for (let from = 0, to = 0; from < row.length; from += 3, to += 4) {
    out[to] = row[from]!;
    out[to + 1] = row[from + 1]!;
    out[to + 2] = row[from + 2]!;
    out[to + 3] = 255;
  }
}
