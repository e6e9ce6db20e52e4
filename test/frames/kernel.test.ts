import { expect, test } from "vitest";
import { makePicture } from "../../src/base/picture.js";
import type { Kernel } from "../../src/frames/kernel.js";
import { KERNEL_CODE } from "../../src/frames/kernel-code.js";
import { buildKernel } from "../../tools/build-kernel.js";
import { kernelOver, moveRun, ramp, SIDE, WINDOW } from "../support/kernel.js";

function sample(x: number, y: number): number[] {
  const kernel = kernelOver(ramp());
  moveRun(kernel, 5, 1, [x, y, 1, 0]);
  return [...kernel.frame.data.subarray(20, 23)];
}

test("the compiled kernel is the one of the sources", () => {
  const lines = buildKernel().match(/"[A-Za-z0-9+/=]+"/g) ?? [];
  // Compared as a whole, so that a failure does not print it.
  expect(lines.map((line) => line.slice(1, -1)).join("") === KERNEL_CODE).toBe(true);
});

test("sampling is exact at pixel centres, linear on ramps, and repeats borders", () => {
  expect(sample(5.5, 9.5)).toEqual([50, 90, 7]);
  expect(sample(5.75, 9.5)).toEqual([53, 90, 7]);
  expect(sample(5.5, 9.25)).toEqual([50, 88, 7]);
  expect(sample(5.75, 9.25)).toEqual([53, 88, 7]);
  expect(sample(-40, 99)).toEqual([0, 150, 7]);
  expect(sample(99, -40)).toEqual([150, 0, 7]);
});

test("between pixels fine detail is kept, and an edge swings over a little only", () => {
  const shifted = (redAt: (x: number) => number, by: number) => {
    const picture = makePicture(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) picture.data[4 * i] = redAt(i % SIDE);
    const kernel = kernelOver(picture);
    moveRun(kernel, SIDE, SIDE - 1, [0.5 + by, 1.5, 1, 0]);
    return Array.from({ length: SIDE - 1 }, (_, x) => kernel.frame.data[4 * (SIDE + x)]);
  };
  // A wave of four pixels, and an edge.
  const wave = (x: number) => 128 + 100 * Math.sin((Math.PI / 2) * (x + 0.5));
  const swing = Math.max(...shifted(wave, 0.5).slice(3, -3)) - 128;
  expect(swing).toBeGreaterThan(0.95 * 100);
  expect(swing).toBeLessThan(1.1 * 100);
  const edge = (x: number) => (x < 8 ? 60 : 160);
  for (const by of [0.25, 0.5, 0.75]) {
    const reds = shifted(edge, by);
    expect(Math.min(...reds)).toBeGreaterThan(60 - 14);
    expect(Math.max(...reds)).toBeLessThan(160 + 14);
  }
});

test("a run steps along its line and touches nothing else", () => {
  const kernel = kernelOver(ramp());
  kernel.frame.data.fill(1);
  moveRun(kernel, 3, 4, [2.5, 6.5, 2, 1]);
  const reds = Array.from({ length: 9 }, (_, i) => kernel.frame.data[4 * i]);
  expect(reds).toEqual([1, 1, 1, 20, 40, 60, 80, 1, 1]);
});

test("a cell that is only shifted is filtered as any other, whatever its size", () => {
  const picture = makePicture(SIDE, SIDE);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = (i * 7919 + (i >> 3) * 31) & 255;
  for (const [width, height] of [
    [1, 1],
    [2, 5],
    [5, 2],
    [8, 7],
  ]) {
    const cell = { x: 3, y: 4, width, height };
    const shift = [1.3, -0.7];
    const even = Float32Array.of(...shift, ...shift, ...shift, ...shift);
    // A corner that is off by less than a place is told from the others, but leads to the same ones.
    const uneven = even.with(0, shift[0] + 1e-6);
    const [straight, slanted] = [kernelOver(picture), kernelOver(picture)];
    for (const [kernel, back] of [
      [straight, even],
      [slanted, uneven],
    ] as const) {
      kernel.grid.back.set(back);
      kernel.sampleFrom(0);
      kernel.moveCell(cell, 0, 4, true);
    }
    expect([...straight.frame.data]).toEqual([...slanted.frame.data]);
    expect([...straight.frame.data]).not.toEqual([...picture.data]);
  }
});

test("the filter overshoots at edges as a cubic does, and clamps", () => {
  const edge = makePicture(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) edge.data.fill(i % SIDE < 8 ? 0 : 255, 4 * i, 4 * i + 4);
  const kernel = kernelOver(edge);
  moveRun(kernel, 0, 8, [6, 8.5, 0.5, 0]);
  const reds = Array.from({ length: 8 }, (_, i) => kernel.frame.data[4 * i]);
  expect(reds).toEqual([0, 0, 0, 0, 128, 255, 255, 255]);
});

test("grey, white and red become BT.709 limited range", () => {
  const kernel = kernelOver(makePicture(11, 6));
  const frame = (r: number, g: number, b: number) => {
    for (let i = 0; i < 66; i++) kernel.frame.data.set([r, g, b, 255], 4 * i);
    kernel.touch({ x: 0, y: 0, width: 11, height: 6 });
    return [...kernel.toI420(new Uint8Array((10 * 6 * 3) / 2))];
  };
  const grey = (luma: number) => [...new Array(60).fill(luma), ...new Array(30).fill(128)];
  expect(frame(0, 0, 0)).toEqual(grey(16));
  expect(frame(128, 128, 128)).toEqual(grey(126));
  expect(frame(255, 255, 255)).toEqual(grey(235));
  // Y = 16 + 219 · 0.2126 for pure red; Cr at its end.
  expect(frame(255, 0, 0)[0]).toBe(63);
  expect(frame(255, 0, 0)[89]).toBe(240);
});

