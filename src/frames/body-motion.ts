/** @file How hair and chest of a rig come after its head. */
import type { Rig } from "../rig/rig.js";
import { headLimits, headMotion, type Motion, makeMotion, neckJoint } from "./head-motion.js";
import type { Moment } from "./moment.js";

/**
 * Of the way that the middle of the face goes, the shoulders go so much: across, and down.
 *
 * @source Our tracks of clothes in three films, see docs/measurements.md.
 */
const SHOULDERS_SHARE = [0.28, 0.2] as const;
/** Chest at full breath, cm. */
const BREATH_CM = 0.3;

/** One body in motion; owns its working memory. */
export interface BodyMotion {
  /** The head as hanging hair follows it. */
  readonly hair: Motion;
  /** Where the chest is shifted to, px: to the right, down, shape [2]. */
  readonly chest: Float32Array;
  /** Moves the body. */
  place(moment: Moment): void;
}

/** The motion of a rig's body. */
export function makeBodyMotion(rig: Rig): BodyMotion {
  const joint = neckJoint(rig);
  const limits = headLimits(rig);
  const hair = makeMotion();
  const late = makeMotion();
  const chest = new Float32Array(2);
  const { rotation: r, pxPerCm } = rig.pose;
  return {
    hair,
    chest,
    place(moment) {
      headMotion(moment.hair, joint, limits, hair);
      // The head frame's origin lies in the middle of the face.
      const { t } = headMotion(moment.shoulders, joint, limits, late);
      for (let axis = 0; axis < 2; axis++) {
        const way = r[3 * axis] * t[0] + r[3 * axis + 1] * t[1] + r[3 * axis + 2] * t[2];
        chest[axis] = (axis === 0 ? 1 : -1) * SHOULDERS_SHARE[axis] * pxPerCm * way;
      }
      chest[1] -= BREATH_CM * pxPerCm * moment.breath;
    },
  };
}
