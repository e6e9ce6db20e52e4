import { expect, test } from "vitest";
import { setChannels } from "../../src/base/channels.js";
import { makeBodyMotion } from "../../src/frames/body-motion.js";
import { type FaceMotion, makeFaceMotion } from "../../src/frames/face-motion.js";
import { displaceNodes } from "../../src/frames/grid-motion.js";
import { skinPlaces } from "../../src/frames/grid-skin.js";
import { headLimits } from "../../src/frames/head-motion.js";
import { holdHead, makeMoment } from "../../src/frames/moment.js";
import { findRim } from "../../src/frames/rim.js";
import { makeSkinOpacity } from "../../src/frames/skin-opacity.js";
import { layGrid, type WarpGrid } from "../../src/frames/warp-grid.js";
import { SKIN_COUNT } from "../../src/portrait/landmarks.js";
import { vertexNormals } from "../../src/rig/normals.js";
import { mouthRing, type Rig } from "../../src/rig/rig.js";
import { makeSkinScratch, skinVertices } from "../../src/rig/subdivide.js";
import { POINT } from "../../src/rig/topology.js";
import { astronautRig } from "../support/machine.js";

const rig = await astronautRig();
const degrees = (angle: number) => (angle * Math.PI) / 180;

/** The rig as if the portrait showed the head turned by an angle. */
function turnedBy(yaw: number): Rig {
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  const m = rig.pose.rotation;
  const rotation = Float64Array.from(m);
  for (let k = 0; k < 3; k++) {
    rotation[k] = c * m[k] + s * m[6 + k];
    rotation[6 + k] = c * m[6 + k] - s * m[k];
  }
  return { ...rig, pose: { ...rig.pose, rotation, yawRad: rig.pose.yawRad + yaw } };
}

/** The skin as the face was last placed, cam, shape [vertices, 3]. */
function skinNow({ skin }: Rig, { cam }: FaceMotion): Float32Array {
  return skinVertices(skin, cam, new Float32Array(3 * skin.vertexCount), makeSkinScratch());
}

/** How far expressions alone have moved the skin, px, y down, shape [vertices, 2]. */
function expressionOf(of: Rig, face: FaceMotion): Float32Array {
  const { source, rigid } = face;
  const now = skinNow(of, face);
  return Float32Array.from({ length: 2 * of.skin.vertexCount }, (_, i) => {
    const [v, axis] = [3 * (i >> 1), i & 1];
    const [x, y, z] = source.subarray(v, v + 3);
    const [a, b, c, d] = rigid.subarray(4 * axis, 4 * axis + 4);
    return (axis === 0 ? 1 : -1) * (now[v + axis] - (a * x + b * y + c * z + d));
  });
}

/** A rig's grid, and where its nodes go. */
function move(of: Rig, head: number[], weights = {}) {
  const face = makeFaceMotion(of);
  const body = makeBodyMotion(of);
  const grid = layGrid(of, skinPlaces(of, face.source));
  const moment = holdHead(makeMoment(), head);
  setChannels(moment.weights, weights);
  face.place(moment, new Float32Array(4 * SKIN_COUNT));
  body.place(moment);
  const forces = {
    head: face.motion,
    skinShift: expressionOf(of, face),
    hair: body.hair,
    chest: body.chest,
  };
  const shift = displaceNodes(grid, of, forces, new Float32Array(2 * grid.headShare.length));
  return { grid, shift, face };
}

/** The smallest area that a cell is squeezed to, 1 = as it was; below 0 it is turned over. */
function leastArea({ cell, columns }: WarpGrid, d: Float32Array): number {
  let least = 1;
  for (let n = 0; 2 * (n + columns) + 1 < d.length; n++) {
    if ((n + 1) % columns === 0) continue;
    const [a, b, c] = [2 * n, 2 * (n + 1), 2 * (n + columns)];
    const across = [1 + (d[b] - d[a]) / cell, (d[b + 1] - d[a + 1]) / cell];
    const down = [(d[c] - d[a]) / cell, 1 + (d[c + 1] - d[a + 1]) / cell];
    least = Math.min(least, across[0] * down[1] - across[1] * down[0]);
  }
  return least;
}

