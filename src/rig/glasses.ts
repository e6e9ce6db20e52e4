/** @file Glasses: what lies on the face and does not bend with it. */

import { CHANNELS } from "../base/channels.js";
import { clamp, smoothstep } from "../base/curves.js";
import { blurPlane, distanceTo, mapPlane, samplePlane } from "../base/plane.js";
import { SKIN_COUNT } from "../portrait/landmarks.js";
import type { Portrait } from "../portrait/portrait.js";
import { headPoints } from "../portrait/pose.js";
import type { Blendshape } from "./basis.js";
import { LEFT_EYE, POINT, RIGHT_EYE } from "./topology.js";

/** The classes are coarse: a frame is what is seen of it within, cm. */
const SOFT_CM = 0.5;
/** Around the frame skin is held as far as the first, and free from the second on, cm. */
const HOLD_CM = 0.3;
const FREE_CM = 2;
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
/** A lid's skin that lies on the frame is held, too: as far as the first, free from the second on, cm. */
const LID_HOLD_CM = 0.1;
const LID_FREE_CM = 0.45;
/**
 * Lower rims are thin and often not seen in the classes: lenses hold the skin so far below the eyes,
 * and let go of it from the second on, cm.
 */
const LENS_HOLD_CM = 2.4;
const LENS_FREE_CM = 3.8;
const CORNERS = [33, 133, 263, 362];

/** How much of each landmark's motion glasses take away, 0..1, shape [468]. */
export interface Stiffness {
  /** Of all motion but that of the lids. */
  readonly skin: Float32Array;
  /** Of the lids' motion. */
  readonly lids: Float32Array;
}

/**
 * How stiff glasses make a face; all 0 without them.
 *
 * It fades over a long way: where skin was held beside skin that moved in full, brows were drawn out
 * to smears above the frame and cheeks bent the lower rims.
 *
 * @param portrait - Its classes tell glasses from skin: "other" is what is worn or held.
 */
export function stiffnessOf({ classes, picture, landmarks, pose }: Portrait): Stiffness {
  const { other } = classes;
  const scale = other.width / picture.width;
  const soft = blurPlane(other, SOFT_CM * pose.pxPerCm * scale);
  const at = (v: number) => [landmarks[3 * v] * scale, landmarks[3 * v + 1] * scale] as const;
  const shareAt = (v: number) => {
    const share = samplePlane(soft, ...at(v));
    return clamp((share - LEAST_SHARE) / (FULL_SHARE - LEAST_SHARE), 0, 1);
  };
  const skin = new Float32Array(SKIN_COUNT);
  const lids = new Float32Array(SKIN_COUNT);
  if (!BRIDGE.every((v) => shareAt(v) > 0.5)) return { skin, lids };
  const [top, bottom] = [at(POINT.browTop)[1], at(POINT.noseBase)[1]];
  const frame = mapPlane(soft, (share, i) => {
    const y = Math.floor(i / soft.width);
    return y > top && y < bottom && share > FULL_SHARE ? 1 : 0;
  });
  const away = distanceTo(frame, (is) => is > 0.5);
  const head = headPoints(pose, landmarks);
  const eyes = CORNERS.reduce((sum, v) => sum + head[3 * v + 1] / CORNERS.length, 0);
  for (let v = 0; v < SKIN_COUNT; v++) {
    const cm = samplePlane(away, ...at(v)) / (pose.pxPerCm * scale);
    const below = eyes - head[3 * v + 1];
    const lens = below > 0 ? smoothstep(LENS_FREE_CM, LENS_HOLD_CM, below) : 0;
    skin[v] = Math.max(smoothstep(FREE_CM, HOLD_CM, cm), lens);
    lids[v] = LIDS.has(v) ? smoothstep(LID_FREE_CM, LID_HOLD_CM, cm) : skin[v];
  }
  for (const { ring } of [RIGHT_EYE, LEFT_EYE]) for (const v of ring) lids[v] = 0;
  return { skin, lids };
}

/** Shapes, one per channel, with their motion taken away where glasses are; lids move on. */
export function stiffen(
  shapes: readonly Blendshape[],
  stiffness: Stiffness,
): readonly Blendshape[] {
  return shapes.map(({ index, delta }, channel) => {
    const held = CHANNELS[channel].startsWith("eye") ? stiffness.lids : stiffness.skin;
    const moved = delta.map((way, i) => way * (1 - held[index[Math.floor(i / 3)]]));
    return { index, delta: moved };
  });
}
