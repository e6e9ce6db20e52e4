/** @file All tiles of a picture laid over each other: their mean, in px of the film. */
import type { Box, Plane } from "../base/plane.js";
import { TILE_PX } from "./tile.js";

/** Log2 of a tile's side. */
const TILE_SHIFT = 7;
/** As many tiles, and half a pixel: so that places are above 0, and cut down to the nearest. */
const FAR = TILE_PX * 1024 + 0.5;
/** Places of a tile that less than so many pixels show are unknown. */
const LEAST_SHARE = 1e-3;

/** A tile's sides in a picture: where its right and its lower neighbour begin, px. */
export interface Lattice {
  readonly right: readonly [x: number, y: number];
  readonly down: readonly [x: number, y: number];
}

/** How samples of one axis fall onto a tile's. */
interface AxisFold {
  /** The tile's px before each sample, and how far beyond it the sample is, 0..1. */
  readonly before: Int32Array;
  readonly beyond: Float64Array;
  /** How many samples each of the tile's px has, shape [TILE_PX]. */
  readonly counts: Float64Array;
}

function foldAxis(first: number, count: number, scale: number): AxisFold {
  const before = new Int32Array(count);
  const beyond = new Float64Array(count);
  const counts = new Float64Array(TILE_PX);
  for (let i = 0; i < count; i++) {
    const place = wrap((first + i + 0.5) / scale - 0.5);
    before[i] = Math.floor(place) % TILE_PX;
    beyond[i] = place - Math.floor(place);
    counts[before[i]] += 1 - beyond[i];
    counts[(before[i] + 1) % TILE_PX] += beyond[i];
  }
  return { before, beyond, counts };
}

/**
 * Folds a part of an upright picture.
 *
 * @param scale - Px of the picture for one px of the film.
 * @param out - Receives the mean tile, shape [TILE_PX, TILE_PX]; returned.
 */
export function foldUpright(
  { data, width }: Plane,
  part: Box,
  scale: number,
  out: Float64Array,
): Float64Array {
  const columns = foldAxis(part.x, part.width, scale);
  const rows = foldAxis(part.y, part.height, scale);
  const sums = new Float64Array(TILE_PX * part.width);
  for (let y = 0; y < part.height; y++) {
    const from = (part.y + y) * width + part.x;
    const upper = rows.before[y] * part.width;
    const lower = ((rows.before[y] + 1) % TILE_PX) * part.width;
    const share = rows.beyond[y];
    for (let x = 0; x < part.width; x++) {
      const value = data[from + x];
      sums[upper + x] += (1 - share) * value;
      sums[lower + x] += share * value;
    }
  }
  out.fill(0);
  for (let v = 0; v < TILE_PX; v++) {
    const row = v * TILE_PX;
    for (let x = 0, from = v * part.width; x < part.width; x++, from++) {
      const left = columns.before[x];
      const share = columns.beyond[x];
      out[row + left] += (1 - share) * sums[from];
      out[row + ((left + 1) % TILE_PX)] += share * sums[from];
    }
    for (let u = 0; u < TILE_PX; u++) {
      const count = rows.counts[v] * columns.counts[u];
      out[row + u] = count > LEAST_SHARE ? out[row + u] / count : 0;
    }
  }
  return out;
}

/**
 * Folds a turned, stretched or sheared picture; each pixel counts for the nearest place of the tile.
 *
 * @param out - As of `foldUpright`.
 */
export function foldAlong(
  { data, width, height }: Plane,
  { right, down }: Lattice,
  out: Float64Array,
): Float64Array {
  const perPx = TILE_PX / (right[0] * down[1] - right[1] * down[0]);
  const [uX, uY] = [down[1] * perPx, -down[0] * perPx];
  const [vX, vY] = [-right[1] * perPx, right[0] * perPx];
  const counts = new Float64Array(out.length);
  const last = TILE_PX - 1;
  out.fill(0);
  for (let y = 0, i = 0; y < height; y++) {
    let u = uY * y + FAR;
    let v = vY * y + FAR;
    for (let x = 0; x < width; x++, i++, u += uX, v += vX) {
      const place = ((v & last) << TILE_SHIFT) | (u & last);
      out[place] += data[i];
      counts[place]++;
    }
  }
  for (let i = 0; i < out.length; i++) out[i] = counts[i] > 0 ? out[i] / counts[i] : 0;
  return out;
}

/** Into the tile: 0 … TILE_PX, which rounding may give, and is 0 too. */
function wrap(place: number): number {
  return place - TILE_PX * Math.floor(place / TILE_PX);
}
