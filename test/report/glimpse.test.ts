/** @file What single pictures are like, on pictures whose every pixel is known. */
import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import { makePlane, type Plane } from "../../src/base/plane.js";
import { randomOf } from "../../src/base/random.js";
import type { Portrait } from "../../src/portrait/portrait.js";
import { backdropDifference, backdropOf } from "../../src/report/backdrop.js";
import { faceBox, makeEye } from "../../src/report/glimpse.js";
import { measurePictures } from "../../src/report/pictures.js";
import { blurred, plain } from "../support/footage.js";
import { GLIMPSE, still, trackOf } from "./tracks.js";

const BOX = { x: 8, y: 8, width: 40, height: 40 };
const look = (picture: Picture) => makeEye(undefined)(picture, BOX);

/** Noise about a grey. */
function grain(side = 64): Picture {
  const random = randomOf(1, "grain");
  const picture = plain(side, side, [0, 0, 0]);
  for (let i = 0; i < picture.data.length; i += 4) {
    picture.data.fill(128 + 30 * random.normal(), i, i + 3);
  }
  return picture;
}

describe("colour", () => {
  test.each([
    ["white", [255, 255, 255], [100, 0, 0]],
    ["black", [0, 0, 0], [0, 0, 0]],
    ["red", [255, 0, 0], [53.24, 80.09, 67.2]],
    ["blue", [0, 0, 255], [32.3, 79.19, -107.86]],
    ["grey", [119, 119, 119], [50.03, 0, 0]],
  ])("of %s is the one in tables of L*a*b*", (_, rgb, lab) => {
    const seen = look(plain(64, 64, rgb)).lab;
    for (const [i, value] of lab.entries()) expect(Math.abs(seen[i] - value)).toBeLessThan(0.1);
  });

  test("is the face's, not the room's", () => {
    const picture = plain(64, 64, [0, 0, 0]);
    for (let y = BOX.y; y < BOX.y + BOX.height; y++) {
      const row = 4 * (64 * y + BOX.x);
      picture.data.fill(255, row, row + 4 * BOX.width);
    }
    expect(look(picture).lab[0]).toBeCloseTo(100, 1);
  });
});

describe("sharpness", () => {
  test("falls with every blur", () => {
    const picture = grain();
    const seen = [0, 0.6, 1.2, 2.4].map((sigma) => look(blurred(picture, sigma)).sharpness);
    for (const [i, value] of seen.entries()) {
      if (i > 0) expect(value).toBeLessThan(0.7 * seen[i - 1]);
    }
  });

  test("is no matter of light: half the contrast is as sharp", () => {
    const picture = grain();
    const dim = { ...picture, data: picture.data.map((value) => (value >> 1) + 64) };
    expect(look(dim).sharpness / look(picture).sharpness).toBeGreaterThan(0.95);
    expect(look(dim).sharpness / look(picture).sharpness).toBeLessThan(1.05);
  });

  test("of a flat picture is 0", () => {
    expect(look(plain(64, 64, [90, 90, 90])).sharpness).toBe(0);
  });
});

test("brightness and change are means of the whole picture, in levels", () => {
  const eye = makeEye(undefined);
  expect(eye(plain(64, 64, [100, 100, 100]), BOX)).toMatchObject({ luma: 100, change: 0 });
  expect(eye(plain(64, 64, [100, 100, 100]), BOX).change).toBe(0);
  expect(eye(plain(64, 64, [104, 104, 104]), BOX)).toMatchObject({ luma: 104, change: 4 });
  expect(eye(plain(64, 64, [97, 97, 97]), BOX).change).toBe(7);
});

test("the box of a face is inside the picture, whatever its points", () => {
  const points = new Float32Array(478 * 3);
  for (let i = 0; i < 468; i++) points.set([i - 100, 2 * i - 300, 5], 3 * i);
  expect(faceBox(points, plain(200, 100, [0, 0, 0]))).toEqual({
    ...{ x: 0, y: 0, width: 200, height: 100 },
  });
  for (let i = 0; i < 468; i++) points.set([500, -20, 0], 3 * i);
  const outside = faceBox(points, plain(200, 100, [0, 0, 0]));
  expect(outside).toEqual({ x: 197, y: 0, width: 3, height: 3 });
});

