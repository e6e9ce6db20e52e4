/** @file The visible tag: where it is, when it goes, and that it shows on any picture. */
import { describe, expect, test } from "vitest";
import { makeLabel } from "../../src/film/label.js";
import { i420Bytes } from "../../src/frames/yuv.js";

const [WIDTH, HEIGHT] = [512, 640];
const LUMA = WIDTH * HEIGHT;

function plain(luma: number): Uint8Array {
  const frame = new Uint8Array(i420Bytes(WIDTH, HEIGHT)).fill(luma, 0, LUMA);
  return frame.fill(90, LUMA);
}

/** Rows and columns of luma that differ from what was there. */
function touched(frame: Uint8Array, luma: number) {
  let [left, top, right, bottom] = [WIDTH, HEIGHT, -1, -1];
  for (let i = 0; i < LUMA; i++) {
    if (frame[i] === luma) continue;
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}

describe("on a plain frame", () => {
  const draw = makeLabel(WIDTH, HEIGHT, "i420");

  test.each([20, 128, 230])("of luma %s it is dark and white, top right, inside 5 %%", (luma) => {
    const frame = plain(luma);
    draw(frame, 0);
    const { left, top, right, bottom } = touched(frame, luma);
    expect(left).toBeGreaterThan(0.88 * WIDTH - 1);
    expect(right).toBeLessThan(0.95 * WIDTH);
    expect(top).toBeGreaterThanOrEqual(0.05 * HEIGHT);
    expect(bottom - top + 1).toBeGreaterThanOrEqual(24);
    expect(bottom).toBeLessThan(0.1 * HEIGHT + 4);
    const inside: number[] = [];
    for (let y = top; y <= bottom; y++) {
      inside.push(...frame.subarray(y * WIDTH + left, y * WIDTH + right));
    }
    expect(Math.min(...inside)).toBeLessThan(45);
    expect(Math.max(...inside)).toBeGreaterThan(220);
  });

  test("it is whole for three seconds, then fades and is gone", () => {
    const bytesAt = (seconds: number) => {
      const frame = plain(128);
      draw(frame, seconds);
      return frame;
    };
    const contrast = (frame: Uint8Array) =>
      frame.subarray(0, LUMA).reduce((sum, value) => sum + Math.abs(value - 128), 0);
    expect(bytesAt(2.96)).toEqual(bytesAt(0));
    const fading = contrast(bytesAt(3.3)) / contrast(bytesAt(0));
    expect(fading).toBeGreaterThan(0.35);
    expect(fading).toBeLessThan(0.65);
    expect(bytesAt(3.6)).toEqual(plain(128));
  });
});

test("without a background it is opaque, in films and in pictures", () => {
  const film = new Uint8Array(i420Bytes(WIDTH, HEIGHT) + LUMA);
  makeLabel(WIDTH, HEIGHT, "i420a")(film, 0);
  const opacity = film.subarray(i420Bytes(WIDTH, HEIGHT));
  const picture = new Uint8Array(4 * LUMA);
  makeLabel(WIDTH, HEIGHT, "rgba")(picture, 0);
  const { left, top, right, bottom } = touched(opacity, 0);
  const middle = Math.round((top + bottom) / 2) * WIDTH + Math.round((left + right) / 2);
  expect(opacity[middle]).toBe(255);
  expect(picture[4 * middle + 3]).toBe(255);
  // Straight colours: at the rim's soft corner they are as white as in its middle.
  const corner = picture.findIndex((value, i) => i % 4 === 3 && value > 0 && value < 200);
  expect(picture[corner - 1]).toBeGreaterThan(230);
});
