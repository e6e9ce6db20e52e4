/**
 * @file What does not turn with the head: clothes and shoulders. Hats and hair do.
 */
import { smoothstep } from "../base/curves.js";
import { blurPlane, makePlane } from "../base/plane.js";
import type { Portrait } from "../portrait/portrait.js";
import { POINT } from "./topology.js";

/** Clothes count from above the chin to below it, cm: higher up they are hats and veils. */
const BELOW_CHIN_CM = [-0.5, 2] as const;
/** Bare skin is neck up to here from the middle, and shoulder from there outwards, cm. */
const NECK_CM = [5.5, 8] as const;
/** Softness of the map, cm. */
const SOFT_CM = 0.7;

/** The map: 255 = stays, 0 = goes with the head; of the size of the portrait's class maps. */
export function mapTorso({ classes, picture, landmarks, pose }: Portrait) {
  const { clothes, body } = classes;
  const { width, height } = clothes;
  const scale = width / picture.width;
  const chinX = landmarks[3 * POINT.chin];
  const chinY = landmarks[3 * POINT.chin + 1];
  const { rotation: m, pxPerCm } = pose;
  const map = makePlane(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const dx = ((x + 0.5) / scale - chinX) / pxPerCm;
      const dy = (chinY - (y + 0.5) / scale) / pxPerCm;
      const below = -(m[1] * dx + m[4] * dy);
      const aside = Math.abs(m[0] * dx + m[3] * dy);
      const isBelow = smoothstep(BELOW_CHIN_CM[0], BELOW_CHIN_CM[1], below);
      const shoulder = body.data[i] * smoothstep(NECK_CM[0], NECK_CM[1], aside);
      map.data[i] = isBelow * Math.min(1, clothes.data[i] + shoulder);
    }
  }
  const soft = blurPlane(map, SOFT_CM * pxPerCm * scale);
  return { data: Uint8Array.from(soft.data, (value) => Math.round(255 * value)), width, height };
}
