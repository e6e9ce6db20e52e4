/**
 * @file Blinks by how far the lids are apart: a fit of shapes takes half a blink for a squint.
 */
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../base/channels.js";
import { clamp, quantile } from "../base/curves.js";
import { type Blendshape, deltaOf } from "../rig/basis.js";
import { type EyeRows, LEFT_EYE, RIGHT_EYE } from "../rig/topology.js";

const EYES = [
  { rows: LEFT_EYE, side: "Left" },
  { rows: RIGHT_EYE, side: "Right" },
] as const;
/** How wide the eye usually is: this quantile of a clip. */
const OPEN_QUANTILE = 0.7;
/** How narrow it gets: this quantile, if it is a blink's; a share of the usual else. */
const SHUT_QUANTILE = 0.004;
const SHUT_SHARE = 0.45;
const SHUT_ELSE = 0.15;
/** Looking down by so much, radians, lowers the lids by that share, as performance/eyes.ts does. */
const LOOK_RAD = (28 * Math.PI) / 180;
const LOOK_SHARE = 0.55;
/** Less than this is unrest. */
const FAINT = 0.15;

/**
 * Writes eyeBlink of both eyes.
 *
 * @param shapes - Faces in the head frame, cm, shape [frames][468 · 3].
 * @param weights - As explained, shape [frames, 52]; the blinks are written.
 * @param gaze - Yaw and pitch, radians, shape [frames, 2].
 */
export function writeBlinks(
  shapes: readonly Float32Array[],
  basis: readonly Blendshape[],
  weights: Float32Array,
  gaze: Float32Array,
): void {
  for (const { rows, side } of EYES) {
    const apertures = Float32Array.from(shapes, (shape) =>
      apertureOf(rows, (p) => shape[3 * p + 1]),
    );
    const open = quantile(apertures, OPEN_QUANTILE);
    const least = quantile(apertures, SHUT_QUANTILE);
    const shut = least < SHUT_SHARE * open ? least : SHUT_ELSE * open;
    const others = ([`eyeSquint${side}`, `eyeWide${side}`] as const).map((name) => {
      const shape = basis[CHANNEL_INDEX[name]];
      return { at: CHANNEL_INDEX[name], more: apertureOf(rows, (p) => deltaOf(shape, p, 1)) };
    });
    apertures.forEach((aperture, frame) => {
      const row = weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT);
      const down = clamp(gaze[2 * frame + 1] / LOOK_RAD, 0, 1);
      // What squinting and looking down explain is no blink.
      let expected = open * (1 - LOOK_SHARE * down);
      for (const { at, more } of others) expected += row[at] * more;
      const blink = (expected - aperture) / Math.max(expected - shut, 0.1 * open);
      row[CHANNEL_INDEX[`eyeBlink${side}`]] = clamp((blink - FAINT) / (1 - FAINT), 0, 1);
    });
  }
}

/** Mean way between the lids, without the corners. */
function apertureOf({ upper, lower }: EyeRows, heightOf: (point: number) => number): number {
  let sum = 0;
  for (let k = 2; k + 2 < upper.length; k++) sum += heightOf(upper[k]) - heightOf(lower[k]);
  return sum / (upper.length - 4);
}
