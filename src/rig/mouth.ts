/**
 * @file The inside of the mouth: where teeth and tongue sit in this face, and in which colours.
 *
 * Places are head-frame centimetres, but offsets from the lips are taken along the camera's axes:
 * the tracker's pitch errs by up to ten degrees and would lift or drop the teeth.
 */
import { clamp, quantile } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { blurPlane, type Plane, shrink } from "../base/plane.js";
import type { HeadPose } from "../portrait/pose.js";
import { type Blendshape, deltaOf } from "./basis.js";
import type { Eye } from "./eyes.js";
import { boxAround, cutPatch, maskOf, type Patch } from "./patch.js";
import { JAWS, type MouthPalette, paintTeeth, type TeethStrip } from "./teeth.js";
import type { Color, Tone } from "./tone.js";

/** A place in the head frame, cm. */
export type Point = readonly [number, number, number];

/** The inside of one mouth. */
export interface Mouth {
  readonly palette: MouthPalette;
  readonly upper: TeethStrip;
  readonly lower: TeethStrip;
  /** Middle of the biting edges with the jaw as in the portrait, head frame, cm. */
  readonly upperBite: Point;
  readonly lowerBite: Point;
  /** The jaw's joint, and its turn at jawOpen = 1, radians. */
  readonly hinge: Point;
  readonly openRad: number;
  /** Whether the portrait's mouth stands open with the jaw down. */
  readonly jawIsDown: boolean;
  /** What the portrait itself shows between its lips; alpha is 0 outside the opening. */
  readonly shown: Patch;
  /** The portrait's own upper teeth, where it shows them; alpha says where. */
  readonly ownTeeth: Patch | undefined;
}

/** What of a face the mouth is built from. */
export interface MouthSource {
  readonly picture: Picture;
  readonly pose: HeadPose;
  /** Head frame, cm, shape [468, 3]. */
  readonly neutral: Float32Array;
  readonly jawOpen: Blendshape;
  readonly tone: Tone;
  readonly eyes: readonly Eye[];
  /** The mouth's opening in the picture, px, shape [n, 2]. */
  readonly opening: Float32Array;
  /** Between the lips' middles, cm. */
  readonly gapCm: number;
}

/** Lips farther apart than this show what is between them, cm. */
export const PARTED_CM = 0.12;
/** From here on the portrait may show usable teeth, cm. */
const TEETH_GAP_CM = 0.35;
/** Upper incisors below the upper lip's edge and behind it, cm. */
const SHOWN_CM = 0.17;
const UPPER_BEHIND_CM = 0.62;
/** Lower incisors above the upper ones' edge and behind the lip, cm. */
const OVERBITE_CM = 0.07;
const LOWER_BEHIND_CM = 0.84;
/** A mouth as wide open as this has its jaw down, cm. */
const JAW_DOWN_CM = 1.4;

/** Builds the inside of a mouth. */
export function buildMouth(source: MouthSource): Mouth {
  const { picture, pose, neutral, gapCm } = source;
  const at = (point: number): Point => [
    neutral[3 * point],
    neutral[3 * point + 1],
    neutral[3 * point + 2],
  ];
  const shown = cutOpening(picture, source.opening);
  const own = gapCm > TEETH_GAP_CM ? findTeeth(shown, source.tone) : undefined;
  const palette = mixPalette(source, own?.color);
  const upperBite =
    own === undefined
      ? offset(pose, at(13), [0, -SHOWN_CM, -UPPER_BEHIND_CM])
      : offset(pose, at(13), [0, -own.lengthPx / pose.pxPerCm, -UPPER_BEHIND_CM]);
  const jawIsDown = gapCm > JAW_DOWN_CM && own === undefined;
  const lowerBite = jawIsDown
    ? offset(pose, at(14), [0, -0.1, -LOWER_BEHIND_CM])
    : offset(pose, upperBite, [0, OVERBITE_CM, UPPER_BEHIND_CM - LOWER_BEHIND_CM]);
  const hinge: Point = [
    0,
    (at(234)[1] + at(454)[1]) / 2 + 0.2,
    (at(127)[2] + at(356)[2]) / 2 + 0.2,
  ];
  const strip = Math.min(2 * pose.pxPerCm, 90);
  return {
    palette,
    upper: paintTeeth("upper", palette, strip),
    lower: paintTeeth("lower", palette, strip),
    upperBite,
    lowerBite,
    hinge,
    // The lower teeth follow the lower lip.
    openRad: Math.abs(deltaOf(source.jawOpen, 14, 1)) / Math.max(lowerBite[2] - hinge[2], 4),
    jawIsDown,
    shown,
    ownTeeth: own?.patch,
  };
}

