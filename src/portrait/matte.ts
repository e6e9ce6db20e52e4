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
import {
  boxMean,
  cutPlane,
  makePlane,
  mapPlane,
  type Plane,
  resizePlane,
  samplePlane,
} from "../base/plane.js";
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
  const picture = pyramid[0];
  const matte = makePlane(picture.width, picture.height);
  const sx = person.width / picture.width;
  const sy = person.height / picture.height;
  for (let y = 0, i = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, i++) {
      const u = (x + 0.5) * sx;
      const v = (y + 0.5) * sy;
      let value = samplePlane(fits[3], u, v);
      for (let c = 0; c < 3; c++) {
        value += (samplePlane(fits[c], u, v) * picture.data[4 * i + c]) / 255;
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

/** Per-pixel coefficients of `matte = a·colour + b`, averaged over windows: planes a₁ a₂ a₃ b. */
function fitWindows(guide: readonly Plane[], target: Plane): Plane[] {
  const mean = (plane: Plane) => boxMean(plane, RADIUS_PX);
  const product = (a: Plane, b: Plane) => mapPlane(a, (value, i) => value * b.data[i]);
  const means = guide.map(mean);
  const targetMean = mean(target);
  const crossMeans = guide.map((g) => mean(product(g, target)));
  const pairs = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 1],
    [1, 2],
    [2, 2],
  ].map(([i, j]) => ({ i, j, mean: mean(product(guide[i], guide[j])) }));

  const fits = [0, 1, 2, 3].map(() => makePlane(target.width, target.height));
  for (let p = 0; p < target.data.length; p++) {
    const m = means.map((plane) => plane.data[p]);
    const [rr, rg, rb, gg, gb, bb] = pairs.map(
      ({ i, j, mean: both }) => both.data[p] - m[i] * m[j] + (i === j ? FLATNESS : 0),
    );
    const k = crossMeans.map((plane, c) => plane.data[p] - m[c] * targetMean.data[p]);
    // Inverse of the symmetric 3×3 covariance by cofactors.
    const c00 = gg * bb - gb * gb;
    const c01 = rb * gb - rg * bb;
    const c02 = rg * gb - rb * gg;
    const det = rr * c00 + rg * c01 + rb * c02;
    const a = [
      (c00 * k[0] + c01 * k[1] + c02 * k[2]) / det,
      (c01 * k[0] + (rr * bb - rb * rb) * k[1] + (rg * rb - rr * gb) * k[2]) / det,
      (c02 * k[0] + (rg * rb - rr * gb) * k[1] + (rr * gg - rg * rg) * k[2]) / det,
    ];
    for (let c = 0; c < 3; c++) fits[c].data[p] = a[c];
    fits[3].data[p] = targetMean.data[p] - a[0] * m[0] - a[1] * m[1] - a[2] * m[2];
  }
  return fits.map(mean);
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
