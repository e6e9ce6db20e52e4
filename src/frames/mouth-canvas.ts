/** @file A small canvas with depth, finer than the frame: where teeth and tongue are drawn. */
import type { Picture } from "../base/picture.js";

/** Samples per frame pixel and axis. */
export const FINENESS = 2;

/** Colours and depths of the samples in a window of the frame. */
export interface MouthCanvas {
  /** Window, frame px. */
  x: number;
  y: number;
  /** In samples. */
  width: number;
  height: number;
  /** RGB 0..255, shape [height, width, 3]. */
  rgb: Float32Array;
  /** cam z, px: larger is nearer, shape [height, width]. */
  depth: Float32Array;
}

/** An empty canvas; it grows as needed. */
export function makeMouthCanvas(): MouthCanvas {
  return {
    x: 0,
    y: 0,
    width: 0,
    height: 0,
    rgb: new Float32Array(0),
    depth: new Float32Array(0),
  };
}

/** Puts the canvas over a window and paints it with the dark of the mouth. */
export function clearCanvas(
  canvas: MouthCanvas,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  dark: readonly number[],
  farDepth: number,
): void {
  canvas.x = box.x;
  canvas.y = box.y;
  canvas.width = box.width * FINENESS;
  canvas.height = box.height * FINENESS;
  const count = canvas.width * canvas.height;
  if (canvas.depth.length < count) {
    canvas.depth = new Float32Array(count * 2);
    canvas.rgb = new Float32Array(count * 6);
  }
  canvas.depth.fill(farDepth, 0, count);
  for (let i = 0; i < count * 3; i += 3) {
    canvas.rgb[i] = dark[0];
    canvas.rgb[i + 1] = dark[1];
    canvas.rgb[i + 2] = dark[2];
  }
}

/** A corner of a triangle: place in the frame, depth, and three values to interpolate. */
export interface Corner {
  x: number;
  y: number;
  z: number;
  /** Texture column and row and brightness; or red, green, blue. */
  p: number;
  q: number;
  r: number;
}

/**
 * Draws a triangle in front of what is farther.
 *
 * @param texture - If given, corners carry (column, row, brightness) of it, and its alpha is
 *   respected; else they carry a colour.
 */
export function drawTriangle(
  canvas: MouthCanvas,
  a: Corner,
  b: Corner,
  c: Corner,
  texture?: Picture,
): void {
  const ax = (a.x - canvas.x) * FINENESS;
  const ay = (a.y - canvas.y) * FINENESS;
  const bx = (b.x - canvas.x) * FINENESS;
  const by = (b.y - canvas.y) * FINENESS;
  const cx = (c.x - canvas.x) * FINENESS;
  const cy = (c.y - canvas.y) * FINENESS;
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (Math.abs(area) < 1e-9) return;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
  const right = Math.min(canvas.width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const bottom = Math.min(canvas.height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  const { rgb, depth } = canvas;
  // Weights of a and b grow evenly along a row.
  const aStep = (by - cy) / area;
  const bStep = (cy - ay) / area;
  for (let y = top; y <= bottom; y++) {
    const px = left + 0.5;
    const py = y + 0.5;
    let wa = ((bx - px) * (cy - py) - (by - py) * (cx - px)) / area;
    let wb = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) / area;
    for (let x = left; x <= right; x++, wa += aStep, wb += bStep) {
      const wc = 1 - wa - wb;
      if (wa < -1e-5 || wb < -1e-5 || wc < -1e-5) continue;
      const i = y * canvas.width + x;
      const z = wa * a.z + wb * b.z + wc * c.z;
      if (z <= depth[i]) continue;
      const p = wa * a.p + wb * b.p + wc * c.p;
      const q = wa * a.q + wb * b.q + wc * c.q;
      const r = wa * a.r + wb * b.r + wc * c.r;
      const to = 3 * i;
      if (texture === undefined) {
        depth[i] = z;
        rgb[to] = p;
        rgb[to + 1] = q;
        rgb[to + 2] = r;
        continue;
      }
      PLACE[0] = p;
      PLACE[1] = q;
      readTexel(texture);
      const opacity = TEXEL[3];
      if (opacity < 0.02) continue;
      for (let k = 0; k < 3; k++) rgb[to + k] += opacity * (TEXEL[k] * r - rgb[to + k]);
      if (opacity > 0.5) depth[i] = z;
    }
  }
}

/** Column and row in a texture, and the texel there: RGB 0..255, opacity 0..1. */
const PLACE = new Float64Array(2);
const TEXEL = new Float64Array(4);

/** Reads one bilinear texel: through arrays, for numbers handed over would be objects. */
function readTexel({ data, width, height }: Picture): void {
  const u = Math.min(Math.max(PLACE[0] - 0.5, 0), width - 1.001);
  const v = Math.min(Math.max(PLACE[1] - 0.5, 0), height - 1.001);
  const x0 = u | 0;
  const y0 = v | 0;
  const fx = u - x0;
  const fy = v - y0;
  const i = (y0 * width + x0) * 4;
  const j = i + width * 4;
  const wa = (1 - fx) * (1 - fy);
  const wb = fx * (1 - fy);
  const wc = (1 - fx) * fy;
  const wd = fx * fy;
  TEXEL[0] = wa * data[i] + wb * data[i + 4] + wc * data[j] + wd * data[j + 4];
  TEXEL[1] = wa * data[i + 1] + wb * data[i + 5] + wc * data[j + 1] + wd * data[j + 5];
  TEXEL[2] = wa * data[i + 2] + wb * data[i + 6] + wc * data[j + 2] + wd * data[j + 6];
  TEXEL[3] = (wa * data[i + 3] + wb * data[i + 7] + wc * data[j + 3] + wd * data[j + 7]) / 255;
}

const corner = (): Corner => ({ x: 0, y: 0, z: 0, p: 0, q: 0, r: 0 });

/** The corners of the next quadrilateral; reused. */
export const QUAD = [corner(), corner(), corner(), corner()] as const;

/** Sets a corner to a point i of an array of points, cam px, y up. */
export function setCorner(
  to: Corner,
  cam: Float32Array,
  i: number,
  p: number,
  q: number,
  r: number,
): void {
  to.x = cam[i];
  to.y = -cam[i + 1];
  to.z = cam[i + 2];
  to.p = p;
  to.q = q;
  to.r = r;
}

/** Draws `QUAD`, whose corners 0 and 3 face each other. @param texture - As for triangles. */
export function drawQuad(canvas: MouthCanvas, texture?: Picture): void {
  drawTriangle(canvas, QUAD[0], QUAD[1], QUAD[2], texture);
  drawTriangle(canvas, QUAD[1], QUAD[3], QUAD[2], texture);
}
