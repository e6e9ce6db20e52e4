/**
 * @file What each pixel shows: background, hair, body, face, clothes, other.
 *
 * The network sees 256 × 256 pixels, so it looks twice: at the whole picture, and at the head alone,
 * which gives the hair four times as many samples. The head's answer wins where it covers.
 */

import { clamp, smoothstep } from "../base/curves.js";
import { cropRoi, type Pyramid, type Roi } from "../base/picture.js";
import { makePlane, type Plane } from "../base/plane.js";
import type { Net } from "../base/ports.js";
import { roiOfLandmarks } from "./landmarks.js";

/** The network's classes, in its order. */
export const CLASSES = ["background", "hair", "body", "face", "clothes", "other"] as const;

/** Name of one class. */
export type PersonClass = (typeof CLASSES)[number];

/** Probabilities of each class, 0..1, summing to 1 at each pixel. */
export type ClassMaps = Readonly<Record<PersonClass, Plane>>;

const INPUT_PX = 256;
/** Head crop: side in extents of the face, and how far its centre lies above the face's. */
const HEAD_SCALE = 2.2;
const HEAD_RAISE = 0.04;

/**
 * Class probabilities at reduced size.
 *
 * @param points - Landmarks of the person, px of the full picture.
 * @param scale - Size of the maps relative to the picture, ≤ 1.
 */
export async function segmentPerson(
  net: Net,
  pyramid: Pyramid,
  points: Float32Array,
  scale: number,
): Promise<ClassMaps> {
  const { width, height } = pyramid[0];
  const whole: Roi = {
    centerX: width / 2,
    centerY: height / 2,
    size: Math.max(width, height),
    angleRad: 0,
  };
  const face = roiOfLandmarks(points, HEAD_SCALE);
  const head = { ...face, centerY: face.centerY - HEAD_RAISE * face.size, angleRad: 0 };
  const wide = await classify(net, pyramid, whole);
  const near = head.size < whole.size ? await classify(net, pyramid, head) : wide;
  const nearRoi = near === wide ? whole : head;

  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const maps = CLASSES.map(() => makePlane(size.width, size.height));
  const far = new Float64Array(CLASSES.length);
  const close = new Float64Array(CLASSES.length);
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) {
      const px = (x + 0.5) / scale;
      const py = (y + 0.5) / scale;
      const inNear = near === wide ? 0 : insideness(nearRoi, px, py);
      if (inNear < 1) sampleClasses(wide, whole, px, py, far);
      else far.fill(0);
      if (inNear > 0) sampleClasses(near, nearRoi, px, py, close);
      else close.fill(0);
      for (let c = 0; c < maps.length; c++) {
        maps[c].data[i] = far[c] + (close[c] - far[c]) * inNear;
      }
    }
  }
  return Object.fromEntries(CLASSES.map((name, c) => [name, maps[c]])) as Record<
    PersonClass,
    Plane
  >;
}

/** 0 outside a crop, 1 inside, soft over its outer tenth. */
function insideness(roi: Roi, x: number, y: number): number {
  const toEdge = roi.size / 2 - Math.max(Math.abs(x - roi.centerX), Math.abs(y - roi.centerY));
  return smoothstep(0, 0.1 * roi.size, toEdge);
}

/**
 * One look: probabilities by softmax, shape [256, 256, 6].
 *
 * It is two, the other in the mirror: where they differ, each is wrong about as often.
 */
async function classify(net: Net, pyramid: Pyramid, roi: Roi): Promise<Float32Array> {
  const crop = cropRoi(pyramid, roi, {
    size: INPUT_PX,
    scale: 1 / 255,
    offset: 0,
    // Black borders would be taken for clothes.
    outside: "replicate",
  });
  const shape = [1, INPUT_PX, INPUT_PX, 3] as const;
  const { classes } = await net.run(crop, shape);
  const count = CLASSES.length;
  const mirrored = await net.run(mirrorRows(crop, 3), shape);
  const back = mirrorRows(mirrored.classes, count);
  for (let i = 0; i < back.length; i++) classes[i] = (classes[i] + back[i]) / 2;
  const out = new Float32Array(classes.length);
  for (let i = 0; i < out.length; i += count) {
    let highest = classes[i];
    for (let c = 1; c < count; c++) highest = Math.max(highest, classes[i + c]);
    let sum = 0;
    for (let c = 0; c < count; c++) sum += Math.exp(classes[i + c] - highest);
    for (let c = 0; c < count; c++) out[i + c] = Math.exp(classes[i + c] - highest) / sum;
  }
  return out;
}

/** The network's input or output left to right. */
function mirrorRows(from: Float32Array, channels: number): Float32Array {
  const out = new Float32Array(from.length);
  const line = INPUT_PX * channels;
  for (let row = 0; row < from.length; row += line) {
    for (let x = 0; x < line; x += channels) {
      const pixel = from.subarray(row + x, row + x + channels);
      out.set(pixel, row + line - channels - x);
    }
  }
  return out;
}

/** Bilinear probabilities at a picture point; `roi` is upright. @param out - Shape [6]. */
function sampleClasses(
  maps: Float32Array,
  roi: Roi,
  x: number,
  y: number,
  out: Float64Array,
): void {
  const u = ((x - roi.centerX) / roi.size + 0.5) * INPUT_PX - 0.5;
  const v = ((y - roi.centerY) / roi.size + 0.5) * INPUT_PX - 0.5;
  const x0 = clamp(Math.floor(u), 0, INPUT_PX - 2);
  const y0 = clamp(Math.floor(v), 0, INPUT_PX - 2);
  const fx = clamp(u - x0, 0, 1);
  const fy = clamp(v - y0, 0, 1);
  const count = out.length;
  const a = (y0 * INPUT_PX + x0) * count;
  const below = a + INPUT_PX * count;
  for (let c = 0; c < count; c++) {
    const top = maps[a + c] * (1 - fx) + maps[a + count + c] * fx;
    const bottom = maps[below + c] * (1 - fx) + maps[below + count + c] * fx;
    out[c] = top * (1 - fy) + bottom * fy;
  }
}
