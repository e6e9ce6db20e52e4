/** @file Lips that part: the dark line between them is not stretched over them, but left behind. */
import { clamp, smoothstep } from "../base/curves.js";
import type { LipLine } from "../rig/lip-line.js";
import type { Opening } from "./opening.js";
import { alphaAt, sampleLinear } from "./sample.js";
import { NO_SKIN, SKIN, type SkinLayer } from "./skin-layer.js";

/** The line goes while the lips part from here to there, cm. */
const PARTING_CM = [0.04, 0.2] as const;
/** And where the portrait is stretched: its rows per row of the frame from here to there. */
const STRETCHED = [0.8, 0.45] as const;
/** Around the opening: where the line is stretched to, and where lips are folded over skin, cm. */
const AROUND_CM = 0.9;
const FOLDS_CM = 1.6;

/**
 * Lays the lips without their line over the layer's colours, where they part.
 *
 * @param speaking - How far the mouth has left its rest, 0..1.
 */
export function paintLipLine(
  layer: SkinLayer,
  { upper, lower, x: left, y: top }: LipLine,
  { box: mouth, coverage }: Opening,
  speaking: number,
  pxPerCm: number,
): void {
  if (speaking === 0 || mouth.width === 0) return;
  const { box, depth, attributes, color } = layer;
  const around = Math.ceil(AROUND_CM * pxPerCm);
  const x0 = Math.max(mouth.x - around, box.x);
  const x1 = Math.min(mouth.x + mouth.width + around, box.x + box.width);
  const y0 = Math.max(mouth.y - around, box.y + 1);
  const y1 = Math.min(mouth.y + mouth.height + around, box.y + box.height - 1);
  COLUMN.gap = 0;
  for (let column = 0; COLUMN.gap === 0 && column < mouth.width; column++) measureColumn(column);
  for (let x = x0; x < x1; x++) {
    measureColumn(clamp(x - mouth.x, 0, mouth.width - 1));
    const parted = smoothstep(PARTING_CM[0], PARTING_CM[1], COLUMN.gap / pxPerCm);
    for (let y = y0; y < y1; y++) {
      const i = (y - box.y) * box.width + x - box.x;
      if (depth[i] === NO_SKIN) continue;
      const at = SKIN.size * i;
      const sx = attributes[at + SKIN.x] - left;
      const sy = attributes[at + SKIN.y] - top;
      if (sx < 0 || sy < 0 || sx >= upper.width || sy >= upper.height) continue;
      const picture = y + 0.5 < mouth.y + COLUMN.middle ? upper : lower;
      const alpha = alphaAt(picture, sx, sy);
      if (alpha === 0) continue;
      const stretched = smoothstep(STRETCHED[0], STRETCHED[1], rowsPerRow(layer, i));
      const share = speaking * alpha * Math.max(parted, stretched);
      if (share === 0) continue;
      sampleLinear(picture, sx, sy, TEXEL, 0);
      const light = attributes[at + SKIN.light];
      for (let c = 0; c < 3; c++) color[4 * i + c] += share * (TEXEL[c] * light - color[4 * i + c]);
    }
  }

  /** Height of the opening in one of its columns, and the middle of it; outside, that last seen. */
  function measureColumn(column: number): void {
    COLUMN.gap = 0;
    let rows = 0;
    for (let row = 0; row < mouth.height; row++) {
      const covered = coverage[row * (mouth.width + 1) + column];
      COLUMN.gap += covered;
      rows += covered * (row + 0.5);
    }
    if (COLUMN.gap > 0) COLUMN.middle = rows / COLUMN.gap;
  }
}

/** How many of the portrait's rows one row of the frame shows at a pixel of the layer. */
function rowsPerRow({ box, depth, attributes }: SkinLayer, i: number): number {
  const above = depth[i - box.width] > NO_SKIN ? i - box.width : i;
  const below = depth[i + box.width] > NO_SKIN ? i + box.width : i;
  if (above === below) return 1;
  const rows = attributes[SKIN.size * below + SKIN.y] - attributes[SKIN.size * above + SKIN.y];
  return (rows * box.width) / (below - above);
}

/** Rows of the portrait per row of the frame from which on skin is folded over itself. */
const FOLDED = [2, 3.5] as const;

/**
 * Softens where a lip that is raised or drawn down lies over the skin beside it: the layer has one
 * depth a pixel, so such a border is a staircase.
 *
 * @param speaking - How far the mouth has left its rest, 0..1.
 */
export function softenFolds(
  layer: SkinLayer,
  { box: mouth }: Opening,
  speaking: number,
  pxPerCm: number,
): void {
  if (speaking === 0 || mouth.width === 0) return;
  const { box, depth, color } = layer;
  const around = Math.ceil(FOLDS_CM * pxPerCm);
  const x0 = Math.max(mouth.x - around, box.x + 1) - box.x;
  const x1 = Math.min(mouth.x + mouth.width + around, box.x + box.width - 1) - box.x;
  const y0 = Math.max(mouth.y - around, box.y + 1) - box.y;
  const y1 = Math.min(mouth.y + mouth.height + around, box.y + box.height - 1) - box.y;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const i = y * box.width + x;
      if (depth[i] === NO_SKIN) continue;
      const rows = rowsPerRow(layer, i);
      const share = speaking * smoothstep(FOLDED[0], FOLDED[1], Math.abs(rows - 0.5) + 0.5);
      if (share === 0) continue;
      TEXEL.fill(0);
      let count = 0;
      for (let k = 0; k < 9; k++) {
        const j = i + (Math.floor(k / 3) - 1) * box.width + (k % 3) - 1;
        if (depth[j] === NO_SKIN) continue;
        for (let c = 0; c < 3; c++) TEXEL[c] += color[4 * j + c];
        count++;
      }
      for (let c = 0; c < 3; c++) color[4 * i + c] += share * (TEXEL[c] / count - color[4 * i + c]);
    }
  }
}

const TEXEL = new Float32Array(3);
const COLUMN = { gap: 0, middle: 0 };
