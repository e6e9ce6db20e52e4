/**
 * @file Pictures → the mark that is in them, without knowing anything of what was done to them.
 *
 * First as the film was made, or at a usual scale; then along the lattice that repeated tiles leave in the picture's
 * likeness with itself, which may be turned and stretched; then at all scales, one by one. Each way
 * also finds mirrored pictures.
 */
import { type Box, cutPlane, type Plane } from "../base/plane.js";
import { decodePayload, encodePayload } from "./code.js";
import { type Correlator, makeCorrelator, type TileFind } from "./correlate.js";
import { foldAlong, foldUpright, type Lattice } from "./fold.js";
import { findLattices } from "./lattice.js";
import { type FoundMark, PUBLIC_KEY } from "./mark.js";
import { TILE_PX } from "./tile.js";
import { makeWhitener } from "./whiten.js";

/**
 * A mark is only believed from here on.
 *
 * @source 44 unmarked films come to 5.95 at most, marked ones that decode to 8 or more: bench/mark.ts.
 */
const Z_LEAST = 7;
/** What is looked at more closely. */
const Z_PROMISING = 5.5;
/** A lattice that shows less than this is chance. */
const Z_OF_LATTICE = 4.5;
/** Scales that are tried, px of the picture for one px of the film; each is so much larger than the last. */
const SCALE_LEAST = 0.35;
const SCALE_MOST = 2.6;
const SCALE_STEP = 1.0035;
/** What films are mostly scaled by; tried before all others. */
const USUAL_SCALES = [1, 0.5, 2 / 3, 0.75, 1.25, 4 / 3, 1.5, 2];
/** Around a promising scale, as many finer steps to both sides. */
const FINE_STEP = 1.0006;
const FINE_STEPS = 6;
/** Times that the best may lie at the end of these. */
const FINE_ROUNDS = 4;
/** Scales are tried on the middle of a picture: as many tiles across, or as many px if that is more. */
const MIDDLE_TILES = 5;
const MIDDLE_PX = 640;
/** Steps by which a lattice's corners are moved to fit better, px. */
const CORNER_STEPS = [0.4, 0.2, 0.1, 0.05];
/** Times that each of them may go round all corners. */
const CORNER_ROUNDS = 3;

/** How a mark is looked for. */
export interface FindOptions {
  /** Of the marks that are looked for; `PUBLIC_KEY` by default. */
  readonly key?: string | undefined;
}

/** A tile that was found, and the mean tile that it was found in. */
interface Sight {
  readonly tile: TileFind;
  readonly folded: Float64Array;
  readonly scale: number;
}

/** What looks at one picture. */
interface Search {
  readonly luma: Plane;
  readonly whitened: (scale: number) => Plane;
  readonly correlator: Correlator;
}

/** What a search came to. */
export interface MarkSearch {
  /** Only if it is sure. */
  readonly mark?: FoundMark | undefined;
  /** The clearest tile of all that were looked at, see `FoundMark`. */
  readonly z: number;
}

/**
 * Finds the mark in a picture, or in the mean of a film's frames.
 *
 * @param luma - 0..255; as `lumaOf` and `makeMeanLuma` give it.
 * @returns Nothing, if there is none that is sure.
 */
export function findMark(luma: Plane, options: FindOptions = {}): FoundMark | undefined {
  return searchMark(luma, options).mark;
}

/** As `findMark`, and says also how near it came where it found nothing. */
export function searchMark(luma: Plane, { key = PUBLIC_KEY }: FindOptions = {}): MarkSearch {
  const correlator = makeCorrelator(key);
  let z = 0;
  const find = (folded: Float64Array) => {
    const tile = correlator.find(folded);
    z = Math.max(z, tile.z);
    return tile;
  };
  const search = { luma, whitened: makeWhitener(luma), correlator: { ...correlator, find } };
  const atOnce = findByScale(search, USUAL_SCALES);
  // A picture of one colour holds nothing.
  if (atOnce !== undefined || z === 0) return { mark: atOnce, z };
  return { mark: findByLattice(search) ?? findByScale(search, allScales()), z };
}

