/**
 * @file What is seen between the lips: teeth on the skull and on the jaw, tongue, and the dark.
 *
 * Drawn into the opening only, finer than the frame, then lit (mouth-light.ts).
 */
import { CHANNELS } from "../base/channels.js";
import { clamp, mix, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { toCam } from "../portrait/pose.js";
import { placeArch, walkArch } from "../rig/arch.js";
import { OPENING_MARGIN } from "../rig/mouth.js";
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
import { BACK_CM, makeMouthLight } from "./mouth-light.js";
import type { Opening } from "./opening.js";
import { alphaAt, sampleLinear } from "./sample.js";
import { NO_SKIN, SKIN, type SkinLayer } from "./skin-layer.js";
import { drawTongue, tonguePoints, tongueRises } from "./tongue-paint.js";

/** Columns of a teeth strip. */
const STRIP_COLUMNS = 41;
/** Depth behind the lips of what the portrait itself shows, cm. */
const SHOWN_CM = 1.2;

/** Drawings from this flatness on show upper teeth and a tongue, no lower teeth and no floor. */
const DRAWN = 0.6;
const TONGUE_PARTS = ["floor", "tongue"] as const;
const TONGUE_ALONE = ["tongue"] as const;

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
  /** How far the mouth last painted had left the portrait's own, 0..1. */
  readonly speaking: number;
  /** @param layer - The skin to be laid over it, its openings not yet cut out. */
  paint(opening: Opening, moment: MouthMoment, layer: SkinLayer, frame: Picture): void;
}

/** A painter for a rig's mouth. */
export function makeMouthPainter(rig: Rig): MouthPainter {
  const { mouth } = rig;
  const canvas = makeMouthCanvas();
  const upper = layStrip(rig, "upper");
  const lower = layStrip(rig, "lower");
  const tongue = tongueAtRest();
  const work = new Float32Array(Math.max(upper.length, lower.length, tongue.length));
  const light = makeMouthLight(rig);
  const isDrawn = mouth.surface.flatness > DRAWN;
  const facing = { upper: stripFacing(rig, "upper"), lower: stripFacing(rig, "lower") };

  function place(points: Float32Array, jaw: JawTurn | undefined, moment: MouthMoment) {
    const placed = work.subarray(0, points.length);
    placed.set(points);
    if (jaw !== undefined) turnJaw(placed, mouth, jaw);
    return toCam(rig.pose, movePoints(moment.motion, placed, placed), placed);
  }

  let atRest = 1;
  let shares: Float32Array = new Float32Array(0);
  return {
    get speaking() {
      return 1 - atRest;
    },
    paint(opening, moment, layer, frame) {
      const { weights } = moment;
      let activity = 0;
      for (const channel of MOUTH_CHANNELS) activity += weights[channel];
      atRest = 1 - smoothstep(0.02, 0.15, activity);
      if (opening.box.width === 0) return;
      shares = sharesOf(opening, layer, shares);
      if (atRest < 1) {
        const back = moment.lipDepth - BACK_CM * rig.pose.pxPerCm;
        clearCanvas(canvas, opening.box, mouth.palette.deep, back);
        if (mouth.jawIsDown) {
          drawShown(canvas, mouth.shown, moment.lipDepth - SHOWN_CM * rig.pose.pxPerCm);
        }
        const jaw = jawTurn(rig, weights);
        if (!isDrawn) drawStrip(canvas, place(lower, jaw, moment), mouth.lower, facing.lower);
        for (const part of !isDrawn && tongueRises(weights) ? TONGUE_PARTS : TONGUE_ALONE) {
          const points = tonguePoints(tongue, mouth, weights, jaw, part);
          drawTongue(canvas, place(points, undefined, moment), mouth, part);
        }
        drawStrip(canvas, place(upper, undefined, moment), mouth.upper, facing.upper);
        light.resolve(canvas, opening, moment, shares, frame);
      }
      if (atRest < 1 && mouth.ownTeeth !== undefined) {
        showPatch(mouth.ownTeeth, opening, moment, shares, "alpha", frame);
      }
      if (atRest > 0) showPatch(mouth.shown, opening, moment, shares, atRest, frame);
    },
  };
}

