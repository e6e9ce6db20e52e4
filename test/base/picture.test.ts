import { expect, test } from "vitest";
import { letter } from "../../src/base/lettering.js";
import {
  buildPyramid,
  cropRoi,
  fromRoi,
  makePicture,
  mirrorPicture,
} from "../../src/base/picture.js";

/** Red counts columns, green rows. */
function gradient(width: number, height: number) {
  const picture = makePicture(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) picture.data.set([x, y, 0, 255], (y * width + x) * 4);
  }
  return picture;
}

const options = { size: 8, scale: 1, offset: 0, outside: "replicate" } as const;

test("an upright crop samples at pixel centres", () => {
  const crop = cropRoi(
    [gradient(64, 64)],
    { centerX: 20, centerY: 30, size: 8, angleRad: 0 },
    options,
  );
  expect(crop[0]).toBeCloseTo(16, 4);
  expect(crop[1]).toBeCloseTo(26, 4);
  expect(crop[(7 * 8 + 7) * 3]).toBeCloseTo(23, 4);
});

test("a crop turned by a quarter reads columns for rows", () => {
  const roi = { centerX: 32, centerY: 32, size: 8, angleRad: Math.PI / 2 };
  const crop = cropRoi([gradient(64, 64)], roi, options);
  const [x, y] = fromRoi(roi, 0.5 / 8, 0.5 / 8);
  expect(crop[0]).toBeCloseTo(x - 0.5, 3);
  expect(crop[1]).toBeCloseTo(y - 0.5, 3);
  expect(x).toBeGreaterThan(32);
  expect(y).toBeLessThan(32);
});

test("a large crop does not alias: fine stripes become grey", () => {
  const picture = makePicture(256, 256);
  for (let i = 0; i < 256 * 256; i++) picture.data.fill(i % 2 === 0 ? 0 : 200, 4 * i, 4 * i + 3);
  const roi = { centerX: 128, centerY: 128, size: 256, angleRad: 0 };
  const crop = cropRoi(buildPyramid(picture), roi, { ...options, size: 64 });
  expect(Math.max(...crop) - Math.min(...crop)).toBeLessThan(3);
});

test("outside is the offset, or the nearest border", () => {
  const roi = { centerX: -20, centerY: 5, size: 8, angleRad: 0 };
  const picture = [gradient(32, 32)];
  expect([...cropRoi(picture, roi, { ...options, offset: -1, outside: "zero" })]).toEqual(
    new Array(192).fill(-1),
  );
  expect(cropRoi(picture, roi, options)[0]).toBe(0);
});

test("mirroring twice is nothing", () => {
  const picture = gradient(7, 5);
  expect(mirrorPicture(mirrorPicture(picture))).toEqual(picture);
  expect(mirrorPicture(picture).data[0]).toBe(6);
});

test("labels are drawn inside the picture only", () => {
  const picture = makePicture(20, 12);
  letter(picture, "AÄ°", 2, 1, 1);
  expect(picture.data.some((value, i) => i % 4 === 0 && value === 245)).toBe(true);
  letter(picture, "far away", 1000, 1000, 3);
});
