/**
 * @file Wrinkles: how much brighter or darker the skin becomes where an expression folds it.
 *
 * Per fold one small map over the portrait. Two things are in it: furrows and the ridges beside them,
 * as the portrait's own light falls on them; and the lines that the portrait already has there, which
 * deepen. How old a face is is read off these lines: fine lines come in old skin, folds of flesh in any.
 */
import { mix, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { blurPlane, makePlane, type Plane, samplePlane } from "../base/plane.js";
import { randomOf } from "../base/random.js";
import type { Portrait } from "../portrait/portrait.js";
import { toCam } from "../portrait/pose.js";
import { type FoldedFace, type FoldLine, layFold } from "./fold-lines.js";
import { FOLD_NAMES, FOLDS, type Fold, type FoldName } from "./folds.js";
import { lightSlope } from "./light.js";
import { type Nearness, nearnessOf } from "./nearness.js";
import { neighboursOf, smoothNormals } from "./normals.js";

/** One fold's map over a part of the portrait. */
export interface WrinkleMap {
  readonly name: FoldName;
  /** Its place among samples of `Wrinkles.step` px. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /**
   * Logarithm of the brightness where the fold is deep, in steps of `LOG_STEP` from `LOG_NONE`, shape
   * [height, width].
   */
  readonly folded: Uint8Array;
  /** Where the skin is smoothed out: the same without the lines that the portrait has there. */
  readonly smoothed: Uint8Array;
}

/** The wrinkles of a face. */
export interface Wrinkles {
  /** Side of the maps' samples, picture px. */
  readonly step: number;
  /** 0 = smooth as a child's, 1 = deeply lined. */
  readonly age: number;
  readonly maps: readonly WrinkleMap[];
}

/** Samples hold logarithms of brightness in these steps; */
export const LOG_STEP = 1 / 200;
/** … from this value on, which means none. */
export const LOG_NONE = 128;

/** Maps are no finer than this; a pixel more or less is not seen in shading. */
const FINEST_PX_PER_CM = 24;
/** How much of the light's change on the folded surface is shown, where it darkens and where it lights up. */
const RELIEF = 0.75;
const LIT = 0.4;
/** A furrow sees less of the sky: its darkening, per cm of its depth. */
const OCCLUSION_PER_CM = 2.6;
/** Brightness changes no further than this, as a logarithm. */
const LOG_MOST = 0.5;
/** A furrow's sigma is no less than this, samples. */
const THINNEST = 0.9;
/** Full skin folds wider, by this. */
const YOUNG_WIDTH = 1.6;
/** Skin bends round: a blur of the relief, in widths of the furrow. */
const SOFT = 0.6;
/** Skin seen from the side shows no relief: cosines to the viewer. */
const FACING = [0.3, 0.65] as const;

/** The portrait's own lines: half the length they are looked for along, and the way to their sides, cm. */
const OWN_HALF_CM = 0.3;
const OWN_SIDE_CM = 0.22;
/** They are looked for this near to where folds are expected, cm. */
const OWN_REACH_CM = 0.45;
/** How much deeper they become, as a share of what they are; at most so dark, as a logarithm. */
const OWN_GAIN = 1.2;
const OWN_MOST = 0.22;
/**
 * Lines of this contrast on average make a face young, and old.
 *
 * @source Of 25 portraits: children and youths have 0.0002 to 0.0017, a woman of forty 0.0056, men past
 *   sixty 0.006 to 0.012, an old woman 0.04.
 */
const AGES = [0.0015, 0.015] as const;
/** Skin without any line is drawn, and folds of it are hinted at: from this contrast to that one, so much. */
const DRAWN = [0.0003, 0.0012] as const;
const HINT = 0.5;
/** Where age is read: where neither lashes nor hair are taken for lines. */
const AGE_NAMES: readonly FoldName[] = [
  "foreheadMiddle",
  "foreheadLeft",
  "foreheadRight",
  "frownLeft",
  "frownRight",
  "nasolabialLeft",
  "nasolabialRight",
  "cornerLeft",
  "cornerRight",
];

/** What the maps are made for. */
export interface WrinkleSource {
  readonly portrait: Portrait;
  /** The face, head frame, cm, shape [468, 3]. */
  readonly neutral: Float32Array;
  /** Triangles of landmarks, shape [t, 3]. */
  readonly triangles: Uint16Array;
  /** Nine coefficients, see light.ts. */
  readonly light: Float32Array;
}

/** A fold on the portrait, and what the portrait shows along it. */
interface LaidFold {
  readonly fold: Fold;
  readonly line: FoldLine;
  readonly near: Nearness;
  /** How much darker lines that are there make each sample, as a logarithm ≥ 0, shape of `near`. */
  readonly own: Float32Array;
}

/** Builds the maps of a portrait. */
export function buildWrinkles(source: WrinkleSource): Wrinkles {
  const { portrait, neutral, triangles, light } = source;
  const { picture, pose, canonical } = portrait;
  const cam = toCam(pose, neutral, new Float32Array(neutral.length));
  const normals = smoothNormals(cam, triangles, neighboursOf(triangles, neutral.length / 3));
  const face = { canonical: canonical.vertices, cam, normals, triangles };
  const step = Math.max(1, Math.ceil(pose.pxPerCm / FINEST_PX_PER_CM));
  const ground = groundOf(picture, portrait, step);
  const cm = pose.pxPerCm / step;
  const laid = FOLD_NAMES.map((name) => ({ name, folds: layFolds(name, face, ground, cm) }));
  const lined = laid.filter(({ name }) => AGE_NAMES.includes(name)).flatMap(({ folds }) => folds);
  const lines = Math.max(meanContrast(lined, ground, cm), 1e-6);
  const age = smoothstep(Math.log(AGES[0]), Math.log(AGES[1]), Math.log(lines));
  const strength = mix(HINT, 1, smoothstep(DRAWN[0], DRAWN[1], lines));
  const maps = laid.map(({ name, folds }) =>
    mapOf(name, folds, { ground, light, age, strength, cm }),
  );
  return { step, age, maps };
}

/** The picture at the maps' size. */
interface Ground {
  /** Logarithm of the brightness. */
  readonly tone: Plane;
  /** How surely it is bare skin, 0..1. */
  readonly skin: Plane;
  readonly step: number;
}

/** Darker than this, lines are noise, grey levels. */
const DARK = 12;

function groundOf({ data, width, height }: Picture, { classes }: Portrait, step: number): Ground {
  const tone = makePlane(Math.ceil(width / step), Math.ceil(height / step));
  const skin = makePlane(tone.width, tone.height);
  const { face, body } = classes;
  const scale = (face.width / width) * step;
  for (let y = 0, i = 0; y < tone.height; y++) {
    for (let x = 0; x < tone.width; x++, i++) {
      let sum = 0;
      let count = 0;
      for (let py = y * step; py < Math.min(height, (y + 1) * step); py++) {
        for (let px = x * step; px < Math.min(width, (x + 1) * step); px++, count++) {
          const at = 4 * (py * width + px);
          sum += data[at] + data[at + 1] + data[at + 2];
        }
      }
      tone.data[i] = Math.log(sum / (3 * count) + DARK);
      const [u, v] = [(x + 0.5) * scale, (y + 0.5) * scale];
      skin.data[i] = smoothstep(0.35, 0.85, samplePlane(face, u, v) + samplePlane(body, u, v));
    }
  }
  return { tone, skin, step };
}

function layFolds(name: FoldName, face: FoldedFace, ground: Ground, cm: number): LaidFold[] {
  const chance = randomOf(0, `wrinkles ${name}`);
  return FOLDS[name].map((fold) => {
    const line = layFold(fold, face, chance);
    const points = line.points.map((value) => value / ground.step);
    const near = nearnessOf(points, reachOf(fold) * cm, ground.tone);
    return { fold, line, near, own: ownLines(near, ground, cm) };
  });
}

/** How far a fold and its ridges reach from the line, cm. */
function reachOf({ widthCm, ridgeWidth }: Fold): number {
  return Math.max(OWN_REACH_CM, YOUNG_WIDTH * widthCm * (2.2 + 2.2 * ridgeWidth));
}

/** Samples along a line, at its middle and at both sides. */
const TAPS = 7;

/** How much darker a place is than what lies beside it, along a direction: ≥ 0, as a logarithm. */
function lineAt(
  { tone }: Ground,
  x: number,
  y: number,
  tx: number,
  ty: number,
  cm: number,
): number {
  const [sx, sy] = [-ty * OWN_SIDE_CM * cm, tx * OWN_SIDE_CM * cm];
  let [middle, one, other] = [0, 0, 0];
  for (let k = 0; k < TAPS; k++) {
    const along = ((2 * k) / (TAPS - 1) - 1) * OWN_HALF_CM * cm;
    const [px, py] = [x + along * tx, y + along * ty];
    middle += samplePlane(tone, px, py);
    one += samplePlane(tone, px + sx, py + sy);
    other += samplePlane(tone, px - sx, py - sy);
  }
  // An edge is darker than one side only, and no line.
  return Math.max(0, Math.min(one, other) - middle) / TAPS;
}

/** The lines that are near to a fold. */
function ownLines(near: Nearness, ground: Ground, cm: number): Float32Array {
  const reach = OWN_REACH_CM * cm;
  const own = new Float32Array(near.way.length);
  for (let row = 0, i = 0; row < near.height; row++) {
    for (let column = 0; column < near.width; column++, i++) {
      if (Math.abs(near.way[i]) >= reach) continue;
      const k = 2 * near.point[i];
      const [x, y] = [near.x + column + 0.5, near.y + row + 0.5];
      own[i] = lineAt(ground, x, y, near.tangents[k], near.tangents[k + 1], cm);
    }
  }
  return own;
}

/** Mean contrast of the lines near to some folds, where bare skin is seen. */
function meanContrast(folds: readonly LaidFold[], { skin }: Ground, cm: number): number {
  let [sum, weight] = [0, 0];
  for (const { near, own } of folds) {
    for (let row = 0, i = 0; row < near.height; row++) {
      for (let column = 0; column < near.width; column++, i++) {
        if (Math.abs(near.way[i]) >= OWN_REACH_CM * cm) continue;
        const share = skin.data[(near.y + row) * skin.width + near.x + column];
        sum += share * own[i];
        weight += share;
      }
    }
  }
  return weight > 0 ? sum / weight : 0;
}

interface Shading {
  readonly ground: Ground;
  readonly light: Float32Array;
  readonly age: number;
  /** How much of its folds is shown, 0..1. */
  readonly strength: number;
  readonly cm: number;
}

function mapOf(name: FoldName, folds: readonly LaidFold[], shading: Shading): WrinkleMap {
  const x = Math.min(...folds.map(({ near }) => near.x));
  const y = Math.min(...folds.map(({ near }) => near.y));
  const width = Math.max(...folds.map(({ near }) => near.x + near.width)) - x;
  const height = Math.max(...folds.map(({ near }) => near.y + near.height)) - y;
  const relief = { x, y, plane: makePlane(width, height) };
  const lines = { x, y, plane: makePlane(width, height) };
  for (const laid of folds) {
    addRelief(laid, shading, relief);
    addLines(laid, shading, lines);
  }
  const { skin } = shading.ground;
  const share = (i: number) =>
    skin.data[(y + Math.floor(i / width)) * skin.width + x + (i % width)];
  const folded = relief.plane.data.map(
    (value, i) => share(i) * (value - OWN_GAIN * Math.min(lines.plane.data[i], OWN_MOST)),
  );
  const smoothed = lines.plane.data.map((value, i) => share(i) * Math.min(value, OWN_MOST));
  return { name, x, y, width, height, folded: logarithms(folded), smoothed: logarithms(smoothed) };
}

function logarithms(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) =>
    Math.round(LOG_NONE + (LOG_MOST * Math.tanh(value / LOG_MOST)) / LOG_STEP),
  );
}

