/**
 * @file The upper lids: where they fold, and the skin that comes out of the fold when they shut.
 *
 * What is seen of an open lid below its fold (lash line, make-up, a strip of skin) goes down with
 * the margin as it is; what is above the fold stays. Between the two appears skin that the portrait
 * does not show: it is toned like the skin around it and lit like the ball beneath.
 */
import { clamp, gaussianSmooth, mix, quantile, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { type Box, blurPlane, makePlane, type Plane, samplePlane } from "../base/plane.js";
import type { Eye } from "./eyes.js";
import { type BrowTone, type Lashes, readLashes } from "./lashes.js";
import { type Band, findFold } from "./lid-fold.js";
import { brightnessOf } from "./light.js";
import { boxAround, cutPatch, type Patch } from "./patch.js";
import { readStanding, type Standing } from "./standing-lashes.js";

/** One upper lid: tables over the picture's columns from one corner of the eye to the other. */
export interface Lid {
  /** The first column; column k has its centre at `x` + k + ½ px. */
  readonly x: number;
  readonly columns: number;
  /** Heights of the landmarks above the fold, and of the margin, picture px, shape [columns]. */
  readonly top: Float32Array;
  readonly margin: Float32Array;
  /** How far above the margin the lid folds, px, shape [columns]. */
  readonly fold: Float32Array;
  /** From the fold to the margin when the lid is shut, px, shape [columns]. */
  readonly span: Float32Array;
  /** 0 at the corners of the eye, 1 between, shape [columns]. */
  readonly ends: Float32Array;
  /** The colour just below the fold, RGB 0..255, shape [columns, 3]. */
  readonly seam: Float32Array;
  /** The colour at the landmarks above the fold, likewise. */
  readonly crease: Float32Array;
  /** Colours of the skin that the fold hides: next to it, and where it comes down to, likewise. */
  readonly skin: Float32Array;
  readonly lowSkin: Float32Array;
  /** How much of the hidden skin's colour is its own, the rest is the seam's, 0..1, shape [columns]. */
  readonly own: Float32Array;
  /** The ball shows so far above the landmarks' margin, px, shape [columns]. */
  readonly ball: Float32Array;
  /** Brightness of a shut lid over the ball, from fold to margin, shape [RELIEF_ROWS, columns]. */
  readonly relief: Float32Array;
  /** Relative brightness of fine skin structure, by px from the fold, shape [rows, columns]. */
  readonly grain: Float32Array;
  readonly lashes: Lashes;
  /** Long lashes before the skin above. */
  readonly standing: Standing;
}

/** Rows of `Lid.relief`. */
export const RELIEF_ROWS = 16;

/** Landmarks around one eye, outer to inner, picture px, shape [n, 2] each. */
export interface LidSource {
  /** The opening's ring. */
  readonly opening: Float32Array;
  /** The upper margin. */
  readonly margin: Float32Array;
  /** The row of landmarks next above the margin, above the fold. */
  readonly crease: Float32Array;
  /** The lower margin. */
  readonly lower: Float32Array;
  /** Skin below the eye. */
  readonly below: Float32Array;
}

/** What a lid is lit by. */
export interface LidLight {
  /** Nine coefficients, see light.ts. */
  readonly light: Float32Array;
  /** Head axes in cam, row-major, shape [9]. */
  readonly rotation: ArrayLike<number>;
  readonly brow: BrowTone;
}

/** A shut lid's margin comes down by this share of the opening, less what its fold comes down. */
const SHUT_SHARE = 0.72;
/** Where the lid's grain is taken from, cm below the eye's lower edge, and how strong it is. */
const GRAIN_BELOW_CM = 0.35;
const GRAIN_SIGMA_CM = 0.12;
const GRAIN_SHARE = 0.8;
/** Lid skin is as bright as this quantile of what lies between lashes and brow. */
const SKIN_QUANTILE = 0.68;
/** The lid's tone is read in a band so high: what is above may be the frame of glasses, cm. */
const BAND_CM = 0.4;
/** New skin has this much of its own colour where the seam is make-up or shade, all where it is a line. */
const OWN_SHARE = 0.6;
const SHADE = 0.8;
const LINE = 0.5;
/** Darker than this share of the skin are lashes and eyeliner; they are looked for up to, cm. */
const DARK = 0.7;
const LASHES_CM = 0.3;
/** A lash line so high is usual, and needs no more room below the fold, cm. */
const THIN_LASHES_CM = 0.06;
/** Half width of what a line's colour is read from, and how far the seam's is evened, cm. */
const SEAM_REACH_CM = 0.03;
const SEAM_EVEN_CM = 0.08;
/** Half width of what one column's tone is read from, and how far tones are evened, cm. */
const TONE_REACH_CM = 0.12;
const TONE_EVEN_CM = 0.28;
/** Lashes reach up to here, cm above the margin. */
const LASH_REACH_CM = 0.12;
/** How much of the skin below the eye there is in the lid's tone, at its fold and at its margin. */
const LOWER_AT_FOLD = 0.3;
const LOWER_AT_MARGIN = 0.8;
/** The skin below the eye is taken for at most so many times as bright as the lid's. */
const LOWER_MOST = 3;
/** Lids are at least so bright against the skin below: what is darker is lashes, brow or a frame. */
const LEAST_SHARE = 0.65;
/** So many times as bright as the lid's skin is the white of the eye; it is looked for up to, cm. */
const WHITE = 1.2;
const WHITE_CM = 0.25;
/** A lid's direction at its fold, at its margin and at its corners, radians. */
const UP_AT_FOLD = 0.75;
const DOWN_AT_MARGIN = -0.6;
const ASIDE = 0.65;
/** How much of the light's ratio is used, and its limits. */
const LIGHT_SHARE = 0.75;
const LIGHT_MIN = 0.7;
const LIGHT_MAX = 1.15;

/** Reads a lid. @param pxPerCm - Of the picture. */
export function buildLid(
  picture: Picture,
  source: LidSource,
  eye: Pick<Eye, "photo" | "rest">,
  lit: LidLight,
  pxPerCm: number,
): Lid {
  const box = boxAround(source.opening, 1.6 * pxPerCm, picture);
  const photo = cutPatch(picture, box);
  const luma = lumaOf(photo);
  const { margin } = source;
  const [first, last] = [margin[0], margin[margin.length - 2]];
  const from = Math.max(0, Math.floor(Math.min(first, last)) - box.x);
  const to = Math.min(box.width - 1, Math.ceil(Math.max(first, last)) - box.x);
  const rowOf = (line: Float32Array) =>
    Float32Array.from({ length: box.width }, (_, k) => heightOf(line, box.x + k + 0.5) - box.y);
  const rows = { top: rowOf(source.crease), margin: rowOf(margin), lower: rowOf(source.lower) };
  const band: Band = { photo, luma, ...rows, from, to, pxPerCm };
  const [skin, lowSkin] = skinOf(band, source);
  const ball = ballOf(band, skin);
  const lashes = lashesOf(band, skin);
  const lift = ball.map((up, k) => Math.max(up, lashes[k] - THIN_LASHES_CM * pxPerCm));
  const edge = rows.margin.map((y, x) => y - (lift[x - from] ?? 0));
  const fold = findFold({ ...band, margin: edge }).map((up, x) => up + rows.margin[x] - edge[x]);
  const span = fold.map((up, k) => Math.max(up + SHUT_SHARE * (rows.lower[k] - rows.margin[k]), 1));
  const seam = toneAlong(band, (x) => rows.margin[x] - fold[x], SEAM_EVEN_CM);
  const crease = toneAlong(band, (x) => rows.top[x], TONE_EVEN_CM);
  const cut = (table: Float32Array) => table.slice(from, to + 1);
  const columns = to + 1 - from;
  return {
    x: box.x + from,
    columns,
    top: cut(rows.top).map((y) => y + box.y),
    margin: cut(rows.margin).map((y) => y + box.y),
    fold: cut(fold),
    span: cut(span),
    ends: Float32Array.from({ length: columns }, (_, k) => {
      const t = (k + 0.5) / columns;
      return smoothstep(0, 0.14, t) * smoothstep(0, 0.14, 1 - t);
    }),
    seam,
    crease,
    own: Float32Array.from({ length: columns }, (_, k) => {
      const shade = lumaOfColor(seam.subarray(3 * k, 3 * k + 3)) / lumaAt(skin, k);
      return mix(OWN_SHARE, 1, smoothstep(SHADE, LINE, shade));
    }),
    skin,
    lowSkin,
    ball,
    relief: reliefOf(columns, lit),
    grain: grainOf(band, box, source, Math.ceil(Math.max(...span))),
    standing: readStanding({ ...band, y: box.y }),
    lashes: readLashes(eye, { ...band, box, brow: lit.brow, skin: meanOf(skin) }),
  };
}

/** The colour along a line, shape [columns, 3]. @param evenCm - How far it is evened along it. */
function toneAlong(
  { photo, from, to, pxPerCm }: Band,
  heightAt: (x: number) => number,
  evenCm: number,
): Float32Array {
  const reach = Math.max(1, Math.round(SEAM_REACH_CM * pxPerCm));
  return evened(from, to, evenCm * pxPerCm, (x, c) => {
    let sum = 0;
    for (let dy = -reach; dy <= reach; dy++) sum += partAt(photo, x, heightAt(x) + dy, c);
    return sum / (2 * reach + 1);
  });
}

/** The colour of the lid's skin: of what shows between lashes and brow, and a little of below. */
function skinOf(band: Band, { below }: LidSource): [Float32Array, Float32Array] {
  const { photo, luma, top, margin, lower, from, to, pxPerCm } = band;
  const reach = Math.round(TONE_REACH_CM * pxPerCm);
  const upper: number[][] = [];
  for (let x = from; x <= to; x++) {
    const places: [number, number][] = [];
    for (let column = x - reach; column <= x + reach; column++) {
      const k = clamp(column, from, to);
      const end = margin[k] - LASH_REACH_CM * pxPerCm;
      const start = Math.max(top[k], end - BAND_CM * pxPerCm);
      for (let y = Math.min(start, end - 1); y <= end; y++) places.push([k, y]);
    }
    const brightness = places.map(([k, y]) => samplePlane(luma, k + 0.5, y));
    const [low, high] = [SKIN_QUANTILE - 0.15, SKIN_QUANTILE + 0.15].map((q) =>
      quantile(brightness, q),
    );
    const skin = places.filter((_, i) => brightness[i] >= low && brightness[i] <= high);
    upper.push(
      [0, 1, 2].map(
        (c) => skin.reduce((sum, [k, y]) => sum + partAt(photo, k, y, c), 0) / skin.length,
      ),
    );
  }
  const toneWith = (part: number) =>
    evened(from, to, TONE_EVEN_CM * pxPerCm, (x, c) => {
      const y = mix(lower[x], heightOf(below, photo.x + x + 0.5) - photo.y, 0.5);
      const under = [0, 1, 2].map((k) => partAt(photo, x, y, k));
      const shown = upper[x - from];
      const lack = 1 - lumaOfColor(shown) / Math.max(LEAST_SHARE * lumaOfColor(under), 1);
      const own = shown.map((value, k) => mix(value, LEAST_SHARE * under[k], Math.max(lack, 0)));
      const most = (LOWER_MOST * lumaOfColor(own)) / Math.max(lumaOfColor(under), 1);
      return mix(own[c], Math.min(most, 1) * under[c], part);
    });
  return [toneWith(LOWER_AT_FOLD), toneWith(LOWER_AT_MARGIN)];
}

/** How far above the margin, as landmarks have it, something as bright as the ball shows. */
function ballOf(band: Band, skin: Float32Array): Float32Array {
  const heights = risenFrom(band, skin, WHITE_CM, (luma, usual) => luma > WHITE * usual);
  return gaussianSmooth(
    heights.map((up) => (up === 0 ? 0 : up + 1.5)),
    0.08 * band.pxPerCm,
  );
}

/** How far above the margin the dark of lashes and eyeliner goes on, px. */
function lashesOf(band: Band, skin: Float32Array): Float32Array {
  const heights = risenFrom(band, skin, LASHES_CM, (luma, usual) => luma < DARK * usual);
  return gaussianSmooth(heights, 0.1 * band.pxPerCm);
}

/** How far up from the margin, pixel by pixel, the brightness against the skin's qualifies, px. */
function risenFrom(
  { luma, top, margin, from, to, pxPerCm }: Band,
  skin: Float32Array,
  mostCm: number,
  qualifies: (luma: number, usual: number) => boolean,
): Float32Array {
  return Float32Array.from({ length: to + 1 - from }, (_, k) => {
    const usual = lumaAt(skin, k);
    const most = Math.min(mostCm * pxPerCm, 0.5 * (margin[from + k] - top[from + k]));
    let up = 0;
    const isSo = () => qualifies(samplePlane(luma, from + k + 0.5, margin[from + k] - up), usual);
    while (up <= most && isSo()) up++;
    return up;
  });
}

/** Colours of columns, evened along them, shape [columns, 3]. @param sigma - px. */
function evened(
  from: number,
  to: number,
  sigma: number,
  colorAt: (x: number, c: number) => number,
): Float32Array {
  const out = new Float32Array(3 * (to + 1 - from));
  for (let c = 0; c < 3; c++) {
    const row = Float32Array.from({ length: to + 1 - from }, (_, k) => colorAt(from + k, c));
    gaussianSmooth(row, sigma).forEach((value, k) => {
      out[3 * k + c] = value;
    });
  }
  return out;
}

/** One colour part at a place of a piece, nearest pixel, held at the border. */
function partAt({ picture: { data, width, height } }: Patch, x: number, y: number, c: number) {
  const row = clamp(Math.floor(y), 0, height - 1);
  return data[4 * (row * width + clamp(x, 0, width - 1)) + c];
}

/** How the portrait's light falls on a lid that is shut over a ball. */
function reliefOf(columns: number, { light, rotation: r }: LidLight): Float32Array {
  const relief = new Float32Array(RELIEF_ROWS * columns);
  const lit = (aside: number, up: number) => {
    const n = [Math.sin(aside) * Math.cos(up), Math.sin(up), Math.cos(aside) * Math.cos(up)];
    const [x, y, z] = [0, 3, 6].map((k) => r[k] * n[0] + r[k + 1] * n[1] + r[k + 2] * n[2]);
    return Math.max(brightnessOf(light, x, y, z), 0.2 * Math.abs(light[0]));
  };
  const middle = lit(0, 0.15);
  for (let row = 0, i = 0; row < RELIEF_ROWS; row++) {
    const down = row / (RELIEF_ROWS - 1);
    for (let k = 0; k < columns; k++, i++) {
      const aside = ASIDE * (2 * ((k + 0.5) / columns) - 1);
      const ratio = lit(aside, mix(UP_AT_FOLD, DOWN_AT_MARGIN, down)) / Math.max(middle, 1);
      relief[i] = 1 + LIGHT_SHARE * (clamp(ratio, LIGHT_MIN, LIGHT_MAX) - 1);
    }
  }
  return relief;
}

/** Relative brightness of fine skin structure, taken from below the eye. */
function grainOf(
  { luma, from, to, pxPerCm }: Band,
  box: Box,
  { opening }: LidSource,
  rows: number,
): Float32Array {
  const columns = to + 1 - from;
  const smooth = blurPlane(luma, GRAIN_SIGMA_CM * pxPerCm);
  let lowest = 0;
  for (let i = 1; i < opening.length; i += 2) lowest = Math.max(lowest, opening[i] - box.y);
  const start = Math.floor(lowest + GRAIN_BELOW_CM * pxPerCm);
  const grain = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const y = Math.min(start + row, luma.height - 1);
    for (let k = 0; k < columns; k++) {
      const i = y * luma.width + from + k;
      const part = (luma.data[i] - smooth.data[i]) / Math.max(smooth.data[i], 20);
      grain[row * columns + k] = GRAIN_SHARE * clamp(part, -0.15, 0.15);
    }
  }
  return grain;
}

