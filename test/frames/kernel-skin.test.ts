/** @file The skin in the kernel: drawn, lit, folded, moved, laid over the frame. */
import { expect, test } from "vitest";
import { makePicture } from "../../src/base/picture.js";
import type { Kernel } from "../../src/frames/kernel.js";
import { NO_SKIN, SKIN } from "../../src/frames/skin-layer.js";
import { readCanonicalFace } from "../../src/portrait/canonical.js";
import { sourceVertices } from "../../src/rig/rig.js";
import { buildSkin, spreadOverSkin } from "../../src/rig/subdivide.js";
import { kernelOver, moveRun, ramp, SIDE, WINDOW } from "../support/kernel.js";
import { assets } from "../support/machine.js";

/** Colours of a layer of one grey, whose pixels show a place each, after folds are laid on it. */
function folded(places: readonly (readonly [number, number])[], changes: readonly number[]) {
  const kernel = kernelOver(ramp());
  const { layer, folds } = kernel;
  folds.set(changes);
  places.forEach(([x, y], i) => {
    layer.depth[i] = 0;
    layer.attributes.set([x, y, 1, 1], 4 * i);
    layer.color.set([100, 100, 100, 255], 4 * i);
  });
  layer.depth.fill(NO_SKIN, places.length);
  kernel.foldLayer();
  return places.map((_, i) => [...layer.color.subarray(4 * i, 4 * i + 4)]);
}

test("folds lie where the portrait has them: samples of two pixels, from the first on, between them evenly", () => {
  const changes = [0.2, 0.2, 0.2, 0.2, 0.4, 0.2, 0.2, 0.2, -0.4];
  // Sample 0, 0 of the box is the third and fourth pixel of the portrait, its middle is at 3.
  expect(
    folded(
      [
        [3, 3],
        [5, 5],
        [4, 5],
        [0, 0],
      ],
      changes,
    ),
  ).toEqual([
    [120, 120, 120, 255],
    [140, 140, 140, 255],
    [130, 130, 130, 255],
    [100, 100, 100, 255],
  ]);
  // What is darkened fades by each colour's own share.
  const [[red, green, blue]] = folded([[6.99, 6.99]], changes);
  expect(red).toBeCloseTo(60, -1);
  expect(green).toBeCloseTo(80, -1);
  expect(blue).toBe(100);
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

test("the skin goes where the rig's does, and is as bright as the landmarks around", async () => {
  const { triangles, vertices } = await readCanonicalFace(assets);
  const skin = buildSkin(triangles, 1);
  const source = sourceVertices(skin, vertices);
  const kernel = kernelOver(ramp(), {}, { skin, source });
  const moved = vertices.map((value, i) => value + Math.sin(0.3 * i) * (i % 3 === 2 ? 0.2 : 0.5));
  const bright = Float32Array.from({ length: 468 }, (_, v) => 1 + 0.3 * Math.cos(v));
  const { changes, places, shifts, attributes } = kernel.vertices;
  for (let v = 0; v < 468; v++) {
    for (let axis = 0; axis < 3; axis++) {
      changes[4 * v + axis] = moved[3 * v + axis] - vertices[3 * v + axis];
    }
    changes[4 * v + 3] = bright[v];
  }
  kernel.moveSkin();
  const expected = sourceVertices(skin, moved);
  const light = spreadOverSkin(skin, bright, new Float32Array(skin.vertexCount));
  for (let v = 0; v < skin.vertexCount; v++) {
    for (let axis = 0; axis < 3; axis++) {
      expect(Math.abs(places[3 * v + axis] - expected[3 * v + axis])).toBeLessThan(1e-4);
    }
    expect(Math.abs(shifts[2 * v + 1] - source[3 * v + 1] + expected[3 * v + 1])).toBeLessThan(
      1e-4,
    );
    expect(Math.abs(attributes[SKIN.size * v + SKIN.light] - light[v])).toBeLessThan(1e-5);
  }
  changes.fill(0);
  kernel.vertices.rigid.set([1, 0, 0, 2, 0, 1, 0, 3]);
  kernel.moveSkin();
  expect([...places]).toEqual([...source]);
  expect(shifts[2 * 99]).toBeCloseTo(-2, 5);
  expect(shifts[2 * 99 + 1]).toBeCloseTo(3, 5);
});

test("opacity is carried along: sampled, but neither lit nor left behind where skin lies over it", () => {
  const picture = makePicture(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) picture.data.set([100, 100, 100, 16 * (i % SIDE)], 4 * i);
  const kernel = kernelOver(picture);
  moveRun(kernel, 0, 4, [5.5, 5.5, 1, 0]);
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
