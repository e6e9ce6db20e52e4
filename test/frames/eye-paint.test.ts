/** @file Eyes that turn: the iris goes, the light's reflection nearly stays, at rest all is as it was. */
import { expect, test } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { paintEye } from "../../src/frames/eye-paint.js";
import { makeOpening, traceOpening } from "../../src/frames/opening.js";
import { buildEye } from "../../src/rig/eyes.js";
import { depthInEye, EYE, greyPicture, IRIS, SOURCE } from "../support/eye.js";

const GLINT = { x: -5, y: -4, radius: 2.5 };
const portrait = greyPicture((x, y) => {
  if (depthInEye(x + 0.5, y + 0.5) > 1) return 150;
  const [dx, dy] = [x + 0.5 - EYE.x, y + 0.5 - EYE.y];
  if (Math.hypot(dx - GLINT.x, dy - GLINT.y) < GLINT.radius) return 255;
  return Math.hypot(dx, dy) < EYE.iris ? 50 : 190;
});
const eye = buildEye(portrait, SOURCE.opening, IRIS);
const opening = makeOpening(Uint16Array.from({ length: SOURCE.opening.length / 2 }, (_, i) => i));
traceOpening(
  opening,
  Float32Array.from({ length: (SOURCE.opening.length / 2) * 3 }, (_, i) => {
    const axis = i % 3;
    return axis === 2 ? 0 : (axis === 1 ? -1 : 1) * SOURCE.opening[2 * Math.floor(i / 3) + axis];
  }),
  { x: 0, y: 0, width: 200, height: 160 },
);

function look(yaw: number, pitch: number): Picture {
  const frame = makePicture(portrait.width, portrait.height);
  frame.data.set(portrait.data);
  const still = { a: 1, b: 0, tx: 0, ty: 0 };
  paintEye(eye, opening, still, Float32Array.of(yaw, pitch), 0, 0, frame);
  return frame;
}

/** Mean column of the pixels of the eye that qualify. */
function middleOf(frame: Picture, qualifies: (value: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let y = EYE.y - 8; y < EYE.y + 8; y++) {
    for (let x = EYE.x - 52; x < EYE.x + 52; x++) {
      if (!qualifies(frame.data[4 * (y * frame.width + x)])) continue;
      sum += x + 0.5;
      count++;
    }
  }
  return sum / count;
}

test("an eye that looks ahead is the portrait's, to the byte", () => {
  expect(Buffer.compare(Buffer.from(look(0, 0).data), Buffer.from(portrait.data))).toBe(0);
});

test.each([-0.2, 0.1, 0.2])("of the iris's way the reflection goes a third at most: %f", (yaw) => {
  const frame = look(yaw, 0);
  const way = (qualifies: (value: number) => boolean) =>
    middleOf(frame, qualifies) - middleOf(portrait, qualifies);
  const iris = way((value) => value < 90);
  const reflection = way((value) => value > 225);
  expect(Math.sign(iris)).toBe(Math.sign(yaw));
  expect(Math.abs(iris)).toBeGreaterThan(0.7 * 1.9 * EYE.iris * Math.sin(Math.abs(yaw)));
  expect(Math.abs(reflection)).toBeLessThan(Math.abs(iris) / 3);
});

test("a gaze that grows moves everything step by step", () => {
  let before = look(0, 0);
  for (let step = 1; step <= 40; step++) {
    const now = look(step * 0.005, 0);
    const mean =
      now.data.reduce((sum, value, i) => sum + Math.abs(value - before.data[i]), 0) /
      (3 * Math.PI * EYE.halfWidth * EYE.halfHeight);
    expect(mean).toBeLessThan(4);
    before = now;
  }
});
