/**
 * @file What is seen between the lips: teeth on the skull and on the jaw, tongue, and the dark.
 *
 * Drawn into the opening only, finer than the frame, then shaded by how deep it lies, how near the
 * lips are, and how far the corners: depth goes dark red, neutral darkening would look grey.
 */
import { CHANNEL_INDEX, CHANNELS } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { toCam } from "../portrait/pose.js";
import { type Mouth, walkArch } from "../rig/mouth.js";
import type { Rig } from "../rig/rig.js";
import type { TeethStrip } from "../rig/teeth.js";
import { TONGUE_SIDE, tongueAtRest } from "../rig/tongue.js";
import { jawWeight } from "./deform.js";
import type { Similarity } from "./eye-paint.js";
import { type Motion, movePoints } from "./head-motion.js";
import {
  type Corner,
  clearCanvas,
  drawTriangle,
  FINENESS,
  type MouthCanvas,
  makeMouthCanvas,
} from "./mouth-canvas.js";
import type { Opening } from "./opening.js";
import { sampleLinear } from "./sample.js";

/** Columns of a teeth strip. */
const STRIP_COLUMNS = 41;
/** The tongue's floor below and behind the lower incisors, cm, and its share of the jaw's turn. */
const TONGUE_DROP_CM = 0.36;
const TONGUE_BACK_CM = 0.35;
const TONGUE_SHARE = 0.72;
/** Absorption per cm beyond this depth behind the lips. */
const ABSORPTION = 0.24;
const CLEAR_CM = 0.85;
/** How much faster than red the colours fade where flesh is red. */
const FADE = [0, 0.3, 0.35] as const;
/** Depth of the back of the mouth, cm. */
const BACK_CM = 3.6;

const MOUTH_CHANNELS = CHANNELS.flatMap((name, i) => (/^(mouth|jaw|tongue)/.test(name) ? [i] : []));
const { jawLeft, jawRight, jawForward, tongueOut } = CHANNEL_INDEX;

/** What moves the inside of the mouth in one frame. */
export interface MouthMoment {
  readonly weights: Float32Array;
  readonly motion: Motion;
  /** Frame → portrait at the mouth, as the head alone moves it. */
  readonly toPortrait: Similarity;
  /** cam z of the nearer lip, px. */
  readonly lipDepth: number;
}

/** Paints one mouth; owns its working memory. */
export interface MouthPainter {
  /** Whether the mouth last painted was the portrait's own. */
  readonly isAtRest: boolean;
  paint(opening: Opening, moment: MouthMoment, frame: Picture): void;
}

/** A painter for a rig's mouth. */
export function makeMouthPainter(rig: Rig): MouthPainter {
  const { mouth } = rig;
  const canvas = makeMouthCanvas();
  const upper = layStrip(mouth, "upper");
  const lower = layStrip(mouth, "lower");
  const tongue = tongueAtRest();
  const work = new Float32Array(Math.max(upper.length, lower.length, tongue.length));
  const fade = fadeTable(mouth.palette.redness);

  function place(points: Float32Array, jaw: JawTurn | undefined, moment: MouthMoment) {
    const placed = work.subarray(0, points.length);
    placed.set(points);
    if (jaw !== undefined) turnJaw(placed, mouth, jaw);
    return toCam(rig.pose, movePoints(moment.motion, placed, placed), placed);
  }

  let atRest = 1;
  return {
    get isAtRest() {
      return atRest === 1;
    },
    paint(opening, moment, frame) {
      const { weights } = moment;
      let activity = 0;
      for (const channel of MOUTH_CHANNELS) activity += weights[channel];
      atRest = 1 - smoothstep(0.02, 0.15, activity);
      if (opening.box.width === 0) return;
      if (atRest < 1) {
        const back = moment.lipDepth - BACK_CM * rig.pose.pxPerCm;
        clearCanvas(canvas, opening.box, mouth.palette.deep, back);
        const jaw = jawTurn(rig, weights);
        drawStrip(canvas, place(lower, jaw, moment), mouth.lower, LOWER_FACING);
        drawTongue(
          canvas,
          place(tonguePoints(tongue, mouth, weights, jaw), undefined, moment),
          mouth,
        );
        drawStrip(canvas, place(upper, undefined, moment), mouth.upper, UPPER_FACING);
        resolve(canvas, opening, rig, moment, fade, frame);
      }
      showPortrait(mouth, opening, moment, atRest, frame);
    },
  };
}

