/** @file How far each expression goes at weight 1: as far as it does for animators elsewhere. */
import type { Channel } from "../../src/base/channels.js";
import { lengthOf, planeOf } from "./compose.js";

/**
 * Length of all displacements in x and y on the canonical face, cm, by the name without its side.
 *
 * @source ICT-FaceKit's shapes over the 468 landmarks, which follow Apple's; where the learned shape is
 *   less than 1/1.6 of that (eyes that look, puffed cheeks, a wrinkled nose) it is not stretched further. Learned shapes reach
 *   farther over the skin: lids, brows and jaw are sized by the middle of the lid, the arch of the brow
 *   and the gap between the lips, so that a weight opens and lifts as much as it did.
 */
const FULL_CM: Readonly<Record<string, number>> = {
  eyeBlink: 1.6,
  eyeLookDown: 2.3,
  eyeLookIn: 0.44,
  eyeLookOut: 0.39,
  eyeLookUp: 0.98,
  eyeSquint: 1.29,
  eyeWide: 0.66,
  jawForward: 0.49,
  jaw: 8.36,
  jawOpen: 21.2,
  mouthClose: 9.32,
  mouthFunnel: 7.18,
  mouthPucker: 7.49,
  mouth: 13.56,
  mouthSmile: 7.05,
  mouthFrown: 2.17,
  mouthDimple: 2.53,
  mouthStretch: 3.4,
  mouthRollLower: 2.22,
  mouthRollUpper: 2.01,
  mouthShrugLower: 5.44,
  mouthShrugUpper: 2.44,
  mouthPress: 1.4,
  mouthLowerDown: 2.0,
  mouthUpperUp: 4.1,
  browDown: 2.45,
  browInnerUp: 2.86,
  browOuterUp: 3.5,
  cheekPuff: 5.51,
  cheekSquint: 2.15,
  noseSneer: 3.69,
};

/** A shape at its full size. @param shape - cm, shape [468 · 3]. */
export function sized(name: Channel, shape: Float64Array): Float64Array {
  const full = FULL_CM[name.replace(/(Left|Right)$/, "")];
  if (full === undefined) throw new Error(`The full size of ${name} is not known.`);
  const by = full / Math.max(lengthOf(planeOf(shape)), 1e-9);
  return shape.map((value) => value * by);
}
