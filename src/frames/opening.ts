/** @file Mouth and eyes as openings in the skin: where they are in a frame, and what they cover. */
import { clamp } from "../base/curves.js";
import type { Box } from "../base/plane.js";
import { polygonCoverage } from "../base/polygon.js";
import { NO_SKIN, type SkinLayer } from "./skin-layer.js";

/** An opening in one frame. */
export interface Opening {
  /** Pixels around it, cut at the window; width 0 if it is shut or out of sight. */
  box: Box;
  /** Covered part of each pixel of the box, 0..1, shape [box.height, box.width + 1]. */
  coverage: Float32Array;
  /** Outline in the frame, px, shape [points, 2]. */
  readonly outline: Float32Array;
  /** Skin vertices of the outline. */
  readonly ring: Uint16Array;
}

/** An opening bounded by some of the skin's vertices. */
export function makeOpening(ring: Uint16Array): Opening {
  return {
    ring,
    outline: new Float32Array(ring.length * 2),
    box: { x: 0, y: 0, width: 0, height: 0 },
    coverage: new Float32Array(0),
  };
}

/** Openings under this area are shut, px². */
const SHUT_PX2 = 0.5;

/**
 * Finds an opening in a frame.
 *
 * @param vertices - The skin now, cam px (y up), shape [vertices, 3].
 * @param within - What of the frame may be painted.
 */
export function traceOpening(opening: Opening, vertices: Float32Array, within: Box): void {
  const { ring, outline } = opening;
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < ring.length; i++) {
    const x = vertices[3 * ring[i]];
    const y = -vertices[3 * ring[i] + 1];
    outline[2 * i] = x;
    outline[2 * i + 1] = y;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const x = Math.max(within.x, Math.floor(left) - 1);
  const y = Math.max(within.y, Math.floor(top) - 1);
  const width = Math.min(within.x + within.width, Math.ceil(right) + 1) - x;
  const height = Math.min(within.y + within.height, Math.ceil(bottom) + 1) - y;
  const isShut = width < 2 || height < 2 || areaOf(outline) < SHUT_PX2;
  opening.box = isShut ? { x, y, width: 0, height: 0 } : { x, y, width, height };
  if (isShut) return;
  const needed = (width + 1) * height;
  if (opening.coverage.length < needed) opening.coverage = new Float32Array(2 * needed);
  polygonCoverage(outline, x, y, width, height, opening.coverage);
}

/** Skin lies before an opening if it is so much nearer: at its corners, and more in its middle, cm. */
const BEFORE_CM = [0.35, 1.1] as const;

/**
 * Takes away what of an eye is hidden by nearer skin: the nose hides the far eye's corner.
 *
 * @param vertices - As for `traceOpening`.
 * @param corners - Two vertices at the opening's ends.
 */
export function hideOpening(
  { box, coverage }: Opening,
  vertices: Float32Array,
  [a, b]: readonly [number, number],
  { box: window, depth }: SkinLayer,
  pxPerCm: number,
): void {
  const [ax, ay, az] = vertices.subarray(3 * a, 3 * a + 3);
  const [bx, by, bz] = vertices.subarray(3 * b, 3 * b + 3);
  const length2 = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      const i = row * (box.width + 1) + column;
      if (coverage[i] === 0) continue;
      const x = box.x + column;
      const y = box.y + row;
      const skin = depth[(y - window.y) * window.width + x - window.x];
      if (skin === NO_SKIN) continue;
      const along = ((x + 0.5 - ax) * (bx - ax) - (y + 0.5 + ay) * (by - ay)) / length2;
      const t = clamp(along, 0, 1);
      const before = BEFORE_CM[0] + 4 * t * (1 - t) * (BEFORE_CM[1] - BEFORE_CM[0]);
      if (skin > az + t * (bz - az) + before * pxPerCm) coverage[i] = 0;
    }
  }
}

function areaOf(outline: Float32Array): number {
  let twice = 0;
  for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
    twice += outline[j] * outline[i + 1] - outline[i] * outline[j + 1];
  }
  return Math.abs(twice) / 2;
}
