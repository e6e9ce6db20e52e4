/** @file Moving the person over the background: the inverse of the grid's motion, pixel by pixel. */
import type { Picture } from "../base/picture.js";
import type { Rig } from "../rig/rig.js";
import { sampleCubic, sampleLinear } from "./sample.js";
import type { SkinLayer } from "./skin-raster.js";
import type { WarpGrid } from "./warp-grid.js";

const ROUNDS = 3;
/** Displacements under this are none, px. */
const STILL_PX = 0.01;
/** How far the person can go, cm: pixels farther from it are never touched. */
const REACH_CM = 2.5;

/**
 * For every node the way back: where the frame's pixel at the node comes from, minus the node.
 *
 * Fixed-point iteration of `s = x − d(s)`, which converges as the displacements do not fold.
 *
 * @param shift - Displacements at the nodes, px, shape [nodes, 2].
 * @param out - Shape [nodes, 2].
 */
export function invertShift(grid: WarpGrid, shift: Float32Array, out: Float32Array): Float32Array {
  const { columns, rows, cell } = grid;
  const inverse = 1 / cell;
  for (let row = 0, n = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, n += 2) {
      let dx = -shift[n];
      let dy = -shift[n + 1];
      if (dx === 0 && dy === 0) {
        out[n] = 0;
        out[n + 1] = 0;
        continue;
      }
      for (let round = 0; round < ROUNDS; round++) {
        let u = column + dx * inverse;
        let v = row + dy * inverse;
        u = u < 0 ? 0 : u > columns - 1.001 ? columns - 1.001 : u;
        v = v < 0 ? 0 : v > rows - 1.001 ? rows - 1.001 : v;
        const x0 = u | 0;
        const y0 = v | 0;
        const fx = u - x0;
        const fy = v - y0;
        const a = (y0 * columns + x0) * 2;
        const c = a + columns * 2;
        const top = shift[a] + fx * (shift[a + 2] - shift[a]);
        const bottom = shift[c] + fx * (shift[c + 2] - shift[c]);
        const topY = shift[a + 1] + fx * (shift[a + 3] - shift[a + 1]);
        const bottomY = shift[c + 1] + fx * (shift[c + 3] - shift[c + 1]);
        dx = -(top + fy * (bottom - top));
        dy = -(topY + fy * (bottomY - topY));
      }
      out[n] = dx;
      out[n + 1] = dy;
    }
  }
  return out;
}

/** Cells of the grid that the person can reach: 1 or 0, shape [rows − 1, columns − 1]. */
export function reachableCells(grid: WarpGrid, rig: Rig): Uint8Array {
  const { cell, columns, rows } = grid;
  const { width, height } = rig.picture;
  const occupied = new Uint8Array((columns - 1) * (rows - 1));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cell) * (columns - 1);
    for (let x = 0; x < width; x++) {
      if (rig.hole[y * width + x] !== 0) occupied[row + Math.floor(x / cell)] = 1;
    }
  }
  const reach = Math.ceil((REACH_CM * rig.pose.pxPerCm) / cell);
  const out = new Uint8Array(occupied.length);
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      if (occupied[row * (columns - 1) + column] === 0) continue;
      for (let y = Math.max(0, row - reach); y <= Math.min(rows - 2, row + reach); y++) {
        const from = y * (columns - 1) + Math.max(0, column - reach);
        const to = y * (columns - 1) + Math.min(columns - 2, column + reach);
        out.fill(1, from, to + 1);
      }
    }
  }
  return out;
}

/** Skin this opaque hides what is behind it. */
const HIDDEN = 0.998;

/** Working memory of `warpPerson`. */
export interface WarpScratch {
  readonly here: Float32Array;
  readonly there: Float32Array;
}

/** Room for one pixel's colours. */
export function makeWarpScratch(): WarpScratch {
  return { here: new Float32Array(3), there: new Float32Array(3) };
}

/**
 * Draws the moved person over the background into a frame that holds the portrait.
 *
 * frame(x) = picture(s) + (1 − matte(s)) · (plate(x) − plate(s)), with s where x comes from: the
 * picture moved, and where background shows through, this place's background for that place's.
 * Needs no colour estimate at hair edges, and gives the picture itself, exactly, where s = x.
 *
 * @param back - From `invertShift`.
 * @param cells - From `reachableCells`.
 * @param skin - The skin of this frame: where it hides the person behind it, nothing is drawn.
 */