/** A point moved along the camera's axes, cm. */
function offset({ rotation: m }: HeadPose, [x, y, z]: Point, [dx, dy, dz]: Point): Point {
  return [
    x + m[0] * dx + m[3] * dy + m[6] * dz,
    y + m[1] * dx + m[4] * dy + m[7] * dz,
    z + m[2] * dx + m[5] * dy + m[8] * dz,
  ];
}

/** Around the opening in `Mouth.shown`, px. */
export const OPENING_MARGIN = 4;

/** The opening's pixels; alpha is how much of each lies inside. */
function cutOpening(picture: Picture, opening: Float32Array): Patch {
  const box = boxAround(opening, OPENING_MARGIN, picture);
  const patch = cutPatch(picture, box);
  maskOf(opening, box).data.forEach((inside, i) => {
    patch.picture.data[4 * i + 3] = 255 * inside;
  });
  return patch;
}

interface OwnTeeth {
  readonly color: Color;
  /** From the upper lip's edge to the biting edge in the middle, px. */
  readonly lengthPx: number;
  readonly patch: Patch;
}

/** The portrait's teeth, if what is between its lips is bright and hardly coloured. */
function findTeeth(shown: Patch, tone: Tone): OwnTeeth | undefined {
  const { data, width, height } = shown.picture;
  const inside = alphaOf(shown);
  const core = shrink(inside, 1);
  const pixels = [...core.data.keys()].filter((i) => core.data[i] > 0.5);
  if (pixels.length < 20) return undefined;
  const luma = (i: number) => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3;
  const bright = quantile(pixels.map(luma), 0.65);
  const best = pixels.filter((i) => luma(i) >= bright);
  const color = [0, 1, 2].map((c) =>
    quantile(
      best.map((i) => data[4 * i + c]),
      0.5,
    ),
  );
  const mean = (color[0] + color[1] + color[2]) / 3;
  const chroma = (Math.max(...color) - Math.min(...color)) / Math.max(...color);
  if (mean < 0.6 * tone.skinLuminance || mean < 60 || chroma > 0.38) return undefined;
  const threshold = 0.58 * mean;
  const isTooth = {
    ...core,
    data: core.data.map((k, i) => (k > 0.5 && luma(i) > threshold ? 1 : 0)),
  };
  const mask = blurPlane(isTooth, 0.9);
  const patch = cutPatch(shown.picture, { x: 0, y: 0, width, height });
  mask.data.forEach((value, i) => {
    patch.picture.data[4 * i + 3] = 255 * clamp(1.6 * value - 0.3, 0, 1);
  });
  return {
    color: [color[0], color[1], color[2]],
    lengthPx: toothLength(isTooth, inside),
    patch: { ...patch, x: shown.x, y: shown.y },
  };
}

function alphaOf({ picture }: Patch): Plane {
  const { width, height, data } = picture;
  return {
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => data[4 * i + 3] / 255),
  };
}

