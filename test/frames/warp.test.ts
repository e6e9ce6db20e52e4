import { expect, test } from "vitest";
import { skinPlaces } from "../../src/frames/grid-skin.js";
import {
  gazeWithin,
  headLimits,
  headMotion,
  makeMotion,
  movePoints,
  neckJoint,
  softLimit,
} from "../../src/frames/head-motion.js";
import { layGrid } from "../../src/frames/warp-grid.js";
import { toCam } from "../../src/portrait/pose.js";
import { sourceVertices } from "../../src/rig/rig.js";
import { astronautRig } from "../support/machine.js";

test("a soft limit is x near 0 and never passes the limit", () => {
  expect(softLimit(0.01, [0.3, 0.2])).toBeCloseTo(0.01, 5);
  expect(softLimit(100, [0.3, 0.2])).toBeLessThanOrEqual(0.2);
  expect(softLimit(-100, [0.3, 0.2])).toBeCloseTo(-0.3, 4);
  let last = 0;
  for (let x = 0.02; x < 1; x += 0.02) {
    expect(softLimit(x, [0.3, 0.2])).toBeGreaterThan(last);
    last = softLimit(x, [0.3, 0.2]);
  }
});

test("the head turns about its neck: the joint stays, yaw goes to the subject's left", async () => {
  const rig = await astronautRig();
  const joint = neckJoint(rig);
  const motion = headMotion(
    Float32Array.of(0.05, 0.1, -0.04, 0, 0, 0),
    joint,
    headLimits(rig),
    makeMotion(),
  );
  const still = movePoints(motion, Float32Array.from(joint), new Float32Array(3));
  still.forEach((x, i) => {
    expect(x).toBeCloseTo(joint[i], 4);
  });
  const nose = rig.neutral.slice(12, 15);
  const yawed = headMotion(
    Float32Array.of(0, 0.1, 0, 0, 0, 0),
    joint,
    headLimits(rig),
    makeMotion(),
  );
  expect(movePoints(yawed, nose, new Float32Array(3))[0]).toBeGreaterThan(nose[0] + 0.5);
  const bowed = headMotion(
    Float32Array.of(0.1, 0, 0, 0, 0, 0),
    joint,
    headLimits(rig),
    makeMotion(),
  );
  expect(movePoints(bowed, nose, new Float32Array(3))[1]).toBeLessThan(nose[1] - 0.5);
});

test("whoever walks about or turns away goes to the limits of the rig, and its eyes on from there", async () => {
  const limits = headLimits(await astronautRig());
  const joint = [0, 0, 0] as const;
  const move = (...head: number[]) =>
    headMotion(Float32Array.from(head), joint, limits, makeMotion());
  for (const far of [15, 59.9, 60, 61, 1000]) {
    const { m, t } = move(0, 0, 0, far, -far, far);
    expect(t[0]).toBeGreaterThan(3);
    expect(t[0]).toBeLessThanOrEqual(limits[3][1]);
    expect(t[1]).toBeGreaterThanOrEqual(-limits[4][0]);
    expect(m[0]).toBeGreaterThan(1.1);
    expect(m[0]).toBeLessThan(1.16);
  }
  expect(move(0, 0, 0, 0.5, 0.3, 1).t[0]).toBeCloseTo(0.5, 3);
  // A head that is turned by 80° and looks on sideways: the eyes are not turned back in a head that cannot.
  const gaze = (yaw: number, eyes: number) =>
    gazeWithin(
      Float32Array.of(0, yaw, 0),
      limits,
      Float32Array.of(eyes, 0),
      new Float32Array(2),
    )[0];
  expect(gaze(1.4, -0.3)).toBeGreaterThan(0.5);
  expect(gaze(0.05, -0.03)).toBeCloseTo(-0.03, 3);
});

test("depth has no cliff at the outline that a turning head would tear or fold at", async () => {
  const rig = await astronautRig();
  const cam = toCam(rig.pose, rig.neutral, new Float32Array(rig.neutral.length));
  const grid = layGrid(rig, skinPlaces(rig, sourceVertices(rig.skin, cam)));
  const depth = toCam(rig.pose, grid.head, new Float32Array(grid.head.length));
  const steepest = { skin: 0, around: 0 };
  for (let n = 0; n < grid.headShare.length; n++) {
    const beside = [n % grid.columns > 0 ? n - 1 : n, n >= grid.columns ? n - grid.columns : n];
    for (const m of beside) {
      const lower = depth[3 * n + 2] < depth[3 * m + 2] ? n : m;
      const kind = grid.triangle[lower] >= 0 ? "skin" : "around";
      const fall = Math.abs(depth[3 * n + 2] - depth[3 * m + 2]) / grid.cell;
      steepest[kind] = Math.max(steepest[kind], fall);
    }
  }
  expect(steepest.around).toBeGreaterThan(0.5);
  expect(steepest.around).toBeLessThan(1.5);
  expect(steepest.skin).toBeGreaterThan(1);
  expect(steepest.skin).toBeLessThan(3.01);
});
