/** @file Perceptual hashes: what looks alike is near, what does not is far. */
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import { mapPlane } from "../../src/base/plane.js";
import {
  hammingDistance,
  hashToHex,
  lumaOf,
  lumaOfRoi,
  pictureHash,
} from "../../src/trust/picture-hash.js";
import { decode, sample } from "../support/machine.js";

let picture: Picture;
beforeAll(async () => {
  picture = await decode(sample("astronaut.png"));
});

async function distanceAfter(change: (from: Sharp) => Sharp): Promise<number> {
  const bytes = await change(sharp(sample("astronaut.png"))).toBuffer();
  const { data, info } = await sharp(bytes)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const changed = { data: Uint8ClampedArray.from(data), width: info.width, height: info.height };
  return hammingDistance(pictureHash(lumaOf(picture)), pictureHash(lumaOf(changed)));
}

describe("a picture stays near to itself", () => {
  test.each([
    ["at 40 % of its size", (from: Sharp) => from.resize(205).png()],
    ["at twice its size", (from: Sharp) => from.resize(1024).png()],
    ["stretched", (from: Sharp) => from.resize(640, 360, { fit: "fill" }).png()],
    ["as a coarse JPEG", (from: Sharp) => from.jpeg({ quality: 20 })],
    ["without its colours", (from: Sharp) => from.grayscale().png()],
  ])("%s", async (_, change) => {
    expect(await distanceAfter(change)).toBeLessThanOrEqual(4);
  });

  test("brighter and with less contrast, to the bit", () => {
    const luma = lumaOf(picture);
    const changed = mapPlane(luma, (value) => 30 + 0.5 * value);
    expect(hammingDistance(pictureHash(luma), pictureHash(changed))).toBeLessThanOrEqual(1);
  });
});

test("another picture is far: mirrored, or another part of it", async () => {
  expect(await distanceAfter((from) => from.flop().png())).toBeGreaterThan(20);
  const suit = { left: 300, top: 230, width: 200, height: 280 };
  expect(await distanceAfter((from) => from.extract(suit).png())).toBeGreaterThan(20);
});

test("a square of a picture is hashed as that square cut out", () => {
  const roi = { centerX: 225, centerY: 110, size: 128, angleRad: 0 };
  const inside = { data: new Float32Array(128 * 128), width: 128, height: 128 };
  const luma = lumaOf(picture);
  for (let y = 0; y < 128; y++) {
    const from = (46 + y) * luma.width + 161;
    inside.data.set(luma.data.subarray(from, from + 128), 128 * y);
  }
  const distance = hammingDistance(pictureHash(inside), pictureHash(lumaOfRoi(picture, roi)));
  expect(distance).toBeLessThanOrEqual(2);
});

test("distances and digits are those of the bits", () => {
  expect(hammingDistance(0b1011n, 0b0001n)).toBe(2);
  expect(hammingDistance(0n, (1n << 64n) - 1n)).toBe(64);
  expect(hashToHex(0xabcn)).toBe("0000000000000abc");
});
