/** @file Marks that are drawn into pictures and looked for in what became of these. */
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import type { Plane } from "../../src/base/plane.js";
import { randomOf } from "../../src/base/random.js";
import { makeCorrelator } from "../../src/mark/correlate.js";
import { findMark, searchMark } from "../../src/mark/find-mark.js";
import { foldUpright } from "../../src/mark/fold.js";
import { lumaOf, makeMeanLuma } from "../../src/mark/luma.js";
import { MARK_STRENGTH, PUBLIC_KEY } from "../../src/mark/mark.js";
import { drawMark, markPicture } from "../../src/mark/marker.js";
import { TILE_PX } from "../../src/mark/tile.js";
import { makeWhitener } from "../../src/mark/whiten.js";
import { decode, sample } from "../support/machine.js";

const SIDE = 512;
const id = "feed00c0ffee";

/** Clouds, an even wall on the left and fine grain at the bottom. */
function scene(): Picture {
  const random = randomOf(7, "scene");
  const waves = Array.from({ length: 24 }, () => ({
    x: 0.15 * random.normal(),
    y: 0.15 * random.normal(),
    phase: 6.3 * random.uniform(),
  }));
  const picture = makePicture(SIDE, SIDE);
  for (let y = 0, i = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, i++) {
      let value = 120;
      if (x > SIDE / 3) for (const w of waves) value += 5 * Math.sin(w.x * x + w.y * y + w.phase);
      if (y > 0.8 * SIDE) value += 6 * random.normal();
      picture.data.set([value + 20, value, value - 15, 255], 4 * i);
    }
  }
  return picture;
}

const portrait = await decode(sample("astronaut.png"));
const pictures: Readonly<Record<string, Picture>> = { scene: scene(), portrait };

function marked(picture: Picture, strength: number = MARK_STRENGTH.usual): Picture {
  const copy = { ...picture, data: picture.data.slice() };
  markPicture(copy, { id, strength });
  return copy;
}

type Change = (image: Sharp) => Sharp;
const grey = { background: "#777777" };

async function changed({ data, width, height }: Picture, change: Change): Promise<Picture> {
  const image = sharp(Buffer.from(data), { raw: { width, height, channels: 4 } });
  return decodeBytes(await change(image).toBuffer());
}

async function decodeBytes(bytes: Buffer): Promise<Picture> {
  const image = sharp(bytes).ensureAlpha().raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  return { data: Uint8ClampedArray.from(data), width: info.width, height: info.height };
}

/** Name, what is done, and the scale and the mirror that should be told. */
const CHANGES: readonly (readonly [string, Change, number, boolean])[] = [
  ["JPEG 60", (image) => image.jpeg({ quality: 60 }), 1, false],
  ["half the size", (image) => image.resize(256).png(), 0.5, false],
  ["1.5 times the size", (image) => image.resize(768).png(), 1.5, false],
  ["an odd size", (image) => image.resize(631).jpeg({ quality: 80 }), 631 / 512, false],
  [
    "a crop by 40 %",
    (image) => image.extract({ left: 121, top: 63, width: 308, height: 308 }).png(),
    1,
    false,
  ],
  ["a mirror", (image) => image.flop().jpeg({ quality: 80 }), 1, true],
  [
    "a stretch",
    (image) => image.resize(640, 360, { fit: "fill" }).jpeg({ quality: 85 }),
    Math.sqrt((640 * 360) / (512 * 512)),
    false,
  ],
  ["a turn by 3°", (image) => image.rotate(3, grey).jpeg({ quality: 85 }), 1, false],
  ["a turn by −3°", (image) => image.rotate(-3, grey).jpeg({ quality: 85 }), 1, false],
  ["a blur", (image) => image.blur(1.2).jpeg({ quality: 80 }), 1, false],
  ["more contrast", (image) => image.linear(1.2, -20).jpeg({ quality: 80 }), 1, false],
];

/** Changes that are tried on a photograph, the first ones on it alone. */
const OF_PHOTOGRAPHS = ["a turn by −3°", "half the size", "JPEG 60", "a crop by 40 %"];

