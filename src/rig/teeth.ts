/**
 * @file Teeth and gums of one jaw, painted onto a strip that follows the dental arch.
 *
 * The strip is a picture: across it runs the way along the arch from the subject's right to its
 * left, down it the height above the biting edges. What lies beyond the edges is transparent.
 */
import { clamp, smoothstep } from "../base/curves.js";
import { makePicture, type Picture } from "../base/picture.js";
import { randomOf } from "../base/random.js";
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

/**
 * Paints a jaw's strip.
 *
 * @param pxPerCm - Resolution of the strip.
 */
export function paintTeeth(
  which: "upper" | "lower",
  palette: MouthPalette,
  pxPerCm: number,
): TeethStrip {
  const jaw = JAWS[which];
  const halfLengthCm = jaw.widths.reduce((sum, w) => sum + w, 0) - 0.05;
  const width = Math.round(2 * halfLengthCm * pxPerCm);
  const height = Math.round(HEIGHT_CM * pxPerCm);
  const picture = makePicture(width, height);
  const teeth = [-1, 1].map((side) => varyTeeth(jaw, which, side));
  const texel = 1 / pxPerCm;
  const color = [0, 0, 0, 0];
  for (let row = 0, to = 0; row < height; row++) {
    const y = HEIGHT_CM - (row + 0.5) * texel;
    for (let column = 0; column < width; column++, to += 4) {
      const s = (column + 0.5) * texel - halfLengthCm;
      paintTexel(teeth[s < 0 ? 0 : 1], Math.abs(s), y, texel, palette, color);
      for (let c = 0; c < 4; c++) picture.data[to + c] = color[c];
    }
  }
  return { picture, halfLengthCm, heightCm: HEIGHT_CM };
}

interface Tooth {
  readonly from: number;
  readonly width: number;
  readonly height: number;
  readonly lift: number;
  /** Brightness and warmth against the others, 1 = the same. */
  readonly shade: number;
  readonly isCanine: boolean;
}

/** No two teeth are alike: heights and shades vary a little, from a fixed seed. */
function varyTeeth(jaw: Jaw, which: string, side: number): Tooth[] {
  const chance = randomOf(3, `teeth ${which} ${side}`);
  let from = 0;
  return jaw.widths.map((width, i) => {
    const tooth = {
      from,
      width,
      height: jaw.heights[i],
      lift: jaw.lifts[i] + 0.014 * chance.normal(),
      shade: (i === 2 ? 0.95 : 1) + 0.012 * chance.normal(),
      isCanine: i === 2,
    };
    from += width;
    return tooth;
  });
}

/** Colour and opacity of one texel, 0..255, into `out`. @param s - Way from the middle, cm. */
function paintTexel(
  teeth: readonly Tooth[],
  s: number,
  y: number,
  texel: number,
  palette: MouthPalette,
  out: number[],
): void {
  const tooth = teeth.find(({ from, width }) => s < from + width) ?? teeth[teeth.length - 1];
  const u = clamp((s - tooth.from) / (tooth.width / 2) - 1, -1, 1);
  const v = (y - tooth.lift) / tooth.height;
  const round = tooth.isCanine ? 0.16 * Math.abs(u) ** 1.6 : 0.1 * Math.abs(u) ** 5;
  const bite = tooth.lift + round;
  const neck = tooth.lift + tooth.height * (0.96 - 0.17 * Math.abs(u) ** 2.2);
  const halfWidth = 0.985 - 0.085 * v * v;
  const gap = smoothstep(halfWidth - 0.06, halfWidth + 0.03, Math.abs(u));
  const gum = smoothstep(neck - 0.03, neck + 0.03, y);
  // Light rolls off towards the sides; enamel thins at the edge and yellows at the neck.
  const roll = 0.8 + 0.2 * Math.sqrt(1 - 0.85 * u * u);
  const gloss = 0.07 * Math.exp(-(((u + 0.12) / 0.3) ** 2) - ((v - 0.55) / 0.22) ** 2);
  const cervical = smoothstep(0.5, 1, v);
  const edge = 1 - smoothstep(0, 0.16, v);
  const light = tooth.shade * (roll + gloss) * (1 - 0.16 * cervical) * (1 - 0.1 * edge);
  const tint = [1 - 0.02 * edge, 1 - 0.05 * cervical, 1 - 0.12 * cervical + 0.02 * edge];
  // Between two crowns one sees shaded tooth, never the dark.
  const seam = 1 - 0.42 * gap;
  const bulge = 0.86 + 0.14 * Math.cos(u * 1.4) - 0.25 * smoothstep(0.25, 0.7, y - neck);
  for (let c = 0; c < 3; c++) {
    const enamel = palette.tooth[c] * light * tint[c] * seam;
    out[c] = enamel + (palette.gum[c] * bulge - enamel) * gum;
  }
  out[3] = 255 * smoothstep(bite - texel, bite + texel, y);
}
