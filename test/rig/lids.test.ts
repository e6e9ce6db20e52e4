/** @file Lids take the light of the skin around them. */
import { describe, expect, test } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { buildLid, type LidSource } from "../../src/rig/lids.js";

const PX_PER_CM = 40;
const EYE = { x: 100, y: 80, halfWidth: 60, halfHeight: 20 };

/** A picture of skin with this brightness, and in it a dark eye. */
function eyeIn(skin: (x: number, y: number) => number): Picture {
  const picture = makePicture(200, 160);
  for (let y = 0, i = 0; y < 160; y++) {
    for (let x = 0; x < 200; x++, i += 4) {
      const dx = (x - EYE.x) / EYE.halfWidth;
      const dy = (y - EYE.y) / EYE.halfHeight;
      picture.data.fill(dx * dx + dy * dy < 1 ? 20 : skin(x, y), i, i + 3);
      picture.data[i + 3] = 255;
    }
  }
  return picture;
}

/** Nine points along the eye, so many half heights above its middle. */
function row(height: (across: number) => number): Float32Array {
  const points = new Float32Array(18);
  for (let k = 0; k < 9; k++) {
    const across = k / 4 - 1;
    points[2 * k] = EYE.x + across * EYE.halfWidth;
    points[2 * k + 1] = EYE.y - height(across) * EYE.halfHeight;
  }
  return points;
}

const arc = (scale: number) => row((across) => scale * Math.sqrt(1 - across * across));
const upper = arc(1);
const lower = arc(-1);
const SOURCE: LidSource = {
  opening: Float32Array.from([
    ...upper,
    ...Array.from({ length: 7 }, (_, k) => [lower[2 * (7 - k)], lower[2 * (7 - k) + 1]]).flat(),
  ]),
  margin: upper,
  lower,
  crease: arc(1.5),
  above: row(() => 3),
  below: row(() => -3),
};

/** Mean brightness of the lid's skin in a box of the picture. */
function lidBrightness(picture: Picture, left: number, right: number): number {
  const { patch, scale } = buildLid(picture, SOURCE, PX_PER_CM);
  const { data, width, height } = patch.picture;
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = patch.x + x / scale;
      const i = 4 * (y * width + x);
      if (at < left || at >= right || data[i + 3] < 250) continue;
      sum += data[i];
      count++;
    }
  }
  return sum / count;
}

describe("a lid", () => {
  test("is as bright as the skin around it, a little shaded", () => {
    const brightness = lidBrightness(
      eyeIn(() => 160),
      60,
      140,
    );
    expect(brightness).toBeGreaterThan(0.8 * 160);
    expect(brightness).toBeLessThan(160);
  });

  test("lies in the shadow that its half of the eye lies in", () => {
    const picture = eyeIn((x) => (x < EYE.x ? 200 : 100));
    expect(lidBrightness(picture, 50, 75)).toBeGreaterThan(150);
    expect(lidBrightness(picture, 125, 150)).toBeLessThan(115);
  });

  test("in a deep socket is dark above and brighter towards the cheek, never as bright as it", () => {
    const picture = eyeIn((_, y) => (y < EYE.y ? 110 : 180));
    const brightness = lidBrightness(picture, 60, 140);
    expect(brightness).toBeGreaterThan(100);
    expect(brightness).toBeLessThan(150);
  });

  test("does not take the colour of a low brow", () => {
    const picture = eyeIn((_, y) => (y < EYE.y - 1.2 * EYE.halfHeight ? 15 : 180));
    expect(lidBrightness(picture, 60, 140)).toBeGreaterThan(90);
  });
});
