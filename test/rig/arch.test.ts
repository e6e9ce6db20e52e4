/** @file Teeth reach as far as the lips' corners do, also in faces that are turned. */
import { describe, expect, test } from "vitest";
import type { HeadPose } from "../../src/portrait/pose.js";
import { placeArch, walkArch } from "../../src/rig/arch.js";
import { POINT } from "../../src/rig/topology.js";

const ARCH = walkArch("upper", 5.5, 41);

/** A head that is turned to its left by an angle, seen at 10 px per cm. */
function turned(yawRad: number): HeadPose {
  const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
  const rotation = Float64Array.from([cos, 0, sin, 0, 1, 0, -sin, 0, cos]);
  return { rotation, pxPerCm: 10, origin: new Float64Array(3), yawRad, pitchRad: 0, rollRad: 0 };
}

/** Lips whose corners lie on the screen so far to the right's and to the left's side, cm. */
function lips({ rotation: m }: HeadPose, right: number, left: number): Float32Array {
  const points = new Float32Array(468 * 3);
  const place = (point: number, x: number) => points.set([m[0] * x, 0, m[2] * x], 3 * point);
  place(POINT.innerRight, -right);
  place(POINT.upperLipInner, 0);
  place(POINT.innerLeft, left);
  return points;
}

/** How far an arch reaches on the screen to either side, cm. */
function reachOf(pose: HeadPose, right: number, left: number): readonly [number, number] {
  const placed = placeArch(ARCH, [0, 0, 0], pose, lips(pose, right, left));
  const ways = placed.map(([x, , z]) => pose.rotation[0] * x + pose.rotation[2] * z);
  return [-Math.min(...ways), Math.max(...ways)];
}

describe("an arch", () => {
  test("is the model's in a face that looks ahead", () => {
    placeArch(ARCH, [1, 2, 3], turned(0), lips(turned(0), 2.4, 2.4)).forEach(([x, y, z], k) => {
      expect(x).toBeCloseTo(ARCH[k].x + 1, 5);
      expect(y).toBeCloseTo(2, 5);
      expect(z).toBeCloseTo(ARCH[k].z + 3, 5);
    });
  });

  /** Turned to its left, a face shows less of its left half. */
  const pose = turned(0.5);
  const ways = ARCH.map(({ x, z }) => pose.rotation[0] * x + pose.rotation[2] * z);
  const [near, far] = [-Math.min(...ways), Math.max(...ways)];

  test("is the model's where the lips of a turned face lie as the model's would", () => {
    const [right, left] = reachOf(pose, 0.8 * near, 0.8 * far);
    expect(right).toBeCloseTo(near, 5);
    expect(left).toBeCloseTo(far, 5);
  });

  test("reaches further where a turned face's lips do, and keeps its near half", () => {
    const [right, left] = reachOf(pose, near, 1.5 * far);
    expect(right).toBeCloseTo(near, 5);
    expect(left).toBeCloseTo(Math.sqrt(1.5) * far, 5);
  });

  test.each([0, 0.5, 2, 5, 50])("never grows beyond bounds: lips to %s cm", (away) => {
    const [, left] = reachOf(pose, 1, away);
    expect(left).toBeGreaterThan(0.99 * far);
    expect(left).toBeLessThan(1.71 * far);
  });
});
