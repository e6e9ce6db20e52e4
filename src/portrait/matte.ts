/**
 * @file Where the person ends: class probabilities → an edge that follows the picture.
 *
 * A guided filter with colour guidance: in every window the matte is a linear function of the
 * picture's colour, so its edges fall where the picture's do. The functions are fitted at reduced
 * size and applied at full size.
 *
 * @source He, Sun & Tang 2013, "Guided Image Filtering"; He & Sun 2015, "Fast Guided Filter".
 */
import { clamp } from "../base/curves.js";
import { findParts } from "../base/parts.js";
import type { Picture, Pyramid } from "../base/picture.js";
import { boxMean, cutPlane, makePlane, mapPlane, type Plane, resizePlane } from "../base/plane.js";
import { roiOfLandmarks } from "./landmarks.js";

/** Window radius at the size where the filter is fitted, px, and how flat a window may be. */
const RADIUS_PX = 6;
const FLATNESS = 1e-4;
/** How decidedly the network's doubts are resolved, and from where on for the person. */
const DECISION = { slope: 2, middle: 0.42 } as const;
/** The filter leaves a veil over the background and a gap in the person: both are cut off. */
const VEIL = 0.08;

/**
 * The person's matte at full size, 0 = background, 1 = person.
 *
 * @param person - Probability of "not background", at the size where the filter is fitted.
 */
export function refineMatte(pyramid: Pyramid, person: Plane): Plane {
  const guide = guidePlanes(pyramid, person.width, person.height);
  const { slope, middle } = DECISION;
  const decided = mapPlane(person, (value) => clamp(0.5 + slope * (value - middle), 0, 1));
  const fits = fitWindows(guide, decided);
  const { data, width, height } = pyramid[0];
  const matte = makePlane(width, height);
  const sx = person.width / width;
  const sy = person.height / height;
  for (let y = 0, i = 0; y < height; y++) {
    const v = clamp((y + 0.5) * sy - 0.5, 0, person.height - 1);
    const y0 = Math.min(Math.floor(v), Math.max(person.height - 2, 0));
    const down = person.height > 1 ? 4 * person.width : 0;
    const fy = v - y0;
    for (let x = 0; x < width; x++, i++) {
      const u = clamp((x + 0.5) * sx - 0.5, 0, person.width - 1);
      const x0 = Math.min(Math.floor(u), Math.max(person.width - 2, 0));
      const right = person.width > 1 ? 4 : 0;
      const fx = u - x0;
      const at = 4 * (y0 * person.width + x0);
      let value = 0;
      for (let n = 3; n < 7; n++) {
        const c = n & 3;
        const k = at + c;
        const top = fits[k] * (1 - fx) + fits[k + right] * fx;
        const bottom = fits[k + down] * (1 - fx) + fits[k + down + right] * fx;
        const fit = top * (1 - fy) + bottom * fy;
        value += c === 3 ? fit : (fit * data[4 * i + c]) / 255;
      }
      matte.data[i] = clamp((value - VEIL) / (1 - 2 * VEIL), 0, 1);
    }
  }
  return matte;
}

/** The picture's colours 0..1 as three planes of the given size. */
function guidePlanes(pyramid: Pyramid, width: number, height: number): Plane[] {
  const level = pyramid.find((p, i) => p.width < 2 * width || i === pyramid.length - 1) as Picture;
  return [0, 1, 2].map((c) => {
    const full = makePlane(level.width, level.height);
    for (let i = 0; i < full.data.length; i++) full.data[i] = level.data[4 * i + c] / 255;
    return resizePlane(full, width, height);
  });
}

/**
 * Per-pixel coefficients of `matte = a·colour + b`, averaged over windows: a₁ a₂ a₃ b, shape
 * [height, width, 4].
 */
