/** @file Mattes: edges that follow the picture, and heads without holes. */
import { describe, expect, test } from "vitest";
import { buildPyramid, makePicture } from "../../src/base/picture.js";
import { makePlane, mapPlane, type Plane } from "../../src/base/plane.js";
import { closeHead, refineMatte } from "../../src/portrait/matte.js";

const SIDE = 200;
/** Landmarks of a face of 80 px in the middle: the head's square goes from 20 to 180. */
const points = new Float32Array(478 * 3);
for (let i = 0; i < 478; i++) {
  points[3 * i] = i === 33 ? 80 : i === 263 ? 120 : 100 + 40 * Math.cos(i);
  points[3 * i + 1] = i === 33 || i === 263 ? 90 : 100 + 40 * Math.sin(i);
}

/** 1 in a disc of 75 px, 0 in some squares. */
function disc(
  ...holes: readonly { readonly x: number; readonly y: number; readonly side: number }[]
) {
  return mapPlane(makePlane(SIDE, SIDE), (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const isHole = holes.some(
      (hole) => x >= hole.x && x < hole.x + hole.side && y >= hole.y && y < hole.y + hole.side,
    );
    return !isHole && Math.hypot(x - 100, y - 100) < 75 ? 1 : 0;
  });
}

const at = ({ data, width }: Plane, x: number, y: number) => data[y * width + x];

describe("a head", () => {
  test("has no large hole", () => {
    expect(closeHead(disc({ x: 90, y: 90, side: 20 }), points).data).toEqual(disc().data);
  });

  test("keeps the small gaps between curls, and bays", () => {
    const gap = disc({ x: 60, y: 50, side: 8 });
    expect(closeHead(gap, points).data).toEqual(gap.data);
    const bay = disc({ x: 90, y: 20, side: 30 });
    expect(closeHead(bay, points).data).toEqual(bay.data);
  });
});

/** Dark strands of 1 px, every fourth, out of a dark head on a light wall. */
function strands() {
  const picture = makePicture(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const isHair = y >= 100 || (y >= 90 && x % 4 === 0);
    picture.data.set(isHair ? [40, 30, 25, 255] : [200, 205, 210, 255], 4 * i);
  }
  return picture;
}

test("of an edge that a network sees blurred, strands and the wall between them remain", () => {
  const picture = strands();
  const blurred = mapPlane(makePlane(SIDE, SIDE), (_, i) => {
    const y = Math.floor(i / SIDE);
    return Math.min(1, Math.max(0, (y - 86) / 16));
  });
  const matte = refineMatte(buildPyramid(picture), blurred);
  for (const y of [93, 96]) {
    expect(at(matte, 100, y)).toBeGreaterThan(0.65);
    // The network sees no difference between the two.
    expect(at(matte, 100, y)! - at(matte, 102, y)!).toBeGreaterThan(0.2);
  }
  expect(at(matte, 102, 70)).toBe(0);
  expect(at(matte, 102, 130)).toBe(1);
});