/** A plane at a place among the maps' samples. */
interface PlacedPlane {
  readonly x: number;
  readonly y: number;
  readonly plane: Plane;
}

/** Adds how the light falls on one fold, as a logarithm. */
function addRelief(
  { fold, line, near }: LaidFold,
  { light, age, strength, cm }: Shading,
  { plane, x, y }: PlacedPlane,
): void {
  const widthCm = Math.max(fold.widthCm * mix(YOUNG_WIDTH, 1, age), THINNEST / cm);
  // What is too thin to be drawn is drawn wider and fainter.
  const thinner = Math.min(1, (fold.widthCm * cm) / THINNEST);
  const depthCm = fold.depthCm * mix(fold.young, 1.15, age) * strength * thinner;
  const steep = near.way.map((way, i) => {
    return depthCm * line.depth[near.point[i]] * profileOf(fold, way / (cm * widthCm));
  });
  const height = blurPlane({ ...near, data: steep }, SOFT * widthCm * cm).data;
  const slopes = slopesAlong(line, light);
  const { width } = near;
  for (let row = 0, i = 0; row < near.height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const k = near.point[i];
      const [left, right] = [column > 0 ? i - 1 : i, column + 1 < width ? i + 1 : i];
      const [above, below] = [row > 0 ? i - width : i, row + 1 < near.height ? i + width : i];
      const dx = ((height[right] - height[left]) * cm) / Math.max(1, right - left);
      const dy = ((height[above] - height[below]) * cm * width) / Math.max(width, below - above);
      const tilt = -(dx * slopes[2 * k] + dy * slopes[2 * k + 1]);
      const relief = tilt > 0 ? LIT * tilt : RELIEF * tilt;
      const shade = OCCLUSION_PER_CM * Math.min(0, height[i]);
      const facing = smoothstep(FACING[0], FACING[1], line.normals[3 * k + 2]);
      plane.data[(near.y + row - y) * plane.width + near.x + column - x] +=
        facing * (relief + shade);
    }
  }
}

