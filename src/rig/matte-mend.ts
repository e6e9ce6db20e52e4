/**
 * @file The matte as films before another background need it: no mist away from the person, no
 * gaps in clothes.
 *
 * Before its own background a mistaken matte is never seen; before another one it is.
 */
import { clamp, smoothstep } from "../base/curves.js";
import { findParts, type Part, type Parts } from "../base/parts.js";
import {
  blockMeans,
  distanceTo,
  makePlane,
  mapPlane,
  type Plane,
  samplePlane,
} from "../base/plane.js";
import { toCam } from "../portrait/pose.js";
import type { Rig } from "./rig.js";

/** What is apart from the person, and smaller than this share of him, is none. */
const PART_LEAST = 0.05;
/** Traces fade out between these ways from what is surely person, shares of the long side. */
const FADE = [0.015, 0.04] as const;
/** Gaps below the chin that are smaller than this share of the person are filled; */
const GAP_MOST = 0.005;
/** so are these, where the network doubts that they are gaps. */
const DOUBTED_GAP = { share: 0.06, opacity: 0.12 } as const;
/**
 * This far from all that is not person nothing shines through, shares of the long side. Gaps above
 * the chin that are further in than loose hair are none.
 */
const SOLID = [0.012, 0.03] as const;
/** Chin and face, as landmarks. */
const CHIN = 152;
const FACE = [1, 9, 50, 280, 199] as const;

/**
 * A rig's matte, 0..1 at its picture's size; 0 outside its hole, except in gaps that are filled.
 *
 * @param block - Side of the blocks at which parts and gaps are looked for, px.
 */
export function mendMatte(rig: Rig, block: number): Plane {
  const { width, height } = rig.picture;
  const raw = makePlane(width, height);
  for (let i = 0; i < raw.data.length; i++) raw.data[i] = rig.hole[i] && rig.matte[i] / 255;
  const coarse = blockMeans(raw, block);
  const cam = toCam(rig.pose, rig.neutral, new Float32Array(rig.neutral.length));
  const row = (point: number) => Math.floor(-cam[3 * point + 1] / block);
  const column = (point: number) => Math.floor(cam[3 * point] / block);
  const parts = findParts(coarse, (value) => value > 0.5);
  const main = mainPart(
    parts,
    FACE.map((point) => clampedIndex(coarse, column(point), row(point))),
  );
  if (main === undefined) return raw;

  const longSide = Math.max(coarse.width, coarse.height);
  const isKept = parts.list.map(({ area }) => area >= PART_LEAST * main.area);
  const kept = mapPlane(coarse, (_, i) => (isKept[parts.labels[i]] ? 1 : 0));
  const away = distanceTo(kept, (value) => value > 0.5);
  const keep = mapPlane(away, (d) => 1 - smoothstep(FADE[0] * longSide, FADE[1] * longSide, d));

  const gaps = findParts(coarse, (value) => value <= 0.5);
  const depths = depthsOf(coarse, gaps);
  const isFilled = gaps.list.map(({ area, sum, top, touchesBorder }, gap) => {
    if (touchesBorder) return false;
    if (top <= row(CHIN)) return depths[gap] > SOLID[1] * longSide;
    const isDoubted = sum / area > DOUBTED_GAP.opacity && area < DOUBTED_GAP.share * main.area;
    return isDoubted || area < GAP_MOST * main.area;
  });
  const outside = mapPlane(coarse, (value, i) =>
    value <= 0.5 && !isFilled[gaps.labels[i]] ? 1 : 0,
  );
  const depth = distanceTo(outside, (value) => value > 0.5);
  const fill = mapPlane(depth, (d) => smoothstep(SOLID[0] * longSide, SOLID[1] * longSide, d));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const u = (x + 0.5) / block;
      const v = (y + 0.5) / block;
      const value = raw.data[i] * samplePlane(keep, u, v);
      raw.data[i] = clamp(Math.max(value, samplePlane(fill, u, v)), 0, 1);
    }
  }
  return raw;
}

/** How far each gap is from those that touch the border, in samples. */
function depthsOf(plane: Plane, { labels, list }: Parts): number[] {
  const away = distanceTo(
    mapPlane(plane, (_, i) => (list[labels[i]]?.touchesBorder ? 1 : 0)),
    (value) => value > 0.5,
  );
  const depths = list.map(() => Infinity);
  labels.forEach((label, i) => {
    if (label < list.length) depths[label] = Math.min(depths[label], away.data[i]);
  });
  return depths;
}

/** The part with most of some samples. */
function mainPart({ labels, list }: Parts, samples: readonly number[]): Part | undefined {
  const votes = new Map<number, number>();
  for (const i of samples) votes.set(labels[i], (votes.get(labels[i]) ?? 0) + 1);
  const [best] = [...votes].filter(([label]) => label < list.length).sort((a, b) => b[1] - a[1]);
  return best && list[best[0]];
}

function clampedIndex({ width, height }: Plane, x: number, y: number): number {
  return clamp(y, 0, height - 1) * width + clamp(x, 0, width - 1);
}