describe("the background", () => {
  const grey = plain(100, 100, [120, 120, 120]);
  /** A person in the left half. */
  const half: Plane = {
    ...{ width: 100, height: 100 },
    data: Float32Array.from({ length: 10_000 }, (_, i) => (i % 100 < 50 ? 1 : 0)),
  };
  const portraitOf = (picture: Picture, matte = half) => ({ picture, matte }) as Portrait;

  test("is where nobody is, at a distance of 6 % of the picture", () => {
    const away = backdropOf(portraitOf(grey), { width: 100, height: 100 })?.away;
    const row = [...away!.subarray(5000, 5100)];
    expect(row.indexOf(1)).toBeGreaterThan(53);
    expect(row.indexOf(1)).toBeLessThan(58);
    expect(row.lastIndexOf(0)).toBe(row.indexOf(1) - 1);
  });

  test("differs by as many levels as it was changed, and not by what the person does", () => {
    const backdrop = backdropOf(portraitOf(grey), { width: 100, height: 100 })!;
    expect(backdropDifference(backdrop, grey)).toEqual({ mean: 0, largest: 0 });
    const film = plain(100, 100, [123, 123, 123]);
    for (let y = 0; y < 100; y++) film.data.fill(0, 400 * y, 400 * y + 200);
    const { mean, largest } = backdropDifference(backdrop, film);
    expect(mean).toBeCloseTo(3, 9);
    expect(largest).toBeCloseTo(3, 9);
  });

  test("is compared at the film's size, in its shape only", () => {
    const backdrop = backdropOf(portraitOf(grey), { width: 50, height: 50 })!;
    expect(backdrop.picture).toMatchObject({ width: 50, height: 50 });
    expect(backdropDifference(backdrop, plain(50, 50, [120, 120, 120])).mean).toBeLessThan(0.5);
    expect(backdropOf(portraitOf(grey), { width: 100, height: 98 })).toBeUndefined();
    expect(backdropOf(portraitOf(grey), { width: 200, height: 100 })).toBeUndefined();
  });

  test("is none where the person fills the picture", () => {
    const whole = makePlane(100, 100, 1);
    expect(backdropOf(portraitOf(grey, whole), { width: 100, height: 100 })).toBeUndefined();
  });
});

describe("frames and streams", () => {
  const clocks = { video: { startSeconds: 0, endSeconds: 4 } };
  const valuesOf = (...given: Parameters<typeof measurePictures>) =>
    Object.fromEntries(measurePictures(...given).findings.map(({ name, value }) => [name, value]));

  test("are counted in percent: those that repeat, are black, show no face", () => {
    const glimpses = Array.from({ length: 101 }, (_, i) => ({
      ...GLIMPSE,
      change: i > 0 && i <= 25 ? 0.01 : 1,
      luma: i >= 91 ? 2 : 100,
    }));
    const found = new Uint8Array(101).fill(1).fill(0, 0, 1);
    const values = valuesOf(trackOf(101, still, { glimpses, found }), clocks, false);
    expect(values.frozenFrames).toBeCloseTo(25, 9);
    expect(values.blackFrames).toBeCloseTo(1000 / 101, 9);
    expect(values.lostFace).toBeCloseTo(100 / 101, 9);
  });

  test("drift from the first third to the last", () => {
    const glimpses = Array.from({ length: 90 }, (_, i) => ({
      ...GLIMPSE,
      sharpness: i < 60 ? 2 : 1.5,
      lab: [50 + (i < 60 ? 0 : 3), 10, i < 60 ? 10 : 14] as const,
    }));
    const values = valuesOf(trackOf(90, still, { glimpses }), clocks, false);
    expect(values.sharpnessDrift).toBeCloseTo(-25, 9);
    expect(values.colorDrift).toBeCloseTo(5, 9);
    expect(valuesOf(trackOf(14, still), clocks, false).colorDrift).toBeUndefined();
  });

  test("end where they end: sound that is shorter is positive", () => {
    const audio = { startSeconds: 0, endSeconds: 3.75 };
    expect(valuesOf(trackOf(100, still), { ...clocks, audio }, false).streamDifference).toBe(250);
    expect(valuesOf(trackOf(100, still), clocks, false).streamDifference).toBeUndefined();
  });

  test("without a background say why", () => {
    const noteOf = (hasPortrait: boolean) =>
      measurePictures(trackOf(100, still), clocks, hasPortrait).findings[0]?.note;
    expect(noteOf(false)).toMatch(/No portrait/);
    expect(noteOf(true)).toMatch(/another shape/);
  });
});