/**
 * How much of each pixel's ground is mouth, so that with the skin over it the mouth has the part that
 * its opening covers: all under solid skin, that part alone where skin is seen from the side and thin.
 *
 * @returns Shape [box.height, box.width]; `out` if it is large enough.
 */
function sharesOf({ box, coverage }: Opening, layer: SkinLayer, out: Float32Array): Float32Array {
  const count = box.width * box.height;
  const shares = out.length < count ? new Float32Array(2 * count) : out;
  for (let row = 0; row < box.height; row++) {
    let at = (box.y + row - layer.box.y) * layer.box.width + box.x - layer.box.x;
    for (let column = 0; column < box.width; column++, at++) {
      const covered = coverage[row * (box.width + 1) + column];
      const isSkin = layer.depth[at] !== NO_SKIN;
      const skin = isSkin ? (1 - covered) * layer.attributes[at * SKIN.size + SKIN.opacity] : 0;
      shares[row * box.width + column] = skin < 1 ? Math.min(covered / (1 - skin), 1) : 0;
    }
  }
  return shares;
}

/** A strip's corners at rest: two rows (gum, bite) per column, head frame, shape [columns, 2, 3]. */
function layStrip({ mouth, pose, neutral }: Rig, which: "upper" | "lower"): Float32Array {
  const { halfLengthCm, heightCm } = mouth[which];
  const bite = which === "upper" ? mouth.upperBite : mouth.lowerBite;
  const gum = which === "upper" ? heightCm : -heightCm;
  const points = new Float32Array(STRIP_COLUMNS * 6);
  const arch = placeArch(walkArch(which, halfLengthCm, STRIP_COLUMNS), bite, pose, neutral);
  arch.forEach(([x, y, z], k) => {
    points.set([x, y + gum, z, x, y, z], 6 * k);
  });
  return points;
}

/** Teeth that face sideways lie in the cheek's shadow: this is left of their light. */
const ASIDE_LIGHT = 0.3;

/** Brightness of each column of a strip; drawings shade less. */
function stripFacing({ mouth }: Rig, which: "upper" | "lower"): number[] {
  return walkArch(which, mouth[which].halfLengthCm, STRIP_COLUMNS).map(({ facing }) =>
    mix(mix(ASIDE_LIGHT, 1, clamp(facing, 0, 1) ** 0.8), 1, 0.5 * mouth.surface.flatness),
  );
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

/**
 * Lays a piece of the portrait into the opening, fixed to the skull.
 *
 * @param opacity - Of all of it, or per pixel as its alpha says.
 */
function showPatch(
  { picture, x: left, y: top }: Patch,
  { box }: Opening,
  { toPortrait }: MouthMoment,
  shares: Float32Array,
  opacity: number | "alpha",
  frame: Picture,
): void {
  const { width, height } = picture;
  const color = new Float32Array(3);
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      if (shares[row * box.width + column] === 0) continue;
      const x = box.x + column + 0.5;
      const y = box.y + row + 0.5;
      const sx = toPortrait.a * x - toPortrait.b * y + toPortrait.tx - left;
      const sy = toPortrait.b * x + toPortrait.a * y + toPortrait.ty - top;
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
      const share =
        shares[row * box.width + column] *
        (opacity === "alpha" ? alphaAt(picture, sx, sy) : opacity);
      if (share === 0) continue;
      sampleLinear(picture, sx, sy, color, 0);
      const to = ((box.y + row) * frame.width + box.x + column) * 4;
      for (let c = 0; c < 3; c++) frame.data[to + c] += share * (color[c] - frame.data[to + c]);
    }
  }
}