/** Height of the toothed part in the middle fifth of the opening, px. */
function toothLength(isTooth: Plane, inside: Plane): number {
  const { width, height } = isTooth;
  const lengths: number[] = [];
  for (let x = Math.floor(0.4 * width); x < Math.ceil(0.6 * width); x++) {
    let top = -1;
    let last = -1;
    for (let y = 0; y < height; y++) {
      if (inside.data[y * width + x] > 0.5 && top < 0) top = y;
      if (isTooth.data[y * width + x] > 0.5) last = y;
    }
    if (top >= 0 && last > top) lengths.push(last + 1 - top);
  }
  return lengths.length > 0 ? quantile(lengths, 0.5) : 0;
}

/**
 * Colours under this picture's light. White is what the eyes' whites and the skin say it is; where
 * the skin has no red (stone, bronze, old photographs, drawings), the mouth has none either.
 */
function mixPalette(source: MouthSource, ownTooth: OwnTeeth["color"] | undefined): MouthPalette {
  const { skin, lip, skinLuminance, highlight } = source.tone;
  const whites = source.eyes.map((eye) => eye.white).sort((a, b) => lumaOf(b) - lumaOf(a));
  const white = whites[0];
  const toothLuma = clamp(Math.max(skinLuminance, 1.1 * lumaOf(white), 0.84 * highlight), 60, 226);
  const redness = clamp((skin[0] - (skin[1] + skin[2]) / 2) / (0.18 * Math.max(skin[0], 1)), 0, 1);
  const tinted = (luma: number, [r, g, b]: Point): [number, number, number] => {
    const grey = (r + g + b) / 3;
    return [r, g, b].map((k) => luma * (grey + redness * (k - grey))) as [number, number, number];
  };
  // The light's colour as the whites show it, half believed: they are bluish or veined themselves.
  const cast = white.map((k) => 0.5 + (0.5 * k) / Math.max(lumaOf(white), 1));
  const enamel = tinted(toothLuma, [1.04, 1.0, 0.93]).map((k, c) => k * cast[c]);
  const tooth = ownTooth ?? ([enamel[0], enamel[1], enamel[2]] as const);
  const withLip = (share: number, color: Point, part: Point): [number, number, number] =>
    [0, 1, 2].map((c) => (1 - share) * color[c] + share * lip[c] * part[c]) as [
      number,
      number,
      number,
    ];
  const light = Math.max(skinLuminance, 0.75 * toothLuma);
  return {
    tooth,
    gum: withLip(0.5, tinted(light, [0.82, 0.5, 0.5]), [1, 0.88, 0.88]),
    tongue: withLip(0.4, tinted(light, [0.84, 0.48, 0.47]), [1, 0.88, 0.86]),
    mucosa: withLip(0.5, tinted(light, [0.56, 0.25, 0.24]), [0.8, 0.62, 0.62]),
    deep: tinted(light, [0.36, 0.13, 0.12]),
    redness,
  };
}

function lumaOf([r, g, b]: Point): number {
  return (r + g + b) / 3;
}

/** A place on a dental arch. */
export interface ArchPoint {
  readonly x: number;
  readonly z: number;
  /** Cosine of the outward direction with the viewer's. */
  readonly facing: number;
}

/** Points along an arch at equal steps, from one end to the other; cm. */
export function walkArch(which: "upper" | "lower", halfLength: number, count: number): ArchPoint[] {
  const { a, b } = JAWS[which].arch;
  const steps = 400;
  const lengths = [0];
  const angle = (i: number) => (1.45 * i) / steps;
  for (let i = 1; i <= steps; i++) {
    const dx = a * (Math.sin(angle(i)) - Math.sin(angle(i - 1)));
    const dz = b * (Math.cos(angle(i)) - Math.cos(angle(i - 1)));
    lengths.push(lengths[i - 1] + Math.hypot(dx, dz));
  }
  return Array.from({ length: count }, (_, k) => {
    const s = (2 * k) / (count - 1) - 1;
    const way = Math.abs(s) * halfLength;
    let i = lengths.findIndex((length) => length >= way);
    if (i < 0) i = steps;
    const theta = angle(i);
    return {
      x: Math.sign(s) * a * Math.sin(theta),
      z: -b * (1 - Math.cos(theta)),
      facing: Math.cos(theta),
    };
  });
}
