/**
 * @file People whom the picture's border cuts off: nothing is known of them beyond it, so what lies on
 * the border may leave the picture or go along it, but not come in.
 */
import { clamp, smoothstep } from "../base/curves.js";
import { boxMean, grow } from "../base/plane.js";
import type { Rig } from "../rig/rig.js";

/** The border holds less and less of what lies up to here from it, cm. */
const HOLD_CM = [1.5, 5] as const;
/** Above and below it may hold so much of the face itself, cm; aside a part of the way to it, for ears. */
const INTO_FACE_CM = 1;
const ASIDE = 0.5;
/** Along the border, what is so near to the person is held with it, cm; and softly so. */
const BESIDE_CM = 1;
/** Of the matte's 255, what counts as person. */
const TRACE = 24;
/** Rows of pixels that say what lies on the border. */
const ROWS_PX = 3;

/** How the border holds: at a place, px, 0 = not at all, 1 = altogether. */
export type BorderHold = (x: number, y: number, out: Float32Array) => Float32Array;

/**
 * How a picture's border holds what it cuts off.
 *
 * @param reach - How near the face's rim comes to the left, right, upper and lower border, px.
 * @returns Writes two numbers for a place: positive where nothing may move to the right, or down, and
 *   negative where nothing may move to the left, or up; −1..1.
 */
export function borderHold(rig: Rig, reach: readonly number[]): BorderHold {
  const { width, height } = rig.picture;
  const cm = rig.pose.pxPerCm;
  const held = reach.map((px, k) => {
    const upTo = k < 2 ? ASIDE * px : px + INTO_FACE_CM * cm;
    return clamp(upTo, HOLD_CM[0] * cm, HOLD_CM[1] * cm);
  });
  const person = (length: number, at: (along: number, inward: number) => number) =>
    soften(
      Float32Array.from({ length }, (_, i) => {
        let most = 0;
        for (let k = 0; k < ROWS_PX; k++) most = Math.max(most, rig.matte[at(i, k)]);
        return most > TRACE ? 1 : 0;
      }),
      Math.ceil(BESIDE_CM * cm),
    );
  const left = person(height, (i, k) => i * width + k);
  const right = person(height, (i, k) => (i + 1) * width - 1 - k);
  const top = person(width, (i, k) => k * width + i);
  const bottom = person(width, (i, k) => (height - 1 - k) * width + i);
  return (x, y, out) => {
    const column = clamp(Math.floor(x), 0, width - 1);
    const row = clamp(Math.floor(y), 0, height - 1);
    const from = (on: Float32Array, along: number, away: number, k: number) =>
      on[along] * (1 - smoothstep(0, held[k], away));
    const atLeft = from(left, row, x, 0);
    const atRight = from(right, row, width - x, 1);
    const atTop = from(top, column, y, 2);
    const atBottom = from(bottom, column, height - y, 3);
    out[0] = atLeft > atRight ? atLeft : -atRight;
    out[1] = atTop > atBottom ? atTop : -atBottom;
    return out;
  };
}

/** All within a reach of a 1, fading over the same again. @param reach - Samples. */
function soften(values: Float32Array, reach: number): Float32Array {
  const line = { data: values, width: values.length, height: 1 };
  return boxMean(boxMean(grow(line, 2 * reach), reach), reach).data;
}
