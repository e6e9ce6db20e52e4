/** @file Lids take the light of the skin around them and fold where the portrait's lid does. */
import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import { buildEye } from "../../src/rig/eyes.js";
import { buildLid, type Lid, type LidLight, RELIEF_ROWS } from "../../src/rig/lids.js";
import {
  depthInEye,
  EYE,
  eyeIn,
  greyPicture,
  IRIS,
  LIT,
  PX_PER_CM,
  SOURCE,
} from "../support/eye.js";

function lidOf(picture: Picture, lit: LidLight = LIT): Lid {
  return buildLid(picture, SOURCE, buildEye(picture, SOURCE.opening, IRIS), lit, PX_PER_CM);
}

/** Mean of a table of colours between two places across the eye, −1 … 1. */
function between(lid: Lid, colors: Float32Array, left: number, right: number): number {
  const values = [...colors].filter((_, i) => {
    const across = (lid.x + Math.floor(i / 3) + 0.5 - EYE.x) / EYE.halfWidth;
    return across >= left && across < right;
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("the skin of a lid", () => {
  test("is as bright as the skin around it", () => {
    const lid = lidOf(eyeIn(() => 160));
    for (const colors of [lid.skin, lid.lowSkin]) {
      expect(between(lid, colors, -1, 1)).toBeGreaterThan(0.9 * 160);
      expect(between(lid, colors, -1, 1)).toBeLessThan(1.02 * 160);
    }
  });

  test("lies in the shadow that its half of the eye lies in", () => {
    const lid = lidOf(eyeIn((x) => (x < EYE.x ? 200 : 100)));
    expect(between(lid, lid.skin, -0.9, -0.4)).toBeGreaterThan(180);
    expect(between(lid, lid.skin, 0.4, 0.9)).toBeLessThan(120);
  });

  test("in a deep socket is dark at the fold and brighter towards the cheek, never as bright", () => {
    const lid = lidOf(eyeIn((_, y) => (y < EYE.y ? 110 : 180)));
    const [high, low] = [lid.skin, lid.lowSkin].map((colors) => between(lid, colors, -1, 1));
    expect(high).toBeLessThan((110 + 180) / 2);
    expect(low).toBeGreaterThan(high + 15);
    expect(low).toBeLessThan(175);
  });

  test("does not take the colour of a low brow", () => {
    const lid = lidOf(eyeIn((_, y) => (y < EYE.y - 1.4 * EYE.halfHeight ? 15 : 180)));
    expect(between(lid, lid.skin, -1, 1)).toBeGreaterThan(90);
  });
});

describe("a lid", () => {
  test("is cut below the dark line of its fold and above its lashes", () => {
    const [low, high] = [0.32, 0.4];
    const picture = eyeIn((x, y) => {
      const margin =
        EYE.y - EYE.halfHeight * Math.sqrt(Math.max(0, 1 - ((x - EYE.x) / EYE.halfWidth) ** 2));
      const up = (margin - y) / PX_PER_CM;
      return up > low && up < high ? 70 : up > 0 && up < 0.06 ? 40 : 160;
    });
    const lid = lidOf(picture);
    for (let k = Math.round(0.35 * lid.columns); k < 0.65 * lid.columns; k++) {
      expect(lid.fold[k] / PX_PER_CM).toBeLessThan(low);
      expect(lid.fold[k] / PX_PER_CM).toBeGreaterThan(0.06);
    }
    expect(between(lid, lid.seam, -0.3, 0.3)).toBeGreaterThan(140);
  });

  test("is lit from where the portrait is lit from, and evenly by even light", () => {
    expect(Math.max(...lidOf(eyeIn(() => 160)).relief.map((r) => Math.abs(r - 1)))).toBeLessThan(
      1e-3,
    );
    const fromAbove = Float32Array.of(120, 0, 60, 0, 0, 0, 0, 0, 0);
    const { relief, columns } = lidOf(
      eyeIn(() => 160),
      { ...LIT, light: fromAbove },
    );
    const middle = columns >> 1;
    expect(relief[middle]).toBeGreaterThan(1.05);
    expect(relief[(RELIEF_ROWS - 1) * columns + middle]).toBeLessThan(0.9);
  });

  test("knows where the white shows above its landmarks, and takes no lashes for it", () => {
    const { x, y, halfWidth, halfHeight } = EYE;
    const white = greyPicture((px, py) => {
      const inside = ((px - x) / halfWidth) ** 2 + ((py - y) / (1.3 * halfHeight)) ** 2 < 1;
      return inside ? 240 : 130;
    });
    const lid = lidOf(white);
    const middle = lid.columns >> 1;
    expect(lid.ball[middle]).toBeGreaterThan(0.25 * halfHeight);
    expect(lid.fold[middle]).toBeGreaterThan(lid.ball[middle]);
    expect(Math.max(...lidOf(eyeIn(() => 160)).ball)).toBe(0);
  });
});

describe("lashes", () => {
  test("that stand before the skin come off it; folds do not", () => {
    const hairs = (x: number, y: number) => x % 10 < 2 && y > EYE.y - 1.9 * EYE.halfHeight;
    const lid = lidOf(eyeIn((x, y) => (hairs(x, y) && y < EYE.y ? 60 : 160)));
    const { lift, rows, y } = lid.standing;
    const at = (px: number, py: number) => lift[3 * ((py - y) * lid.columns + px - lid.x)];
    expect(rows).toBeGreaterThan(20);
    expect(at(90, EYE.y - 30)).toBeGreaterThan(90);
    expect(at(94, EYE.y - 30)).toBe(0);
    const folded = lidOf(eyeIn((_, py) => (py % 10 < 2 ? 60 : 160)));
    expect(Math.max(...folded.standing.lift.subarray(0, 3 * 12 * folded.columns))).toBe(0);
  });

  test("are as dark as the lash line; stone has none", () => {
    const lined = eyeIn((x, y) => (depthInEye(x, y) < 1.25 && y < EYE.y ? 12 : 160));
    const hairy = lidOf(lined).lashes;
    expect(hairy.strength).toBeGreaterThan(0.6);
    expect(hairy.color[0]).toBeLessThan(25);
    const stone = { ...LIT, brow: { brightness: 300, depth: 0.3 } };
    expect(lidOf(lined, stone).lashes.strength).toBe(0);
    const bare = greyPicture(() => 160);
    expect(lidOf(bare).lashes.strength).toBe(0);
  });
});
