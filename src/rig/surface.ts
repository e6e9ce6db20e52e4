/**
 * @file How a picture is made, as far as a mouth that is added to it must look the same: photograph,
 * canvas, stone and drawing, none of them as a class but each as a measure that may be in between.
 */
import { clamp, quantile, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { type Box, blurPlane, makePlane, type Plane } from "../base/plane.js";
import { maskOf } from "./patch.js";
import type { Color, Tone } from "./tone.js";
import { BROWS, LEFT_EYE, OVAL, RIGHT_EYE, UPPER_LIP } from "./topology.js";

/** What a picture's surface is like. */
export interface Surface {
  /** 0 = form is shaded, 1 = flat fills between lines. */
  readonly flatness: number;
  /** 0 = skin, lips and eyes have colours of their own, 1 = all are of one stone. */
  readonly carved: number;
  /** How much wet things gleam: 0 = not at all, 1 = as in a photograph. */
  readonly gloss: number;
  /** Width of its sharpest edges as the σ of a blur, px. */
  readonly softnessPx: number;
  /** Its grain or brushwork where the face is smoothest: brightness against 1, shape [side, side]. */
  readonly grain: Float32Array;
  readonly grainSide: number;
  /** Root mean square of the grain. */
  readonly grainAmount: number;
  /** Colour of its darkest lines. */
  readonly line: Color;
}

/** What a surface is read from. */
export interface SurfaceSource {
  readonly picture: Picture;
  /** px, shape [478, 3]. */
  readonly landmarks: Float32Array;
  readonly pxPerCm: number;
  readonly tone: Tone;
}

/** Cheeks, forehead, chin and nose: where skin is plain. */
const PLAIN_POINTS = [50, 280, 205, 425, 101, 330, 36, 266, 187, 411, 151, 9, 67, 297, 199, 4];
/** Half a side of a plain place, cm, and within which sides in px it stays. */
const PLACE_CM = 0.8;
const PLACE_PX = { least: 6, most: 32 } as const;
/** Grain is what differs from a blur of this σ, cm. */
const GRAIN_CM = 0.16;
/** Of all plain places the grain is taken from the one that this share of them is smoother than. */
const SMOOTHEST = 0.15;

/** The resolution that lines and edges are looked for at. */
const FLAT_PX_PER_CM = 14;

/** Reads the surface of a picture. */
export function readSurface(source: SurfaceSource): Surface {
  const { picture, landmarks, pxPerCm } = source;
  const step = Math.max(1, Math.round(pxPerCm / FLAT_PX_PER_CM));
  const face = findFace(picture, landmarks, step);
  const luma = lumaOf(picture, face.box, 3 * step);
  return {
    flatness: flatnessOf(luma, face, source),
    carved: carvedOf(source),
    gloss: glossOf(luma, face, source),
    softnessPx: softnessOf(luma, face),
    ...grainOf(luma, landmarks, pxPerCm),
    line: lineOf(source),
  };
}

/** Brightness within a box and `margin` px around it, 0 elsewhere. */
function lumaOf({ data, width, height }: Picture, box: Box, margin: number): Plane {
  const luma = makePlane(width, height);
  const right = Math.min(box.x + box.width + margin, width);
  const bottom = Math.min(box.y + box.height + margin, height);
  for (let y = Math.max(box.y - margin, 0); y < bottom; y++) {
    for (let x = Math.max(box.x - margin, 0); x < right; x++) {
      const i = y * width + x;
      luma.data[i] = (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3;
    }
  }
  return luma;
}

interface Face {
  readonly box: Box;
  /** Picture indices of pixels within the face's outline, every `step` px both ways. */
  readonly pixels: readonly number[];
  readonly step: number;
}

function findFace({ width, height }: Picture, landmarks: Float32Array, step: number): Face {
  const outline = Float32Array.from(OVAL.flatMap((p) => [landmarks[3 * p], landmarks[3 * p + 1]]));
  const xs = outline.filter((_, i) => i % 2 === 0);
  const ys = outline.filter((_, i) => i % 2 === 1);
  const x = clamp(Math.floor(Math.min(...xs)), 0, width - 1);
  const y = clamp(Math.floor(Math.min(...ys)), 0, height - 1);
  const box = {
    x,
    y,
    width: clamp(Math.ceil(Math.max(...xs)), x + 1, width) - x,
    height: clamp(Math.ceil(Math.max(...ys)), y + 1, height) - y,
  };
  const mask = maskOf(outline, box);
  const pixels: number[] = [];
  for (let row = 0; row < box.height; row += step) {
    for (let column = 0; column < box.width; column += step) {
      if (mask.data[row * box.width + column] < 1) continue;
      pixels.push((y + row) * width + x + column);
    }
  }
  return { box, pixels, step };
}

/** Squares of plain skin. */
function plainPlaces({ width, height }: Plane, landmarks: Float32Array, pxPerCm: number): Box[] {
  const half = Math.round(clamp(PLACE_CM * pxPerCm, PLACE_PX.least, PLACE_PX.most));
  return PLAIN_POINTS.map((point) => ({
    x: Math.round(landmarks[3 * point]) - half,
    y: Math.round(landmarks[3 * point + 1]) - half,
    width: 2 * half,
    height: 2 * half,
  })).filter(({ x, y }) => x >= 0 && y >= 0 && x + 2 * half <= width && y + 2 * half <= height);
}

/** Values of a plane in a box. */
function cutOut({ data, width }: Plane, box: Box): Float32Array {
  const out = new Float32Array(box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const from = (box.y + row) * width + box.x;
    out.set(data.subarray(from, from + box.width), row * box.width);
  }
  return out;
}

/** Features have lines in every picture; skin this far from them has none in a photograph, cm. */
const FROM_FEATURES_CM = 0.8;
const FEATURES = [
  ...RIGHT_EYE.ring,
  ...LEFT_EYE.ring,
  ...BROWS,
  ...UPPER_LIP.flat(),
  ...[17, 84, 314, 4, 1, 2, 98, 327, 48, 278],
];

/**
 * Flat fills between lines: over most of the skin nearly nothing changes, and what does changes a lot.
 *
 * @source The 90th percentile of the slope against its median: 2.0 to 4.1 on 46 photographs and
 *   paintings, 8.3 to 10.8 on drawings.
 */
function flatnessOf({ data, width }: Plane, face: Face, source: SurfaceSource): number {
  const { landmarks, pxPerCm } = source;
  const { step } = face;
  const least2 = (FROM_FEATURES_CM * pxPerCm) ** 2;
  const isPlain = (x: number, y: number) =>
    FEATURES.every((p) => (landmarks[3 * p] - x) ** 2 + (landmarks[3 * p + 1] - y) ** 2 > least2);
  const slopes: number[] = [];
  for (const i of face.pixels) {
    const x = i % width;
    const y = Math.floor(i / width);
    const down = step * width;
    if (i < down || i + down >= data.length || !isPlain(x, y)) continue;
    slopes.push(Math.hypot(data[i + step] - data[i - step], data[i + down] - data[i - down]));
  }
  if (slopes.length === 0) return 0;
  return smoothstep(4.4, 7.5, quantile(slopes, 0.9) / Math.max(quantile(slopes, 0.5), 0.5));
}

/**
 * One stone: skin has no red and lips have no hue of their own, though the picture has colours.
 *
 * @source Three statues: redness 0 to 0.37, lips 0.008 to 0.026 redder, colours 4.5 to 18 levels from
 *   what their brightness alone would say; toned photographs without colours, up to 3.6.
 */
function carvedOf({ tone, picture }: SurfaceSource): number {
  const red = ([r, g, b]: Color) => r / Math.max(r + g + b, 1);
  return (
    smoothstep(0.75, 0.4, rednessOf(tone)) *
    smoothstep(0.05, 0.03, Math.abs(red(tone.lip) - red(tone.skin))) *
    smoothstep(3.5, 4.4, colorfulness(picture))
  );
}

/** How red skin is: 0 on stone and in grey pictures, 1 in the light of day. */
export function rednessOf({ skin: [r, g, b] }: Tone): number {
  return clamp((r - (g + b) / 2) / (0.18 * Math.max(r, 1)), 0, 1);
}

/** Every so many pixels are looked at for colours. */
const COLOR_STRIDE = 7;

/** How far colours are from what goes with their brightness, root mean square, levels. */
function colorfulness({ data }: Picture): number {
  const sums = new Float64Array(16 * 3);
  const each = (see: (bin: number, red: number, blue: number) => void) => {
    for (let i = 0; i < data.length; i += 4 * COLOR_STRIDE) {
      const bin = Math.min(15, (data[i] + data[i + 1] + data[i + 2]) / 48) | 0;
      see(3 * bin, data[i] - data[i + 1], data[i + 2] - data[i + 1]);
    }
  };
  each((bin, red, blue) => {
    sums[bin]++;
    sums[bin + 1] += red;
    sums[bin + 2] += blue;
  });
  let squares = 0;
  let count = 0;
  each((bin, red, blue) => {
    squares += (red - sums[bin + 1] / sums[bin]) ** 2 + (blue - sums[bin + 2] / sums[bin]) ** 2;
    count++;
  });
  return Math.sqrt(squares / count);
}

/** Highlights beside the skin's usual brightness. */
function glossOf({ data }: Plane, { pixels }: Face, { tone }: SurfaceSource): number {
  const values = pixels.map((i) => data[i]);
  const gleam = (quantile(values, 0.995) - quantile(values, 0.9)) / Math.max(tone.skinLuminance, 1);
  return smoothstep(0.02, 0.2, gleam);
}

/** Edges narrower than a picture's sharpest are not to be drawn into it. */
function softnessOf({ data, width }: Plane, { pixels, step: k }: Face): number {
  const reach = 3 * k * width + 3 * k;
  const inside = pixels.filter((i) => i >= reach && i + reach < data.length);
  const spans = inside.map((i) =>
    [1, width].map((d) => [
      Math.abs(data[i + k * d] - data[i - k * d]),
      Math.abs(data[i + 3 * k * d] - data[i - 3 * k * d]),
    ]),
  );
  const strong = quantile(
    spans.map(([a, b]) => Math.max(a[1], b[1])),
    0.97,
  );
  const sharp = spans
    .flat()
    .filter(([, far]) => far >= strong)
    .map(([near, far]) => near / Math.max(far, 1));
  if (sharp.length < 8) return k;
  // A step blurred by σ rises within ±1 against ±3 by erf(1/σ√2) / erf(3/σ√2).
  return k * clamp(2.45 - 2.15 * clamp(quantile(sharp, 0.85), 0.3, 1.1), 0.3, 1.9);
}

/** The grain of the smoothest plain place: no pores and wrinkles, if there is skin without. */
function grainOf(luma: Plane, landmarks: Float32Array, pxPerCm: number) {
  const places = plainPlaces(luma, landmarks, pxPerCm).map((box) => {
    const values = { data: cutOut(luma, box), width: box.width, height: box.height };
    const smooth = blurPlane(values, GRAIN_CM * pxPerCm);
    const grain = values.data.map((v, i) => clamp(v / Math.max(smooth.data[i], 8) - 1, -0.3, 0.3));
    return { grain, side: box.width, amount: Math.hypot(...grain) / Math.sqrt(grain.length) };
  });
  places.sort((a, b) => a.amount - b.amount);
  const best = places[Math.floor(SMOOTHEST * places.length)];
  if (best === undefined) return { grain: new Float32Array(1), grainSide: 1, grainAmount: 0 };
  return { grain: best.grain, grainSide: best.side, grainAmount: best.amount };
}

/** The darkest colour along the lids' edges and between the lips. */
function lineOf({ picture: { data, width, height }, landmarks }: SurfaceSource): Color {
  const points = [...RIGHT_EYE.upper, ...LEFT_EYE.upper, 78, 13, 14, 308, 81, 311];
  const colors = points.map((point) => {
    const x = clamp(Math.round(landmarks[3 * point]), 1, width - 2);
    const y = clamp(Math.round(landmarks[3 * point + 1]), 1, height - 2);
    let darkest: Color = [255, 255, 255];
    for (let k = 0; k < 9; k++) {
      const i = 4 * ((y + Math.floor(k / 3) - 1) * width + x + (k % 3) - 1);
      const color: Color = [data[i], data[i + 1], data[i + 2]];
      if (color[0] + color[1] + color[2] < darkest[0] + darkest[1] + darkest[2]) darkest = color;
    }
    return darkest;
  });
  const median = (c: number) =>
    quantile(
      colors.map((color) => color[c]),
      0.35,
    );
  return [median(0), median(1), median(2)];
}
