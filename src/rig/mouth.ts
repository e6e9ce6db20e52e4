/**
 * @file The inside of the mouth: where teeth and tongue sit in this face, and in which colours.
 *
 * Places are head-frame centimetres, but offsets from the lips are taken along the camera's axes:
 * the tracker's pitch errs by up to ten degrees and would lift or drop the teeth.
 */
import { clamp } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { type HeadPose, moveAlongCam } from "../portrait/pose.js";
import { type Blendshape, deltaOf } from "./basis.js";
import type { Eye } from "./eyes.js";
import { findTeeth } from "./own-teeth.js";
import { boxAround, cutPatch, maskOf, type Patch } from "./patch.js";
import { type MouthPalette, paintTeeth, type TeethStrip } from "./teeth.js";
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
  /** The portrait's own upper teeth, if it shows them; alpha says where. */
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
const OVERBITE_CM = 0.2;
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
  const own =
    gapCm > TEETH_GAP_CM
      ? findTeeth(picture, source.opening, source.tone, pose.pxPerCm)
      : undefined;
  const palette = mixPalette(source, own?.color);
  const upperBite =
    own === undefined
      ? moveAlongCam(pose, at(13), [0, -SHOWN_CM, -UPPER_BEHIND_CM])
      : moveAlongCam(pose, at(13), [0, -own.lengthPx / pose.pxPerCm, -UPPER_BEHIND_CM]);
  const jawIsDown = gapCm > JAW_DOWN_CM && own === undefined;
  const lowerBite = jawIsDown
    ? moveAlongCam(pose, at(14), [0, -0.1, -LOWER_BEHIND_CM])
    : moveAlongCam(pose, upperBite, [0, OVERBITE_CM, UPPER_BEHIND_CM - LOWER_BEHIND_CM]);
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

/**
 * Colours under this picture's light. White is what the eyes' whites and the skin say it is; where
 * the skin has no red (stone, bronze, old photographs, drawings), the mouth has none either.
 */
function mixPalette(source: MouthSource, ownTooth: Color | undefined): MouthPalette {
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