/** From one point to another. */
function away(points: Float32Array, from: number, to: number): number[] {
  return [0, 1, 2].map((axis) => points[3 * to + axis] - points[3 * from + axis]);
}

test("a head turned by up to 35 degrees turns on to its limits without a fold", () => {
  for (const yaw of [-35, -20, 0, 20, 35]) {
    const of = turnedBy(degrees(yaw));
    for (const on of [-15, 15]) {
      const { grid, shift } = move(of, [0, degrees(on), 0]);
      expect(leastArea(grid, shift), `${yaw}°, then ${on}°`).toBeGreaterThan(0.1);
    }
  }
});

test("around the rim depth has no bumps that would ripple a jaw as the head turns", () => {
  const { grid } = move(rig, []);
  const { depth, columns, cell, rim } = grid;
  let roughest = 0;
  for (let k = 0; k < rim.places.length; k += 3) {
    const [column, row] = [rim.places[k], rim.places[k + 1]].map((at) => Math.round(at / cell));
    const n = row * columns + column;
    for (const step of [1, columns]) {
      const bend = depth[n - step] - 2 * depth[n] + depth[n + step];
      roughest = Math.max(roughest, Math.abs(bend) / cell);
    }
  }
  expect(roughest).toBeLessThan(0.7);
});

test("a turned head goes all the way to the front, and less far on", () => {
  const limits = headLimits(turnedBy(degrees(-30)))[1];
  expect(limits[1]).toBeCloseTo(degrees(18), 5);
  expect(limits[0]).toBeGreaterThan(degrees(8));
  expect(limits[0]).toBeLessThan(degrees(14));
  expect(headLimits(turnedBy(degrees(30)))[1]).toEqual([limits[1], expect.closeTo(limits[0], 1)]);
});

test("a head that the picture cuts off close to its chin goes up less far", () => {
  const chinY = -makeFaceMotion(rig).restCam[3 * POINT.chin + 1];
  const cut = { ...rig, picture: { ...rig.picture, height: Math.ceil(chinY + 2) } };
  expect(headLimits(cut)[4][1]).toBeLessThan(0.5 * headLimits(rig)[4][1]);
  expect(headLimits(cut)[0][0]).toBeLessThan(0.5 * headLimits(rig)[0][0]);
  expect(headLimits(cut)[4][0]).toBe(headLimits(rig)[4][0]);
});

test("what the picture's border cuts off may leave the picture and go along it, but not come in", () => {
  const { width } = rig.picture;
  const matte = rig.matte.slice();
  // Her hair as if it went on above the picture.
  for (let y = 0; y < 60; y++) matte.fill(255, y * width + 180, y * width + 280);
  const cropped = { ...rig, matte };
  const column = (grid: WarpGrid) => Math.round(230 / grid.cell);
  const bowed = move(cropped, [0.1, 0, 0, 0, -1.5, 0]);
  const top = 2 * column(bowed.grid);
  expect(bowed.shift[top + 1]).toBe(0);
  const rowBelow = top + 2 * bowed.grid.columns * Math.round(60 / bowed.grid.cell);
  expect(bowed.shift[rowBelow + 1]).toBeGreaterThan(5);
  expect(move(rig, [0.1, 0, 0, 0, -1.5, 0]).shift[top + 1]).toBeGreaterThan(5);
  const raised = move(cropped, [-0.1, 0, 0.1, 0, 1.5, 0]);
  expect(raised.shift[top + 1]).toBeLessThan(-5);
  expect(Math.abs(raised.shift[top])).toBeGreaterThan(5);
});

