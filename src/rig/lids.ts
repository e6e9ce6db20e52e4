/**
 * @file The upper lids' own skin and lashes: what a closing lid carries down.
 *
 * An open lid is a narrow band above the opening, crossed by lashes and their shadow; stretched over
 * the eye it would smear. So the band is painted over with skin, toned like the skin around the eye
 * and shaded like the ball beneath, and the lashes are measured, to be drawn along the moving edge.
 */
import { clamp, quantile, smoothstep } from "../base/curves.js";
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
  const lower = skinColor(picture, source.below);
  const upper = shadeLike(lower, skinColor(picture, source.above));
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
  readonly upper: Color;
  readonly lower: Color;
  readonly scale: number;
  readonly pxPerCm: number;
}

/**
 * Skin over the band: from the tone beneath the brow to the tone below the eye, lit like a ball,
 * with the grain of the skin below the eye.
 */
function paintBand(photo: Patch, band: Band): Patch {
  const { box, soft, source, upper, lower, scale } = band;
  const { margin, crease } = source;
  const picture = makePicture(box.width * scale, box.height * scale);
  const lidTone = [0, 1, 2].map((c) => 0.45 * upper[c] + 0.55 * lower[c]);
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
      for (let c = 0; c < 3; c++) {
        const tone = upper[c] + (lidTone[c] - upper[c]) * smoothstep(-0.3, 0.6, down);
        picture.data[4 * i + c] = tone * light;
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

/** The lighter half's middle of the pixels around some points: hair and lashes do not count. */
function skinColor({ data, width, height }: Picture, points: Float32Array): Color {
  const samples: number[] = [];
  for (let k = 0; k < points.length; k += 2) {
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        const x = Math.round(points[k] + dx);
        const y = Math.round(points[k + 1] + dy);
        if (x >= 0 && y >= 0 && x < width && y < height) samples.push(4 * (y * width + x));
      }
    }
  }
  const luma = (i: number) => data[i] + data[i + 1] + data[i + 2];
  const limit = quantile(samples.map(luma), 0.45);
  const light = samples.filter((i) => luma(i) >= limit);
  const median = (c: number) =>
    quantile(
      light.map((i) => data[i + c]),
      0.4,
    );
  return [median(0), median(1), median(2)];
}

/** A colour's hue in another one's brightness: under a brow one finds hair as often as skin. */
function shadeLike(hue: Color, brightness: Color): Color {
  const sum = ([r, g, b]: Color) => r + g + b;
  const share = clamp(sum(brightness) / Math.max(sum(hue), 1), 0.68, 1.1);
  return [hue[0] * share, hue[1] * share, hue[2] * share];
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
