/** @file Picture files of every kind → pictures. */
import { writeFileSync } from "node:fs";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import {
  encodePng,
  readColor,
  readPicture as readPictureAt,
} from "../../src/platform/node-picture.js";
import type { PictureOptions } from "../../src/platform/picture-size.js";
import { makeFolder } from "./material.js";

const file = makeFolder();
const WIDTH = 300;
const HEIGHT = 200;

/** At the size it has; small pictures would be enlarged. */
const readPicture = (from: string | Uint8Array, options: PictureOptions = { sizePx: WIDTH }) =>
  readPictureAt(from, options);

/** Red grows to the right, green downwards. */
const colourAt = (x: number, y: number) =>
  [40 + 0.6 * x, 60 + 0.7 * y, 150 - 0.3 * x].map(Math.floor);

function makeImage(): Sharp {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) data.set(colourAt(x, y), (y * WIDTH + x) * 3);
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

function pixel({ data, width }: Picture, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
}

function expectPixel(
  picture: Picture,
  x: number,
  y: number,
  wanted: readonly number[],
  tolerance: number,
) {
  const found = pixel(picture, x, y);
  for (const [i, value] of [...wanted, 255].entries()) {
    expect(Math.abs((found[i] ?? 0) - value), `${found} for ${wanted}`).toBeLessThanOrEqual(
      tolerance,
    );
  }
}

describe("every file becomes sRGB with 8 bits", () => {
  test.each<[string, number, (image: Sharp) => Sharp]>([
    ["png", 0, (image) => image.png()],
    ["png with 16 bits", 1, (image) => image.toColourspace("rgb16").png()],
    ["png with a palette", 10, (image) => image.png({ palette: true })],
    ["jpeg", 4, (image) => image.jpeg({ quality: 95 })],
    ["jpeg in CMYK", 20, (image) => image.toColourspace("cmyk").jpeg({ quality: 95 })],
    ["png in Display P3", 2, (image) => image.withIccProfile("p3").png()],
    ["webp", 5, (image) => image.webp({ quality: 95 })],
    ["avif", 5, (image) => image.avif({ quality: 80 })],
    ["tiff", 4, (image) => image.tiff()],
  ])("%s", async (_, tolerance, encode) => {
    const picture = await readPicture(await encode(makeImage()).toBuffer());
    expect([picture.width, picture.height]).toEqual([WIDTH, HEIGHT]);
    expectPixel(picture, 10, 10, colourAt(10, 10), tolerance);
    expectPixel(picture, 250, 150, colourAt(250, 150), tolerance);
  });

  test.each(["b-w", "grey16"])("grey (%s)", async (space) => {
    const image = makeImage().greyscale().toColourspace(space).png();
    const [red, green, blue] = pixel(await readPicture(await image.toBuffer()), 100, 100);
    expect(green).toBe(red);
    expect(blue).toBe(red);
    expect(red).toBeGreaterThan(60);
  });
});

test("a photograph on its side stands up", async () => {
  const bytes = await makeImage().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
  const picture = await readPicture(bytes);
  expect([picture.width, picture.height]).toEqual([HEIGHT, WIDTH]);
  // Turned clockwise: what was at the lower left is at the upper left.
  expectPixel(picture, 10, 20, colourAt(20, HEIGHT - 1 - 10), 4);
});

test("what is transparent becomes white", async () => {
  expectPixel(
    await readPicture(await makeImage().ensureAlpha(0).png().toBuffer()),
    5,
    5,
    [255, 255, 255],
    0,
  );
  const half = await makeImage().ensureAlpha(0.5).toColourspace("rgb16").png().toBuffer();
  const wanted = colourAt(100, 100).map((value) => (value + 255) / 2);
  expectPixel(await readPicture(half), 100, 100, wanted, 2);
});

test("the first picture of a moving one is taken", async () => {
  const frames = [makeImage(), makeImage().negate()].map((image) => image.png().toBuffer());
  const moving = sharp(await Promise.all(frames), { join: { animated: true } });
  const picture = await readPicture(await moving.webp({ lossless: true }).toBuffer());
  expect([picture.width, picture.height]).toEqual([WIDTH, HEIGHT]);
  expectPixel(picture, 50, 50, colourAt(50, 50), 2);
});

