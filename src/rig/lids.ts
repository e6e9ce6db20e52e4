/**
 * @file The lids shut: the surroundings of an eye with the opening and the lashes painted over by
 * skin, for the picture that a closing lid carries.
 */
import type { Picture } from "../base/picture.js";
import { mapPlane, type Plane } from "../base/plane.js";
import { boxAround, cutPatch, fillPatch, maskOf, type Patch } from "./patch.js";

/** How far lashes and their shadow reach beyond the opening, in eye widths. */
const LASH_X = 0.3;
const LASH_Y = 0.15;

/** @param opening - The eye's opening, picture px, shape [n, 2]. */
export function buildLids(picture: Picture, opening: Float32Array): Patch {
  const xs = [...opening].filter((_, i) => i % 2 === 0);
  const width = Math.max(...xs) - Math.min(...xs);
  const box = boxAround(opening, 0.9 * width, picture);
  const mask = maskOf(opening, box);
  const hole = growEllipse(mask, LASH_X * width, LASH_Y * width);
  return fillPatch(cutPatch(picture, box), hole, 2);
}

/** 1 within an ellipse of a value above 0.02. */
function growEllipse(mask: Plane, radiusX: number, radiusY: number): Plane {
  const { width, height, data } = mask;
  const rows = Math.ceil(radiusY);
  return mapPlane(mask, (_, i) => {
    const x = i % width;
    const y = (i - x) / width;
    for (let dy = -rows; dy <= rows; dy++) {
      if (y + dy < 0 || y + dy >= height || Math.abs(dy) > radiusY) continue;
      const reach = Math.floor(radiusX * Math.sqrt(1 - (dy / radiusY) ** 2));
      const from = Math.max(0, x - reach);
      const to = Math.min(width - 1, x + reach);
      for (let k = from; k <= to; k++) if (data[(y + dy) * width + k] > 0.02) return 1;
    }
    return 0;
  });
}
