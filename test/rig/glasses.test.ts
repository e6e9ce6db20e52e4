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
  const glasses = stiffnessOf(await wearing(FRAME));
  const stiff = stiffen(shapes, glasses);
  const height = (of: typeof shapes, name: keyof typeof CHANNEL_INDEX, point: number) =>
    deltaOf(of[CHANNEL_INDEX[name]], point, 1);

  test("hold the skin under them", () => {
    expect(Math.abs(height(shapes, "browOuterUpLeft", 443))).toBeGreaterThan(0.05);
    expect(Math.abs(height(stiff, "browOuterUpLeft", 443))).toBeLessThan(0.01);
  });

  test("let lids, mouth and forehead move", () => {
    expect(height(stiff, "eyeBlinkLeft", 386)).toBe(height(shapes, "eyeBlinkLeft", 386));
    expect(height(stiff, "jawOpen", 14)).toBe(height(shapes, "jawOpen", 14));
    expect(height(stiff, "browInnerUp", 10)).toBe(height(shapes, "browInnerUp", 10));
  });

  test("keep thin lower rims straight, which nobody sees in the classes", async () => {
    const upperRims = await wearing(
      FRAME.filter((v) => ![229, 230, 118, 449, 450, 347].includes(v)),
    );
    const half = stiffen(shapes, stiffnessOf(upperRims));
    for (const point of [118, 101, 347, 330]) {
      expect(Math.abs(height(shapes, "cheekSquintLeft", 330))).toBeGreaterThan(0.1);
      for (const name of ["cheekSquintLeft", "cheekSquintRight"] as const) {
        expect(Math.abs(height(half, name, point))).toBeLessThan(0.02);
      }
    }
  });

  test("let go of brows and cheeks little by little", () => {
    const { skin } = glasses;
    const ways = [223, 52, 105, 104, 103].map((v) => skin[v]);
    expect(ways.every((way, i) => i === 0 || way <= ways[i - 1] + 1e-6)).toBe(true);
    expect(skin[105]).toBeGreaterThan(0.2);
    expect(skin[10]).toBe(0);
    expect(skin[61]).toBe(0);
  });
});

test.each([
  ["a bare face", []],
  ["a hat", [10, 338, 109, 67, 297]],
  ["a patch on one eye", [225, 223, 222, 229, 230, 118]],
])("%s wears no glasses", async (_, points) => {
  const { skin, lids } = stiffnessOf(await wearing(points));
  expect(Math.max(...skin, ...lids)).toBe(0);
});
