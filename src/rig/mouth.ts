/**
 * @file The inside of the mouth: where teeth and tongue sit in this face, and in which colours.
 *
 * Places are head-frame centimetres, but offsets from the lips are taken along the camera's axes:
 * the tracker's pitch errs by up to ten degrees and would lift or drop the teeth.
 */
import { clamp, mix, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { type HeadPose, moveAlongCam } from "../portrait/pose.js";
import { type Blendshape, deltaOf } from "./basis.js";
import type { Eye } from "./eyes.js";
import { findTeeth } from "./own-teeth.js";
import { boxAround, cutPatch, maskOf, type Patch } from "./patch.js";
import { readSurface, rednessOf, type Surface } from "./surface.js";
import { type MouthPalette, paintTeeth, type TeethStrip } from "./teeth.js";
import type { Color, Tone } from "./tone.js";
import { POINT } from "./topology.js";

/** A place in the head frame, cm. */
export type Point = readonly [number, number, number];

/** The inside of one mouth. */
export interface Mouth {
  readonly palette: MouthPalette;
  readonly surface: Surface;
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
  /** px, shape [478, 3]. */
  readonly landmarks: Float32Array;
  readonly pose: HeadPose;
  /** Head frame, cm, shape [468, 3]. */
  readonly neutral: Float32Array;
  readonly jawOpen: Blendshape;
  readonly tone: Tone;
  /** The light on the face, see light.ts, shape [9]. */
  readonly light: Float32Array;
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
/**
 * Upper incisors below the upper lip's edge: less the longer that lip is; cm.
 *
 * @source Vig & Brundo 1978, "The kinetics of anterior tooth display": from 0.39 cm under lips of 1 to
 *   1.5 cm to 0.03 under lips of over 3; here smaller, as speaking lips lift.
 */
const SHOWN_CM = { usual: 0.24, lip: 2.2, perLip: 0.12, least: 0.12, most: 0.34 } as const;
/** They stand behind it, cm. */
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
  const surface = readSurface({ ...source, pxPerCm: pose.pxPerCm });
  const palette = mixPalette(source, surface, own?.color);
  const upperBite =
    own === undefined
      ? moveAlongCam(pose, at(13), [0, -shownCm(neutral), -UPPER_BEHIND_CM])
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
  const look = {
    palette,
    surface,
    lightFrom: clamp(source.light[1] / Math.max(0.3 * Math.abs(source.light[0]), 1e-6), -1, 1),
    seed: Math.round(1000 * neutral.reduce((sum, value) => sum + value, 0)),
    pxPerCm: pose.pxPerCm,
  };
  return {
    palette,
    surface,
    upper: paintTeeth("upper", look),
    lower: paintTeeth("lower", look),
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

/** How far the upper incisors show below the lip of this face, cm. */
function shownCm(neutral: Float32Array): number {
  const at = (axis: number) => neutral[3 * POINT.noseBase + axis] - neutral[3 * 13 + axis];
  const { usual, lip, perLip, least, most } = SHOWN_CM;
  return clamp(usual - perLip * (Math.hypot(at(0), at(1), at(2)) - lip), least, most);
}

/** Teeth are no brighter than this against the eyes' whites and the skin's lights, and 0..255. */
const MOST_OF_WHITE = 1.04;
const MOST_OF_LIGHTS = 0.9;
const MOST_OF_PAPER = 1.06;
const TOOTH_LUMA = { least: 55, most: 222 } as const;

/**
 * Colours under this picture's light. White is what the eyes' whites and the skin say it is; where
 * the skin has no red (stone, bronze, old photographs, drawings), the mouth has none either. Canvas
 * lends the teeth its palette, stone its stone, a drawing its lines' colour for the dark.
 */
function mixPalette(source: MouthSource, surface: Surface, own: Color | undefined): MouthPalette {
  const { skin, lip, skinLuminance, highlight } = source.tone;
  const { carved, flatness } = surface;
  const whites = source.eyes.map((eye) => eye.white).sort((a, b) => lumaOf(b) - lumaOf(a));
  const white = whites[0];
  const redness = rednessOf(source.tone);
  const tinted = (luma: number, [r, g, b]: Point): Point => {
    const grey = (r + g + b) / 3;
    return [r, g, b].map((k) => luma * (grey + redness * (k - grey))) as unknown as Point;
  };
  const blend = (a: Point, b: Point, t: number): Point => [
    mix(a[0], b[0], t),
    mix(a[1], b[1], t),
    mix(a[2], b[2], t),
  ];
  const painted = smoothstep(PAINTED[0], PAINTED[1], surface.grainAmount) * (1 - carved);
  const shown = Math.max(MOST_OF_WHITE * lumaOf(white), MOST_OF_LIGHTS * highlight);
  const lights = mix(shown, Math.max(shown, MOST_OF_PAPER * highlight), flatness);
  const toothLuma =
    clamp(
      Math.min(Math.max(skinLuminance, 0.98 * lights), lights),
      TOOTH_LUMA.least,
      TOOTH_LUMA.most,
    ) *
    (1 - 0.06 * painted);
  // The light's colour as the whites show it, half believed: they are bluish or veined themselves.
  const cast = white.map((k) => 0.5 + (0.5 * k) / Math.max(lumaOf(white), 1));
  const warm = skin.map((k) => k / Math.max(skinLuminance, 1));
  const palette = 0.1 + 0.12 * painted;
  const enamel = tinted(toothLuma, [1.035, 0.995, 0.945]).map(
    (k, c) => k * cast[c] * (1 + palette * (warm[c] - 1)),
  ) as unknown as Point;
  const tooth = own === undefined ? enamel : blend(enamel, own, OWN_BELIEVED);
  const stone = (luma: number): Point => [luma * warm[0], luma * warm[1], luma * warm[2]];
  const flesh = (luma: number, color: Point, share: number, part: Point): Point =>
    blend(tinted(luma, color), [lip[0] * part[0], lip[1] * part[1], lip[2] * part[2]], share);
  const light = Math.max(skinLuminance, 0.75 * toothLuma);
  const line = surface.line;
  const drawnDark = blend(tinted(light, [0.3, 0.1, 0.1]), line, 0.5);
  return {
    tooth: blend(unreddened(tooth), stone(0.86 * skinLuminance), 0.85 * carved),
    gum: blend(
      flesh(light, [0.8, 0.5, 0.5], 0.5, [0.97, 0.86, 0.86]),
      stone(0.7 * skinLuminance),
      carved,
    ),
    tongue: blend(
      flesh(light, [0.84, 0.53, 0.52], 0.4, [1, 0.88, 0.86]),
      stone(0.6 * skinLuminance),
      carved,
    ),
    mucosa: blend(
      flesh(light, [0.5, 0.21, 0.2], 0.5, [0.72, 0.55, 0.55]),
      stone(0.4 * skinLuminance),
      carved,
    ),
    deep: blend(
      blend(tinted(light, [0.3, 0.1, 0.095]), drawnDark, flatness),
      stone(0.16 * skinLuminance),
      carved,
    ),
    redness,
  };
}

/** Grain from here to there says that a picture is painted, as a share of its brightness. */
const PAINTED = [0.018, 0.035] as const;
/** A portrait's own teeth are seen under its lip, small and blurred: how far their colour is believed. */
const OWN_BELIEVED = 0.7;

/** Teeth are not redder than this, as a share of their red: what is, was lip or shadow. */
const MOST_RED = 0.12;
/** And not yellower: this much of their red is blue, also by candlelight and under old varnish. */
const LEAST_BLUE = 0.6;

function unreddened([r, g, b]: Point): Point {
  const lift = Math.max((1 - MOST_RED) * r - g, 0);
  return [r, g + lift, Math.max(b + 0.8 * lift, LEAST_BLUE * r)];
}

function lumaOf([r, g, b]: Point): number {
  return (r + g + b) / 3;
}
