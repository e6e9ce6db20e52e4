/**
 * @file The upper lids' own skin and lashes: what a closing lid carries down.
 *
 * An open lid is a narrow band above the opening, crossed by lashes and their shadow; stretched over
 * the eye it would smear. So the band is painted over with skin, toned like the skin around the eye
 * and shaded like the ball beneath, and the lashes are measured, to be drawn along the moving edge.
 */
import { clamp, mix, quantile, smoothstep } from "../base/curves.js";
import { makePicture, type Picture } from "../base/picture.js";
import { type Box, blurPlane, grow, makePlane, type Plane, samplePlane } from "../base/plane.js";
import { boxAround, cutPatch, maskOf, type Patch, rgbOf } from "./patch.js";
import type { Color } from "./tone.js";

/** One upper lid. */
export interface Lid {
  /** The lid's skin, `scale` pixels for one of the picture's; alpha says where it covers. */
  readonly patch: Patch;
  readonly scale: number;
  /** Of the lashes and their shadow, RGB 0..255. */
  readonly lash: Color;
}

/** Landmarks around one eye, outer to inner, picture px, shape [n, 2] each. */
export interface LidSource {
  /** The opening's ring. */
  readonly opening: Float32Array;
  /** The upper margin. */
  readonly margin: Float32Array;
  /** The row of landmarks next above the margin, near the crease. */
  readonly crease: Float32Array;
  /** The lower margin. */
  readonly lower: Float32Array;
  /** Skin beneath the brow, and below the eye. */
  readonly above: Float32Array;
  readonly below: Float32Array;
}

/** Feather of the painted band, cm. */
const FEATHER_CM = 0.09;
/** A closing lid is stretched: it is painted finer than the picture, up to this. */
const DETAIL_PX_PER_CM = 90;
/** Where the lid's grain is taken from, cm below the eye's lower edge, and how strong it is. */
const GRAIN_BELOW_CM = 0.35;
const GRAIN_SIGMA_CM = 0.12;
const GRAIN_SHARE = 0.8;

/** Where the tones around the eye are read: between crease and brow, lower margin and cheek. */
const UPPER_SHARE = 0.35;
const LOWER_SHARE = 0.5;
/** Half side of the squares they are read from, cm. */
const STATION_REACH_CM = 0.1;
const TONE_ROUNDS = 2;
/** How much of the lower lid's tone the upper one has at its margin. */
const LOWER_PART = 0.6;
/** Skin beneath the brow has at least this share of the brightness below the eye. */
const HAIR_SHARE = 0.6;

/** Paints a lid. @param pxPerCm - Of the picture. */
export function buildLid(picture: Picture, source: LidSource, pxPerCm: number): Lid {
  const box = boxAround(source.opening, 1.6 * pxPerCm, picture);
  const photo = cutPatch(picture, box);
  const band = new Float32Array([...source.crease, ...reversed(source.margin)]);
  const mask = maskOf(band, box);
  const opening = maskOf(source.opening, box);
  const covered = grow(
    { ...mask, data: mask.data.map((v, i) => Math.max(v, opening.data[i])) },
    FEATHER_CM * pxPerCm,
  );
  const soft = blurPlane(covered, FEATHER_CM * pxPerCm);
  const reach = STATION_REACH_CM * pxPerCm;
  const lower = readTones(picture, source.lower, source.below, LOWER_SHARE, reach);
  const upper = notHair(readTones(picture, source.crease, source.above, UPPER_SHARE, reach), lower);
  const scale = Math.max(1, Math.round(DETAIL_PX_PER_CM / pxPerCm));
  return {
    patch: paintBand(photo, { box, soft, source, upper, lower, scale, pxPerCm }),
    scale,
    lash: lashColor(picture, source.margin, pxPerCm),
  };
}

interface Band {
  readonly box: Box;
  /** Where the lid covers, shape of the box. */
  readonly soft: Plane;
  readonly source: LidSource;
  readonly upper: Tones;
  readonly lower: Tones;
  readonly scale: number;
  readonly pxPerCm: number;
}