test("a beard below the chin goes down with it", () => {
  const face = makeFaceMotion(rig);
  const [x, y] = [face.restCam[3 * POINT.chin], -face.restCam[3 * POINT.chin + 1]];
  const cm = rig.pose.pxPerCm;
  const { width, height } = rig.beard;
  const [sx, sy] = [width / rig.picture.width, height / rig.picture.height];
  const data = new Uint8Array(width * height);
  for (let row = Math.floor((y - cm) * sy); row < (y + 5 * cm) * sy; row++) {
    data.fill(
      255,
      row * width + Math.floor((x - 3 * cm) * sx),
      row * width + Math.ceil((x + 3 * cm) * sx),
    );
  }
  const down = (of: Rig, below: number) => {
    const { grid, shift } = move(of, [], { jawOpen: 0.6 });
    const n = Math.round((y + below * cm) / grid.cell) * grid.columns + Math.round(x / grid.cell);
    return shift[2 * n + 1];
  };
  const bearded = { ...rig, beard: { data, width, height } };
  const chin = down(rig, 0.3);
  expect(chin).toBeGreaterThan(3);
  expect(down(rig, 4)).toBeLessThan(0.3 * chin);
  expect(down(bearded, 4)).toBeGreaterThan(0.85 * chin);
  expect(down(bearded, 14)).toBeCloseTo(0, 3);
});

test("the rim of a turned head runs where its far cheek ends", () => {
  const source = makeFaceMotion(turnedBy(degrees(-30))).source;
  const { places } = findRim(source);
  // Nothing of the skin lies outside of it by more than the gaps between directions.
  let beyond = 0;
  const left = Math.min(...places.filter((_, i) => i % 3 === 0));
  for (let v = 0; v < source.length; v += 3) beyond = Math.max(beyond, left - source[v]);
  expect(beyond).toBeLessThan(0.3 * rig.pose.pxPerCm);
  expect(places.length / 3).toBe(48);
});

test("skin that a turn brings out of sight fades, edges of eyes and lips stay", () => {
  const of = turnedBy(degrees(-25));
  const face = makeFaceMotion(of);
  const places = skinPlaces(of, face.source);
  const opacity = makeSkinOpacity(of, face, places, layGrid(of, places));
  const now = new Float32Array(of.skin.vertexCount);
  const shown = () => now.reduce((sum, value) => sum + value, 0);
  opacity.turn(face.source, now, 0, 1);
  const atRest = shown();
  face.place(holdHead(makeMoment(), [0, degrees(-15), 0]), new Float32Array(4 * SKIN_COUNT));
  const turned = skinNow(of, face);
  opacity.turn(turned, now, 0, 1);
  expect(shown()).toBeLessThan(atRest);
  const lip = of.skin.mouthUpper[of.skin.mouthUpper.length >> 1];
  expect(now[lip]).toBeGreaterThan(0.95);
  for (let v = 0; v < now.length; v++) {
    expect(now[v]).toBeLessThanOrEqual(opacity.rest[v] + 1e-6);
    if (places.normals[3 * v + 2] < -0.3 && places.inward[v] < 2) expect(now[v]).toBe(0);
  }
  const edges = [...mouthRing(of.skin), ...of.skin.rightEye, ...of.skin.leftEye];
  const far = (v: number) =>
    edges.every((e) => Math.hypot(...away(face.source, e, v)) > 0.9 * of.pose.pxPerCm);
  // Where the surface goes out of sight, next to nothing opaque ends.
  const normals = vertexNormals(turned, of.skin.triangles, new Float32Array(turned.length));
  const { triangles } = of.skin;
  const [before, after] = [opacity.rest, now].map((opacities) => {
    const ends: number[] = [];
    for (let t = 0; t < triangles.length; t += 3) {
      const corners = triangles.subarray(t, t + 3);
      const hidden = corners.filter((v) => normals[3 * v + 2] < 0).length;
      if (hidden === 0 || hidden === 3) continue;
      for (const v of corners) if (far(v)) ends.push(opacities[v]);
    }
    return ends.reduce((sum, end) => sum + end, 0) / ends.length;
  });
  expect(after).toBeLessThan(0.1 * before);
});
