/**
 * @file What does not turn with the head as it does: clothes and shoulders stay, hair that hangs
 * swings after it. Hats and short hair go with it; beards go with the chin.
 */
import { smoothstep } from "../base/curves.js";
import { blurPlane, bytesOfPlane, makePlane } from "../base/plane.js";
import type { Portrait } from "../portrait/portrait.js";
import { POINT } from "./topology.js";

/** A map of the size of the portrait's class maps, 0..255. */
export interface BodyMap {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Clothes count from above the chin to below it, cm: higher up they are hats and veils. */
const BELOW_CHIN_CM = [-0.5, 2] as const;
/** Bare skin is neck up to here from the middle, and shoulder from there outwards, cm. */
const NECK_CM = [5.5, 8] as const;
/** Hair sits on the skull down to here, against the chin, and hangs freely from there, cm. */
const HANGING_CM = [-7, 3] as const;
/** Nearer to the middle it is a beard or a fringe, cm. */
const BEARD_CM = [5.5, 8] as const;
/** What is taken for face below the chin is beard from here on, cm below it. */
const BELOW_BEARD_CM = [0, 0.8] as const;
/** Softness of the maps, cm. */
const SOFT_CM = 0.7;

/** What stays when the head moves: 255 = all of it, 0 = it goes with the head. */
export function mapTorso(portrait: Portrait): BodyMap {
  const { clothes, body } = portrait.classes;
  return mapBody(portrait, (i, below, aside) => {
    const shoulder = body.data[i] * smoothstep(NECK_CM[0], NECK_CM[1], aside);
    return (
      smoothstep(BELOW_CHIN_CM[0], BELOW_CHIN_CM[1], below) *
      Math.min(1, clothes.data[i] + shoulder)
    );
  });
}

/** What swings when the head moves: 255 = hangs freely, 0 = it goes with the head. */
export function mapHair(portrait: Portrait): BodyMap {
  const { hair } = portrait.classes;
  return mapBody(
    portrait,
    (i, below, aside) =>
      hair.data[i] *
      smoothstep(HANGING_CM[0], HANGING_CM[1], below) *
      smoothstep(BEARD_CM[0], BEARD_CM[1], aside),
  );
}

/** What goes with the chin although it is below it: 255 = beard. */
export function mapBeard(portrait: Portrait): BodyMap {
  const { face } = portrait.classes;
  return mapBody(
    portrait,
    (i, below) => face.data[i] * smoothstep(BELOW_BEARD_CM[0], BELOW_BEARD_CM[1], below),
  );
}

/** A soft map of values 0..1 by place: index in the class maps, cm below the chin and aside of it. */
function mapBody(
  { classes, picture, landmarks, pose }: Portrait,
  valueAt: (i: number, below: number, aside: number) => number,
): BodyMap {
  const { width, height } = classes.clothes;
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
      map.data[i] = valueAt(i, below, aside);
    }
  }
  const soft = blurPlane(map, SOFT_CM * pxPerCm * scale);
  return { data: bytesOfPlane(soft), width, height };
}
