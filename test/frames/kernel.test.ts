import { expect, test } from "vitest";
import { makePicture, type Picture } from "../../src/base/picture.js";
import { type Kernel, type KernelParts, makeKernel } from "../../src/frames/kernel.js";
import { KERNEL_CODE } from "../../src/frames/kernel-code.js";
import { NO_SKIN, SKIN } from "../../src/frames/skin-layer.js";
import { buildKernel } from "../../tools/build-kernel.js";

const SIDE = 16;
const WINDOW = { x: 2, y: 3, width: 4, height: 2 };

/** Red counts columns, green rows. */
function ramp(): Picture {
  const picture = makePicture(SIDE, SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) picture.data.set([10 * x, 10 * y, 7, 255], (y * SIDE + x) * 4);
  }
  return picture;
}

/** A kernel over one picture, everywhere person unless said otherwise. */
function kernelOver(picture: Picture, background: Partial<KernelParts["background"]> = {}): Kernel {
  const count = picture.width * picture.height;
  return makeKernel({
    pictures: [picture],
    background: {
      plate: picture,
      hole: new Uint8Array(count).fill(1),
      matte: new Uint8Array(count).fill(255),
      ...background,
    },
    triangles: Uint16Array.of(0, 1, 2, 0, 2, 3),
    vertexCount: 4,
    window: WINDOW,
  });
}

function sample(x: number, y: number): number[] {
  const kernel = kernelOver(ramp());
  kernel.sampleFrom(0);
  kernel.sampleRun(5, 1, x, y, 1, 0);
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
    kernel.sampleFrom(0);
    kernel.sampleRun(SIDE, SIDE - 1, 0.5 + by, 1.5, 1, 0);
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
  kernel.sampleFrom(0);
  kernel.sampleRun(3, 4, 2.5, 6.5, 2, 1);
  const reds = Array.from({ length: 9 }, (_, i) => kernel.frame.data[4 * i]);
  expect(reds).toEqual([0, 0, 0, 20, 40, 60, 80, 0, 0]);
});

test("shifting straight down is the same filter, of odd lengths too", () => {
  const picture = makePicture(SIDE, SIDE);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = (i * 7919 + (i >> 3) * 31) & 255;
  for (const count of [1, 2, 5, 8]) {
    const [straight, slanted] = [kernelOver(picture), kernelOver(picture)];
    straight.sampleFrom(0);
    straight.sampleRun(33, count, 3.5, 7.8, 1, 0);
    slanted.sampleFrom(0);
    // A step that differs by less than a phase over the run takes the general way.
    slanted.sampleRun(33, count, 3.5, 7.8, 1, 1e-6);
    expect([...straight.frame.data]).toEqual([...slanted.frame.data]);
  }
});

test("the layer is lit, and stays empty where there is no skin", () => {
  const kernel = kernelOver(ramp());
  const { layer } = kernel;
  layer.depth.fill(NO_SKIN);
  layer.depth[1] = 0;
  layer.depth[2] = Number.NaN;
  for (const [i, light] of [1, 1, 0.5].entries()) {
    layer.attributes.set([10.5, 4.5, light, 1], i * SKIN.size);
  }
  kernel.sampleFrom(0);
  kernel.sampleLayer();
  const pixel = (i: number) => [...layer.color.subarray(4 * i, 4 * i + 3)];
  expect([pixel(0), pixel(1), pixel(2)]).toEqual([
    [0, 0, 0],
    [100, 40, 7],
    [50, 20, 4],
  ]);
});

test("the filter overshoots at edges as a cubic does, and clamps", () => {
  const edge = makePicture(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) edge.data.fill(i % SIDE < 8 ? 0 : 255, 4 * i, 4 * i + 4);
  const kernel = kernelOver(edge);
  kernel.sampleFrom(0);
  kernel.sampleRun(0, 8, 6, 8.5, 0.5, 0);
  const reds = Array.from({ length: 8 }, (_, i) => kernel.frame.data[4 * i]);
  expect(reds).toEqual([0, 0, 0, 0, 128, 255, 255, 255]);
});

test("grey, white and red become BT.709 limited range", () => {
  const picture = makePicture(7, 6);
  const kernel = kernelOver(picture);
  const frame = (r: number, g: number, b: number) => {
    for (let i = 0; i < 42; i++) kernel.frame.data.set([r, g, b, 255], 4 * i);
    return [...kernel.toI420(new Uint8Array((6 * 6 * 3) / 2))];
  };
  const grey = (luma: number) => [...new Array(36).fill(luma), ...new Array(18).fill(128)];
  expect(frame(0, 0, 0)).toEqual(grey(16));
  expect(frame(128, 128, 128)).toEqual(grey(126));
  expect(frame(255, 255, 255)).toEqual(grey(235));
  // Y = 16 + 219 · 0.2126 for pure red; Cr at its end.
  expect(frame(255, 0, 0)[0]).toBe(63);
  expect(frame(255, 0, 0)[53]).toBe(240);
});

