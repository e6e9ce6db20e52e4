/** @file Long lashes of an open eye stand before the skin above: what that skin is without them. */
import { smoothstep } from "../base/curves.js";
import { makePlane, mapPlane, type Plane } from "../base/plane.js";
import type { Band } from "./lid-fold.js";

/** What takes the lashes off, over the lid's columns, from the row `y` of the picture downwards. */
export interface Standing {
  readonly y: number;
  readonly rows: number;
  /** To be added to the colours, 0..255, shape [rows, columns, 3]. */
  readonly lift: Float32Array;
}

/** Lashes are narrower than this, cm. */
const THICK_CM = 0.13;
/** Up to this far above the margin lashes reach, cm. */
const REACH_CM = 0.75;
/** Less of the brightness than the first is grain, more than the second certainly a hair. */
const GRAIN = 0.08;
const HAIR = 0.22;

/**
 * Finds what stands upright before a lid.
 *
 * What is narrow from side to side is closed over from there; what is as narrow from above to below is
 * a fold or a wrinkle, and stays.
 */
export function readStanding(band: Band & { readonly y: number }): Standing {
  const { photo, luma, margin, from, to, pxPerCm } = band;
  const columns = to + 1 - from;
  const middle = margin[Math.round((from + to) / 2)];
  const first = Math.max(0, Math.floor(middle - REACH_CM * pxPerCm));
  const last = Math.min(luma.height - 1, Math.ceil(Math.max(margin[from], margin[to])));
  const reach = Math.max(1, Math.round((THICK_CM * pxPerCm) / 2));
  const aside = closed(luma, reach, 1, 0);
  const upright = closed(luma, reach, 0, 1);
  const hair = mapPlane(luma, (value, i) => {
    const over = aside.data[i] - Math.max(value, upright.data[i]);
    return smoothstep(GRAIN, HAIR, over / Math.max(aside.data[i], 20));
  });
  const rows = Math.max(last - first, 1);
  const lift = new Float32Array(rows * columns * 3);
  for (let c = 0; c < 3; c++) {
    const part = mapPlane(luma, (_, i) => photo.picture.data[4 * i + c]);
    const bare = closed(part, reach, 1, 0);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < columns; k++) {
        const i = (first + row) * luma.width + from + k;
        lift[3 * (row * columns + k) + c] = hair.data[i] * (bare.data[i] - part.data[i]);
      }
    }
  }
  return { y: band.y + first, rows, lift };
}

/** Closes what is dark and narrower than twice the reach, along one direction. */
function closed(plane: Plane, reach: number, dx: number, dy: number): Plane {
  const widest = extreme(plane, reach, dx, dy, Math.max);
  return extreme(widest, reach, dx, dy, Math.min);
}

function extreme(
  { data, width, height }: Plane,
  reach: number,
  dx: number,
  dy: number,
  of: (a: number, b: number) => number,
): Plane {
  const out = makePlane(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let value = data[i];
      for (let step = -reach; step <= reach; step++) {
        const column = Math.min(Math.max(x + step * dx, 0), width - 1);
        const row = Math.min(Math.max(y + step * dy, 0), height - 1);
        value = of(value, data[row * width + column]);
      }
      out.data[i] = value;
    }
  }
  return out;
}