interface JawTurn {
  readonly angleRad: number;
  readonly side: number;
  readonly forward: number;
}

function jawTurn(rig: Rig, weights: Float32Array): JawTurn {
  return {
    angleRad: jawWeight(rig, weights) * rig.mouth.openRad,
    side: 0.7 * (weights[jawLeft] - weights[jawRight]),
    forward: 0.8 * weights[jawForward],
  };
}

/** Turns points about the jaw's joint, in place. */
function turnJaw(points: Float32Array, { hinge }: Mouth, jaw: JawTurn): void {
  const cos = Math.cos(jaw.angleRad);
  const sin = Math.sin(jaw.angleRad);
  for (let i = 0; i < points.length; i += 3) {
    const y = points[i + 1] - hinge[1];
    const z = points[i + 2] - hinge[2];
    points[i] += jaw.side;
    points[i + 1] = cos * y - sin * z + hinge[1];
    points[i + 2] = sin * y + cos * z + hinge[2] + jaw.forward;
  }
}

/** A strip's corners at rest: two rows (gum, bite) per column, head frame, shape [columns, 2, 3]. */
function layStrip(mouth: Mouth, which: "upper" | "lower"): Float32Array {
  const strip = mouth[which];
  const [x, y, z] = which === "upper" ? mouth.upperBite : mouth.lowerBite;
  const up = which === "upper" ? 1 : -1;
  const points = new Float32Array(STRIP_COLUMNS * 6);
  walkArch(which, strip.halfLengthCm, STRIP_COLUMNS).forEach((at, k) => {
    points.set([x + at.x, y + up * strip.heightCm, z + at.z], 6 * k);
    points.set([x + at.x, y, z + at.z], 6 * k + 3);
  });
  return points;
}

/** Brightness of each column: teeth that face away are darker. */
function stripFacing(which: "upper" | "lower"): number[] {
  return walkArch(which, 5.5, STRIP_COLUMNS).map(({ facing }) => 0.62 + 0.38 * clamp(facing, 0, 1));
}
const UPPER_FACING = stripFacing("upper");
const LOWER_FACING = stripFacing("lower");

const corner = (): Corner => ({ x: 0, y: 0, z: 0, p: 0, q: 0, r: 0 });
const [CORNER_A, CORNER_B, CORNER_C, CORNER_D] = [corner(), corner(), corner(), corner()];

function setCorner(to: Corner, cam: Float32Array, i: number, p: number, q: number, r: number) {
  to.x = cam[i];
  to.y = -cam[i + 1];
  to.z = cam[i + 2];
  to.p = p;
  to.q = q;
  to.r = r;
}

function drawStrip(
  canvas: MouthCanvas,
  cam: Float32Array,
  { picture }: TeethStrip,
  facing: readonly number[],
): void {
  const step = picture.width / (STRIP_COLUMNS - 1);
  for (let k = 0; k + 1 < STRIP_COLUMNS; k++) {
    const i = 6 * k;
    setCorner(CORNER_A, cam, i, k * step, 0, facing[k]);
    setCorner(CORNER_B, cam, i + 3, k * step, picture.height, facing[k]);
    setCorner(CORNER_C, cam, i + 6, (k + 1) * step, 0, facing[k + 1]);
    setCorner(CORNER_D, cam, i + 9, (k + 1) * step, picture.height, facing[k + 1]);
    drawTriangle(canvas, CORNER_A, CORNER_B, CORNER_C, picture);
    drawTriangle(canvas, CORNER_B, CORNER_D, CORNER_C, picture);
  }
}

const TONGUE_WORK = new Float32Array(TONGUE_SIDE * TONGUE_SIDE * 3);

