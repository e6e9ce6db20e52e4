/** @file How a picture is made, read from pictures made on purpose over one real face's landmarks. */
import { describe, expect, test } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { randomOf } from "../../src/base/random.js";
import { toCam } from "../../src/portrait/pose.js";
import { readSurface, type Surface } from "../../src/rig/surface.js";
import type { Color, Tone } from "../../src/rig/tone.js";
import { astronautRig } from "../support/machine.js";

const rig = await astronautRig();
/** Her landmarks in a picture twice as large. */
const SCALE = 2;
const PX_PER_CM = SCALE * rig.pose.pxPerCm;
const landmarks = toCam(rig.pose, rig.neutral, new Float32Array(rig.neutral.length)).map(
  (value, i) => SCALE * (i % 3 === 1 ? -value : value),
);
const [WIDTH, HEIGHT] = [SCALE * rig.picture.width, SCALE * rig.picture.height];
const [LEFT, RIGHT] = [SCALE * 170, SCALE * 285];

type Shade = (x: number, y: number) => number;

/** A face of one colour, shaded; a blue wall behind it if the picture has colours. */
function paint(skin: Color, shade: Shade, wall: Color = [60, 90, 160]): Picture {
  const picture = makePicture(WIDTH, HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const color = x > LEFT && x < RIGHT ? skin : wall;
      const light = shade(x, y);
      picture.data.set([...color.map((c) => c * light), 255], 4 * (y * WIDTH + x));
    }
  }
  return picture;
}

function surfaceOf(picture: Picture, skin: Color, lip: Color): Surface {
  const skinLuminance = (skin[0] + skin[1] + skin[2]) / 3;
  const tone: Tone = { skin, lip, skinLuminance, highlight: skinLuminance * 1.2 };
  return readSurface({ picture, landmarks, pxPerCm: PX_PER_CM, tone });
}

const FLESH: Color = [200, 150, 130];
const LIP: Color = [180, 90, 90];
const STONE: Color = [170, 168, 165];
const round: Shade = (x, y) => 0.8 + 0.2 * Math.sin(x / 40) * Math.cos(y / 50);

/** Shading with noise of this share. */
function grainy(amount: number): Shade {
  const chance = randomOf(1, "grain");
  return (x, y) => round(x, y) * (1 + amount * chance.normal());
}

describe("a surface", () => {
  test("is flat where fills lie between lines, and not where form is shaded", () => {
    const lines: Shade = (x, y) => ((x + y) % 16 < 2 ? 0.3 : 1);
    expect(surfaceOf(paint(FLESH, lines), FLESH, LIP).flatness).toBeGreaterThan(0.9);
    expect(surfaceOf(paint(FLESH, round), FLESH, LIP).flatness).toBe(0);
    expect(surfaceOf(paint(FLESH, grainy(0.03)), FLESH, LIP).flatness).toBe(0);
  });

  test("is of stone where lips are as skin is, without red, in a picture that has colours", () => {
    const grey: Color = [120, 120, 120];
    expect(surfaceOf(paint(STONE, round), STONE, [120, 118, 116]).carved).toBe(1);
    expect(surfaceOf(paint(FLESH, round), FLESH, LIP).carved).toBe(0);
    expect(surfaceOf(paint(STONE, round, grey), STONE, [120, 118, 116]).carved).toBe(0);
  });

  test("has the picture's grain", () => {
    for (const amount of [0.01, 0.04]) {
      const { grain, grainSide, grainAmount } = surfaceOf(paint(FLESH, grainy(amount)), FLESH, LIP);
      expect(grainAmount).toBeGreaterThan(0.6 * amount);
      expect(grainAmount).toBeLessThan(1.4 * amount);
      expect(grain.length).toBe(grainSide ** 2);
    }
  });

  test("is as soft as its sharpest edges", () => {
    const edges =
      (sigma: number): Shade =>
      (x) =>
        0.6 + 0.4 * Math.tanh((Math.abs((x % 60) - 30) - 15) / (1.2 * sigma));
    const soft = [0.5, 1.5].map(
      (sigma) => surfaceOf(paint(FLESH, edges(sigma)), FLESH, LIP).softnessPx,
    );
    expect(soft[0]).toBeLessThan(0.9);
    expect(soft[1]).toBeGreaterThan(1.1);
  });
});
