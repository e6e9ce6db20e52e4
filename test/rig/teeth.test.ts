/** @file Painted teeth: no two the same, no bar of white, and made as their picture is. */
import { describe, expect, test } from "vitest";
import type { Surface } from "../../src/rig/surface.js";
import { JAWS, paintTeeth, type TeethLook, type TeethStrip } from "../../src/rig/teeth.js";

const PHOTO: Surface = {
  flatness: 0,
  carved: 0,
  gloss: 1,
  softnessPx: 0.8,
  grain: new Float32Array(1),
  grainSide: 1,
  grainAmount: 0,
  line: [40, 20, 20],
};
const LOOK: TeethLook = {
  palette: {
    tooth: [210, 205, 190],
    gum: [180, 110, 110],
    tongue: [180, 100, 100],
    mucosa: [90, 40, 40],
    deep: [40, 15, 15],
    redness: 1,
  },
  surface: PHOTO,
  lightFrom: 0,
  seed: 7,
  pxPerCm: 40,
};
const { widths, heights } = JAWS.upper;

/** Colour this far from the middle (its left positive) and above the biting edges, cm. */
function at({ picture, halfLengthCm, heightCm }: TeethStrip, s: number, y: number): number[] {
  const column = Math.floor(((s + halfLengthCm) / (2 * halfLengthCm)) * picture.width);
  const row = Math.floor((1 - y / heightCm) * picture.height);
  return [...picture.data.subarray(4 * (row * picture.width + column)).subarray(0, 4)];
}
const lumaAt = (strip: TeethStrip, s: number, y: number) =>
  at(strip, s, y)
    .slice(0, 3)
    .reduce((sum, c) => sum + c / 3, 0);
/** Middle of the left tooth i, cm from the middle line. */
const middleOf = (i: number) =>
  widths.slice(0, i).reduce((sum, width) => sum + width, 0) + widths[i] / 2;
const bluenessAt = (strip: TeethStrip, s: number, y: number) => {
  const [r, , b] = at(strip, s, y);
  return b / r;
};

describe("teeth", () => {
  const strip = paintTeeth("upper", LOOK);

  test("are parted, more so towards the gum", () => {
    const between = widths[0];
    const dip = (y: number) => lumaAt(strip, between, y) / lumaAt(strip, middleOf(0), y);
    expect(dip(0.4)).toBeLessThan(0.93);
    expect(dip(0.62)).toBeLessThan(dip(0.3));
  });

  test("are clear and bluish at their edge, yellow at the neck and in the canine", () => {
    const edge = 0.07;
    const body = 0.5 * heights[0];
    expect(lumaAt(strip, middleOf(0), edge)).toBeLessThan(0.95 * lumaAt(strip, middleOf(0), body));
    expect(bluenessAt(strip, middleOf(0), edge)).toBeGreaterThan(
      bluenessAt(strip, middleOf(0), 0.8 * heights[0]) + 0.02,
    );
    expect(bluenessAt(strip, middleOf(2), 0.5)).toBeLessThan(bluenessAt(strip, middleOf(0), 0.5));
  });

  test("darken towards the sides", () => {
    const lumas = [0, 2, 4, 6].map((i) => lumaAt(strip, middleOf(i), 0.5));
    expect(lumas).toEqual([...lumas].sort((a, b) => b - a));
  });

  test("end in gum that comes down between them", () => {
    const isGum = (s: number, y: number) => bluenessAt(strip, s, y) < 0.75;
    expect(isGum(middleOf(0), 0.88)).toBe(false);
    expect(isGum(widths[0], 0.88)).toBe(true);
    expect(isGum(middleOf(0), 1.15)).toBe(true);
  });

  test("differ from face to face, and never in one face", () => {
    expect(paintTeeth("upper", LOOK).picture.data).toEqual(strip.picture.data);
    expect(paintTeeth("upper", { ...LOOK, seed: 8 }).picture.data).not.toEqual(strip.picture.data);
  });

  test("are one flat band in a drawing", () => {
    const drawn = paintTeeth("upper", { ...LOOK, surface: { ...PHOTO, flatness: 1, gloss: 0 } });
    for (const i of [0, 2, 4, 6]) {
      expect(at(drawn, middleOf(i), 0.5).slice(0, 3)).toEqual([...LOOK.palette.tooth]);
    }
    const seam = (of: TeethStrip) => lumaAt(of, widths[0], 0.5) / lumaAt(of, middleOf(0), 0.5);
    expect(seam(drawn)).toBeLessThan(0.99);
    expect(seam(drawn)).toBeGreaterThan(seam(strip));
  });

  test("are as soft as their picture", () => {
    const soft = paintTeeth("upper", { ...LOOK, surface: { ...PHOTO, softnessPx: 3 } });
    const step = (of: TeethStrip) => lumaAt(of, middleOf(0), 0.6) - lumaAt(of, widths[0], 0.6);
    expect(step(soft)).toBeLessThan(0.7 * step(strip));
  });
});
