/** @file The jaw's turn about its joint: what lower teeth and tongue ride on. */
import { CHANNEL_INDEX } from "../base/channels.js";
import type { Mouth } from "../rig/mouth.js";
import type { Rig } from "../rig/rig.js";
import { jawWeight } from "./deform.js";

const { jawLeft, jawRight, jawForward } = CHANNEL_INDEX;

/** How the jaw stands: its turn about the joint, and its shift to a side and forward, cm. */
export interface JawTurn {
  readonly angleRad: number;
  readonly side: number;
  readonly forward: number;
}

/** The jaw's stand in one frame. */
export function jawTurn(rig: Rig, weights: Float32Array): JawTurn {
  return {
    angleRad: jawWeight(rig, weights) * rig.mouth.openRad,
    side: 0.7 * (weights[jawLeft] - weights[jawRight]),
    forward: 0.8 * weights[jawForward],
  };
}

/** Turns points about the jaw's joint, in place. */
export function turnJaw(points: Float32Array, { hinge }: Mouth, jaw: JawTurn): void {
  const cos = Math.cos(jaw.angleRad);
  const sin = Math.sin(jaw.angleRad);
  for (let i = 0; i < points.length; i += 3) {
    const y = points[i + 1] - hinge[1];
    const z = points[i + 2] - hinge[2];
    points[i] += jaw.side;
    points[i + 1] = cos * y - sin * z + hinge[1];
    points[i + 2] = sin * y + cos * z + hinge[2] + jaw.forward;
  }
}