/** The layer's rectangle as two triangles, one nearer on its right half; sources count vertices. */
function drawQuad(kernel: Kernel): void {
  const { places, attributes } = kernel.vertices;
  const corners = [
    [2, 3],
    [6, 3],
    [6, 5],
    [2, 5],
  ];
  corners.forEach(([x, y], v) => {
    places.set([x, -y, v], 3 * v);
    attributes.set([x, y, 1, v === 0 ? 0 : 1], SKIN.size * v);
  });
  kernel.rasterize();
}

test("triangles cover each pixel centre once and carry their values linearly", () => {
  const kernel = kernelOver(ramp());
  drawQuad(kernel);
  const { depth, attributes } = kernel.layer;
  expect([...depth].every((z) => z !== NO_SKIN)).toBe(true);
  for (let i = 0; i < 8; i++) {
    expect(attributes[SKIN.size * i + SKIN.x]).toBeCloseTo(2.5 + (i % 4), 4);
    expect(attributes[SKIN.size * i + SKIN.y]).toBeCloseTo(3.5 + Math.floor(i / 4), 4);
  }
});

test("the nearer triangle hides the farther, in either order", () => {
  for (const order of [
    [0, 1, 2, 3],
    [2, 3, 0, 1],
  ]) {
    const kernel = kernelOver(ramp());
    const { places, attributes } = kernel.vertices;
    for (const [v, z] of order.map((v) => [v, v < 2 ? 5 : 1])) {
      places.set([[2, 9, 2, 9][v], -[3, 3, 9, 9][v], z], 3 * v);
      attributes.set([z, 0, 1, 1], SKIN.size * v);
    }
    kernel.rasterize();
    expect(kernel.layer.depth[0]).toBeGreaterThan(4);
  }
});

test("the layer is laid over the frame by its opacity", () => {
  const kernel = kernelOver(ramp());
  kernel.frame.data.fill(100);
  drawQuad(kernel);
  kernel.layer.color.fill(200);
  for (const [i, opacity] of [0, 0.5, 1].entries()) {
    kernel.layer.attributes[SKIN.size * i + SKIN.opacity] = opacity;
  }
  kernel.laySkin();
  const red = (i: number) => kernel.frame.data[(3 * SIDE + 2 + i) * 4];
  expect([red(0), red(1), red(2), red(-1)]).toEqual([100, 150, 200, 100]);
});

test("background that comes along with a moved person is set right", () => {
  const plate = makePicture(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) plate.data.set([i % SIDE, 50, 50, 255], 4 * i);
  const half = new Uint8Array(SIDE * SIDE).fill(128);
  const picture = makePicture(SIDE, SIDE);
  picture.data.fill(90);
  // Half transparent: the picture moved, plus half of how the background differs between here and there.
  const seen = kernelOver(picture, { plate, matte: half });
  seen.sampleFrom(0);
  seen.sampleRun(8 * SIDE + 10, 1, 6.5, 8.5, 1, 0);
  seen.mendRun(8 * SIDE + 10, 1, 6.5, 8.5, 1, 0);
  expect(seen.frame.data[(8 * SIDE + 10) * 4]).toBe(92);
  // No person there at all: this place's own background, untouched by the move.
  const none = kernelOver(picture, { plate, hole: new Uint8Array(SIDE * SIDE) });
  none.sampleFrom(0);
  none.sampleRun(8 * SIDE + 10, 1, 6.5, 8.5, 1, 0);
  none.mendRun(8 * SIDE + 10, 1, 6.5, 8.5, 1, 0);
  expect(none.frame.data[(8 * SIDE + 10) * 4]).toBe(10);
});

test("opacity is carried along: sampled, but neither lit nor left behind where skin lies over it", () => {
  const picture = makePicture(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) picture.data.set([100, 100, 100, 16 * (i % SIDE)], 4 * i);
  const kernel = kernelOver(picture);
  kernel.sampleFrom(0);
  kernel.sampleRun(0, 4, 5.5, 5.5, 1, 0);
  expect([3, 7, 11].map((at) => kernel.frame.data[at])).toEqual([80, 96, 112]);
  const { layer, frame } = kernel;
  frame.data.fill(40);
  layer.depth.fill(1);
  for (let i = 0; i < layer.depth.length; i++) {
    layer.attributes.set([8.5, 8.5, 0.5, 0.5], SKIN.size * i);
  }
  kernel.sampleLayer();
  expect([...layer.color.subarray(0, 4)]).toEqual([50, 50, 50, 128]);
  kernel.laySkin();
  const at = 4 * (WINDOW.y * SIDE + WINDOW.x);
  expect([...frame.data.subarray(at, at + 4)]).toEqual([45, 45, 45, 84]);
});