describe.each([
  ["scene", CHANGES.filter(([name]) => !OF_PHOTOGRAPHS.slice(0, 2).includes(name))],
  ["portrait", CHANGES.filter(([name]) => OF_PHOTOGRAPHS.includes(name))],
] as const)("the mark of a %s is found after", (name, changes) => {
  const made = marked(pictures[name]);

  test.each(changes)("%s", async (_, change, scale, mirrored) => {
    const found = findMark(lumaOf(await changed(made, change)));
    expect(found).toMatchObject({ id, flags: 0, mirrored });
    expect(found?.z).toBeGreaterThan(7);
    expect(Math.abs((found?.scale ?? 0) / scale - 1)).toBeLessThan(0.01);
  });
});

function foldAsMade(plane: Plane): Float64Array {
  const part = { x: 0, y: 0, width: plane.width, height: plane.height };
  return foldUpright(plane, part, 1, new Float64Array(TILE_PX * TILE_PX));
}

test("frames that each are too noisy show their mark together", () => {
  const random = randomOf(3, "grain");
  const made = marked(pictures.scene);
  const noisy = () => {
    const frame = { ...made, data: made.data.slice() };
    for (let i = 0; i < frame.data.length; i += 4) {
      const grain = 70 * random.normal();
      for (let c = 0; c < 3; c++) frame.data[i + c] += grain;
    }
    return frame;
  };
  const clearness = (luma: Plane) =>
    makeCorrelator(PUBLIC_KEY).find(foldAsMade(makeWhitener(luma)(1))).z;
  expect(clearness(lumaOf(noisy()))).toBeLessThan(7);
  const mean = makeMeanLuma(made);
  for (let k = 0; k < 30; k++) mean.add(noisy());
  expect(findMark(mean.plane())?.id).toBe(id);
});

describe("nothing is found", () => {
  test("in an unmarked portrait, whatever is tried", () => {
    const { mark, z } = searchMark(lumaOf(portrait));
    expect(mark).toBeUndefined();
    expect(z).toBeGreaterThan(3);
    expect(z).toBeLessThan(6.5);
  });

  test("in a picture of one colour", () => {
    const wall = makePicture(200, 150);
    wall.data.fill(90);
    expect(searchMark(lumaOf(wall))).toEqual({ mark: undefined, z: 0 });
  });

  test("with another key", () => {
    const made = { ...pictures.scene, data: pictures.scene.data.slice() };
    markPicture(made, { id, key: "a secret" });
    const luma = lumaOf(made);
    expect(findMark(luma, { key: "a secret" })?.id).toBe(id);
    const folded = foldAsMade(makeWhitener(luma)(1));
    expect(makeCorrelator("a secret").find(folded).z).toBeGreaterThan(12);
    expect(makeCorrelator(PUBLIC_KEY).find(folded).z).toBeLessThan(6);
  });
});

describe("a mark that is drawn", () => {
  let plain: Picture;
  beforeAll(() => {
    plain = pictures.portrait;
  });

  test.each([
    ["least", 49],
    ["usual", 45],
    ["most", 41.5],
  ] as const)("at the %s strength leaves %f dB", (name, least) => {
    for (const picture of Object.values(pictures)) {
      const { steps } = drawMark(picture, picture, { id, strength: MARK_STRENGTH[name] });
      const squared = steps.reduce((sum, step) => sum + step * step, 0);
      const psnr = 10 * Math.log10((255 ** 2 * steps.length) / squared);
      expect(psnr).toBeGreaterThan(least);
    }
  });

  test("moves even walls by one or two steps, and rarely by two", () => {
    const wall = makePicture(SIDE, SIDE);
    wall.data.fill(140);
    const { steps } = drawMark(wall, wall, { id });
    const share = (size: number) =>
      steps.filter((step) => Math.abs(step) === size).length / steps.length;
    expect(share(0) + share(1) + share(2)).toBe(1);
    expect(share(2)).toBeLessThan(0.02);
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
  });

  test("leaves transparent places alone, and moves no hue where nothing is cut off", () => {
    const half = { ...plain, data: plain.data.slice() };
    for (let i = 3; i < half.data.length; i += 8) half.data[i] = 100;
    const before = half.data.slice();
    markPicture(half, { id });
    let [inClear, inHue] = [0, 0];
    for (let i = 0; i < before.length; i += 4) {
      const step = half.data[i + 1] - before[i + 1];
      if (before[i + 3] !== 255 && step !== 0) inClear++;
      const isCut = [0, 1, 2].some((c) => half.data[i + c] % 255 === 0);
      if (!isCut && half.data[i] - before[i] !== step) inHue++;
    }
    expect([inClear, inHue]).toEqual([0, 0]);
  });
});
