/** @file A portrait's own teeth: found where they are bright, without lips and lower teeth. */
import { describe, expect, test } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { findTeeth } from "../../src/rig/own-teeth.js";
import type { Tone } from "../../src/rig/tone.js";

const TONE: Tone = {
  skinLuminance: 160,
  highlight: 220,
  skin: [200, 150, 130],
  lip: [180, 90, 90],
};
const [WIDTH, HEIGHT] = [80, 60];
/** Inner lips, and between them upper teeth, the dark, and the lower teeth's edges. */
const OPENING = Float32Array.from([10, 20, 70, 20, 70, 40, 10, 40]);
const UPPER_ENDS = 31;
const LOWER_BEGINS = 35;

type Paint = readonly [number, number, number];
const SKIN: Paint = [200, 150, 130];
const LIP: Paint = [180, 90, 90];
const DARK: Paint = [40, 15, 15];
const TOOTH: Paint = [230, 225, 210];

function face(tooth: Paint): Picture {
  const picture = makePicture(WIDTH, HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const isOpen = x >= 10 && x < 70 && y >= 20 && y < 40;
      const isTooth = y < UPPER_ENDS || y >= LOWER_BEGINS;
      const isLip = x >= 6 && x < 74 && y >= 14 && y < 46;
      const color = isOpen ? (isTooth ? tooth : DARK) : isLip ? LIP : SKIN;
      picture.data.set([...color, 255], 4 * (y * WIDTH + x));
    }
  }
  return picture;
}

describe("a mouth that shows teeth", () => {
  const found = findTeeth(face(TOOTH), OPENING, TONE, 12)!;
  const alpha = (x: number, y: number) =>
    found.patch.picture.data[
      4 * ((y - found.patch.y) * found.patch.picture.width + x - found.patch.x) + 3
    ];

  test("gives their colour and their length", () => {
    expect(found.color).toEqual(TOOTH);
    expect(found.lengthPx).toBeCloseTo(UPPER_ENDS - 20, 0);
  });

  test("gives upper teeth alone", () => {
    expect(alpha(40, 25)).toBe(255);
    expect(alpha(20, 28)).toBe(255);
    expect(alpha(40, 38)).toBe(0);
    expect(alpha(40, 33)).toBeLessThan(40);
    expect(alpha(40, 17)).toBeLessThan(40);
    expect(alpha(7, 30)).toBe(0);
  });
});

test.each([
  ["dark", DARK],
  ["red as a tongue", [190, 90, 90]],
] as const)("what is %s is no tooth", (_, color) => {
  expect(findTeeth(face(color), OPENING, TONE, 12)).toBeUndefined();
});
