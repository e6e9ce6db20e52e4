/**
 * @file The background as if nobody stood in front of it.
 *
 * Only a band behind the moving outline is ever seen, so the hole is filled smoothly, at reduced
 * size, and given the picture's own grain; everywhere else the plate is the picture, bit for bit.
 */
import { clamp, quantile } from "../base/curves.js";
import { type ColorField, pushPull } from "../base/fill.js";
import { makePicture, type Picture } from "../base/picture.js";
import { grow, makePlane, type Plane } from "../base/plane.js";
import { randomOf } from "../base/random.js";

/** What counts as person, and how far around it the picture is not trusted as background. */
const PERSON_MIN = 0.03;
/** Of the long side: 7 px at 768. */
const MARGIN = 0.009;
/** Long side at which the hole is filled, px. */
const FILL_PX = 640;

/** The plate. */
export interface Plate {
  readonly picture: Picture;
  /** 1 where the plate is invented, 0 where it is the picture, shape [height, width]. */
  readonly hole: Uint8Array;
}

/** Fills the person's place. @param matte - 0..1 at the picture's size. */
export function buildPlate(picture: Picture, matte: Plane): Plate {
  const { width, height, data } = picture;
  const block = Math.max(1, Math.ceil(Math.max(width, height) / FILL_PX));
  const person = personBlocks(matte, block);
  const margin = Math.ceil((MARGIN * Math.max(width, height)) / block);
  const holes = grow(person, margin);
  const filled = pushPull(
    meanBlocks(picture, block),
    holes.data.map((hole) => 1 - hole),
  );
  const plate = makePicture(width, height);
  plate.data.set(data);
  const hole = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / block) * holes.width;
    for (let x = 0; x < width; x++, i++) hole[i] = holes.data[row + Math.floor(x / block)];
  }
  paintHole(plate, hole, filled, block, grainOf(picture, hole));
  return { picture: plate, hole };
}

/** 1 for every block of pixels that holds a trace of the person. */
function personBlocks(matte: Plane, block: number): Plane {
  const width = Math.ceil(matte.width / block);
  const blocks = makePlane(width, Math.ceil(matte.height / block));
  for (let y = 0, i = 0; y < matte.height; y++) {
    const row = Math.floor(y / block) * width;
    for (let x = 0; x < matte.width; x++, i++) {
      if (matte.data[i] > PERSON_MIN) blocks.data[row + Math.floor(x / block)] = 1;
    }
  }
  return blocks;
}

/** Mean colour of every block of pixels. */
function meanBlocks({ data, width, height }: Picture, block: number): ColorField {
  const columns = Math.ceil(width / block);
  const rows = Math.ceil(height / block);
  const rgb = new Float32Array(columns * rows * 3);
  const count = new Float32Array(columns * rows);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / block) * columns;
    for (let x = 0; x < width; x++, i += 4) {
      const to = row + Math.floor(x / block);
      count[to]++;
      for (let c = 0; c < 3; c++) rgb[3 * to + c] += data[i + c];
    }
  }
  for (let i = 0; i < count.length; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] /= count[i];
  }
  return { rgb, width: columns, height: rows };
}

/** Enlarges the filling into the hole, with grain. @param grain - Standard deviation, grey levels. */
function paintHole(
  { data, width, height }: Picture,
  hole: Uint8Array,
  { rgb, width: columns, height: rows }: ColorField,
  block: number,
  grain: number,
): void {
  const chance = randomOf(1, "plate grain");
  for (let y = 0, i = 0; y < height; y++) {
    const v = clamp((y + 0.5) / block - 0.5, 0, rows - 1);
    const y0 = Math.min(Math.floor(v), Math.max(rows - 2, 0));
    const down = rows > 1 ? 3 * columns : 0;
    for (let x = 0; x < width; x++, i++) {
      if (hole[i] === 0) continue;
      const u = clamp((x + 0.5) / block - 0.5, 0, columns - 1);
      const x0 = Math.min(Math.floor(u), Math.max(columns - 2, 0));
      const fx = u - x0;
      const fy = v - y0;
      const at = 3 * (y0 * columns + x0);
      const noise = grain * chance.normal();
      for (let c = 0; c < 3; c++) {
        const top = rgb[at + c] + fx * (rgb[at + 3 + c] - rgb[at + c]);
        const bottom = rgb[at + down + c] + fx * (rgb[at + down + 3 + c] - rgb[at + down + c]);
        data[4 * i + c] = top + fy * (bottom - top) + noise;
      }
    }
  }
}

/** Standard deviation of the background's finest grain, grey levels, 0..4. */
function grainOf({ data, width, height }: Picture, hole: Uint8Array): number {
  const steps: number[] = [];
  const stride = Math.max(3, Math.floor(Math.sqrt((width * height) / 40_000)));
  for (let y = 1; y + 1 < height; y += stride) {
    for (let x = 1; x + 1 < width; x += stride) {
      const i = y * width + x;
      if (hole[i] !== 0) continue;
      const luma = (k: number) =>
        0.3 * data[4 * k] + 0.59 * data[4 * k + 1] + 0.11 * data[4 * k + 2];
      steps.push(Math.abs(2 * luma(i) - luma(i - 1) - luma(i + 1)));
    }
  }
  if (steps.length < 50) return 0;
  // |N(0, 6σ²)|: its median is 0.674·√6·σ. A low quantile, so that edges do not count as grain.
  return clamp(quantile(steps, 0.35) / (0.454 * Math.sqrt(6)), 0, 4);
}
