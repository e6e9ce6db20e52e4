/**
 * @file The mark as it is drawn: for each pixel of a film, what is added to its luma.
 *
 * It is the same in every frame: so a wall that stands still stands still, compression keeps it,
 * frames can be averaged by whoever looks for it, and it does not matter who draws which frame. How
 * much a place bears is read off the picture at rest: the more it varies, the more it hides.
 */
import { assert } from "../base/assert.js";
import type { Picture } from "../base/picture.js";
import { makePlane, type Plane } from "../base/plane.js";
import { encodePayload } from "./code.js";
import { LUMA } from "./luma.js";
import { type FilmMark, MARK_FLAGS, MARK_STRENGTH, PUBLIC_KEY } from "./mark.js";
import { makeTile, planCells, TILE_PX } from "./tile.js";

/** Standard deviation of the mark on an even wall, steps of luma of 255; */
const GAIN_LEAST = 0.6;
/** … what is added of the picture's own standard deviation; */
const GAIN_PER_DEVIATION = 0.16;
/** … and what it comes to at most. */
const GAIN_MOST = 1.38;
/** The picture's variation is measured in squares of this side, px, and in those that touch them. */
const BLOCK_PX = 4;
const BLOCK_SHIFT = 2;

/** What is added to a film's luma. */
export interface LumaMark {
  readonly width: number;
  readonly height: number;
  /** Steps of 255, −5..5, shape [height, width]. */
  readonly steps: Int8Array;
}

/**
 * Draws a mark.
 *
 * @param picture - What the film shows, at rest.
 * @param size - Of the film's frames; no larger.
 */
export function drawMark(
  picture: Picture,
  { width, height }: { readonly width: number; readonly height: number },
  { id, strength = MARK_STRENGTH.usual, key = PUBLIC_KEY }: FilmMark,
): LumaMark {
  assert(width <= picture.width && height <= picture.height, "frames within the picture");
  const tile = makeTile(planCells(key), encodePayload({ id, flags: MARK_FLAGS }));
  const gains = gainsOf(picture);
  const steps = new Int8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const tileRow = (y % TILE_PX) * TILE_PX;
    const gainRow = (y >> BLOCK_SHIFT) * gains.width;
    for (let x = 0; x < width; x++) {
      const gain = strength * gains.data[gainRow + (x >> BLOCK_SHIFT)];
      steps[i++] = Math.round(gain * tile[tileRow + (x % TILE_PX)]);
    }
  }
  return { width, height, steps };
}

/** What each block of a picture bears. */
function gainsOf({ data, width, height }: Picture): Plane {
  const gains = makePlane(Math.ceil(width / BLOCK_PX), Math.ceil(height / BLOCK_PX));
  const sums = new Float64Array(gains.data.length);
  const squares = new Float64Array(gains.data.length);
  const counts = new Float64Array(gains.data.length);
  for (let y = 0, from = 0; y < height; y++) {
    const row = (y >> BLOCK_SHIFT) * gains.width;
    for (let x = 0; x < width; x++, from += 4) {
      const luma = LUMA.red * data[from] + LUMA.green * data[from + 1] + LUMA.blue * data[from + 2];
      const block = row + (x >> BLOCK_SHIFT);
      sums[block] += luma;
      squares[block] += luma * luma;
      counts[block]++;
    }
  }
  const [around, aroundSquares, aroundCounts] = [sums, squares, counts].map((each) =>
    sumAround(each, gains),
  );
  for (let i = 0; i < gains.data.length; i++) {
    const mean = around[i] / aroundCounts[i];
    const deviation = Math.sqrt(Math.max(0, aroundSquares[i] / aroundCounts[i] - mean * mean));
    gains.data[i] = Math.min(GAIN_MOST, GAIN_LEAST + GAIN_PER_DEVIATION * deviation);
  }
  return gains;
}

/** Sums over each block and those that touch it. */
function sumAround(blocks: Float64Array, { width, height }: Plane): Float64Array {
  const across = blocks.slice();
  for (let i = 0; i < blocks.length; i++) {
    const x = i % width;
    if (x > 0) across[i] += blocks[i - 1];
    if (x < width - 1) across[i] += blocks[i + 1];
  }
  const out = across.slice();
  for (let i = 0; i < blocks.length; i++) {
    const y = Math.floor(i / width);
    if (y > 0) out[i] += across[i - width];
    if (y < height - 1) out[i] += across[i + width];
  }
  return out;
}

/**
 * Adds a mark to red, green and blue, in place: to the luma, and not to the colour. Only what is opaque
 * is changed.
 *
 * @param rgba - Straight, of the mark's size.
 */
export function markColors({ steps }: LumaMark, rgba: Uint8ClampedArray): void {
  assert(rgba.length === 4 * steps.length, "colours of the mark's size");
  for (let i = 0, to = 0; i < steps.length; i++, to += 4) {
    const step = steps[i];
    if (step === 0 || rgba[to + 3] !== 255) continue;
    rgba[to] += step;
    rgba[to + 1] += step;
    rgba[to + 2] += step;
  }
}

/** Marks a single picture, in place. */
export function markPicture(picture: Picture, mark: FilmMark): void {
  markColors(drawMark(picture, picture, mark), picture.data);
}
