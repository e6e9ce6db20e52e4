/** @file Moving the person over the background: the inverse of the grid's motion, pixel by pixel. */
import type { Box } from "../base/plane.js";
import type { Rig } from "../rig/rig.js";
import type { Kernel } from "./kernel.js";
import { NO_SKIN, SKIN, type SkinLayer } from "./skin-layer.js";
import type { WarpGrid } from "./warp-grid.js";

/** Displacements under this are none, px. */
const STILL_PX = 0.01;

/** What lies in and around each cell of a grid. */
export interface CellMap {
  /** How far away the nearest trace of the person is, px; shape [rows − 1, columns − 1]. */
  readonly emptyPx: Uint8Array;
  /** How far away the nearest pixel is that is not all person, px; same shape. Both stop at 255. */
  readonly solidPx: Uint8Array;
}

/** Looks at what lies in each cell. */
export function mapCells(grid: WarpGrid, rig: Rig): CellMap {
  const { cell } = grid;
  const across = grid.columns - 1;
  const down = grid.rows - 1;
  const { width, height } = rig.picture;
  const occupied = new Uint8Array(across * down);
  const open = new Uint8Array(across * down);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cell) * across;
    for (let x = 0; x < width; x++) {
      const at = row + Math.floor(x / cell);
      if (rig.hole[y * width + x] !== 0) occupied[at] = 1;
      if (rig.matte[y * width + x] < 255) open[at] = 1;
    }
  }
  const distancePx = (flags: Uint8Array) =>
    cellDistance(flags, across, down).map((away) => Math.max(0, Math.min(255, (away - 1) * cell)));
  return { emptyPx: distancePx(occupied), solidPx: distancePx(open) };
}

/** Steps (also diagonal) from each cell to the nearest flagged one; at most 255. */
function cellDistance(flags: Uint8Array, across: number, down: number): Uint8Array {
  const distance = flags.map((flag) => (flag !== 0 ? 0 : 255));
  const relax = (i: number, j: number) => {
    if (distance[j] + 1 < distance[i]) distance[i] = distance[j] + 1;
  };
  const visit = (x: number, y: number, back: number) => {
    const i = y * across + x;
    const yy = y + back;
    if (x + back >= 0 && x + back < across) relax(i, i + back);
    if (yy < 0 || yy >= down) return;
    for (let xx = Math.max(0, x - 1); xx <= Math.min(across - 1, x + 1); xx++) {
      relax(i, yy * across + xx);
    }
  };
  for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) visit(x, y, -1);
  for (let y = down - 1; y >= 0; y--) for (let x = across - 1; x >= 0; x--) visit(x, y, 1);
  return distance;
}

/** Skin this opaque hides what is behind it. */
const HIDDEN = 0.998;

/**
 * Draws the moved person over the background into a kernel's frame, which holds the portrait.
 *
 * frame(x) = picture(s) + (1 − matte(s)) · (plate(x) − plate(s)), with s where x comes from: the
 * picture moved, and where background shows through, this place's background for that place's.
 * Needs no colour estimate at hair edges, and gives the picture itself, exactly, where s = x.
 *
 * The grid's way back must have been found. Cells that the skin of this frame hides are left out.
 */
export function warpPerson(rig: Rig, grid: WarpGrid, cells: CellMap, kernel: Kernel): void {
  const { cell: side, columns, rows } = grid;
  const { width, height } = rig.picture;
  const { back } = kernel.grid;
  const cell = { x: 0, y: 0, width: 0, height: 0 };
  const touched = { x: 0, y: 0, width: 0, height: 0 };
  for (let row = 0, at = 0; row + 1 < rows; row++) {
    cell.y = row * side;
    cell.height = Math.min(height - cell.y, side);
    touched.x = width;
    touched.width = 0;
    for (let column = 0; column + 1 < columns; column++, at++) {
      const n = (row * columns + column) * 2;
      const m = n + columns * 2;
      const moved = Math.max(largest(back, n), largest(back, m));
      if (moved < STILL_PX || cells.emptyPx[at] > moved + 2) continue;
      cell.x = column * side;
      cell.width = Math.min(width - cell.x, side);
      if (isHidden(kernel.layer, cell)) continue;
      kernel.moveCell(cell, n, m, cells.solidPx[at] > moved + 2);
      touched.x = Math.min(touched.x, cell.x);
      touched.width = cell.x + cell.width - touched.x;
    }
    touched.y = cell.y;
    touched.height = touched.width > 0 ? cell.height : 0;
    kernel.touch(touched);
  }
}

/** Largest component of two neighbouring nodes' displacements, px. */
function largest(back: Float32Array, n: number): number {
  return Math.max(
    Math.abs(back[n]),
    Math.abs(back[n + 1]),
    Math.abs(back[n + 2]),
    Math.abs(back[n + 3]),
  );
}

/** Whether opaque skin lies over all corners of a cell; what it leaves open is painted anyway. */
function isHidden(layer: SkinLayer, { x, y, width, height }: Box): boolean {
  const right = x + width - 1;
  const bottom = y + height - 1;
  return (
    hides(layer, x, y) &&
    hides(layer, right, y) &&
    hides(layer, x, bottom) &&
    hides(layer, right, bottom)
  );
}

function hides({ box, depth, attributes }: SkinLayer, x: number, y: number): boolean {
  const column = x - box.x;
  const row = y - box.y;
  if (column < 0 || row < 0 || column >= box.width || row >= box.height) return false;
  const i = row * box.width + column;
  return depth[i] !== NO_SKIN && attributes[SKIN.size * i + SKIN.opacity] > HIDDEN;
}
