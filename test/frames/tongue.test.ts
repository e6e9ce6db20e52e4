/** @file The tongue goes where sounds need it. */
import { describe, expect, test } from "vitest";
import { type ChannelWeights, setChannels } from "../../src/base/channels.js";
import { jawTurn } from "../../src/frames/jaw.js";
import { makeMoment } from "../../src/frames/moment.js";
import { tonguePoints } from "../../src/frames/tongue-paint.js";
import { TONGUE_SIDE, tongueAtRest } from "../../src/rig/tongue.js";
import { astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const { mouth } = rig;
const MIDDLE = TONGUE_SIDE >> 1;

/** The tongue's ridge, from tip to root: y and z, head frame, cm. */
function ridge(weights: ChannelWeights): readonly (readonly [number, number])[] {
  const moment = makeMoment();
  setChannels(moment.weights, weights);
  const jaw = jawTurn(rig, moment.weights);
  const points = tonguePoints(tongueAtRest(), mouth, moment.weights, jaw, "tongue");
  return Array.from({ length: TONGUE_SIDE }, (_, row) => {
    const i = 3 * (row * TONGUE_SIDE + MIDDLE);
    return [points[i + 1], points[i + 2]] as const;
  });
}
const TIP = 2;
const [, UPPER_Y, UPPER_Z] = mouth.upperBite;

describe("a tongue", () => {
  test("lies low in a", () => {
    const blade = ridge({ jawOpen: 0.6 }).slice(0, MIDDLE);
    expect(Math.max(...blade.map(([y]) => y))).toBeLessThan(UPPER_Y - 0.3);
  });

  test("rises to the upper teeth for l and t, behind them, whatever the jaw does", () => {
    for (const jawOpen of [0.1, 0.3]) {
      const [y, z] = ridge({ jawOpen, tongueOut: 0.25 })[TIP];
      expect(y).toBeGreaterThan(UPPER_Y - 0.1);
      expect(z).toBeLessThan(UPPER_Z - 0.3);
    }
  });

  test("comes between the teeth for th", () => {
    const [y, z] = ridge({ jawOpen: 0.12, tongueOut: 0.7 })[TIP];
    expect(y).toBeLessThan(UPPER_Y);
    expect(z).toBeGreaterThan(UPPER_Z);
  });

  test("is high in front for i, and drawn back for u", () => {
    const rest = ridge({ jawOpen: 0.1 });
    const i = ridge({ jawOpen: 0.1, mouthStretch: 0.5, mouthSmile: 0.3 });
    const u = ridge({ jawOpen: 0.1, mouthPucker: 0.7, mouthFunnel: 0.3 });
    const front = Math.round(0.35 * TONGUE_SIDE);
    expect(i[front][0]).toBeGreaterThan(rest[front][0] + 0.3);
    expect(u[TIP][1]).toBeLessThan(rest[TIP][1] - 0.3);
  });

  test("does not jump: small steps of the weights are small steps of the tongue", () => {
    let before = ridge({ jawOpen: 0.2, tongueOut: 0 })[TIP];
    for (let out = 0.01; out <= 1; out += 0.01) {
      const now = ridge({ jawOpen: 0.2, tongueOut: out })[TIP];
      expect(Math.hypot(now[0] - before[0], now[1] - before[1])).toBeLessThan(0.16);
      before = now;
    }
  });
});