function fitWindows([red, green, blue]: readonly Plane[], target: Plane): Float32Array {
  const meanOf = (plane: Plane) => boxMean(plane, RADIUS_PX).data;
  const meanProduct = (a: Plane, b: Plane) => {
    const product = makePlane(a.width, a.height);
    for (let i = 0; i < a.data.length; i++) product.data[i] = a.data[i] * b.data[i];
    return meanOf(product);
  };
  const [meanR, meanG, meanB, meanT] = [red, green, blue, target].map(meanOf);
  const [crossR, crossG, crossB] = [red, green, blue].map((guide) => meanProduct(guide, target));
  const [redRed, redGreen, redBlue] = [red, green, blue].map((other) => meanProduct(red, other));
  const [greenGreen, greenBlue] = [green, blue].map((other) => meanProduct(green, other));
  const blueBlue = meanProduct(blue, blue);

  const fits = [0, 1, 2, 3].map(() => makePlane(target.width, target.height));
  const [fitR, fitG, fitB, rest] = fits.map((fit) => fit.data);
  for (let p = 0; p < target.data.length; p++) {
    const r = meanR[p];
    const g = meanG[p];
    const b = meanB[p];
    const t = meanT[p];
    const rr = redRed[p] - r * r + FLATNESS;
    const rg = redGreen[p] - r * g;
    const rb = redBlue[p] - r * b;
    const gg = greenGreen[p] - g * g + FLATNESS;
    const gb = greenBlue[p] - g * b;
    const bb = blueBlue[p] - b * b + FLATNESS;
    const kr = crossR[p] - r * t;
    const kg = crossG[p] - g * t;
    const kb = crossB[p] - b * t;
    // Inverse of the symmetric 3×3 covariance by cofactors.
    const c00 = gg * bb - gb * gb;
    const c01 = rb * gb - rg * bb;
    const c02 = rg * gb - rb * gg;
    const det = rr * c00 + rg * c01 + rb * c02;
    const ar = (c00 * kr + c01 * kg + c02 * kb) / det;
    const ag = (c01 * kr + (rr * bb - rb * rb) * kg + (rg * rb - rr * gb) * kb) / det;
    const ab = (c02 * kr + (rg * rb - rr * gb) * kg + (rr * gg - rg * rg) * kb) / det;
    fitR[p] = ar;
    fitG[p] = ag;
    fitB[p] = ab;
    rest[p] = t - ar * r - ag * g - ab * b;
  }
  const out = new Float32Array(target.data.length * 4);
  fits.forEach((fit, c) => {
    const mean = meanOf(fit);
    for (let p = 0; p < mean.length; p++) out[4 * p + c] = mean[p];
  });
  return out;
}

/** Side of the square around the face in which the matte may have no holes, in face extents. */
const HEAD_SCALE = 2;
/** Smaller holes are gaps between curls, shares of that square's area. */
const HOLE_LEAST = 0.005;

/**
 * A copy without holes in the head: white beards and bald heads are taken for background, and would
 * stay behind when the head moves. A hole is what no way through background joins to the outside.
 */
export function closeHead(matte: Plane, points: Float32Array): Plane {
  const { width, height } = matte;
  const { centerX, centerY, size } = roiOfLandmarks(points, HEAD_SCALE);
  const x = clamp(Math.floor(centerX - size / 2), 0, width - 1);
  const y = clamp(Math.floor(centerY - size / 2), 0, height - 1);
  const head = {
    ...{ x, y },
    width: clamp(Math.ceil(centerX + size / 2), x + 1, width) - x,
    height: clamp(Math.ceil(centerY + size / 2), y + 1, height) - y,
  };
  const { labels, list } = findParts(cutPlane(matte, head), (value) => value < 0.5);
  const isHole = list.map((part) => !part.touchesBorder && part.area >= HOLE_LEAST * size * size);
  const out = { ...matte, data: matte.data.slice() };
  for (let row = 0, i = 0; row < head.height; row++) {
    const to = (y + row) * width + x;
    for (let column = 0; column < head.width; column++, i++) {
      if (isHole[labels[i]]) out.data[to + column] = 1;
    }
  }
  return out;
}