describe("sizes", () => {
  const sizeOf = async (bytes: Uint8Array, options: PictureOptions) => {
    const { width, height } = await readPicture(bytes, options);
    return [width, height];
  };
  const plain = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "#88a" } })
      .png()
      .toBuffer();

  test("a size that is asked for is the long side, larger or smaller", async () => {
    const bytes = await makeImage().png().toBuffer();
    const smaller = await readPicture(bytes, { sizePx: 150 });
    expect([smaller.width, smaller.height]).toEqual([150, 100]);
    expectPixel(smaller, 75, 50, colourAt(150, 100), 2);
    const larger = await readPicture(bytes, { sizePx: 900 });
    expect([larger.width, larger.height]).toEqual([900, 600]);
    expectPixel(larger, 450, 300, colourAt(150, 100), 2);
  });

  test.each([
    ["small ones are enlarged to 512 on the short side", [256, 200], [656, 512]],
    ["but not beyond the most", [600, 150], [1080, 270]],
    ["ordinary ones stay", [701, 519], [701, 519]],
    ["large ones are reduced to 1080 on the long side", [1200, 2400], [540, 1080]],
  ] as const)("if none is: %s", async (_, [width, height], wanted) => {
    expect(await sizeOf(await plain(width, height), {})).toEqual(wanted);
  });

  test("what is resized has even sizes, as films have", async () => {
    expect(await sizeOf(await plain(333, 250), { sizePx: 901 })).toEqual([902, 676]);
  });

  test("an edge that is enlarged stays one, without rings", async () => {
    const edge = new Uint8Array(256 * 256);
    for (let i = 0; i < edge.length; i++) edge[i] = i % 256 < 128 ? 60 : 200;
    const image = sharp(edge, { raw: { width: 256, height: 256, channels: 1 } });
    const picture = await readPicture(await image.png().toBuffer(), { sizePx: 1024 });
    const row = Array.from({ length: 1024 }, (_, x) => pixel(picture, x, 500)[0] ?? 0);
    // One step beyond, as sharp edges have, and no more waves.
    expect(Math.min(...row)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...row)).toBeLessThanOrEqual(210);
    expect(row.filter((value) => ![60, 200].includes(value)).length).toBeLessThan(16);
  });

  test("a part is that part, upright", async () => {
    const turned = await makeImage()
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const part = { x: 0, y: 0.5, width: 0.5, height: 0.25 };
    const picture = await readPicture(turned, { sizePx: 200, part });
    expect([picture.width, picture.height]).toEqual([200, 150]);
    // Upright it is 200 × 300; its lower left comes from the right of what was stored.
    expectPixel(picture, 100, 75, colourAt(150 + 37, 200 - 50), 6);
  });
});

describe("colours", () => {
  test.each([
    ["#0f8", [0, 255, 136]],
    ["#10a0FF", [16, 160, 255]],
    ["white", [255, 255, 255]],
    [" SkyBlue ", [135, 206, 235]],
    ["rgb(1, 2, 3)", [1, 2, 3]],
  ])("%s", async (text, wanted) => {
    expect(await readColor(text)).toEqual(wanted);
  });

  test.each(["", " ", "beach.jpg", "#12", "#12345g", "transparent", "#00ff0080", "toString"])(
    "“%s” is none",
    async (text) => {
      expect(await readColor(text)).toBeUndefined();
    },
  );
});

test("fine patterns do not turn into coarse ones", async () => {
  const stripes = new Uint8Array(900 * 600);
  for (let i = 0; i < stripes.length; i++) stripes[i] = (i % 900) % 2 === 0 ? 0 : 255;
  const image = sharp(stripes, { raw: { width: 900, height: 600, channels: 1 } });
  const picture = await readPicture(await image.png().toBuffer(), { sizePx: 300 });
  const row = Array.from({ length: 280 }, (_, x) => pixel(picture, x + 10, 100)[0] ?? 0);
  expect(Math.max(...row) - Math.min(...row)).toBeLessThan(25);
});

describe("what cannot be used is refused with a reason", () => {
  const refusal = (from: string | Uint8Array) =>
    readPicture(from).then(
      () => undefined,
      (error) => error,
    );

  test("no file", async () => {
    expect(await refusal(file("nowhere.png"))).toMatchObject({ code: "file_missing" });
  });

  test("a folder, a text, nothing, a drawing program", async () => {
    writeFileSync(file("text.jpg"), "not a picture");
    writeFileSync(file("empty.png"), "");
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>`;
    const froms = [
      file("."),
      file("text.jpg"),
      file("empty.png"),
      new Uint8Array(0),
      Buffer.from(svg),
    ];
    for (const from of froms) {
      expect(await refusal(from)).toMatchObject({ code: "picture_unreadable" });
    }
  });

  test.each(["jpeg", "png", "webp", "avif"] as const)("half a %s", async (format) => {
    const bytes = await makeImage().toFormat(format).toBuffer();
    const cut = bytes.subarray(0, bytes.length >> 1);
    expect(await refusal(cut)).toMatchObject({ code: "picture_unreadable" });
  });

  test("30,000 × 30,000 pixels, without decoding one", async () => {
    const startMs = performance.now();
    const error = await refusal(hugePng());
    expect(error).toMatchObject({ code: "picture_too_large", details: { width: 30_000 } });
    expect(performance.now() - startMs).toBeLessThan(300);
  });

  test("a stamp", async () => {
    const bytes = await makeImage().resize(400, 120).png().toBuffer();
    expect(await refusal(bytes)).toMatchObject({ code: "picture_too_small" });
  });
});

/** The beginning of a PNG: signature and header. */
function hugePng(): Uint8Array {
  const header = Buffer.alloc(33);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  header.writeUInt32BE(13, 8);
  header.write("IHDR", 12);
  header.writeUInt32BE(30_000, 16);
  header.writeUInt32BE(30_000, 20);
  header.set([8, 2, 0, 0, 0], 24);
  let crc = 0xffffffff;
  for (const byte of header.subarray(12, 29)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  header.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 29);
  return Buffer.concat([header, Buffer.from([0, 0, 0, 0]), Buffer.from("IDAT"), Buffer.alloc(4)]);
}

test("an encoded picture comes back as it was", async () => {
  const picture = await readPicture(await makeImage().png().toBuffer());
  const again = await readPicture(await encodePng(picture));
  expect(again.data).toEqual(picture.data);
});
