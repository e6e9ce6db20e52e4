/** @file What is taken of a picture: heads with their hair, where they should be. */
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import {
  CROP_SHAPES,
  type Crop,
  type CropShape,
  faceIndexAt,
  findCrop,
} from "../../src/portrait/crop.js";
import { makeFolder } from "../media/material.js";
import { writeTwoFaces } from "../support/inputs.js";
import { assets, astronautPortrait, decode, nets, sample } from "../support/machine.js";

const file = makeFolder();
const on = { nets, assets };
const ASPECTS: Readonly<Record<CropShape, number>> = { square: 1, portrait: 0.8, face: 1 };
/** Where the astronaut is on the wide wall, px, and how large against the sample. */
const LEFT = 500;
const TOP = 200;
const SCALE = 300 / 512;

/** The astronaut on a wide wall: there is room on all sides but below. */
let wide: Picture;
let two: Picture;
const crops = new Map<CropShape, Crop>();

beforeAll(async () => {
  await sharp(sample("astronaut.png"))
    .resize(300, 300)
    .extend({ top: TOP, left: LEFT, right: 200, background: "#b0a8b0" })
    .toFile(file("wide.png"));
  wide = await decode(file("wide.png"));
  await writeTwoFaces(file("two.png"));
  two = await decode(file("two.png"));
  for (const shape of CROP_SHAPES) crops.set(shape, await findCrop(wide, on, shape));
});

/** The crop in px. */
function boxOf({ x, y, width, height }: Crop, picture: Picture) {
  return {
    ...{ left: x * picture.width, right: (x + width) * picture.width },
    ...{ top: y * picture.height, bottom: (y + height) * picture.height },
  };
}

describe.each(CROP_SHAPES)("%s", (shape) => {
  test("has its shape and lies in the picture", () => {
    const crop = crops.get(shape)!;
    const { left, right, top, bottom } = boxOf(crop, wide);
    expect((right - left) / (bottom - top)).toBeCloseTo(ASPECTS[shape], 3);
    expect(Math.min(crop.x, crop.y)).toBeGreaterThanOrEqual(0);
    expect(Math.max(crop.x + crop.width, crop.y + crop.height)).toBeLessThanOrEqual(1 + 1e-9);
  });

  test("holds the whole face, in the middle, and says where", async () => {
    const crop = crops.get(shape)!;
    const { left, right, top, bottom } = boxOf(crop, wide);
    const { landmarks } = await astronautPortrait();
    const xs = Array.from({ length: 468 }, (_, i) => LEFT + SCALE * landmarks[3 * i]!);
    const ys = Array.from({ length: 468 }, (_, i) => TOP + SCALE * landmarks[3 * i + 1]!);
    expect(Math.min(...xs)).toBeGreaterThan(left);
    expect(Math.max(...xs)).toBeLessThan(right);
    expect(Math.min(...ys)).toBeGreaterThan(top);
    expect(Math.max(...ys)).toBeLessThan(bottom);
    const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
    expect(Math.abs(left + crop.face.x * (right - left) - middle)).toBeLessThan(5);
    expect(Math.abs(crop.face.x - 0.5)).toBeLessThan(0.15);
    expect(crop.face.y).toBeGreaterThan(0.25);
    expect(crop.face.y).toBeLessThan(0.65);
  });
});

test("the head alone is less than with shoulders, and upright shows more below", () => {
  const height = (shape: CropShape) => crops.get(shape)!.height;
  expect(height("face")).toBeLessThan(0.8 * height("square"));
  expect(height("portrait")).toBeGreaterThanOrEqual(height("square"));
});

test("of several people the chosen one is taken, and found again in what is left", async () => {
  const large = await findCrop(two, on, "face");
  const small = await findCrop(two, on, "face", { faceIndex: 1 });
  // The large head is right of 260 px of 600, the small one left.
  const middle = ({ x, width }: Crop) => 600 * (x + width / 2);
  expect(middle(large)).toBeGreaterThan(350);
  expect(middle(small)).toBeLessThan(180);
  const at = ({ x, y, width, height, face }: Crop) => ({
    x: x + face.x * width,
    y: y + face.y * height,
  });
  expect(await faceIndexAt(two, on, at(large))).toBe(0);
  expect(await faceIndexAt(two, on, at(small))).toBe(1);
});

test("where the picture ends, the part is shifted and still in shape", async () => {
  const { x, y, width, height } = await findCrop(
    await decode(sample("astronaut.png")),
    on,
    "portrait",
  );
  expect(width / height).toBeCloseTo(0.8, 3);
  expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
  expect(y + height).toBeLessThanOrEqual(1 + 1e-9);
});

test("what is not there is refused", async () => {
  const face = { faceIndex: 2 };
  await expect(findCrop(two, on, "face", face)).rejects.toMatchObject({ code: "face_not_there" });
  const round = "round" as CropShape;
  await expect(findCrop(two, on, round)).rejects.toMatchObject({ code: "option_invalid" });
});