/** The tongue in the head frame: on the jaw, its tip raised and pushed out as tongueOut says. */
function tonguePoints(
  rest: Float32Array,
  mouth: Mouth,
  weights: Float32Array,
  jaw: JawTurn,
): Float32Array {
  const out = weights[tongueOut];
  const [x, y, z] = mouth.lowerBite;
  const part = { ...jaw, angleRad: jaw.angleRad * TONGUE_SHARE };
  for (let i = 0; i < rest.length; i += 3) {
    const tip = Math.exp(-(((rest[i + 2] + 0.6) / 1.3) ** 2));
    TONGUE_WORK[i] = rest[i] * (1 - 0.25 * out * tip) + x;
    TONGUE_WORK[i + 1] = rest[i + 1] + y - TONGUE_DROP_CM + 1.1 * out * tip;
    TONGUE_WORK[i + 2] = rest[i + 2] + z - TONGUE_BACK_CM + 0.9 * out * tip;
  }
  turnJaw(TONGUE_WORK, mouth, part);
  return TONGUE_WORK;
}

function drawTongue(canvas: MouthCanvas, cam: Float32Array, { palette }: Mouth): void {
  const n = TONGUE_SIDE;
  const shades = tongueShades(cam);
  const put = (to: Corner, v: number) => {
    const shade = shades[v];
    setCorner(
      to,
      cam,
      3 * v,
      palette.tongue[0] * shade,
      palette.tongue[1] * shade,
      palette.tongue[2] * shade,
    );
  };
  for (let row = 0; row + 1 < n; row++) {
    for (let column = 0; column + 1 < n; column++) {
      const v = row * n + column;
      put(CORNER_A, v);
      put(CORNER_B, v + 1);
      put(CORNER_C, v + n);
      put(CORNER_D, v + n + 1);
      drawTriangle(canvas, CORNER_A, CORNER_B, CORNER_C);
      drawTriangle(canvas, CORNER_B, CORNER_D, CORNER_C);
    }
  }
}

const SHADES = new Float32Array(TONGUE_SIDE * TONGUE_SIDE);

/** Brightness of the tongue's points by how far they face up and forward, with a wet gleam. */
function tongueShades(cam: Float32Array): Float32Array {
  const n = TONGUE_SIDE;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const at = (r: number, c: number) => 3 * (clamp(r, 0, n - 1) * n + clamp(c, 0, n - 1));
      const [l, r] = [at(row, column - 1), at(row, column + 1)];
      const [f, b] = [at(row - 1, column), at(row + 1, column)];
      const [ux, uy, uz] = [cam[r] - cam[l], cam[r + 1] - cam[l + 1], cam[r + 2] - cam[l + 2]];
      const [vx, vy, vz] = [cam[b] - cam[f], cam[b + 1] - cam[f + 1], cam[b + 2] - cam[f + 2]];
      const ny = uz * vx - ux * vz;
      const nz = ux * vy - uy * vx;
      const length = Math.hypot(uy * vz - uz * vy, ny, nz) || 1;
      const facing = clamp((0.45 * Math.abs(ny) + 0.83 * Math.abs(nz)) / length, 0, 1);
      SHADES[row * n + column] = 0.42 + 0.66 * facing + 0.12 * facing ** 12;
    }
  }
  return SHADES;
}

/** exp(−absorption · depth) to the power of each colour's fade, by sixteenths of a cm. */
function fadeTable(redness: number): Float32Array {
  const table = new Float32Array(3 * 128);
  for (let i = 0; i < 128; i++) {
    const light = Math.exp(-ABSORPTION * Math.max(i / 16 - CLEAR_CM, 0));
    FADE.forEach((more, c) => {
      table[3 * i + c] = light ** (1 + redness * more);
    });
  }
  return table;
}

