/** @file Folds laid on a face, the light on them, and the age that is read off a skin. */
import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import { blurPlane, makePlane } from "../../src/base/plane.js";
import { randomOf } from "../../src/base/random.js";
import { readCanonicalFace } from "../../src/portrait/canonical.js";
import { layFold } from "../../src/rig/fold-lines.js";
import { FOLD_NAMES, FOLDS } from "../../src/rig/folds.js";
import { lightSlope, lightTerms } from "../../src/rig/light.js";
import { neighboursOf, smoothNormals } from "../../src/rig/normals.js";
import { buildWrinkles, LOG_NONE, type WrinkleMap } from "../../src/rig/wrinkles.js";
import { assets, astronautPortrait, astronautRig } from "../support/machine.js";

const { vertices, triangles } = await readCanonicalFace(assets);
const coarse = Uint16Array.from(triangles);
const canonical = {
  canonical: vertices,
  cam: vertices,
  normals: smoothNormals(vertices, coarse, neighboursOf(coarse, vertices.length / 3)),
  triangles: coarse,
};

test("each fold of a side has a twin in the mirror, with its ridges the other way round", () => {
  for (const name of FOLD_NAMES.filter((each) => each.endsWith("Left"))) {
    const twins = FOLDS[name.replace(/Left$/, "Right") as typeof name];
    FOLDS[name].forEach(({ course, ridge }, k) => {
      expect(twins[k].course.map((v, i) => (i % 2 === 0 ? -v : v))).toEqual([...course]);
      expect(twins[k].ridge).toEqual([ridge[1], ridge[0]]);
    });
  }
});

test("on the canonical face a fold lies where it is told, and runs out at its ends", () => {
  for (const name of FOLD_NAMES) {
    for (const fold of FOLDS[name]) {
      const { points, depth, normals } = layFold(fold, canonical, randomOf(0, "test"));
      const n = depth.length;
      // The lines wander, by 0.05 cm at most, and corners of triangles are smoothed.
      expect(Math.abs(points[0] - fold.course[0])).toBeLessThan(0.12);
      expect(Math.abs(-points[2 * n - 1] - (fold.course.at(-1) ?? 0))).toBeLessThan(0.12);
      expect([depth[0], depth[n - 1]]).toEqual([0, 0]);
      expect(Math.max(...depth)).toBeGreaterThan(0.6);
      for (let k = 0; k < n; k++) {
        expect(Math.hypot(...normals.subarray(3 * k, 3 * k + 3))).toBeGreaterThan(0.9);
      }
    }
  }
});

test("the light's slope is the derivative of its logarithm, for any light", () => {
  const chance = randomOf(1, "lights");
  const brightness = (light: Float32Array, n: readonly number[]) =>
    lightTerms(n[0], n[1], n[2], new Float64Array(9)).reduce((sum, t, i) => sum + t * light[i], 0);
  for (let round = 0; round < 20; round++) {
    const light = Float32Array.from({ length: 9 }, () => 15 * chance.normal());
    light[0] = 120;
    const [x, y] = [0.4 * chance.normal(), 0.4 * chance.normal()].map((v) => Math.tanh(v) * 0.6);
    const z = Math.sqrt(1 - x * x - y * y);
    const [alongX, alongY] = lightSlope(light, Float32Array.of(x, y, z), new Float32Array(2));
    const tilted = (dx: number, dy: number) => {
      const n = [x + dx, y + dy, z];
      const length = Math.hypot(...n);
      return Math.log(
        brightness(
          light,
          n.map((v) => v / length),
        ),
      );
    };
    const e = 1e-4;
    expect(alongX).toBeCloseTo((tilted(e, 0) - tilted(-e, 0)) / (2 * e), 3);
    expect(alongY).toBeCloseTo((tilted(0, e) - tilted(0, -e)) / (2 * e), 3);
  }
});

/** A picture whose skin has lost its lines. */
function blurred({ data, width, height }: Picture, sigma: number): Picture {
  const out = { data: data.slice(), width, height };
  for (let c = 0; c < 3; c++) {
    const plane = makePlane(width, height);
    for (let i = 0; i < plane.data.length; i++) plane.data[i] = data[4 * i + c];
    blurPlane(plane, sigma).data.forEach((value, i) => {
      out.data[4 * i + c] = value;
    });
  }
  return out;
}

describe("the astronaut's wrinkles", async () => {
  const [portrait, rig] = [await astronautPortrait(), await astronautRig()];
  const build = (picture: Picture) =>
    buildWrinkles({
      portrait: { ...portrait, picture },
      neutral: rig.neutral,
      triangles: rig.skin.coarse,
      light: rig.light,
    });
  const map = (name: string, from = rig.wrinkles) =>
    from.maps.find((each) => each.name === name) as WrinkleMap;
  const darkest = ({ folded }: WrinkleMap) => LOG_NONE - Math.min(...folded);

  test("are those of a grown woman; the same skin without its lines is younger", () => {
    expect(rig.wrinkles.age).toBeGreaterThan(0.3);
    expect(rig.wrinkles.age).toBeLessThan(0.9);
    expect(build(blurred(portrait.picture, 3)).age).toBeLessThan(0.5 * rig.wrinkles.age);
  });

  test("are drawn by each fold, darker in the furrow, and nowhere so dark as to be paint", () => {
    for (const name of ["nasolabialLeft", "nasolabialRight", "frownLeft", "cornerLeft"]) {
      expect(darkest(map(name))).toBeGreaterThan(10);
    }
    for (const each of rig.wrinkles.maps) expect(darkest(each)).toBeLessThanOrEqual(100);
  });

  test("are fainter in young skin", () => {
    const young = build(blurred(portrait.picture, 3));
    for (const name of ["nasolabialLeft", "chin", "frownRight"]) {
      expect(darkest(map(name, young))).toBeLessThan(darkest(map(name)));
    }
  });

  test("lie on skin alone: hair over the forehead has none", () => {
    const { x, y, width, height, folded } = map("foreheadMiddle");
    const { face, body } = portrait.classes;
    const scale = face.width / portrait.picture.width;
    for (let i = 0; i < width * height; i++) {
      const px = Math.floor((x + (i % width) + 0.5) * rig.wrinkles.step * scale);
      const py = Math.floor((y + Math.floor(i / width) + 0.5) * rig.wrinkles.step * scale);
      const at = py * face.width + px;
      if (face.data[at] + body.data[at] < 0.1)
        expect(Math.abs(folded[i] - LOG_NONE)).toBeLessThan(8);
    }
  });
});
