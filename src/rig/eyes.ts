/**
 * @file The eyes behind the lids: plates of iris and sclera, completed where the lids hide them.
 */
import { clamp, quantile, smoothstep } from "../base/curves.js";
import { pushPull } from "../base/fill.js";
import { makePicture, type Picture } from "../base/picture.js";
import {
  type Box,
  blurPlane,
  distanceTo,
  grow,
  makePlane,
  mapPlane,
  type Plane,
  samplePlane,
  shrink,
} from "../base/plane.js";
import { boxAround, cutPatch, maskOf, type Patch, rgbOf } from "./patch.js";
import type { Color } from "./tone.js";

/** Lashes and their shadow reach this far into the opening, radii. */
const LASHES = 0.16;
/** What is put together of reflections is evened by this, radii. */
const EVEN = 0.07;
/** Next to the white that shows, the hidden white is its continuation; further off a usual one, radii. */
const NEAR_WHITE = 0.15;
const FAR_WHITE = 1.2;
const USUAL_WHITE = 0.4;
/** Towards the corners, up to this share of the opening's width, lies no white but what is seen. */
const CORNER = 0.2;
/** Rings of the iris whose usual brightness a reflection stands out from. */
const GLINT_RINGS = 8;
/** Reflections lie within this many radii: beyond, the white of the eye is as bright. */
const GLINT_END = 0.95;
/** They stand out by such a part of the way to the white, which is at least so long, 0..255. */
const GLINT_FROM = 0.3;
const GLINT_TO = 0.6;
const GLINT_LEAST = 50;
/** Their soft edge, radii. */
const GLINT_GROW = 0.08;

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
  /** The iris without the light's reflection on the cornea before it. */
  readonly iris: Patch;
  readonly sclera: Patch;
  /** That reflection, to be added: it stays with the light while the iris turns beneath. */
  readonly glint: Patch;
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
  const safe = belowLashes(shrink(mask, clamp(radius / 8, 1, 3)), LASHES * radius);
  const at: Frame = { box, centerX, centerY, radius };
  const white = readWhite(photo, safe, at);
  const { plain, glint } = splitGlint(photo, mask, at, white);
  const irisRgb = completeIris(plain, safe, at);
  const corners = readCorners(photo, mask);
  const scleraRgb = completeSclera(photo, safe, corners, at);
  return {
    centerX,
    centerY,
    radius,
    white,
    photo,
    iris: toPatch(irisRgb, box),
    sclera: toPatch(scleraRgb, box),
    glint: toPatch(glint, box),
    rest: toPatch(completeRest(photo, safe, irisRgb, scleraRgb, at), box),
  };
}

interface Frame {
  readonly box: Box;
  readonly centerX: number;
  readonly centerY: number;
  readonly radius: number;
}