/** Shades the canvas and lays it into the frame. */
function resolve(
  canvas: MouthCanvas,
  opening: Opening,
  rig: Rig,
  { lipDepth }: MouthMoment,
  fade: Float32Array,
  frame: Picture,
): void {
  const { box, coverage } = opening;
  const { palette } = rig.mouth;
  const cm = rig.pose.pxPerCm;
  const edges = edgesOf(opening);
  const color = [0, 0, 0];
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      if (coverage[row * (box.width + 1) + column] === 0) continue;
      color.fill(0);
      for (let k = 0; k < FINENESS * FINENESS; k++) {
        const sx = column * FINENESS + (k % FINENESS);
        const sy = row * FINENESS + Math.floor(k / FINENESS);
        const i = sy * canvas.width + sx;
        const behind = clamp(((lipDepth - canvas.depth[i]) / cm) * 16, 0, 127) | 0;
        for (let c = 0; c < 3; c++) color[c] += canvas.rgb[3 * i + c] * fade[3 * behind + c];
      }
      const below = (row + 0.5 - edges.top[column]) / cm;
      const above = (edges.bottom[column] - row - 0.5) / cm;
      const corner = Math.min(column + 0.5 - edges.left, edges.right - column - 0.5) / cm;
      const near = Math.max(0, Math.min(below, above, corner));
      const light =
        (0.74 + 0.26 * smoothstep(0, 0.28, near)) *
        (0.8 + 0.2 * smoothstep(0, 0.45, below)) *
        (0.72 + 0.28 * smoothstep(0, 0.75, corner));
      const lip = 0.62 * (1 - smoothstep(0, 0.1, near)) * smoothstep(0, 0.4, corner);
      const to = ((box.y + row) * frame.width + box.x + column) * 4;
      for (let c = 0; c < 3; c++) {
        const inner = (color[c] / (FINENESS * FINENESS)) * light ** (1 + palette.redness * FADE[c]);
        frame.data[to + c] = inner + lip * (palette.mucosa[c] * 0.8 - inner);
      }
    }
  }
}

interface Edges {
  /** First and last covered row of each column, px of the box. */
  readonly top: Float32Array;
  readonly bottom: Float32Array;
  /** First and last covered column. */
  readonly left: number;
  readonly right: number;
}

/** Where an opening begins and ends in each column, to parts of a pixel. */
function edgesOf({ box, coverage }: Opening): Edges {
  const top = new Float32Array(box.width).fill(box.height);
  const bottom = new Float32Array(box.width);
  let left = box.width;
  let right = 0;
  for (let column = 0; column < box.width; column++) {
    for (let row = 0; row < box.height; row++) {
      const covered = coverage[row * (box.width + 1) + column];
      if (covered === 0) continue;
      if (top[column] === box.height) top[column] = row + 1 - covered;
      bottom[column] = row + covered;
      left = Math.min(left, column);
      right = column + 1;
    }
  }
  return { top, bottom, left, right };
}

/**
 * The portrait's own mouth: all of it at rest, its upper teeth always, fixed to the skull.
 *
 * @param atRest - 1 = the portrait's mouth as it is, 0 = only its teeth.
 */
function showPortrait(
  mouth: Mouth,
  { box, coverage }: Opening,
  { toPortrait }: MouthMoment,
  atRest: number,
  frame: Picture,
): void {
  const color = new Float32Array(3);
  const { shown, ownTeeth } = mouth;
  if (atRest === 0 && ownTeeth === undefined) return;
  const { width, height } = shown.picture;
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      if (coverage[row * (box.width + 1) + column] === 0) continue;
      const x = box.x + column + 0.5;
      const y = box.y + row + 0.5;
      const sx = toPortrait.a * x - toPortrait.b * y + toPortrait.tx - shown.x;
      const sy = toPortrait.b * x + toPortrait.a * y + toPortrait.ty - shown.y;
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
      let opacity = atRest;
      if (ownTeeth !== undefined && atRest < 1) {
        opacity = Math.max(opacity, alphaAt(ownTeeth.picture, sx, sy));
      }
      if (opacity === 0) continue;
      sampleLinear(shown.picture, sx, sy, color, 0);
      const to = ((box.y + row) * frame.width + box.x + column) * 4;
      for (let c = 0; c < 3; c++) frame.data[to + c] += opacity * (color[c] - frame.data[to + c]);
    }
  }
}

/** Bilinear alpha, 0..1. */
function alphaAt({ data, width, height }: Picture, x: number, y: number): number {
  const u = clamp(x - 0.5, 0, width - 1.001);
  const v = clamp(y - 0.5, 0, height - 1.001);
  const i = ((v | 0) * width + (u | 0)) * 4 + 3;
  const j = i + width * 4;
  const fx = u - (u | 0);
  const fy = v - (v | 0);
  const top = data[i] * (1 - fx) + data[i + 4] * fx;
  const bottom = data[j] * (1 - fx) + data[j + 4] * fx;
  return (top * (1 - fy) + bottom * fy) / 255;
}
