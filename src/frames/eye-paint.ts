/** @file What is seen between the lids: the eye's plates, turned to the gaze, under the lid's shadow. */
import { clamp, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import type { Eye } from "../rig/eyes.js";
import type { Opening } from "./opening.js";
import { sampleLinear } from "./sample.js";

/** The iris travels this many of its radii times the sine of the gaze. */
const TRAVEL = 1.9;
/** Farther than this the plates have nothing to show, radians. */
const GAZE_MAX_RAD = { yaw: 0.3, pitch: 0.2 } as const;

/**
 * The light's reflection on the cornea goes this share of the iris's way.
 *
 * The cornea is a bulge of 0.78 cm radius whose centre lies 0.57 cm before the eye's, and a mirror
 * shows far light halfway between its centre and its surface: the reflection follows that centre by
 * half the iris's way. Viewers take it for fixed to the light; this is nearer to what they expect.
 */
const GLINT_SHARE = 0.25;

/** A similarity on the screen: x' = a·x − b·y + tx, y' = b·x + a·y + ty. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** The similarity that takes one pair of points to another. */
export function similarityBetween(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  const fx = from[2] - from[0];
  const fy = from[3] - from[1];
  const gx = to[2] - to[0];
  const gy = to[3] - to[1];
  const length = fx * fx + fy * fy || 1;
  const a = (gx * fx + gy * fy) / length;
  const b = (gy * fx - gx * fy) / length;
  return { a, b, tx: to[0] - a * from[0] + b * from[1], ty: to[1] - b * from[0] - a * from[1] };
}

/** How much of an eye is no longer as in the portrait because it has turned, 0..1. */
export function turnOf(eye: Eye, gaze: Float32Array): number {
  const way = Math.hypot(
    travelOf(eye, gaze[0], GAZE_MAX_RAD.yaw),
    travelOf(eye, gaze[1], GAZE_MAX_RAD.pitch),
  );
  return Math.min(1, way / (0.12 * eye.radius));
}

/** How far the iris travels, px. */
function travelOf(eye: Eye, angle: number, most: number): number {
  return TRAVEL * eye.radius * Math.sin(clamp(angle, -most, most));
}

/**
 * Paints one eye into its opening.
 *
 * @param toPortrait - Frame → portrait, px.
 * @param gaze - yaw (to the subject's left), pitch (down), radians.
 * @param shade - How deep the lid's shadow is, 0..1.
 * @param lidsMoved - 0 = lids as in the portrait, which is then shown as it is; 1 = they have moved.
 */
export function paintEye(
  eye: Eye,
  opening: Opening,
  toPortrait: Similarity,
  gaze: Float32Array,
  shade: number,
  lidsMoved: number,
  frame: Picture,
): void {
  const { box, coverage } = opening;
  const gx = travelOf(eye, gaze[0], GAZE_MAX_RAD.yaw);
  const gy = travelOf(eye, gaze[1], GAZE_MAX_RAD.pitch);
  const turned = turnOf(eye, gaze);
  const color = new Float32Array(9);
  const left = eye.rest.x;
  const top = eye.rest.y;
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      if (coverage[row * (box.width + 1) + column] === 0) continue;
      const x = box.x + column + 0.5;
      const y = box.y + row + 0.5;
      const sx = toPortrait.a * x - toPortrait.b * y + toPortrait.tx;
      const sy = toPortrait.b * x + toPortrait.a * y + toPortrait.ty;
      sampleLinear(eye.photo.picture, sx - left, sy - top, color, 0);
      if (lidsMoved > 0) {
        sampleLinear(eye.rest.picture, sx - left, sy - top, color, 3);
        for (let c = 0; c < 3; c++) color[c] += lidsMoved * (color[3 + c] - color[c]);
      }
      if (turned > 0) {
        const rho = Math.hypot(sx - gx - eye.centerX, sy - gy - eye.centerY) / eye.radius;
        const onIris = 1 - smoothstep(0.96, 1.12, rho);
        sampleLinear(eye.sclera.picture, sx - left, sy - top, color, 3);
        sampleLinear(eye.iris.picture, sx - gx - left, sy - gy - top, color, 6);
        for (let c = 0; c < 3; c++) {
          const moved = color[3 + c] + onIris * (color[6 + c] - color[3 + c]);
          color[c] += turned * (moved - color[c]);
        }
        sampleLinear(
          eye.glint.picture,
          sx - GLINT_SHARE * gx - left,
          sy - GLINT_SHARE * gy - top,
          color,
          3,
        );
        const cornea = turned * (1 - smoothstep(0.9, 1.2, rho));
        for (let c = 0; c < 3; c++) color[c] += cornea * color[3 + c];
      }
      const to = ((box.y + row) * frame.width + box.x + column) * 4;
      const light = 1 - shade * lidShadow(opening, column, row);
      for (let c = 0; c < 3; c++) frame.data[to + c] = color[c] * light;
    }
  }
}

/** How deep a pixel lies in the upper lid's shadow, 0..1: strongest at the lid. */
function lidShadow({ box, coverage }: Opening, column: number, row: number): number {
  const reach = Math.max(2, 0.13 * box.width);
  let above = 0;
  for (let y = row - 1; y >= 0 && above < reach; y--, above++) {
    if (coverage[y * (box.width + 1) + column] < 0.5) break;
  }
  return 1 - smoothstep(0, reach, above);
}
