/** @file Mattes that are mistaken: what is mended before another background is seen through them. */
import { describe, expect, test } from "vitest";
import { mendMatte } from "../../src/rig/matte-mend.js";
import type { Rig } from "../../src/rig/rig.js";
import { astronautPortrait, astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const { landmarks } = await astronautPortrait();
const { width, height } = rig.picture;
/** Chin and top of the forehead, px. */
const chin = { x: Math.round(landmarks[3 * 152]!), y: Math.round(landmarks[3 * 152 + 1]!) };
const brow = { x: Math.round(landmarks[3 * 9]!), y: Math.round(landmarks[3 * 9 + 1]!) };

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const within = ({ x, y, radius }: Spot, i: number) =>
  Math.hypot((i % width) - x, Math.floor(i / width) - y) <= radius;

/** The rig with a round spot of its matte, and of its hole, set to a value. */
function withSpot(spot: Spot, opacity: number): Rig {
  const matte = rig.matte.map((value, i) => (within(spot, i) ? opacity : value));
  const hole = rig.hole.map((value, i) => (within(spot, i) ? (opacity > 0 ? 1 : 0) : value));
  return { ...rig, matte, hole };
}

/** Mean of what is left of a spot. */
function meanIn(spot: Spot, opacity: number): number {
  const { data } = mendMatte(withSpot(spot, opacity), 1);
  const values = data.filter((_, i) => within(spot, i));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("a matte before another background", () => {
  test("is the rig's own along its edge", () => {
    const { data } = mendMatte(rig, 1);
    const edge = Array.from(rig.matte.keys()).filter(
      (i) => rig.matte[i]! > 60 && rig.matte[i]! < 200 && i < 0.4 * width * height,
    );
    const away = edge.map((i) => Math.abs(data[i]! - rig.matte[i]! / 255));
    expect(edge.length).toBeGreaterThan(200);
    expect(away.reduce((a, b) => a + b) / edge.length).toBeLessThan(0.1);
  });

  test.each([
    ["a patch of wall far from the person is none of him", { x: 14, y: 30, radius: 8 }, 255, 0],
    ["nor is mist", { x: 14, y: 30, radius: 12 }, 90, 0],
    ["a gap in the clothes is filled", { x: chin.x, y: chin.y + 90, radius: 5 }, 0, 1],
    ["so is one in the face", { ...brow, radius: 6 }, 0, 1],
  ] as const)("%s", (_, spot, opacity, wanted) => {
    expect(Math.abs(meanIn(spot, opacity) - wanted)).toBeLessThan(0.05);
  });
});
