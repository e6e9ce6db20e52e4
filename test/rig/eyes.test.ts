/** @file An eye's plates: the light's reflection comes off the iris, hidden parts are continued. */
import { expect, test } from "vitest";
import { buildEye, type Eye } from "../../src/rig/eyes.js";
import type { Patch } from "../../src/rig/patch.js";
import { depthInEye, EYE, greyPicture, IRIS, SOURCE } from "../support/eye.js";

const [WHITE, DARK, SKIN] = [200, 60, 150];
/** Where the light is reflected, px from the iris's centre, and how large it is. */
const GLINT = { x: -7, y: -6, radius: 2.5 };

function eyeWith(glint: number): Eye {
  const picture = greyPicture((x, y) => {
    if (depthInEye(x + 0.5, y + 0.5) > 1) return SKIN;
    const [dx, dy] = [x + 0.5 - EYE.x, y + 0.5 - EYE.y];
    if (Math.hypot(dx - GLINT.x, dy - GLINT.y) < GLINT.radius) return glint;
    return Math.hypot(dx, dy) < EYE.iris ? DARK : WHITE;
  });
  return buildEye(picture, SOURCE.opening, IRIS);
}

/** A plate's red at so many px from the iris's centre. */
function at({ picture: { data, width }, x, y }: Patch, dx: number, dy: number): number {
  return data[4 * ((EYE.y + dy - y) * width + EYE.x + dx - x)];
}

test("the reflection is taken off the iris, and nothing is lost", () => {
  const eye = eyeWith(250);
  expect(at(eye.iris, GLINT.x, GLINT.y)).toBeLessThan(DARK + 15);
  const whole = at(eye.iris, GLINT.x, GLINT.y) + at(eye.glint, GLINT.x, GLINT.y);
  expect(Math.abs(whole - 250)).toBeLessThan(8);
  expect(at(eye.glint, 8, 6)).toBe(0);
  expect(at(eye.photo, GLINT.x, GLINT.y)).toBe(250);
});

test("an iris without a reflection keeps all it has", () => {
  const eye = eyeWith(DARK + 10);
  expect(Math.max(...eye.glint.picture.data.filter((_, i) => i % 4 < 3))).toBe(0);
});

test("where a lid opens wider there is more iris, and white beside it", () => {
  const eye = eyeWith(DARK);
  const up = -EYE.halfHeight - 1;
  expect(Math.abs(at(eye.rest, 0, up) - DARK)).toBeLessThan(30);
  expect(Math.abs(at(eye.rest, EYE.iris + 8, up + 2) - WHITE)).toBeLessThan(25);
});

test("beneath the iris lies white that joins what is seen beside it", () => {
  const eye = eyeWith(250);
  for (const dx of [-EYE.iris + 3, 0, EYE.iris - 3]) {
    expect(Math.abs(at(eye.sclera, dx, 0) - WHITE)).toBeLessThan(12);
  }
});
