/**
 * @file The eyes behind the lids: plates of iris and sclera, completed where the lids hide them.
 */
import { clamp, quantile, smoothstep } from "../base/curves.js";
import { pushPull } from "../base/fill.js";
import { makePicture, type Picture } from "../base/picture.js";
import { type Box, blurPlane, mapPlane, type Plane, samplePlane, shrink } from "../base/plane.js";
import { boxAround, cutPatch, maskOf, type Patch, rgbOf } from "./patch.js";
import type { Color } from "./tone.js";

/** One eye, without its lids. All plates share one box of the picture. */
export interface Eye {
  /** Iris centre and radius in the picture, px. */
  readonly centerX: number;
  readonly centerY: number;
  readonly radius: number;
  /** The brighter part of the white that shows, RGB 0..255. */
  readonly white: Color;
  /** As in the picture, lids and all. */
  readonly photo: Patch;
  /** As in the picture, with iris and sclera continued under the lids. */
  readonly rest: Patch;
  readonly iris: Patch;
  readonly sclera: Patch;
}

/** Beyond this many radii the iris has ended. */
const IRIS_END = 1.12;
/** From here on it is certainly sclera. */
const SCLERA_START = 1.25;

/**
 * Plates for one eye.
 *
 * @param opening - The eye's opening, picture px, shape [n, 2].
 * @param iris - Centre, then four points of the rim: x, y, z px, shape [5, 3].
 */
export function buildEye(picture: Picture, opening: Float32Array, iris: Float32Array): Eye {
  const [centerX, centerY] = iris;
  let radius = 0;
  for (let i = 3; i < 15; i += 3) {
    radius += Math.hypot(iris[i] - centerX, iris[i + 1] - centerY) / 4;
  }
  const box = boxAround(opening, 1.5 * radius, picture);
  const photo = cutPatch(picture, box);
  const mask = maskOf(opening, box);
  const safe = shrink(mask, clamp(radius / 8, 1, 3));
  const at: Frame = { box, centerX, centerY, radius };
  const irisRgb = completeIris(photo, safe, at);
  const scleraRgb = completeSclera(photo, safe, at);
  return {
    centerX,
    centerY,
    radius,
    white: readWhite(photo, safe, at),
    photo,
    iris: toPatch(irisRgb, box),
    sclera: toPatch(scleraRgb, box),
    rest: toPatch(completeRest(photo, safe, irisRgb, scleraRgb, at), box),
  };
}

interface Frame {
  readonly box: Box;
  readonly centerX: number;
  readonly centerY: number;
  readonly radius: number;
}

/** Calls with each pixel's number, offset from the iris centre (px) and distance in radii. */
function eachPixel(
  { box, centerX, centerY, radius }: Frame,
  visit: (i: number, dx: number, dy: number, rho: number) => void,
): void {
  for (let y = 0, i = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++, i++) {
      const dx = box.x + x + 0.5 - centerX;
      const dy = box.y + y + 0.5 - centerY;
      visit(i, dx, dy, Math.hypot(dx, dy) / radius);
    }
  }
}

/** Hidden parts of the iris from their reflections about its centre, then from its rings' median. */
function completeIris(photo: Patch, safe: Plane, at: Frame): Float32Array {
  const source = channelPlanes(photo.picture);
  const rgb = new Float32Array(safe.data.length * 3);
  const seen = new Uint8Array(safe.data.length);
  const rings: number[][][] = Array.from({ length: 60 }, () => [[], [], []]);
  eachPixel(at, (i, dx, dy, rho) => {
    for (const [sx, sy] of [
      [1, 1],
      [-1, 1],
      [1, -1],
      [-1, -1],
    ]) {
      const x = at.centerX + sx * dx - at.box.x;
      const y = at.centerY + sy * dy - at.box.y;
      if (!inside(safe, x, y) || samplePlane(safe, x, y) < 0.5) continue;
      seen[i] = 1;
      for (let c = 0; c < 3; c++) rgb[3 * i + c] = samplePlane(source[c], x, y);
      const ring = rings[Math.floor(rho * 50)];
      if (ring !== undefined) for (let c = 0; c < 3; c++) ring[c].push(rgb[3 * i + c]);
      break;
    }
  });
  const profile = ringMedians(rings);
  eachPixel(at, (i, _dx, _dy, rho) => {
    if (seen[i] === 1 || rho >= IRIS_END) return;
    const ring = profile[clamp(Math.floor(rho * 50), 0, 59)];
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = ring[c];
  });
  return rgb;
}

