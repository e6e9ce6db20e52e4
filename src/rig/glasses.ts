/** @file Glasses: what lies on the face and does not bend with it. */

import { CHANNELS } from "../base/channels.js";
import { clamp } from "../base/curves.js";
import { blurPlane, samplePlane } from "../base/plane.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import type { Portrait } from "../portrait/portrait.js";
import type { Blendshape } from "./basis.js";
import { LEFT_EYE, POINT, RIGHT_EYE } from "./topology.js";

/** The frame stiffens the skin around it, cm. */
const SOFT_CM = 0.5;
/** Thin frames are seen faintly: all of the stiffness from this share of "other" on. */
const FULL_SHARE = 0.18;
/** Less than this is skin. */
const LEAST_SHARE = 0.06;
/**
 * Glasses lie on the nose's bridge, which hats, curls and shadows leave bare.
 *
 * @source Of 56 portraits the five with glasses are fully stiff at both points, none of the others at all.
 */
const BRIDGE = [168, 6];
/** What moves behind the glasses: the lids. */
const LIDS = new Set([RIGHT_EYE, LEFT_EYE].flatMap(({ ring, crease }) => [...ring, ...crease]));

/**
 * How much of each landmark's motion glasses take away, 0..1, shape [468].
 *
 * @param portrait - Its classes tell glasses from skin: "other" is what is worn or held.
 */
export function stiffnessOf({ classes, picture, landmarks, pose }: Portrait): Float32Array {
  const { other } = classes;
  const scale = other.width / picture.width;
  const soft = blurPlane(other, SOFT_CM * pose.pxPerCm * scale);
  const below = landmarks[3 * POINT.noseBase + 1];
  const stiffness = Float32Array.from({ length: SKIN_COUNT }, (_, v) => {
    const [x, y] = [landmarks[3 * v], landmarks[3 * v + 1]];
    if (y > below) return 0;
    const share = samplePlane(soft, x * scale, y * scale);
    return clamp((share - LEAST_SHARE) / (FULL_SHARE - LEAST_SHARE), 0, 1);
  });
  return BRIDGE.every((v) => stiffness[v] > 0.5) ? stiffness : stiffness.fill(0);
}

/** Shapes, one per channel, with their motion taken away where glasses are; lids move on. */
export function stiffen(
  shapes: readonly Blendshape[],
  stiffness: Float32Array,
): readonly Blendshape[] {
  return shapes.map(({ index, delta }, channel) => {
    const ofLids = CHANNELS[channel].startsWith("eye");
    const moved = delta.map((way, i) => {
      const v = index[Math.floor(i / 3)];
      return ofLids && LIDS.has(v) ? way : way * (1 - stiffness[v]);
    });
    return { index, delta: moved };
  });
}
