/** @file The lashes of a closing lid: a dark line along its edge, thinning out downwards. */
import { clamp, smoothstep } from "../base/curves.js";
import type { Picture } from "../base/picture.js";
import { heightOf } from "../rig/lids.js";

/** The line's half width above the edge and the lashes' reach below it, cm. */
const ABOVE_CM = 0.035;
const BELOW_CM = 0.16;
/** When they come: an open eye shows the portrait's own lashes. */
const FROM = 0.12;
const TO = 0.5;

/**
 * Draws the lashes of one lid.
 *
 * @param margin - The upper margin in the frame, px, shape [n, 2].
 * @param color - RGB 0..255.
 * @param blink - 0 = open, 1 = shut.
 */
export function paintLashes(
  margin: Float32Array,
  color: readonly number[],
  blink: number,
  pxPerCm: number,
  frame: Picture,
): void {
  const strength = 0.85 * smoothstep(FROM, TO, blink);
  if (strength === 0) return;
  const first = margin[0];
  const last = margin[margin.length - 2];
  const left = Math.min(first, last);
  const right = Math.max(first, last);
  const above = Math.max(ABOVE_CM * pxPerCm, 0.6);
  const below = Math.max(BELOW_CM * pxPerCm, 1.4);
  const outerIsLeft = first < last;
  for (let x = Math.max(0, Math.floor(left)); x < Math.min(frame.width, right); x++) {
    const t = clamp((x + 0.5 - left) / (right - left), 0, 1);
    const outward = outerIsLeft ? 1 - t : t;
    const ends = smoothstep(0, 0.12, t) * smoothstep(0, 0.12, 1 - t);
    const edge = heightOf(margin, x + 0.5);
    // Lashes are longest at the outer third and stand in tufts.
    const length = below * (0.35 + 0.65 * outward) * (0.8 + 0.2 * Math.cos(23 * t + 9 * t * t));
    const from = Math.max(0, Math.floor(edge - 2 * above));
    const to = Math.min(frame.height, Math.ceil(edge + length));
    for (let y = from; y < to; y++) {
      const d = y + 0.5 - edge;
      const line =
        d < 0
          ? Math.exp(-((d / above) ** 2))
          : Math.exp(-((d / (0.5 * above + 0.35 * length)) ** 2));
      const opacity = strength * line * ends;
      if (opacity < 0.01) continue;
      const i = (y * frame.width + x) * 4;
      for (let c = 0; c < 3; c++) frame.data[i + c] += opacity * (color[c] - frame.data[i + c]);
    }
  }
}