export function warpPerson(
  rig: Rig,
  grid: WarpGrid,
  back: Float32Array,
  cells: Uint8Array,
  skin: SkinLayer,
  frame: Picture,
  scratch: WarpScratch,
): void {
  const { cell, columns, rows } = grid;
  const { width, height } = rig.picture;
  for (let row = 0; row + 1 < rows; row++) {
    const y1 = Math.min(height, (row + 1) * cell);
    for (let column = 0; column + 1 < columns; column++) {
      if (cells[row * (columns - 1) + column] === 0) continue;
      const n = (row * columns + column) * 2;
      if (isStill(back, n) && isStill(back, n + columns * 2)) continue;
      const x1 = Math.min(width, (column + 1) * cell);
      for (let y = row * cell; y < y1; y++) {
        const fy = (y + 0.5 - row * cell) / cell;
        const m = n + columns * 2;
        const leftX = back[n] + fy * (back[m] - back[n]);
        const leftY = back[n + 1] + fy * (back[m + 1] - back[n + 1]);
        const stepX = (back[n + 2] + fy * (back[m + 2] - back[n + 2]) - leftX) / cell;
        const stepY = (back[n + 3] + fy * (back[m + 3] - back[n + 3]) - leftY) / cell;
        let dx = leftX + 0.5 * stepX;
        let dy = leftY + 0.5 * stepY;
        for (let x = column * cell; x < x1; x++, dx += stepX, dy += stepY) {
          if (isHidden(skin, x, y)) continue;
          warpPixel(rig, x, y, dx, dy, frame, scratch);
        }
      }
    }
  }
}

function isStill(back: Float32Array, n: number): boolean {
  return (
    Math.abs(back[n]) < STILL_PX &&
    Math.abs(back[n + 1]) < STILL_PX &&
    Math.abs(back[n + 2]) < STILL_PX &&
    Math.abs(back[n + 3]) < STILL_PX
  );
}

function isHidden({ box, depth, opacity }: SkinLayer, x: number, y: number): boolean {
  const column = x - box.x;
  const row = y - box.y;
  if (column < 0 || row < 0 || column >= box.width || row >= box.height) return false;
  const i = row * box.width + column;
  return opacity[i] > HIDDEN && depth[i] !== -Infinity;
}

function warpPixel(
  { picture, plate, hole, matte }: Rig,
  x: number,
  y: number,
  dx: number,
  dy: number,
  frame: Picture,
  { here, there }: WarpScratch,
): void {
  const { width, height } = picture;
  const sx = x + 0.5 + dx;
  const sy = y + 0.5 + dy;
  let u = sx - 0.5;
  let v = sy - 0.5;
  u = u < 0 ? 0 : u > width - 1.001 ? width - 1.001 : u;
  v = v < 0 ? 0 : v > height - 1.001 ? height - 1.001 : v;
  const x0 = u | 0;
  const y0 = v | 0;
  const i = y0 * width + x0;
  const to = y * width + x;
  const anyHole = hole[i] | hole[i + 1] | hole[i + width] | hole[i + width + 1];
  if (anyHole === 0) {
    if (hole[to] === 0) return;
    // Background that the person has left.
    const k = to << 2;
    frame.data[k] = plate.data[k];
    frame.data[k + 1] = plate.data[k + 1];
    frame.data[k + 2] = plate.data[k + 2];
    return;
  }
  sampleCubic(picture, sx, sy, frame.data, to << 2);
  const fx = u - x0;
  const fy = v - y0;
  const top = matte[i] + fx * (matte[i + 1] - matte[i]);
  const bottom = matte[i + width] + fx * (matte[i + width + 1] - matte[i + width]);
  const opacity = top + fy * (bottom - top);
  if (opacity > 254.5) return;
  const through = 1 - opacity / 255;
  sampleLinear(plate, sx, sy, there, 0);
  const k = to << 2;
  here[0] = plate.data[k];
  here[1] = plate.data[k + 1];
  here[2] = plate.data[k + 2];
  for (let c = 0; c < 3; c++) frame.data[k + c] += through * (here[c] - there[c]);
}
