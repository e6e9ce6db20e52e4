/** @file Where a tile begins in a folded picture, how surely, and what it says. */
import { makeSquareTransform } from "../base/fft.js";
import { makePulse, makeSyncTile, planCells, readCells, TILE_PX } from "./tile.js";

/** A tile that may have been found. */
export interface TileFind {
  /** Peak of the correlation in its standard deviations. */
  readonly z: number;
  /** Where the tile begins, px of the film; in the mirror, if it is mirrored. */
  readonly x: number;
  readonly y: number;
  readonly mirrored: boolean;
}

/** Looks for the tiles of one key. */
export interface Correlator {
  /** @param folded - As `foldUpright` gives it. @returns The likeliest place of the tile. */
  find(folded: Float64Array): TileFind;
  /** @returns The coded bits of a tile that was found, as `decodePayload` takes them. */
  read(folded: Float64Array, found: TileFind): Float64Array;
}

/** Spectra are evened out over rings of this width, … */
const RING_WIDTH = 1.5;
const RINGS = 64;
/** … but what is weaker than this part of all is not raised. */
const WEAKEST = 2e-4;
const POINTS = TILE_PX * TILE_PX;

interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Makes a correlator. */
export function makeCorrelator(key: string): Correlator {
  const plan = planCells(key);
  const transform = makeSquareTransform(TILE_PX);
  const rings = ringOfEach();
  const spectrumOf = (tile: ArrayLike<number>): Spectrum => {
    const spectrum = { re: Float64Array.from(tile), im: new Float64Array(POINTS) };
    transform.forward(spectrum.re, spectrum.im);
    return spectrum;
  };
  const sync = makeSyncTile(plan);
  const upright = spectrumOf(sync);
  const inMirror = spectrumOf(mirror(sync));
  const pulse = spectrumOf(makePulse());
  /** The folded picture's spectrum, and what becomes of it. */
  const work = { re: new Float64Array(POINTS), im: new Float64Array(POINTS) };
  const load = (folded: Float64Array) => {
    work.re.set(folded);
    work.im.fill(0);
    transform.forward(work.re, work.im);
    evenOut(work, rings);
  };
  return {
    find(folded) {
      load(folded);
      multiply(work, upright, inMirror);
      transform.inverse(work.re, work.im);
      const [direct, mirrored] = [peakOf(work.re), peakOf(work.im)];
      if (mirrored.z <= direct.z) return { ...direct, mirrored: false };
      // The mirror of x is −x; the tile's first column lies where its mirror's last one ends.
      return { ...mirrored, x: (TILE_PX - mirrored.x) % TILE_PX, mirrored: true };
    },
    read(folded, { x, y, mirrored }) {
      load(mirrored ? mirror(folded) : folded);
      multiply(work, pulse);
      transform.inverse(work.re, work.im);
      return readCells(plan, work.re, x, y);
    },
  };
}

/** The tile seen in a mirror: x becomes −x, around. */
function mirror<T extends Float32Array | Float64Array>(tile: T): T {
  const out = tile.slice() as T;
  for (let y = 0; y < TILE_PX; y++) {
    for (let x = 0; x < TILE_PX; x++) {
      out[y * TILE_PX + x] = tile[y * TILE_PX + ((TILE_PX - x) % TILE_PX)];
    }
  }
  return out;
}

/** Which ring of the spectrum each point is in. */
function ringOfEach(): Uint8Array {
  return Uint8Array.from({ length: POINTS }, (_, i) => {
    const [x, y] = [i % TILE_PX, Math.floor(i / TILE_PX)];
    const distance = Math.hypot(Math.min(x, TILE_PX - x), Math.min(y, TILE_PX - y));
    return Math.min(RINGS - 1, Math.round(distance / RING_WIDTH));
  });
}

/** Makes a spectrum white, ring by ring, in place. */
function evenOut({ re, im }: Spectrum, rings: Uint8Array): void {
  const powers = new Float64Array(RINGS);
  const counts = new Float64Array(RINGS);
  for (let i = 0; i < POINTS; i++) {
    powers[rings[i]] += re[i] * re[i] + im[i] * im[i];
    counts[rings[i]]++;
  }
  let all = 0;
  for (let ring = 0; ring < RINGS; ring++) {
    powers[ring] /= Math.max(1, counts[ring]);
    all += powers[ring];
  }
  const gains = powers.map((power) => 1 / Math.sqrt(power + all * WEAKEST + Number.MIN_VALUE));
  for (let i = 0; i < POINTS; i++) {
    re[i] *= gains[rings[i]];
    im[i] *= gains[rings[i]];
  }
}

/**
 * Multiplies a spectrum by the conjugate of another, in place: likeness at every shift. A second one
 * comes out as the imaginary part, for likenesses are real.
 */
function multiply({ re, im }: Spectrum, first: Spectrum, second?: Spectrum): void {
  for (let i = 0; i < POINTS; i++) {
    const factorRe = first.re[i] + (second?.im[i] ?? 0);
    const factorIm = (second?.re[i] ?? 0) - first.im[i];
    const [a, b] = [re[i], im[i]];
    re[i] = a * factorRe - b * factorIm;
    im[i] = a * factorIm + b * factorRe;
  }
}

function peakOf(likeness: Float64Array): Omit<TileFind, "mirrored"> {
  let power = 0;
  let best = 0;
  for (let i = 0; i < POINTS; i++) {
    power += likeness[i] * likeness[i];
    if (likeness[i] > likeness[best]) best = i;
  }
  const z = power > 0 ? likeness[best] / Math.sqrt(power / POINTS) : 0;
  return { z, x: best % TILE_PX, y: Math.floor(best / TILE_PX) };
}
