/** @file Where an upper lid folds: the skin below goes down with the lid, the skin above stays. */
import { clamp, gaussianSmooth, mix, sampleAt } from "../base/curves.js";
import { blurPlane, type Plane, samplePlane } from "../base/plane.js";
import type { Patch } from "./patch.js";

/** A piece of the picture around a lid, and heights in it, by its columns. */
export interface Band {
  readonly photo: Patch;
  /** Brightness, 0..255, shape of the photo. */
  readonly luma: Plane;
  /** Heights of the landmarks above the fold, and of both margins, px, shape [luma.width]. */
  readonly top: Float32Array;
  readonly margin: Float32Array;
  readonly lower: Float32Array;
  /** First and last column between the corners of the eye. */
  readonly from: number;
  readonly to: number;
  readonly pxPerCm: number;
}

/** Lashes and eyeliner reach up to here: no fold is nearer to the margin, cm. */
const LEAST_CM = 0.1;
/** Folds are looked for up to this share of the way to the landmarks above. */
const MOST_SHARE = 0.8;
/** Where a fold is most often, cm above the margin, and what a cm away from it costs. */
const USUAL_CM = 0.2;
const UNUSUAL_COST = 0.25;
/** A fold is darker than the skin this far above and below it, cm. */
const VALLEY_CM = 0.08;
/** What a change of height by a cm per column costs, in columns. */
const BEND_COST = 0.5;
/** Half the width of the fold's dark line, which stays above, cm. */
const LINE_CM = 0.05;
/** Below this all is lashes, cm. */
const LASH_CM = 0.07;
/** How far the cut is evened along the lid, columns. */
const SEAM_EVEN = 2;
const HEIGHTS = 28;
const COLUMNS = 40;

/**
 * Height above the margin, in each column, at which a lid is cut: just below its fold, px.
 *
 * The darkest valley from corner to corner, found as the cheapest path: brows and lashes are dark,
 * too, but no lines along the lid.
 */
export function findFold(source: Band): Float32Array {
  const { luma, from, to, pxPerCm, top, margin } = source;
  const smooth = blurPlane(luma, Math.max(0.6, 0.03 * pxPerCm));
  const share = (h: number) => (h + 0.5) / HEIGHTS;
  const columnAt = (k: number) => mix(from, to, 0.12 + (0.76 * k) / (COLUMNS - 1));
  const rise = (x: number, h: number) => {
    const gap = Math.max(margin[Math.round(x)] - top[Math.round(x)], 0);
    const least = Math.min(LEAST_CM * pxPerCm, 0.5 * gap);
    return mix(least, Math.max(MOST_SHARE * gap, least), share(h));
  };
  const cost = (k: number, h: number) => {
    const x = columnAt(k);
    const up = rise(x, h);
    const y = margin[Math.round(x)] - up;
    const at = (dy: number) => samplePlane(smooth, x + 0.5, y + dy * pxPerCm);
    const around = (at(VALLEY_CM) + at(-VALLEY_CM)) / 2;
    const depth = (around - at(0)) / Math.max(around, 20);
    return UNUSUAL_COST * Math.abs(up / pxPerCm - USUAL_CM) - clamp(depth, -0.1, 0.3);
  };
  const path = gaussianSmooth(
    cheapestPath(cost, (h) => share(h), COLUMNS, HEIGHTS),
    1.5,
  );
  const brightnessAt = (x: number, up: number) =>
    samplePlane(smooth, x + 0.5, margin[Math.round(x)] - up);
  const seams = path.map((value, k) => {
    const x = columnAt(k);
    return brightestBelow(rise(x, value * HEIGHTS - 0.5), pxPerCm, (up) => brightnessAt(x, up));
  });
  const even = gaussianSmooth(seams, SEAM_EVEN);
  return Float32Array.from({ length: luma.width }, (_, x) => {
    const k = ((x - from) / Math.max(to - from, 1) - 0.12) / 0.76;
    const up = sampleAt(even, k * (COLUMNS - 1));
    return Math.min(up, 0.7 * Math.max(margin[x] - top[x], 0));
  });
}

/**
 * From the fold's dark line down to the brightest skin before the lashes: there the lid can be cut
 * apart without a trace. Where the skin hangs down to the lashes, just below the line.
 */
function brightestBelow(
  fold: number,
  pxPerCm: number,
  brightnessAt: (up: number) => number,
): number {
  const most = Math.max(fold - LINE_CM * pxPerCm, 0.5 * LEAST_CM * pxPerCm);
  const least = Math.min(LASH_CM * pxPerCm, most);
  let best = most;
  for (let step = 0; step <= 8; step++) {
    const up = mix(most, least, step / 8);
    if (brightnessAt(up) > brightnessAt(best)) best = up;
  }
  return best;
}

/** The path through a table, column by column, of the least cost; as values of its heights. */
function cheapestPath(
  cost: (column: number, height: number) => number,
  sizeOf: (height: number) => number,
  columns: number,
  heights: number,
): Float32Array {
  let best = Float32Array.from({ length: heights }, (_, h) => cost(0, h));
  const came: Uint8Array[] = [];
  for (let k = 1; k < columns; k++) {
    const next = new Float32Array(heights);
    const back = new Uint8Array(heights);
    for (let h = 0; h < heights; h++) {
      let least = Infinity;
      for (let g = 0; g < heights; g++) {
        const bend = BEND_COST * columns * (sizeOf(h) - sizeOf(g)) ** 2;
        if (best[g] + bend >= least) continue;
        least = best[g] + bend;
        back[h] = g;
      }
      next[h] = least + cost(k, h);
    }
    came.push(back);
    best = next;
  }
  const path = new Float32Array(columns);
  let h = best.indexOf(Math.min(...best));
  for (let k = columns - 1; k >= 0; k--) {
    path[k] = sizeOf(h);
    if (k > 0) h = came[k - 1][h];
  }
  return path;
}
