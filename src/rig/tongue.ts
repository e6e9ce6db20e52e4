/** @file The tongue: a grid over a half-cylinder with a groove, tip first. */
import { clamp, smoothstep } from "../base/curves.js";

/** Points across and along the tongue. */
export const TONGUE_SIDE = 15;

const HALF_WIDTH_CM = 1.9;
/** From tip to root, cm. */
export const TONGUE_LENGTH_CM = 4;

/**
 * The tongue at rest: x across, y up from its floor, z back from the tip (negative); cm.
 *
 * @returns Shape [TONGUE_SIDE, TONGUE_SIDE, 3], rows from the tip backwards.
 */
export function tongueAtRest(): Float32Array {
  const points = new Float32Array(TONGUE_SIDE * TONGUE_SIDE * 3);
  for (let row = 0, to = 0; row < TONGUE_SIDE; row++) {
    const v = row / (TONGUE_SIDE - 1);
    const half = HALF_WIDTH_CM * Math.sqrt(clamp(1 - (1 - v) ** 4, 0, 1)) * (1 - 0.1 * v);
    for (let column = 0; column < TONGUE_SIDE; column++, to += 3) {
      const u = (2 * column) / (TONGUE_SIDE - 1) - 1;
      const arch = Math.cos((u * Math.PI) / 2) ** 0.8;
      const rise = smoothstep(0, 0.22, v) * (1 + 0.35 * smoothstep(0.2, 0.8, v));
      const groove = 0.1 * Math.exp(-((u / 0.14) ** 2)) * smoothstep(0.05, 0.35, v) * (1 - 0.4 * v);
      points[to] = half * Math.sin((u * Math.PI) / 2);
      // Tip and sides go down behind the teeth: no edge of the tongue floats in the mouth.
      const skirt = 1.1 * (1 - smoothstep(0, 0.12, v)) + 0.7 * Math.abs(u) ** 4;
      points[to + 1] = 0.62 * arch * rise - groove - skirt;
      points[to + 2] = -TONGUE_LENGTH_CM * v;
    }
  }
  return points;
}
