/**
 * @file Teeth and gums of one jaw, painted onto a strip that follows the dental arch.
 *
 * The strip is a picture: across it runs the way along the arch from the subject's right to its
 * left, down it the height above the biting edges. What lies beyond the edges is transparent.
 */
import { clamp, smoothstep } from "../base/curves.js";
import { makePicture, type Picture } from "../base/picture.js";
import { blurPlane, makePlane } from "../base/plane.js";
import { randomOf } from "../base/random.js";
import type { Surface } from "./surface.js";
import type { Color } from "./tone.js";

/** Colours of a mouth, RGB 0..255. */
export interface MouthPalette {
  readonly tooth: Color;
  readonly gum: Color;
  readonly tongue: Color;
  /** Inside of lip and cheek, and the dark behind. */
  readonly mucosa: Color;
  readonly deep: Color;
  /** How red flesh is in this picture: 0 in grey ones and on stone, 1 in the light of day. */
  readonly redness: number;
}

/** How teeth are to look: as the picture's surface is. */
export interface TeethLook {
  readonly palette: MouthPalette;
  readonly surface: Surface;
  /** Which way the light comes from, −1 = the subject's right, 1 = its left. */
  readonly lightFrom: number;
  /** Chance of the face: no two have the same teeth. */
  readonly seed: number;
  /** Resolution of the picture, px/cm. */
  readonly pxPerCm: number;
}

/** One jaw's teeth on a strip. */
export interface TeethStrip {
  /** RGBA; row 0 is the gum's far edge, the last row the biting edge. */
  readonly picture: Picture;
  /** From the middle to either end along the arch, cm. */
  readonly halfLengthCm: number;
  /** From the biting edge to the gum's far edge, cm. */
  readonly heightCm: number;
}

/** Half an ellipse that the teeth stand on: x = a·sin θ, z = −b·(1 − cos θ), cm. */
export interface Arch {
  readonly a: number;
  readonly b: number;
}

/** Seven teeth from the middle outwards, cm. */
interface Jaw {
  readonly arch: Arch;
  readonly widths: readonly number[];
  readonly heights: readonly number[];
  /** How far the biting edge stands back from the incisors'. */
  readonly lifts: readonly number[];
}

/**
 * Average dimensions of adult teeth.
 *
 * @source Widths and heights after Wheeler's Dental Anatomy (crown tables), rounded.
 */
export const JAWS: Readonly<Record<"upper" | "lower", Jaw>> = {
  upper: {
    arch: { a: 2.75, b: 4.3 },
    widths: [0.86, 0.66, 0.77, 0.7, 0.68, 1.0, 0.95],
    heights: [1.02, 0.9, 1.0, 0.84, 0.78, 0.72, 0.7],
    lifts: [0, 0.07, 0, 0.08, 0.12, 0.16, 0.2],
  },
  lower: {
    arch: { a: 2.5, b: 3.9 },
    widths: [0.54, 0.59, 0.68, 0.7, 0.72, 1.08, 1.0],
    heights: [0.88, 0.9, 1.0, 0.84, 0.78, 0.72, 0.7],
    lifts: [0, 0, -0.04, 0.06, 0.1, 0.14, 0.18],
  },
};

/** Gum shown above the necks, cm. */
const GUM_CM = 0.7;
const HEIGHT_CM = 1.02 + GUM_CM;
/** Texels per cm of a strip, at most, and per px of the picture. */
const MOST_TEXELS = 90;
const TEXELS_PER_PX = 2;
/** Of the picture's softness the canvas and the scaling give this much by themselves, px. */
const SOFT_ALREADY_PX = 0.85;

/** Paints a jaw's strip. */
export function paintTeeth(which: "upper" | "lower", look: TeethLook): TeethStrip {
  const jaw = JAWS[which];
  const texelsPerCm = Math.min(TEXELS_PER_PX * look.pxPerCm, MOST_TEXELS);
  const halfLengthCm = jaw.widths.reduce((sum, w) => sum + w, 0) - 0.05;
  const width = Math.round(2 * halfLengthCm * texelsPerCm);
  const height = Math.round(HEIGHT_CM * texelsPerCm);
  const planes = [0, 1, 2, 3].map(() => makePlane(width, height));
  const teeth = [-1, 1].map((side) => varyTeeth(jaw, look.seed, which, side));
  const texel = 1 / texelsPerCm;
  const color = [0, 0, 0, 0];
  for (let row = 0, to = 0; row < height; row++) {
    const y = HEIGHT_CM - (row + 0.5) * texel;
    for (let column = 0; column < width; column++, to++) {
      const s = (column + 0.5) * texel - halfLengthCm;
      const side = s < 0 ? -1 : 1;
      paintTexel(teeth[s < 0 ? 0 : 1], { s: Math.abs(s), y, side, texel }, look, color);
      for (let c = 0; c < 4; c++) planes[c].data[to] = color[c];
    }
  }
  const soft = Math.sqrt(Math.max(look.surface.softnessPx ** 2 - SOFT_ALREADY_PX ** 2, 0));
  const picture = makePicture(width, height);
  planes.forEach((plane, c) => {
    const blurred = blurPlane(plane, (soft * texelsPerCm) / look.pxPerCm);
    for (let i = 0; i < width * height; i++) picture.data[4 * i + c] = blurred.data[i];
  });
  return { picture, halfLengthCm, heightCm: HEIGHT_CM };
}

