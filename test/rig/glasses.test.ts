/** @file Glasses stay straight while the face behind them moves; faces without them move in full. */
import { describe, expect, test } from "vitest";
import { CHANNEL_INDEX } from "../../src/base/channels.js";
import { mapPlane } from "../../src/base/plane.js";
import type { Portrait } from "../../src/portrait/portrait.js";
import { deltaOf } from "../../src/rig/basis.js";
import { stiffen, stiffnessOf } from "../../src/rig/glasses.js";
import { astronautPortrait, astronautRig } from "../support/machine.js";

/** The astronaut as if something were worn within so many cm of some landmarks. */
async function wearing(points: readonly number[], cm = 0.3): Promise<Portrait> {
  const portrait = await astronautPortrait();
  const { picture, landmarks, pose, classes } = portrait;
  const { width } = classes.other;
  const scale = width / picture.width;
  const other = mapPlane(classes.other, (_, i) => {
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    const isNear = points.some((v) => {
      const away = Math.hypot(x - landmarks[3 * v] * scale, y - landmarks[3 * v + 1] * scale);
      return away < cm * pose.pxPerCm * scale;
    });
    return isNear ? 0.9 : 0.02;
  });
  return { ...portrait, classes: { ...classes, other } };
}

/** Bridge, and rims above and below both eyes. */
const FRAME = [168, 6, 197, 225, 223, 222, 445, 443, 442, 229, 230, 118, 449, 450, 347];

describe("glasses", async () => {
  const { shapes } = await astronautRig();
  const stiff = stiffen(shapes, stiffnessOf(await wearing(FRAME)));
  const height = (of: typeof shapes, name: keyof typeof CHANNEL_INDEX, point: number) =>
    deltaOf(of[CHANNEL_INDEX[name]], point, 1);

  test("hold the skin under them", () => {
    expect(Math.abs(height(shapes, "browOuterUpLeft", 443))).toBeGreaterThan(0.05);
    expect(Math.abs(height(stiff, "browOuterUpLeft", 443))).toBeLessThan(0.01);
  });

  test("let lids, mouth and forehead move", () => {
    expect(height(stiff, "eyeBlinkLeft", 386)).toBe(height(shapes, "eyeBlinkLeft", 386));
    expect(height(stiff, "jawOpen", 14)).toBe(height(shapes, "jawOpen", 14));
    expect(height(stiff, "browInnerUp", 9)).toBe(height(shapes, "browInnerUp", 9));
  });
});

test.each([
  ["a bare face", []],
  ["a hat", [10, 338, 109, 67, 297]],
  ["a patch on one eye", [225, 223, 222, 229, 230, 118]],
])("%s wears no glasses", async (_, points) => {
  expect(Math.max(...stiffnessOf(await wearing(points)))).toBe(0);
});