/**
 * Skin over the band: from the tones above the crease to the tones below the eye, so that a shut lid
 * meets its surroundings in their own light; lit like a ball, with the grain of the skin below.
 */
function paintBand(photo: Patch, band: Band): Patch {
  const { box, soft, source, upper, lower, scale } = band;
  const { margin, crease } = source;
  const picture = makePicture(box.width * scale, box.height * scale);
  const left = Math.min(margin[0], margin[margin.length - 2]);
  const right = Math.max(margin[0], margin[margin.length - 2]);
  const grain = grainOf(photo, band);
  const columns = Array.from({ length: picture.width }, (_, x) => box.x + (x + 0.5) / scale);
  const tops = columns.map((px) => heightOf(crease, px));
  const bottoms = columns.map((px) => heightOf(margin, px));
  for (let y = 0, i = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, i++) {
      const px = (x + 0.5) / scale;
      const py = (y + 0.5) / scale;
      const across = (columns[x] - left) / (right - left);
      const down = (box.y + py - tops[x]) / Math.max(bottoms[x] - tops[x], 1);
      const light = ballLight(across, down) + grain(px, down);
      const low = LOWER_PART * smoothstep(-0.1, 1, down);
      for (let c = 0; c < 3; c++) {
        picture.data[4 * i + c] =
          light * mix(toneAt(upper, columns[x], c), toneAt(lower, columns[x], c), low);
      }
      picture.data[4 * i + 3] = 255 * samplePlane(soft, px, py);
    }
  }
  return { picture, x: box.x, y: box.y };
}

/** Relative brightness of fine skin structure, by box column and place down the lid. */
function grainOf(
  photo: Patch,
  { box, source, pxPerCm }: Band,
): (x: number, down: number) => number {
  const rgb = rgbOf(photo.picture);
  const luma = makePlane(box.width, box.height);
  for (let i = 0; i < luma.data.length; i++) {
    luma.data[i] = (rgb[3 * i] + rgb[3 * i + 1] + rgb[3 * i + 2]) / 3;
  }
  const smooth = blurPlane(luma, GRAIN_SIGMA_CM * pxPerCm);
  const ys = [...source.opening].filter((_, i) => i % 2 === 1);
  const start = Math.max(...ys) - box.y + GRAIN_BELOW_CM * pxPerCm;
  const span = Math.max(...ys) - Math.min(...ys);
  return (x, down) => {
    const y = clamp(start + clamp(down, -0.5, 1.2) * span, 0, box.height);
    const base = samplePlane(smooth, x, y);
    return GRAIN_SHARE * clamp((samplePlane(luma, x, y) - base) / Math.max(base, 20), -0.15, 0.15);
  };
}