/** Without what the lashes of the upper lid shade, so many px from above. */
function belowLashes(safe: Plane, reach: number): Plane {
  const rows = Math.round(reach);
  return mapPlane(safe, (value, i) => Math.min(value, safe.data[i - rows * safe.width] ?? 0));
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

/**
 * Takes the reflection of the light off the iris.
 *
 * A reflection is small and stands out from the ring that it lies on by a good part of the way to
 * the white of the eye; what it hides is filled from around it.
 */
function splitGlint(
  photo: Patch,
  mask: Plane,
  at: Frame,
  white: Color,
): { plain: Patch; glint: Float32Array } {
  const { picture } = photo;
  const { width, height } = picture;
  const rgb = rgbOf(picture);
  const lumaAt = (i: number) => (rgb[3 * i] + rgb[3 * i + 1] + rgb[3 * i + 2]) / 3;
  const rings: number[][] = Array.from({ length: GLINT_RINGS }, () => []);
  const ringOf = (rho: number) => Math.floor(rho * GLINT_RINGS);
  eachPixel(at, (i, _dx, _dy, rho) => {
    if (mask.data[i] > 0.9 && rho < 1) rings[ringOf(rho)].push(lumaAt(i));
  });
  const usual = rings.map((values) => quantile(values, 0.5));
  const whiteLuma = (white[0] + white[1] + white[2]) / 3;
  const bright = makePlane(width, height);
  eachPixel(at, (i, _dx, _dy, rho) => {
    if (mask.data[i] < 0.5 || rho >= GLINT_END) return;
    const base = usual[ringOf(rho)];
    const excess = (lumaAt(i) - base) / Math.max(whiteLuma - base, GLINT_LEAST);
    bright.data[i] = smoothstep(GLINT_FROM, GLINT_TO, excess);
  });
  const spread = blurPlane(grow(bright, Math.max(1, GLINT_GROW * at.radius)), 0.7);
  const known = spread.data.map((share, i) => (share > 0.02 || mask.data[i] < 0.9 ? 0 : 1));
  const filled = pushPull({ rgb, width, height }, known).rgb;
  const plain = makePicture(width, height);
  const glint = new Float32Array(rgb.length);
  for (let k = 0; k < rgb.length; k++) {
    const i = Math.floor(k / 3);
    const over = spread.data[i] * Math.min(mask.data[i], 1) * Math.max(0, rgb[k] - filled[k]);
    glint[k] = over;
    plain.data[4 * i + (k % 3)] = rgb[k] - over;
    plain.data[4 * i + 3] = 255;
  }
  return { plain: { ...photo, picture: plain }, glint };
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
  return evenUnseen(rgb, safe, EVEN * at.radius);
}

/** Neighbours that come from different reflections differ: they are evened where nothing is seen. */
function evenUnseen(rgb: Float32Array, safe: Plane, sigma: number): Float32Array {
  const own = blurPlane(safe, 0.8);
  const out = rgb.slice();
  for (let c = 0; c < 3; c++) {
    const even = blurPlane(
      mapPlane(safe, (_, i) => rgb[3 * i + c]),
      sigma,
    );
    even.data.forEach((value, i) => {
      out[3 * i + c] = value + (rgb[3 * i + c] - value) * own.data[i];
    });
  }
  return out;
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
function completeSclera(photo: Patch, safe: Plane, corners: Corners, at: Frame): Float32Array {
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
  const away = distanceTo({ data: seen, width, height }, (value) => value > 0.5);
  const out = new Float32Array(rgb.length);
  for (let i = 0; i < seen.length; i++) {
    const far = away.data[i] / at.radius;
    const usual = filled === undefined ? 1 : USUAL_WHITE * smoothstep(NEAR_WHITE, FAR_WHITE, far);
    for (let c = 0; c < 3; c++) {
      const near = filled === undefined ? median[c] : filled[3 * i + c];
      const guess = near + usual * (median[c] - near);
      const white = guess + (rgb[3 * i + c] - guess) * keep.data[i] * seen[i];
      out[3 * i + c] = white + (corners.rgb[3 * i + c] - white) * corners.share[i];
    }
  }
  return out;
}

/** What goes on beyond the corners of the opening: they are red and in the shade of the lids. */
interface Corners {
  /** The opening continued outwards, shape [height, width, 3]. */
  readonly rgb: Float32Array;
  /** How much of it lies at each pixel, 0..1. */
  readonly share: Float32Array;
}

function readCorners(photo: Patch, mask: Plane): Corners {
  const { width, height } = mask;
  const known = mask.data.map((covered) => (covered > 0.9 ? 1 : 0));
  const columns = known.map((is, i) => (is > 0 ? i % width : -1)).filter((x) => x >= 0);
  const [first, last] = [quantile(columns, 0), quantile(columns, 1)];
  return {
    rgb: pushPull({ rgb: rgbOf(photo.picture), width, height }, known).rgb,
    share: known.map((_, i) => {
      const t = ((i % width) - first) / Math.max(last - first, 1);
      return smoothstep(CORNER, 0, Math.min(t, 1 - t));
    }),
  };
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
