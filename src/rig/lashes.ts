/** @file The rims of an eye: lash line, lashes and wet line as the portrait shows them. */
import { clamp, gaussianSmooth, mix, quantile, smoothstep } from "../base/curves.js";
import type { Box } from "../base/plane.js";
import type { Eye } from "./eyes.js";
import type { Color } from "./tone.js";

/** The rims of one eye; tables have the lid's columns. */
export interface Lashes {
  /** Rows of `upper` and `lower`: px from the margin into the opening. */
  readonly rows: number;
  /**
   * What the upper rim leaves of the ball's colour: the dark of lash line and lashes, as ratios,
   * shape [rows, columns, 3].
   */
  readonly upper: Float32Array;
  /** The same of the lower rim, whose wet line can be brighter than the ball, likewise. */
  readonly lower: Float32Array;
  /** Of the hairs, RGB 0..255. */
  readonly color: Color;
  /** How much hair there is, 0..1: none on stone, most with make-up. */
  readonly strength: number;
}

/** The brows of a face. */
export interface BrowTone {
  /** 0..255. */
  readonly brightness: number;
  /** How much darker they are than the skin above and below them, 0..1. */
  readonly depth: number;
}

/** Where rims are read, see lids.ts: heights of the margins by the columns of a box, px. */
export interface RimSource {
  readonly box: Box;
  readonly margin: Float32Array;
  readonly lower: Float32Array;
  readonly from: number;
  readonly to: number;
  readonly pxPerCm: number;
  /** Brightness of the lid's skin, 0..255. */
  readonly skin: number;
  readonly brow: BrowTone;
}

/** How far the rims reach into the opening, cm. */
const RIM_CM = 0.16;
/** The lash line is looked for this far to both sides of the margin, cm. */
const LINE_CM = 0.08;
/** Limits of the ratios. */
const UPPER_MIN = 0.12;
const LOWER_MIN = 0.45;
const LOWER_MAX = 1.35;
/** Colour parts differ by this at most, so that noise in the dark gives no coloured rims. */
const TINT = 1.15;
/** Ratios are evened along the lid by this, cm. */
const EVEN_CM = 0.04;
/** The line is this much darker than the skin without lashes, and with the thickest. */
const BARE = 0.3;
const THICK = 0.85;
/** Brows that are this much darker than the skin around them are none, and those are hair. */
const NO_BROW = 0.06;
const BROW = 0.2;
/** Brows so many times as bright as the lid are hair, and those are stone, in whose sockets is shade. */
const HAIR = 1.15;
const STONE = 1.5;
/** Even the palest brows leave this much of the lashes. */
const PALE = 0.25;

/** From here to there pictures are coarse: fold, lashes and lash line are one blur of a few pixels. */
const FINE_PX_PER_CM = 18;
const COARSE_PX_PER_CM = 11;
/** Ratios of a coarse rim are evened by this, px. */
const COARSE_EVEN_PX = 2;

/** How far a picture is too coarse to show the parts of a lid one by one, 0..1. */
export function coarseness(pxPerCm: number): number {
  return smoothstep(FINE_PX_PER_CM, COARSE_PX_PER_CM, pxPerCm);
}

/** Reads the rims of an eye. */
export function readLashes(eye: Pick<Eye, "photo" | "rest">, at: RimSource): Lashes {
  const rows = Math.ceil(RIM_CM * at.pxPerCm) + 1;
  const color = lineColor(eye, at);
  const luma = (color[0] + color[1] + color[2]) / 3;
  const dark = smoothstep(BARE, THICK, 1 - luma / Math.max(at.skin, 1));
  const dense = PALE + (1 - PALE) * smoothstep(NO_BROW, BROW, at.brow.depth);
  const isHair = smoothstep(STONE, HAIR, at.brow.brightness / Math.max(at.skin, 1));
  return {
    rows,
    upper: rimOf(eye, at, rows, 1, [UPPER_MIN, 1]),
    lower: rimOf(eye, at, rows, -1, [LOWER_MIN, LOWER_MAX]),
    color,
    strength: dark * dense * isHair,
  };
}

/** What the picture is of the ball behind, from a margin inwards. @param down - −1 = upwards. */
function rimOf(
  { photo, rest }: Pick<Eye, "photo" | "rest">,
  { box, margin, lower, from, to, pxPerCm }: RimSource,
  rows: number,
  down: 1 | -1,
  [least, most]: readonly [number, number],
): Float32Array {
  const columns = to + 1 - from;
  const out = new Float32Array(rows * columns * 3).fill(1);
  const { width, height } = photo.picture;
  const coarse = coarseness(pxPerCm);
  const tint = mix(TINT, 1, coarse);
  for (let k = 0; k < columns; k++) {
    const half = Math.max((lower[from + k] - margin[from + k]) / 2, 0.5);
    const edge = down === 1 ? margin[from + k] : lower[from + k];
    for (let row = 0; row < rows; row++) {
      const x = box.x + from + k - photo.x;
      const y = Math.floor(box.y + edge + down * (row + 0.5)) - photo.y;
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const share = smoothstep(1, 0.55, row / (rows - 1)) * smoothstep(1, 0.7, row / half);
      const i = 4 * (y * width + x);
      const ratio = clamp(sumAt(photo, i) / sumAt(rest, i), least, most);
      for (let c = 0; c < 3; c++) {
        const own = (photo.picture.data[i + c] + 4) / (rest.picture.data[i + c] + 4);
        const tinted = clamp(own, ratio / tint, ratio * tint);
        out[3 * (row * columns + k) + c] = 1 + share * (clamp(tinted, least, most) - 1);
      }
    }
  }
  return evenAlong(out, rows, columns, Math.max(EVEN_CM * pxPerCm, COARSE_EVEN_PX * coarse));
}

function sumAt({ picture: { data } }: Eye["photo"], i: number): number {
  return data[i] + data[i + 1] + data[i + 2] + 12;
}

/** Smooths rows of colours along their columns. */
function evenAlong(
  table: Float32Array,
  rows: number,
  columns: number,
  sigma: number,
): Float32Array {
  const out = new Float32Array(table.length);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < 3; c++) {
      const at = (k: number) => 3 * (row * columns + k) + c;
      const line = Float32Array.from({ length: columns }, (_, k) => table[at(k)]);
      gaussianSmooth(line, sigma).forEach((value, k) => {
        out[at(k)] = value;
      });
    }
  }
  return out;
}

/** The dark of the lash line: the darkest fifth along the margin. */
function lineColor({ photo }: Pick<Eye, "photo">, at: RimSource): Color {
  const { data, width, height } = photo.picture;
  const reach = Math.max(1, Math.round(LINE_CM * at.pxPerCm));
  const samples: number[] = [];
  for (let k = at.from + 2; k <= at.to - 2; k++) {
    for (let dy = -reach; dy <= reach; dy++) {
      const x = at.box.x + k - photo.x;
      const y = Math.round(at.box.y + at.margin[k] + dy) - photo.y;
      if (x >= 0 && y >= 0 && x < width && y < height) samples.push(4 * (y * width + x));
    }
  }
  const luma = (i: number) => data[i] + data[i + 1] + data[i + 2];
  const limit = quantile(samples.map(luma), 0.2);
  const dark = samples.filter((i) => luma(i) <= limit);
  const mean = (c: number) => dark.reduce((sum, i) => sum + data[i + c], 0) / dark.length;
  return [mean(0), mean(1), mean(2)];
}
