/**
 * @file What is seen between the lips: teeth on the skull and on the jaw, tongue, and the dark.
 *
 * Drawn into the opening only, finer than the frame, then shaded by how deep it lies, how near the
 * lips are, and how far the corners: depth goes dark red, neutral darkening would look grey.
 */
import { CHANNELS } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { toCam } from "../portrait/pose.js";
import { type Mouth, OPENING_MARGIN, walkArch } from "../rig/mouth.js";
import type { Patch } from "../rig/patch.js";
import type { Rig } from "../rig/rig.js";
import type { TeethStrip } from "../rig/teeth.js";
import { tongueAtRest } from "../rig/tongue.js";
import type { Similarity } from "./eye-paint.js";
import { type Motion, movePoints } from "./head-motion.js";
import { type JawTurn, jawTurn, turnJaw } from "./jaw.js";
import {
  clearCanvas,
  drawQuad,
  FINENESS,
  type MouthCanvas,
  makeMouthCanvas,
  QUAD,
  setCorner,
} from "./mouth-canvas.js";
import type { Opening } from "./opening.js";
import { sampleLinear } from "./sample.js";
import { drawTongue, tonguePoints } from "./tongue-paint.js";

/** Columns of a teeth strip. */
const STRIP_COLUMNS = 41;
/** Absorption per cm beyond this depth behind the lips. */
const ABSORPTION = 0.24;
const CLEAR_CM = 0.85;
/** How much faster than red the colours fade where flesh is red. */
const FADE = [0, 0.3, 0.35] as const;
/** Depth behind the lips of what the portrait itself shows, cm. */
const SHOWN_CM = 1.2;
/** Depth of the back of the mouth, cm. */
const BACK_CM = 3.6;

const MOUTH_CHANNELS = CHANNELS.flatMap((name, i) => (/^(mouth|jaw|tongue)/.test(name) ? [i] : []));

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
        if (mouth.jawIsDown) {
          drawShown(canvas, mouth.shown, moment.lipDepth - SHOWN_CM * rig.pose.pxPerCm);
        }
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

function drawStrip(
  canvas: MouthCanvas,
  cam: Float32Array,
  { picture }: TeethStrip,
  facing: readonly number[],
): void {
  const step = picture.width / (STRIP_COLUMNS - 1);
  for (let k = 0; k + 1 < STRIP_COLUMNS; k++) {
    const i = 6 * k;
    setCorner(QUAD[0], cam, i, k * step, 0, facing[k]);
    setCorner(QUAD[1], cam, i + 3, k * step, picture.height, facing[k]);
    setCorner(QUAD[2], cam, i + 6, (k + 1) * step, 0, facing[k + 1]);
    setCorner(QUAD[3], cam, i + 9, (k + 1) * step, picture.height, facing[k + 1]);
    drawQuad(canvas, picture);
  }
}

/** What a wide open mouth shows in the portrait, drawn to the canvas's size, so that it shuts too. */
function drawShown(canvas: MouthCanvas, { picture }: Patch, depth: number): void {
  const [right, bottom] = [canvas.width / FINENESS, canvas.height / FINENESS];
  QUAD.forEach((corner, k) => {
    corner.x = canvas.x + (k & 1) * right;
    corner.y = canvas.y + (k >> 1) * bottom;
    corner.z = depth;
    corner.p = OPENING_MARGIN + (k & 1) * (picture.width - 2 * OPENING_MARGIN);
    corner.q = OPENING_MARGIN + (k >> 1) * (picture.height - 2 * OPENING_MARGIN);
    corner.r = 1;
  });
  drawQuad(canvas, picture);
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