function lumaOfColor(color: ArrayLike<number>): number {
  return (color[0] + color[1] + color[2]) / 3;
}

/** The brightness of a column's colour, at least 1. */
function lumaAt(colors: Float32Array, k: number): number {
  return Math.max(lumaOfColor(colors.subarray(3 * k, 3 * k + 3)), 1);
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function lumaOf({ picture: { data, width, height } }: Patch): Plane {
  const luma = makePlane(width, height);
  for (let i = 0; i < luma.data.length; i++) {
    luma.data[i] = (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3;
  }
  return luma;
}

/** Height of a polyline running along x, held at its ends. @param line - px, shape [n, 2]. */
export function heightOf(line: ArrayLike<number>, x: number): number {
  const n = line.length / 2;
  const forward = line[2 * n - 2] > line[0];
  const at = (k: number) => 2 * (forward ? k : n - 1 - k);
  if (x <= line[at(0)]) return line[at(0) + 1];
  for (let k = 1; k < n; k++) {
    const [x0, x1] = [line[at(k - 1)], line[at(k)]];
    if (x > x1) continue;
    const t = (x - x0) / Math.max(x1 - x0, 1e-6);
    return line[at(k - 1) + 1] + t * (line[at(k) + 1] - line[at(k - 1) + 1]);
  }
  return line[at(n - 1) + 1];
}