/** Median colour of each ring; rings that were not seen repeat the next inner one. */
function ringMedians(rings: number[][][]): number[][] {
  const profile: number[][] = [];
  let last = rings.find(([red]) => red.length > 0)?.map((values) => quantile(values, 0.5));
  last ??= [60, 50, 45];
  for (let r = 0; r < rings.length; r++) {
    const near = rings[r].map((_, c) => [r - 1, r, r + 1].flatMap((k) => rings[k]?.[c] ?? []));
    if (near[0].length > 0) last = near.map((values) => quantile(values, 0.5));
    profile.push(last);
  }
  return profile;
}

/** The white of the eye, where it is seen; elsewhere between its smooth continuation and its median. */
function completeSclera(photo: Patch, safe: Plane, at: Frame): Float32Array {
  const { width, height } = photo.picture;
  const rgb = rgbOf(photo.picture);
  const seen = new Float32Array(safe.data.length);
  const values: number[][] = [[], [], []];
  eachPixel(at, (i, _dx, _dy, rho) => {
    if (safe.data[i] < 0.5 || rho <= SCLERA_START) return;
    seen[i] = 1;
    for (let c = 0; c < 3; c++) values[c].push(rgb[3 * i + c]);
  });
  const median = values[0].length > 8 ? values.map((v) => quantile(v, 0.5)) : dimWhite(photo);
  const filled = values[0].length > 10 ? pushPull({ rgb, width, height }, seen).rgb : undefined;
  const keep = blurPlane({ data: seen, width, height }, 1);
  const out = new Float32Array(rgb.length);
  for (let i = 0; i < seen.length; i++) {
    for (let c = 0; c < 3; c++) {
      const guess = filled === undefined ? median[c] : 0.6 * filled[3 * i + c] + 0.4 * median[c];
      out[3 * i + c] = guess + (rgb[3 * i + c] - guess) * keep.data[i] * seen[i];
    }
  }
  return out;
}

/** Mean of the brightest fifth of the white that shows; of all that shows, where no white does. */
function readWhite(photo: Patch, safe: Plane, at: Frame): [number, number, number] {
  const { data } = photo.picture;
  const luma = (i: number) => data[4 * i] + data[4 * i + 1] + data[4 * i + 2];
  let seen: number[] = [];
  eachPixel(at, (i, _dx, _dy, rho) => {
    if (safe.data[i] > 0.5 && rho > SCLERA_START) seen.push(i);
  });
  if (seen.length < 8) seen = [...safe.data.keys()];
  const limit = quantile(seen.map(luma), 0.8);
  const bright = seen.filter((i) => luma(i) >= limit);
  const mean = (c: number) => bright.reduce((sum, i) => sum + data[4 * i + c], 0) / bright.length;
  return [mean(0), mean(1), mean(2)];
}

/** A white for eyes that show none: as bright as the brightest part of the piece. */
function dimWhite(photo: Patch): number[] {
  return [0, 1, 2].map((c) => quantile(channelPlanes(photo.picture)[c].data, 0.85));
}

/** The photo inside the opening; iris over sclera outside of it, for lids that open wider. */
function completeRest(
  photo: Patch,
  safe: Plane,
  iris: Float32Array,
  sclera: Float32Array,
  at: Frame,
): Float32Array {
  const rgb = rgbOf(photo.picture);
  const keep = blurPlane(safe, 0.8);
  const out = new Float32Array(rgb.length);
  eachPixel(at, (i, _dx, _dy, rho) => {
    const onIris = 1 - smoothstep(0.98, IRIS_END, rho);
    for (let c = 0; c < 3; c++) {
      const k = 3 * i + c;
      const made = sclera[k] + (iris[k] - sclera[k]) * onIris;
      out[k] = made + (rgb[k] - made) * keep.data[i];
    }
  });
  return out;
}

function inside({ width, height }: Plane, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

function channelPlanes(picture: Picture): Plane[] {
  const rgb = rgbOf(picture);
  const blank = { data: new Float32Array(picture.width * picture.height), ...sizeOf(picture) };
  return [0, 1, 2].map((c) => mapPlane(blank, (_, i) => rgb[3 * i + c]));
}

function sizeOf({ width, height }: Picture) {
  return { width, height };
}

function toPatch(rgb: Float32Array, { x, y, width, height }: Box): Patch {
  const picture = makePicture(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = rgb[3 * i + c];
    picture.data[4 * i + 3] = 255;
  }
  return { picture, x, y };
}
