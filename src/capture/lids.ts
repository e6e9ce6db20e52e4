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
/** Nobody squints for less than about twice this: what comes and goes faster is the blink's, seconds. */
const SLOW_SECONDS = 0.2;

/**
 * Writes eyeBlink of both eyes.
 *
 * @param shapes - Faces in the head frame, cm, shape [frames][468 · 3].
 * @param weights - As explained, shape [frames, 52]; the blinks are written.
 * @param gaze - Yaw and pitch, radians, shape [frames, 2].
 * @param fps - Frames a second.
 */
export function writeBlinks(
  shapes: readonly Float32Array[],
  basis: readonly Blendshape[],
  weights: Float32Array,
  gaze: Float32Array,
  fps: number,
): void {
  const reach = Math.round(SLOW_SECONDS * fps);
  // Irises that lids cover seem to look down.
  const pitch = slowPartOf(
    gaze.filter((_, i) => i % 2 === 1),
    reach,
  );
  for (const { rows, side } of EYES) {
    const apertures = Float32Array.from(shapes, (shape) =>
      apertureOf(rows, (p) => shape[3 * p + 1]),
    );
    const open = quantile(apertures, OPEN_QUANTILE);
    const least = quantile(apertures, SHUT_QUANTILE);
    const shut = least < SHUT_SHARE * open ? least : SHUT_ELSE * open;
    const others = ([`eyeSquint${side}`, `eyeWide${side}`] as const).map((name) => {
      const at = CHANNEL_INDEX[name];
      const curve = weights.filter((_, i) => i % CHANNEL_COUNT === at);
      const slow = slowPartOf(curve, reach);
      return { at, slow, more: apertureOf(rows, (p) => deltaOf(basis[at], p, 1)) };
    });
    apertures.forEach((aperture, frame) => {
      const row = weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT);
      const down = clamp(pitch[frame] / LOOK_RAD, 0, 1);
      // What squinting and looking down explain is no blink.
      let expected = open * (1 - LOOK_SHARE * down);
      for (const { slow, more } of others) expected += slow[frame] * more;
      const blink = (expected - aperture) / Math.max(expected - shut, 0.1 * open);
      const weight = clamp((blink - FAINT) / (1 - FAINT), 0, 1);
      row[CHANNEL_INDEX[`eyeBlink${side}`]] = weight;
      for (const { at, slow } of others) row[at] += weight * (slow[frame] - row[at]);
    });
  }
}

/** A curve without what comes and goes within a window: its running median. */
function slowPartOf(curve: Float32Array, reach: number): Float32Array {
  return curve.map((_, i) => quantile(curve.subarray(Math.max(0, i - reach), i + reach + 1), 0.5));
}

/** Mean way between the lids, without the corners. */
function apertureOf({ upper, lower }: EyeRows, heightOf: (point: number) => number): number {
  let sum = 0;
  for (let k = 2; k + 2 < upper.length; k++) sum += heightOf(upper[k]) - heightOf(lower[k]);
  return sum / (upper.length - 4);
}
