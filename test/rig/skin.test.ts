import { expect, test } from "vitest";
import { CHANNEL_INDEX, CHANNELS } from "../../src/base/channels.js";
import { readCanonicalFace } from "../../src/portrait/canonical.js";
import { deltaOf, readBasis } from "../../src/rig/basis.js";
import { edgeDistances } from "../../src/rig/geodesic.js";
import { buildSkin, makeSkinScratch, skinVertices } from "../../src/rig/subdivide.js";
import { INNER_LOWER, INNER_UPPER, LEFT_EYE, OVAL, RIGHT_EYE } from "../../src/rig/topology.js";
import { assets } from "../support/machine.js";

const canonical = await readCanonicalFace(assets);
const basis = await readBasis(assets);

test.each([
  [0, 468, 852],
  [1, 1790, 3408],
  [2, 6990, 13632],
])("%i subdivisions give %i vertices and %i triangles", (steps, vertices, triangles) => {
  const skin = buildSkin(canonical.triangles, steps);
  expect(skin.vertexCount).toBe(vertices);
  expect(skin.triangles.length / 3).toBe(triangles);
});

test("the skin passes through the landmarks and is smooth between them", () => {
  const skin = buildSkin(canonical.triangles, 2);
  const out = new Float32Array(skin.vertexCount * 3);
  skinVertices(skin, canonical.vertices, out, makeSkinScratch());
  for (let i = 0; i < 468 * 3; i++) expect(out[i]).toBe(canonical.vertices[i]);
  // A neighbour of a landmark lies near it: the interpolation does not ring.
  for (let t = 0; t < skin.triangles.length; t += 3) {
    const [a, b] = [skin.triangles[t] * 3, skin.triangles[t + 1] * 3];
    expect(
      Math.hypot(out[a] - out[b], out[a + 1] - out[b + 1], out[a + 2] - out[b + 2]),
    ).toBeLessThan(0.9);
  }
});

test("moving and turning the landmarks moves and turns the skin", () => {
  const skin = buildSkin(canonical.triangles, 1);
  const scratch = makeSkinScratch();
  const rest = skinVertices(
    skin,
    canonical.vertices,
    new Float32Array(skin.vertexCount * 3),
    scratch,
  );
  const turned = (points: Float32Array) =>
    Float32Array.from(points, (_, i) => {
      const [x, y, z] = points.subarray(i - (i % 3), i - (i % 3) + 3);
      return [0.8 * x - 0.6 * y + 3, 0.6 * x + 0.8 * y - 1, z + 2][i % 3];
    });
  const expected = turned(rest);
  const actual = skinVertices(
    skin,
    turned(canonical.vertices),
    new Float32Array(skin.vertexCount * 3),
    scratch,
  );
  for (let i = 0; i < actual.length; i++) expect(actual[i]).toBeCloseTo(expected[i], 3);
});

test("the openings' edges meet at the corners", () => {
  const skin = buildSkin(canonical.triangles, 2);
  expect(skin.mouthUpper.length).toBe(41);
  expect([skin.mouthUpper[0], skin.mouthUpper[40]]).toEqual([78, 308]);
  expect([skin.mouthLower[0], skin.mouthLower[40]]).toEqual([78, 308]);
  expect(skin.rightEye.length).toBe(64);
});

test("left and right rows mirror each other on the canonical face", () => {
  const x = (point: number) => canonical.vertices[3 * point];
  RIGHT_EYE.upper.forEach((point, i) => {
    expect(x(point)).toBeCloseTo(-x(LEFT_EYE.upper[i]), 3);
  });
  INNER_UPPER.forEach((point, i) => {
    expect(x(point)).toBeCloseTo(-x(INNER_UPPER[INNER_UPPER.length - 1 - i]), 3);
    expect(x(point)).toBeCloseTo(x(INNER_LOWER[i]), 0);
  });
});

test("every channel but the tongue has a shape, and the shapes are symmetric", () => {
  CHANNELS.forEach((name, i) => {
    if (name === "tongueOut") expect(basis[i].index.length).toBe(0);
    else expect(basis[i].index.length).toBeGreaterThan(5);
  });
  for (const [right, left] of [
    ["eyeBlinkRight", "eyeBlinkLeft"],
    ["mouthSmileRight", "mouthSmileLeft"],
  ] as const) {
    const total = (name: typeof right | typeof left, axis: number) =>
      basis[CHANNEL_INDEX[name]].delta.reduce((sum, d, i) => (i % 3 === axis ? sum + d : sum), 0);
    expect(total(right, 0)).toBeCloseTo(-total(left, 0), 2);
    expect(total(right, 1)).toBeCloseTo(total(left, 1), 2);
  }
  expect(deltaOf(basis[CHANNEL_INDEX.jawOpen], 14, 1)).toBeLessThan(-1);
});

test("ways along the mesh do not jump from lip to lip", () => {
  const { coarse } = buildSkin(canonical.triangles, 0);
  const way = edgeDistances(canonical.vertices, coarse, [13]);
  expect(way[13]).toBe(0);
  expect(way[14]).toBeGreaterThan(4);
  expect(edgeDistances(canonical.vertices, coarse, OVAL)[4]).toBeGreaterThan(5);
});