/** Brightness on a shut lid: highest on the ball's middle, darker at the canthi and the lashes. */
function ballLight(across: number, down: number): number {
  const middle = 1 - ((across - 0.5) / 0.62) ** 2;
  const crease = 0.1 * Math.exp(-(((down - 0.02) / 0.14) ** 2));
  const edge = 0.12 * smoothstep(0.7, 1.05, down);
  return 0.93 + 0.1 * middle * Math.exp(-(((down - 0.45) / 0.4) ** 2)) - crease - edge;
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

/** Skin colours along an eye, by the picture's column. */
interface Tones {
  readonly x: Float32Array;
  /** Shape [n, 3]. */
  readonly color: Float32Array;
}

/**
 * The skin's colours along the eye, between an edge of it and a row of points outside.
 *
 * @param share - Where between the two, 0 = at the edge.
 * @param reach - Half side of the square that a colour is the median of, px.
 */
function readTones(
  picture: Picture,
  edge: Float32Array,
  outside: Float32Array,
  share: number,
  reach: number,
): Tones {
  const n = edge.length / 2;
  const x = new Float32Array(n);
  const color = new Float32Array(3 * n);
  for (let k = 0; k < n; k++) {
    x[k] = edge[2 * k];
    const y = mix(edge[2 * k + 1], heightOf(outside, x[k]), share);
    color.set(medianColor(picture, x[k], y, reach), 3 * k);
  }
  for (let round = 0; round < TONE_ROUNDS; round++) smoothAlong(color, n);
  if (x[0] < x[n - 1]) return { x, color };
  return {
    x: x.reverse(),
    color: color.map((_, i) => color[3 * (n - 1 - Math.floor(i / 3)) + (i % 3)]),
  };
}

/** Each colour a quarter of both its neighbours', in place. @param color - Shape [n, 3]. */
function smoothAlong(color: Float32Array, n: number): void {
  const old = color.slice();
  for (let k = 0; k < n; k++) {
    const before = 3 * Math.max(k - 1, 0);
    const after = 3 * Math.min(k + 1, n - 1);
    for (let c = 0; c < 3; c++) {
      color[3 * k + c] = 0.25 * old[before + c] + 0.5 * old[3 * k + c] + 0.25 * old[after + c];
    }
  }
}

/** One colour part at a column, held at the ends. */
function toneAt({ x, color }: Tones, column: number, c: number): number {
  let k = 0;
  while (k + 2 < x.length && x[k + 1] < column) k++;
  const t = clamp((column - x[k]) / Math.max(x[k + 1] - x[k], 1e-6), 0, 1);
  return mix(color[3 * k + c], color[3 * k + 3 + c], t);
}

/** The median of a square, each part by itself: a few hairs do not count. */
function medianColor({ data, width, height }: Picture, x: number, y: number, reach: number): Color {
  const at = (v: number, size: number) => clamp(Math.round(v), 0, size - 1);
  const samples: number[] = [];
  for (let row = at(y - reach, height); row <= at(y + reach, height); row++) {
    for (let column = at(x - reach, width); column <= at(x + reach, width); column++) {
      samples.push(4 * (row * width + column));
    }
  }
  const median = (c: number) =>
    quantile(
      samples.map((i) => data[i + c]),
      0.5,
    );
  return [median(0), median(1), median(2)];
}

/** Under a low brow lies hair as often as skin: what is much darker than below is lifted to it. */
function notHair(upper: Tones, lower: Tones): Tones {
  const color = upper.color.slice();
  upper.x.forEach((column, k) => {
    const below = [0, 1, 2].map((c) => toneAt(lower, column, c));
    const own = color[3 * k] + color[3 * k + 1] + color[3 * k + 2];
    const least = HAIR_SHARE * (below[0] + below[1] + below[2]);
    const lift = Math.max(0, 1 - own / Math.max(least, 1));
    for (let c = 0; c < 3; c++) {
      color[3 * k + c] = mix(color[3 * k + c], HAIR_SHARE * below[c], lift);
    }
  });
  return { x: upper.x, color };
}

/** The dark of the lash line: the darkest fifth along the margin. */
function lashColor({ data, width, height }: Picture, margin: Float32Array, pxPerCm: number): Color {
  const samples: number[] = [];
  const reach = Math.max(1, Math.round(0.07 * pxPerCm));
  for (let k = 2; k + 2 < margin.length; k += 2) {
    for (let dy = -2 * reach; dy <= reach; dy++) {
      const x = Math.round(margin[k]);
      const y = Math.round(margin[k + 1] + dy);
      if (x >= 0 && y >= 0 && x < width && y < height) samples.push(4 * (y * width + x));
    }
  }
  const luma = (i: number) => data[i] + data[i + 1] + data[i + 2];
  const limit = quantile(samples.map(luma), 0.2);
  const dark = samples.filter((i) => luma(i) <= limit);
  const mean = (c: number) => dark.reduce((sum, i) => sum + data[i + c], 0) / dark.length;
  return [mean(0), mean(1), mean(2)];
}

function reversed(points: Float32Array): number[] {
  const out: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) out.push(points[i], points[i + 1]);
  return out;
}