interface Tooth {
  readonly from: number;
  readonly width: number;
  readonly height: number;
  readonly lift: number;
  /** Brightness against the others, 1 = the same. */
  readonly shade: number;
  /** How yellow it is, 0 = as the incisors. */
  readonly warmth: number;
  /** Its edge rises by this much from its middle to its outer side. */
  readonly tilt: number;
  readonly isCanine: boolean;
}

/** Brightness and yellow of the seven teeth: canines are darker and yellower, molars lie in shadow. */
const SHADES = [1, 0.98, 0.93, 0.93, 0.9, 0.85, 0.8] as const;
const WARMTHS = [0, 0.15, 1, 0.6, 0.6, 0.7, 0.7] as const;

/** No two teeth are alike: heights, shades and angles vary a little. */
function varyTeeth(jaw: Jaw, seed: number, which: string, side: number): Tooth[] {
  const chance = randomOf(seed, `teeth ${which} ${side}`);
  let from = 0;
  return jaw.widths.map((width, i) => {
    const tooth = {
      from,
      width,
      height: jaw.heights[i] * (1 + 0.03 * chance.normal()),
      lift: jaw.lifts[i] + 0.022 * chance.normal(),
      shade: SHADES[i] * (1 + 0.014 * chance.normal()),
      warmth: WARMTHS[i] + 0.12 * chance.normal(),
      tilt: 0.02 * chance.normal(),
      isCanine: i === 2,
    };
    from += width;
    return tooth;
  });
}

/** A place on a strip: way from the middle and height above the biting edges, cm; its side, ±1. */
interface Place {
  readonly s: number;
  readonly y: number;
  readonly side: number;
  readonly texel: number;
}

/** Colour and opacity of one texel, 0..255, into `out`. */
function paintTexel(
  teeth: readonly Tooth[],
  { s, y, side, texel }: Place,
  { palette, surface, lightFrom }: TeethLook,
  out: number[],
): void {
  const { flatness, carved } = surface;
  const gloss = surface.gloss * (1 - flatness) * (1 - carved);
  const form = 1 - flatness;
  const tooth = teeth.find(({ from, width }) => s < from + width) ?? teeth[teeth.length - 1];
  const u = clamp((s - tooth.from) / (tooth.width / 2) - 1, -1, 1);
  const v = (y - tooth.lift) / tooth.height;
  // Corners of incisors are round, the outer one more; canines end in a point.
  const corner = (u > 0 ? 0.15 : 0.08) * tooth.width;
  const round = tooth.isCanine ? 0.17 * Math.abs(u) ** 1.5 : corner * Math.abs(u) ** 4;
  const bite = tooth.lift + round + tooth.tilt * u;
  const neck = tooth.lift + tooth.height * (0.97 - 0.2 * Math.abs(u) ** 2.6);
  const gum = smoothstep(neck - 0.035, neck + 0.035, y);
  // Crowns touch in their lower third and stand apart towards the gum.
  const apart = smoothstep(0.3, 0.95, v);
  const halfWidth = 0.99 - 0.1 * apart;
  const gap = smoothstep(halfWidth - 0.09, halfWidth + 0.03, Math.abs(u));
  const seam = 1 - gap * (0.16 + 0.3 * apart) * (1 - 0.35 * flatness) * (1 - 0.35 * carved);
  // Light rolls off towards the sides, more on the one that is turned from it.
  const turned = 0.5 - 0.5 * u * side * lightFrom;
  const roll = 1 - form * (0.1 + 0.12 * turned) * Math.abs(u) ** 2.4;
  const lobes = 1 - 0.025 * form * Math.exp(-(((Math.abs(u) - 0.34) / 0.13) ** 2));
  const cervical = form * smoothstep(0.45, 1.05, v);
  // Enamel alone has no yellow behind it, and the dark of the mouth shines through: bluish grey.
  const fringe = 0.17 + 0.025 * Math.cos(7 * u);
  const clear = form * (1 - carved) * (1 - smoothstep(0.02, fringe, v - round / tooth.height));
  const rim = clear * Math.exp(-(((y - bite) / 0.02) ** 2));
  const spot = ((u - 0.25 * lightFrom * side) / 0.22) ** 2 + ((v - 0.5) / 0.2) ** 2;
  const gleam = gloss * 0.14 * Math.exp(-spot);
  const light =
    (1 - form * (1 - tooth.shade)) *
    (roll * lobes * (1 - 0.2 * cervical) * (1 - 0.2 * clear + 0.1 * rim) + gleam) *
    seam;
  const yellow = palette.redness * form * (0.035 * tooth.warmth + 0.05 * cervical);
  const tint = [
    1 - 0.025 * clear * palette.redness,
    1 - 0.8 * yellow - 0.015 * clear * palette.redness,
    1 - 2.2 * yellow + 0.015 * clear * palette.redness,
  ];
  // Gum bulges over each root and gets darker towards the cheek.
  const bulge =
    1 -
    form * (0.12 * Math.abs(u) ** 2 + 0.3 * smoothstep(0.15, 0.6, y - neck)) -
    0.12 * gum * form;
  const wet = gloss * 0.22 * Math.exp(-((u / 0.4) ** 2) - ((y - neck - 0.16) / 0.06) ** 2);
  for (let c = 0; c < 3; c++) {
    const enamel = palette.tooth[c] * light * tint[c];
    const flesh = palette.gum[c] * bulge + palette.tooth[c] * wet;
    out[c] = enamel + (flesh - enamel) * gum;
  }
  out[3] = 255 * smoothstep(bite - texel, bite + texel, y);
}