function readSight({ correlator }: Search, { tile, folded, scale }: Sight): FoundMark | undefined {
  if (tile.z < Z_LEAST) return undefined;
  const soft = correlator.read(folded, tile);
  const payload = decodePayload(soft);
  if (payload === undefined) return undefined;
  const wrong = encodePayload(payload).reduce(
    (sum, bit, i) => sum + (soft[i] > 0 ? 1 - bit : bit),
    0,
  );
  const { z, mirrored } = tile;
  return { ...payload, z, scale, mirrored, wrongBits: wrong / soft.length };
}

function findByScale(search: Search, scales: readonly number[]): FoundMark | undefined {
  const folded = new Float64Array(TILE_PX * TILE_PX);
  const middle = cutPlane(search.luma, middleOf(search.luma, SCALE_MOST));
  const whitened = makeWhitener(middle);
  for (const scale of scales) {
    const part = middleOf(middle, scale);
    const tile = search.correlator.find(foldUpright(whitened(scale), part, scale, folded));
    if (tile.z < Z_PROMISING) continue;
    const found = readSight(search, fineSight(search, scale));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** From 1 on to both sides, for most pictures are not far from it. */
function allScales(): number[] {
  const scales: number[] = [];
  for (let scale = 1; scale < SCALE_MOST; scale *= SCALE_STEP) scales.push(scale);
  for (let scale = 1 / SCALE_STEP; scale > SCALE_LEAST; scale /= SCALE_STEP) scales.push(scale);
  return scales;
}

/** The best sight near a scale, in the whole picture; it moves on as long as that is at the end. */
function fineSight({ luma, whitened, correlator }: Search, near: number): Sight {
  const part = { x: 0, y: 0, width: luma.width, height: luma.height };
  const sightAt = (scale: number): Sight => {
    const folded = new Float64Array(TILE_PX * TILE_PX);
    const tile = correlator.find(foldUpright(whitened(near), part, scale, folded));
    return { tile, folded, scale };
  };
  let best = sightAt(near);
  for (let round = 0; round < FINE_ROUNDS; round++) {
    const middle = best.scale;
    for (let k = -FINE_STEPS; k <= FINE_STEPS; k++) {
      const sight = sightAt(middle * FINE_STEP ** k);
      if (sight.tile.z > best.tile.z) best = sight;
    }
    if (Math.abs(Math.log(best.scale / middle)) < (FINE_STEPS - 1) * Math.log(FINE_STEP)) break;
  }
  return best;
}

function middleOf({ width, height }: Plane, scale: number): Box {
  const most = Math.max(MIDDLE_PX, Math.round(MIDDLE_TILES * TILE_PX * scale));
  const [across, down] = [Math.min(width, most), Math.min(height, most)];
  return { x: (width - across) >> 1, y: (height - down) >> 1, width: across, height: down };
}

function findByLattice(search: Search): FoundMark | undefined {
  for (const lattice of findLattices(search.whitened(1))) {
    const sight = fitLattice(search, lattice);
    const found = readSight(search, sight);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Moves a lattice's corners as long as the tile becomes clearer. */
function fitLattice({ whitened, correlator }: Search, first: Lattice): Sight {
  const sightOf = (lattice: Lattice): Sight & { readonly lattice: Lattice } => {
    const scale = Math.sqrt(Math.abs(areaOf(lattice))) / TILE_PX;
    const folded = foldAlong(whitened(scale), lattice, new Float64Array(TILE_PX * TILE_PX));
    return { tile: correlator.find(folded), folded, scale, lattice };
  };
  let best = sightOf(first);
  for (const step of CORNER_STEPS) {
    if (best.tile.z < Z_OF_LATTICE) break;
    for (let round = 0; round < CORNER_ROUNDS; round++) {
      const before = best;
      for (const moved of CORNERS) {
        for (const by of [-step, step]) {
          const sight = sightOf(moved(best.lattice, by));
          if (sight.tile.z > best.tile.z) best = sight;
        }
      }
      if (best === before) break;
    }
  }
  return best;
}

/** Ways to move a lattice's corners. */
const CORNERS: readonly ((lattice: Lattice, by: number) => Lattice)[] = [
  ({ right: [x, y], down }, by) => ({ right: [x + by, y], down }),
  ({ right: [x, y], down }, by) => ({ right: [x, y + by], down }),
  ({ right, down: [x, y] }, by) => ({ right, down: [x + by, y] }),
  ({ right, down: [x, y] }, by) => ({ right, down: [x, y + by] }),
];

function areaOf({ right, down }: Lattice): number {
  return right[0] * down[1] - right[1] * down[0];
}
