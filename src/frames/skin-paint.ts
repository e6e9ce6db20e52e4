/** @file Painting the skin layer over a frame: texture, closed lids, light, soft edges. */
import { smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import type { Lid } from "../rig/lids.js";
import type { Opening } from "./opening.js";
import { sampleCubic } from "./sample.js";
import type { SkinLayer } from "./skin-raster.js";

/** A lid on its way down. */
export interface ClosingLid {
  readonly lid: Lid;
  /** 0 = open, 1 = shut. */
  blink: number;
}

/** Closer than this to where it was, a pixel is copied, px. */
const STILL_PX = 0.01;
const STILL_LIGHT = 0.002;
/** The lid's own skin shows from here to there of the blink. */
const LID_FROM = 0.15;
const LID_TO = 0.75;

/** What the skin is painted with. */
export interface SkinTextures {
  /** For skin that has not moved. */
  readonly picture: Picture;
  /** The portrait with what shows between the lips filled. */
  readonly texture: Picture;
  readonly lids: readonly ClosingLid[];
}

/**
 * Paints the skin.
 *
 * @param openings - Cut out of the skin, with soft edges.
 */
export function paintSkin(
  layer: SkinLayer,
  textures: SkinTextures,
  openings: readonly Opening[],
  frame: Picture,
): void {
  for (const opening of openings) extendToEdges(layer, opening);
  const { box, depth, sourceX, sourceY, light, opacity } = layer;
  const pixel = new Uint8ClampedArray(8);
  for (let y = 0, i = 0; y < box.height; y++) {
    let to = ((box.y + y) * frame.width + box.x) * 4;
    for (let x = 0; x < box.width; x++, i++, to += 4) {
      if (depth[i] === -Infinity) continue;
      let alpha = opacity[i];
      for (const opening of openings) alpha *= 1 - coverageAt(opening, box.x + x, box.y + y);
      if (alpha <= 0.002) continue;
      paintPixel(sourceX[i], sourceY[i], light[i], textures, pixel, box.x + x, box.y + y);
      if (alpha >= 0.998) {
        frame.data[to] = pixel[0];
        frame.data[to + 1] = pixel[1];
        frame.data[to + 2] = pixel[2];
      } else {
        for (let c = 0; c < 3; c++) frame.data[to + c] += alpha * (pixel[c] - frame.data[to + c]);
      }
    }
  }
}

/** Part of a frame pixel that an opening covers, 0..1. */
function coverageAt({ box, coverage }: Opening, x: number, y: number): number {
  const column = x - box.x;
  const row = y - box.y;
  if (column < 0 || row < 0 || column >= box.width || row >= box.height) return 0;
  return coverage[row * (box.width + 1) + column];
}

/**
 * Continues the skin by one pixel into an opening, so that its soft edge has a colour on both sides.
 */
function extendToEdges(layer: SkinLayer, { box, coverage }: Opening): void {
  const { depth, sourceX, sourceY, light, opacity } = layer;
  const { width, height } = layer.box;
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      const covered = coverage[row * (box.width + 1) + column];
      if (covered <= 0 || covered >= 1) continue;
      const x = box.x + column - layer.box.x;
      const y = box.y + row - layer.box.y;
      const i = y * width + x;
      if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1 || depth[i] !== -Infinity) continue;
      for (let k = 0; k < 8; k++) {
        const dx = AROUND_X[k];
        const dy = AROUND_Y[k];
        const from = i + dy * width + dx;
        // Depth marks: real skin is finite; what was extended here is NaN and not extended again.
        if (!(depth[from] > -Infinity)) continue;
        sourceX[i] = sourceX[from] - dx;
        sourceY[i] = sourceY[from] - dy;
        light[i] = light[from];
        opacity[i] = opacity[from];
        depth[i] = Number.NaN;
        break;
      }
    }
  }
}

const AROUND_X = Int8Array.of(0, 0, -1, 1, -1, 1, -1, 1);
const AROUND_Y = Int8Array.of(-1, 1, 0, 0, -1, -1, 1, 1);

/** One pixel's colour into `pixel[0..2]`; `pixel[4..6]` is scratch. */
function paintPixel(
  sx: number,
  sy: number,
  shade: number,
  { picture, texture, lids }: SkinTextures,
  pixel: Uint8ClampedArray,
  x: number,
  y: number,
): void {
  const dx = sx - x - 0.5;
  const dy = sy - y - 0.5;
  if (dx < STILL_PX && dx > -STILL_PX && dy < STILL_PX && dy > -STILL_PX) {
    const from = (y * picture.width + x) * 4;
    pixel[0] = picture.data[from];
    pixel[1] = picture.data[from + 1];
    pixel[2] = picture.data[from + 2];
  } else {
    sampleCubic(texture, sx, sy, pixel, 0);
  }
  for (const { lid, blink } of lids) {
    if (blink <= LID_FROM) continue;
    const { data, width, height } = lid.patch.picture;
    const px = (sx - lid.patch.x) * lid.scale;
    const py = (sy - lid.patch.y) * lid.scale;
    if (px < 0 || py < 0 || px >= width || py >= height) continue;
    const covers = data[((py | 0) * width + (px | 0)) * 4 + 3];
    if (covers === 0) continue;
    sampleCubic(lid.patch.picture, px, py, pixel, 4);
    const share = (smoothstep(LID_FROM, LID_TO, blink) * covers) / 255;
    for (let c = 0; c < 3; c++) pixel[c] += share * (pixel[4 + c] - pixel[c]);
  }
  if (shade > 1 + STILL_LIGHT || shade < 1 - STILL_LIGHT) {
    pixel[0] *= shade;
    pixel[1] *= shade;
    pixel[2] *= shade;
  }
}
