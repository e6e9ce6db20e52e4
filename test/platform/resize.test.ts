/** @file Pictures at another size, against libvips, which makes them on Node. */
import { describe, expect, test } from "vitest";
import { makePicture } from "../../src/base/picture.js";
import { readPicture } from "../../src/platform/node-picture.js";
import { resizePicture } from "../../src/platform/resize.js";
import { sample } from "../support/machine.js";

describe("resizePicture", () => {
  test.each([130, 300, 500, 640, 1024])("makes 512 px to %d as libvips does", async (sizePx) => {
    const picture = await readPicture(sample("astronaut.png"));
    const known = await readPicture(sample("astronaut.png"), { sizePx });
    const resized = resizePicture(picture, known);
    let sum = 0;
    for (let i = 0; i < known.data.length; i++) sum += Math.abs(resized.data[i] - known.data[i]);
    expect([resized.width, resized.height]).toEqual([known.width, known.height]);
    expect(sum / known.data.length).toBeLessThan(0.3);
  });

  test("keeps what has one colour, to the border", () => {
    const picture = makePicture(37, 20);
    for (let i = 0; i < picture.data.length; i += 4) picture.data.set([200, 100, 7, 255], i);
    for (const size of [
      { width: 12, height: 50 },
      { width: 60, height: 6 },
    ]) {
      const { data } = resizePicture(picture, size);
      expect([...data].every((value, i) => value === [200, 100, 7, 255][i % 4])).toBe(true);
    }
  });
});