/** Adds the lines that are there already, as a logarithm ≥ 0. */
function addLines({ near, own }: LaidFold, { cm }: Shading, { plane, x, y }: PlacedPlane): void {
  const reach = OWN_REACH_CM * cm;
  for (let row = 0, i = 0; row < near.height; row++) {
    for (let column = 0; column < near.width; column++, i++) {
      const share = smoothstep(reach, 0.5 * reach, Math.abs(near.way[i]));
      const to = (near.y + row - y) * plane.width + near.x + column - x;
      plane.data[to] = Math.max(plane.data[to], share * own[i]);
    }
  }
}

/** The skin's height across a fold, in its depth. @param way - From the line, positive left, in widths. */
function profileOf({ ridge, ridgeWidth }: Fold, way: number): number {
  const t = Math.abs(way);
  const furrow = Math.exp(-0.5 * t * t);
  const side = way > 0 ? ridge[0] : ridge[1];
  const beside = Math.exp(-0.5 * ((t - 2.2) / ridgeWidth) ** 2);
  return side * beside * (1 - furrow) - furrow;
}

/** How the light's logarithm changes with the surface's slope across and up, per point of a line. */
function slopesAlong({ normals, depth }: FoldLine, light: Float32Array): Float32Array {
  const out = new Float32Array(2 * depth.length);
  for (let k = 0; k < depth.length; k++) {
    lightSlope(light, normals.subarray(3 * k, 3 * k + 3), out.subarray(2 * k, 2 * k + 2));
  }
  return out;
}
