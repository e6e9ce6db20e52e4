/** @file Lips without the line between them. */
import { expect, test } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { cutLipLine } from "../../src/rig/lip-line.js";

const [WIDTH, HEIGHT] = [120, 60];
const LINE = 30;
const UPPER = [150, 70, 70];
const LOWER = [200, 120, 120];
const SKIN = [220, 180, 160];
const DARK = [30, 10, 10];

function mouth(): Picture {
  const picture = makePicture(WIDTH, HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const isLip = x >= 20 && x < 100 && y >= 20 && y < 42;
      const isLine = isLip && Math.abs(y + 0.5 - LINE) < 1;
      const color = isLine ? DARK : !isLip ? SKIN : y < LINE ? UPPER : LOWER;
      picture.data.set([...color, 255], 4 * (y * WIDTH + x));
    }
  }
  return picture;
}
/** Shut lips: from the right along the line and back. */
const OPENING = Float32Array.from(
  Array.from({ length: 40 }, (_, i) => [20 + (i < 20 ? 4 * i : 160 - 4 * i), LINE]).flat(),
);
const LIPS = Float32Array.from([20, 20, 100, 20, 100, 42, 20, 42]);

test("each lip is continued under the line, which stays at the corners", () => {
  const { upper, lower, x, y } = cutLipLine(mouth(), OPENING, LIPS, 14);
  const at = (picture: Picture, px: number, py: number) => {
    const i = 4 * ((py - y) * picture.width + px - x);
    return [...picture.data.subarray(i, i + 4)];
  };
  for (const px of [50, 60, 70]) {
    const [r, g, , alpha] = at(upper, px, LINE);
    expect([r, g]).toEqual([expect.closeTo(UPPER[0], -0.5), expect.closeTo(UPPER[1], -0.5)]);
    expect(alpha).toBeGreaterThan(200);
    expect(at(lower, px, LINE)[0]).toBeCloseTo(LOWER[0], -0.5);
    expect(at(upper, px, LINE - 6)[3]).toBe(0);
    expect(at(lower, px, LINE + 6)[3]).toBe(0);
  }
  expect(at(upper, 21, LINE)[3]).toBeLessThan(80);
});
