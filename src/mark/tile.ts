/**
 * @file The pattern of a mark: a tile of cells, repeated over the picture.
 *
 * A key says where in the tile each coded bit lies, three times, and where the cells are that say
 * where the tile begins; it also turns half of the cells round. Cells are band-limited: what is finer
 * is lost in any compression, what is coarser is seen.
 */
import { gaussianKernel } from "../base/curves.js";
import { randomOf } from "../base/random.js";
import { CODED_BITS } from "./code.js";

/** Side of a tile, px. */
export const TILE_PX = 128;
/** Side of a cell, px. */
const CELL_PX = 4;
const CELLS_ACROSS = TILE_PX / CELL_PX;
const CELLS = CELLS_ACROSS * CELLS_ACROSS;
/** How often each bit is drawn. */
const REPEATS = 3;
const DATA_CELLS = CODED_BITS * REPEATS;
/** Cells for finding the tile are so much stronger. */
const SYNC_GAIN = 1.25;
/** What is left of the cells: between these blurs, px. */
const FINEST_SIGMA = 0.8;
const COARSEST_SIGMA = 5;

/** Where a key puts things. */
export interface CellPlan {
  /** Cells in a row of data cells and then of those for finding, shape [cells]. */
  readonly order: Uint16Array;
  /** Of each cell, 1 or −1, shape [cells]. */
  readonly signs: Int8Array;
}

/** A key's plan. */
export function planCells(key: string): CellPlan {
  const random = randomOf(0, `mark ${key}`);
  const order = Uint16Array.from({ length: CELLS }, (_, i) => i);
  for (let i = CELLS - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return { order, signs: Int8Array.from(order, () => (random.uniform() < 0.5 ? -1 : 1)) };
}

/** @param coded - 0 and 1. @returns The whole pattern, mean square 1, shape [TILE_PX, TILE_PX]. */
export function makeTile({ order, signs }: CellPlan, coded: Uint8Array): Float32Array {
  const cells = new Float32Array(CELLS);
  for (let i = 0; i < CELLS; i++) {
    const value = i < DATA_CELLS ? 2 * coded[i % CODED_BITS] - 1 : SYNC_GAIN;
    cells[order[i]] = signs[order[i]] * value;
  }
  return normalize(shapeCells(cells));
}

/** What is the same in all tiles of a key, mean square 1, shape [TILE_PX, TILE_PX]. */
export function makeSyncTile({ order, signs }: CellPlan): Float32Array {
  const cells = new Float32Array(CELLS);
  for (const cell of order.subarray(DATA_CELLS)) cells[cell] = signs[cell];
  return normalize(shapeCells(cells));
}

/** What the first cell alone looks like, shape [TILE_PX, TILE_PX]. */
export function makePulse(): Float32Array {
  const cells = new Float32Array(CELLS);
  cells[0] = 1;
  return shapeCells(cells);
}

/**
 * Reads the coded bits.
 *
 * @param likeness - With the pulse, at every shift, shape [TILE_PX, TILE_PX].
 * @param tileX - Where the tile begins, px.
 * @returns How sure each is 1 or 0, as `decodePayload` takes it.
 */
export function readCells(
  { order, signs }: CellPlan,
  likeness: Float64Array,
  tileX: number,
  tileY: number,
): Float64Array {
  const soft = new Float64Array(CODED_BITS);
  for (let i = 0; i < DATA_CELLS; i++) {
    const cell = order[i];
    const x = ((cell % CELLS_ACROSS) * CELL_PX + tileX) % TILE_PX;
    const y = (Math.floor(cell / CELLS_ACROSS) * CELL_PX + tileY) % TILE_PX;
    soft[i % CODED_BITS] += signs[cell] * likeness[y * TILE_PX + x];
  }
  return soft;
}

function shapeCells(cells: Float32Array): Float32Array {
  const squares = new Float32Array(TILE_PX * TILE_PX);
  for (let y = 0, i = 0; y < TILE_PX; y++) {
    const row = Math.floor(y / CELL_PX) * CELLS_ACROSS;
    for (let x = 0; x < TILE_PX; x++) squares[i++] = cells[row + Math.floor(x / CELL_PX)];
  }
  const coarse = blurAround(squares, COARSEST_SIGMA);
  return blurAround(squares, FINEST_SIGMA).map((value, i) => value - coarse[i]);
}

/** Gaussian blur of a tile that is repeated. */
function blurAround(tile: Float32Array, sigma: number): Float32Array {
  return blurRows(blurRows(tile, sigma), sigma);
}

/** Blurs rows, and exchanges rows and columns. */
function blurRows(tile: Float32Array, sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = gaussianKernel(sigma, radius);
  const out = new Float32Array(tile.length);
  for (let y = 0; y < TILE_PX; y++) {
    for (let x = 0; x < TILE_PX; x++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) {
        sum += kernel[k + radius] * tile[y * TILE_PX + ((x + k + TILE_PX) % TILE_PX)];
      }
      out[x * TILE_PX + y] = sum;
    }
  }
  return out;
}

function normalize(tile: Float32Array): Float32Array {
  const power = tile.reduce((sum, value) => sum + value * value, 0) / tile.length;
  return tile.map((value) => value / Math.sqrt(power));
}
