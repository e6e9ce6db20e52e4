/** @file Frames taken out of a film, and films in rows. */
import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import { randomOf } from "../../src/base/random.js";
import { drawFilmSheet, shrinkTo } from "../../src/report/film-sheet.js";
import { spreadOver, takeStills } from "../../src/report/stills.js";
import { FOOTAGE_FPS, footageOf, plain } from "../support/footage.js";

/** Each frame is as bright as its number. */
const film = footageOf(Array.from({ length: 50 }, (_, i) => plain(8, 6, [i, i, i])));

describe("stills", () => {
  test("are the frames shown at their times, in the order of the times given", async () => {
    const stills = await takeStills(film, [1, 0.159, 0.16, 0, 1.96]);
    expect(stills.map(({ picture }) => picture.data[0])).toEqual([25, 3, 4, 0, 49]);
    expect(stills.map(({ seconds }) => Math.round(FOOTAGE_FPS * seconds))).toEqual([
      25, 3, 4, 0, 49,
    ]);
  });

  test("behind the end are the last frame, before the beginning the first", async () => {
    const stills = await takeStills(film, [99, -1]);
    expect(stills.map(({ picture }) => picture.data[0])).toEqual([49, 0]);
  });

  test("of one frame twice are both there", async () => {
    const stills = await takeStills(film, [0.5, 0.5]);
    expect(stills.map(({ picture }) => picture.data[0])).toEqual([12, 12]);
  });

  test("are spread from the film's beginning to its end, in the middles of even parts", () => {
    const video = { startSeconds: 1, endSeconds: 5 };
    expect(spreadOver({ video }, 4)).toEqual([1.5, 2.5, 3.5, 4.5]);
  });
});

describe("a sheet", () => {
  const rowOf = (name: string, width: number, height: number, count: number) => ({
    name,
    stills: Array.from({ length: count }, (_, k) => ({
      seconds: k,
      picture: plain(width, height, [40 + 40 * k, 200, 10]),
    })),
  });
  const at = ({ data, width }: Picture, x: number, y: number) => [
    ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
  ];

  test("has a row for each film, as high as the film's shape wants, with its frames in columns", () => {
    const sheet = drawFilmSheet([rowOf("a.mp4", 480, 480, 3), rowOf("b.mp4", 640, 320, 2)]);
    expect(sheet).toMatchObject({ width: 720, height: 24 + 240 + 24 + 120 });
    expect(at(sheet, 120, 144)).toEqual([40, 200, 10, 255]);
    expect(at(sheet, 600, 144)).toEqual([120, 200, 10, 255]);
    expect(at(sheet, 360, 350)).toEqual([80, 200, 10, 255]);
    expect(at(sheet, 600, 350)).toEqual([0, 0, 0, 255]);
  });

  test("says what is what", () => {
    const sheet = drawFilmSheet([rowOf("a.mp4", 480, 480, 1)]);
    const title = sheet.data
      .subarray(0, 4 * 24 * sheet.width)
      .filter((value, i) => i % 4 < 3 && value > 128);
    expect(title.length).toBeGreaterThan(60);
  });

  test("takes films smaller than its tiles, and none", () => {
    const small = drawFilmSheet([rowOf("a.mp4", 60, 40, 1)]);
    expect(small).toMatchObject({ width: 240, height: 24 + 160 });
    expect(at(small, 120, 100)).toEqual([40, 200, 10, 255]);
    expect(drawFilmSheet([])).toMatchObject({ width: 240, height: 1 });
  });
});

test("shrinking is a mean: noise becomes grey", () => {
  const random = randomOf(1, "noise");
  const noise = plain(256, 256, [0, 0, 0]);
  for (let i = 0; i < noise.data.length; i += 4) {
    if (random.uniform() < 0.5) noise.data.fill(200, i, i + 3);
  }
  const small = shrinkTo(noise, 32, 30);
  expect(small).toMatchObject({ width: 32, height: 30 });
  const away = small.data.filter((_, i) => i % 4 === 0).map((value) => Math.abs(value - 100));
  // Of 64 pixels: 200 · ½ / 8.
  const mean = away.reduce((a, b) => a + b) / away.length;
  expect(mean).toBeLessThan(15);
});
