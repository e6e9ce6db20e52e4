/**
 * @file The dental arches: where teeth stand in one head.
 *
 * An arch is half an ellipse in the head frame. Landmark networks are least sure of turned heads, so
 * there each half is made to reach as far as the lips' corner on its side does in the picture.
 */
import { clamp } from "../base/curves.js";
import { type HeadPose, moveAlongCam } from "../portrait/pose.js";
import { JAWS } from "./teeth.js";
import { POINT } from "./topology.js";

type Point = readonly [number, number, number];

/** A place on a dental arch. */
export interface ArchPoint {
  readonly x: number;
  readonly z: number;
  /** Cosine of the outward direction with the viewer's. */
  readonly facing: number;
}

/** Points along an arch at equal steps, from one end to the other; cm. */
export function walkArch(which: "upper" | "lower", halfLength: number, count: number): ArchPoint[] {
  const { a, b } = JAWS[which].arch;
  const steps = 400;
  const lengths = [0];
  const angle = (i: number) => (1.45 * i) / steps;
  for (let i = 1; i <= steps; i++) {
    const dx = a * (Math.sin(angle(i)) - Math.sin(angle(i - 1)));
    const dz = b * (Math.cos(angle(i)) - Math.cos(angle(i - 1)));
    lengths.push(lengths[i - 1] + Math.hypot(dx, dz));
  }
  return Array.from({ length: count }, (_, k) => {
    const s = (2 * k) / (count - 1) - 1;
    const way = Math.abs(s) * halfLength;
    let i = lengths.findIndex((length) => length >= way);
    if (i < 0) i = steps;
    const theta = angle(i);
    return {
      x: Math.sign(s) * a * Math.sin(theta),
      z: -b * (1 - Math.cos(theta)),
      facing: Math.cos(theta),
    };
  });
}

/** A half of an arch is longer than the model's by this factor at most. */
const STRETCH = 1.7;

/**
 * Points of an arch in one head: the model's, its far half stretched along the mouth's line on the
 * screen as far as the lips' corner there asks for, compared with the near one.
 *
 * @param at - The arch's middle, head frame, cm.
 * @param neutral - The face, head frame, cm, shape [468, 3].
 * @returns Head frame, cm.
 */
export function placeArch(
  points: readonly ArchPoint[],
  at: Point,
  pose: HeadPose,
  neutral: Float32Array,
): Point[] {
  const m = pose.rotation;
  const onScreen = (x: number, y: number, z: number) =>
    [m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z] as const;
  const lip = (point: number) =>
    onScreen(neutral[3 * point], neutral[3 * point + 1], neutral[3 * point + 2]);
  const [right, middle, left] = [POINT.innerRight, POINT.upperLipInner, POINT.innerLeft].map(lip);
  const width = Math.hypot(left[0] - right[0], left[1] - right[1]) || 1;
  const [dx, dy] = [(left[0] - right[0]) / width, (left[1] - right[1]) / width];
  const along = ([x, y]: readonly [number, number]) => x * dx + y * dy;
  const ways = points.map(({ x, z }) => along(onScreen(x, 0, z)));
  const ratios = [
    Math.max(along(middle) - along(right), 0.1) / Math.max(-Math.min(...ways), 0.1),
    Math.max(along(left) - along(middle), 0.1) / Math.max(...ways, 0.1),
  ];
  const usual = Math.sqrt(ratios[0] * ratios[1]);
  return points.map(({ x, z }, k) => {
    const ratio = ratios[ways[k] < 0 ? 0 : 1] / usual;
    const more = (clamp(ratio, 1, STRETCH) - 1) * ways[k];
    return moveAlongCam(pose, [at[0] + x, at[1], at[2] + z], [more * dx, more * dy, 0]);
  });
}