test("colours are packed as BT.709 says, each pixel in its place", () => {
  const picture = makePicture(SIDE, SIDE);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = (i * 7919 + (i >> 4) * 41) & 255;
  const kernel = kernelOver(picture);
  kernel.clear();
  const packed = kernel.toI420(new Uint8Array(SIDE * SIDE * 1.5));
  const of = (weights: readonly number[], x: number, y: number) =>
    weights.reduce((sum, weight, c) => sum + weight * picture.data[(y * SIDE + x) * 4 + c], 0) /
    255;
  const mean = (weights: readonly number[], x: number, y: number) =>
    (of(weights, x, y) +
      of(weights, x + 1, y) +
      of(weights, x, y + 1) +
      of(weights, x + 1, y + 1)) /
    4;
  const blue = [-0.1146, -0.3854, 0.5].map((weight) => 224 * weight);
  const red = [0.5, -0.4542, -0.0458].map((weight) => 224 * weight);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const luma = 16 + 219 * of([0.2126, 0.7152, 0.0722], x, y);
      expect(Math.abs(packed[y * SIDE + x] - luma)).toBeLessThan(0.52);
      if ((x & 1) + (y & 1) > 0) continue;
      const at = SIDE * SIDE + (y * SIDE) / 4 + x / 2;
      expect(Math.abs(packed[at] - 128 - mean(blue, x, y))).toBeLessThan(0.8);
      expect(Math.abs(packed[at + (SIDE * SIDE) / 4] - 128 - mean(red, x, y))).toBeLessThan(0.8);
    }
  }
});

test("what was painted is cleared and packed, and nothing else is", () => {
  const paint = (kernel: Kernel, box: typeof WINDOW, level: number) => {
    kernel.clear();
    expect([...kernel.frame.data]).toEqual([...ramp().data]);
    kernel.touch(box);
    for (let y = box.y; y < box.y + box.height; y++) {
      const from = (y * SIDE + box.x) * 4;
      kernel.frame.data.fill(level, from, from + box.width * 4);
    }
  };
  const pack = (kernel: Kernel) => [...kernel.toI420(new Uint8Array(SIDE * SIDE * 1.5))];
  const used = kernelOver(ramp());
  const boxes = [WINDOW, { x: 9, y: 7, width: 7, height: 9 }, { x: 0, y: 0, width: 1, height: 5 }];
  for (const [k, box] of [...boxes, WINDOW].entries()) {
    const fresh = kernelOver(ramp());
    for (const kernel of [used, fresh]) paint(kernel, box, 60 * k);
    // A frame that is not packed changes nothing for the next that is.
    if (k !== 1) expect(pack(used)).toEqual(pack(fresh));
  }
  // What was not said to be painted stays.
  used.clear();
  used.frame.data.fill(9);
  used.clear();
  expect(used.frame.data[0]).toBe(9);
});

test("the way back undoes the way there", () => {
  const [columns, rows, cell] = [30, 20, 8];
  const kernel = kernelOver(ramp(), {}, { grid: { cell, columns, rows } });
  const { shifts, back } = kernel.grid;
  const at = (x: number, y: number) => [6 * Math.sin(x / 60) + 2, 5 * Math.cos(y / 50)];
  for (let n = 0; n < columns * rows; n++) {
    shifts.set(at((n % columns) * cell, Math.floor(n / columns) * cell), 2 * n);
  }
  kernel.invertShifts();
  for (let row = 4; row < rows - 4; row++) {
    for (let column = 4; column < columns - 4; column++) {
      const n = 2 * (row * columns + column);
      const source = [column * cell + back[n], row * cell + back[n + 1]];
      const [dx, dy] = at(source[0], source[1]);
      expect(source[0] + dx).toBeCloseTo(column * cell, 0);
      expect(source[1] + dy).toBeCloseTo(row * cell, 0);
    }
  }
  shifts.fill(0);
  kernel.invertShifts();
  expect(back.every((way) => way === 0)).toBe(true);
});

test("background that comes along with a moved person is set right", () => {
  const plate = makePicture(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) plate.data.set([i % SIDE, 50, 50, 255], 4 * i);
  const half = new Uint8Array(SIDE * SIDE).fill(128);
  const picture = makePicture(SIDE, SIDE);
  picture.data.fill(90);
  // Half transparent: the picture moved, plus half of how the background differs between here and there.
  const seen = kernelOver(picture, { plate, matte: half });
  moveRun(seen, 8 * SIDE + 10, 1, [6.5, 8.5, 1, 0], false);
  expect(seen.frame.data[(8 * SIDE + 10) * 4]).toBe(92);
  // No person there at all: this place's own background, untouched by the move, as opaque as it is.
  const at = (8 * SIDE + 10) * 4;
  plate.data[at + 3] = 200;
  const none = kernelOver(picture, { plate, hole: new Uint8Array(SIDE * SIDE) });
  moveRun(none, 8 * SIDE + 10, 1, [6.5, 8.5, 1, 0], false);
  expect([...none.frame.data.subarray(at, at + 4)]).toEqual([10, 50, 50, 200]);
});
