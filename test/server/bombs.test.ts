/** @file Files that are larger inside than outside: refused by what they say, before they are unpacked. */
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { readPicture } from "../../src/platform/node.js";
import { PIXELS_MOST } from "../../src/server/strangers.js";
import { sample } from "../support/machine.js";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A grey PNG of this size, all of it zeros: a thousandth of what it is unpacked. */
function png(width: number, height: number, rows: number, ...more: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels = chunk("IDAT", deflateSync(Buffer.alloc(rows * (width + 1))));
  return Buffer.concat([
    ...[SIGNATURE, chunk("IHDR", header), ...more, pixels, chunk("IEND", Buffer.alloc(0))],
  ]);
}

const read = (bytes: Uint8Array) => readPicture(bytes, { pixelsMost: PIXELS_MOST });

test("pictures of a thousand megapixels are refused by their header", async () => {
  const bomb = png(32_000, 32_000, 100);
  expect(bomb.length).toBeLessThan(10_000);
  const before = process.memoryUsage().rss;
  await expect(read(bomb)).rejects.toMatchObject({ code: "picture_too_large" });
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
});

test("what is packed beside a picture's pixels is not unpacked without a limit", async () => {
  const packed = deflateSync(Buffer.alloc(200_000_000));
  const text = (type: string) => {
    const name = Buffer.from("bomb\0\0", "latin1");
    return chunk(type, Buffer.concat([name, packed]));
  };
  const before = process.memoryUsage().rss;
  for (const type of ["zTXt", "iCCP"]) {
    // Read without it, or refused: both will do.
    const code = await read(png(512, 512, 512, text(type))).then(
      ({ width }) => `${width}`,
      (error: { code?: string }) => error.code,
    );
    expect(["512", "picture_unreadable"], type).toContain(code);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(250e6);
});

test("pictures that hold less than they say are refused, not filled", async () => {
  await expect(read(png(2000, 2000, 10))).rejects.toMatchObject({ code: "picture_unreadable" });
});

test("a picture with another file behind it is read as the picture alone", async () => {
  const picture = readFileSync(sample("astronaut.png"));
  const zip = Buffer.from("PK\x03\x04<script>alert(1)</script>", "latin1");
  const alone = await read(picture);
  expect((await read(Buffer.concat([picture, zip]))).data).toEqual(alone.data);
});
