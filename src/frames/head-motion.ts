/** @file How a head pose moves the points of a rig: a turn about the neck, softly limited. */
import { clamp } from "../base/curves.js";
import { HELD_PITCH, HELD_YAW } from "../performance/eyes.js";
import { type HeadPose, toCam } from "../portrait/pose.js";
import type { Rig } from "../rig/rig.js";
import { POINT } from "../rig/topology.js";

/** A linear motion in the head frame: p → m·p + t. */
export interface Motion {
  /** Row-major, shape [9]. */
  readonly m: Float64Array;
  /** cm, shape [3]. */
  readonly t: Float64Array;
}

const DEGREE = Math.PI / 180;
/** Beyond these the picture has no cheek, ear or neck to show: pitch, yaw, roll. */
const LIMITS_RAD = [12 * DEGREE, 18 * DEGREE, 14 * DEGREE] as const;
/** A head that is turned in the picture goes on to here, and no less than so far from where it is. */
const TURNED_RAD = 42 * DEGREE;
const TURN_ON_RAD = 9 * DEGREE;

/** Beyond these the neck would tear, for shoulders stay: across, up, towards the viewer, cm. */
const SHIFT_LIMITS_CM = [4, 2.5, 8] as const;

/** How far a head may go from where it is, to the negative and to the positive side, both above 0. */
export type Range = readonly [number, number];

/** Where the picture ends this close to forehead or chin, cm, the head goes freely; closer, less. */
const FREE_CM = 2.5;
/** Least share of the usual. */
const CROPPED_SHARE = 0.3;

/** How far a rig's head may go: pitch, yaw, roll in radians, then x, y, z in cm, shape [6]. */
export function headLimits(rig: Rig): readonly Range[] {
  const { pose, neutral, picture } = rig;
  const ends = Float32Array.of(
    ...landmark(neutral, POINT.forehead),
    ...landmark(neutral, POINT.chin),
  );
  const [, top, , , bottom] = toCam(pose, ends, ends);
  const free = (px: number) => clamp((px / pose.pxPerCm + 1) / (FREE_CM + 1), CROPPED_SHARE, 1);
  const down = free(-top);
  const up = free(picture.height + bottom);
  const onward = clamp(TURNED_RAD - Math.abs(pose.yawRad), TURN_ON_RAD, LIMITS_RAD[1]);
  const yaw: Range = pose.yawRad < 0 ? [onward, LIMITS_RAD[1]] : [LIMITS_RAD[1], onward];
  const both = (limit: number): Range => [limit, limit];
  const [x, y, z] = SHIFT_LIMITS_CM;
  const pitch: Range = [LIMITS_RAD[0] * up, LIMITS_RAD[0] * down];
  return [pitch, yaw, both(LIMITS_RAD[2]), both(x), [y * down, y * up], both(z)];
}

function landmark(points: Float32Array, at: number): Float32Array {
  return points.subarray(3 * at, 3 * at + 3);
}

/** From the picture plane to the viewer, cm: leaning forward enlarges. */
const VIEW_CM = 60;

/** The joint that the head turns about, below and behind the chin, head frame, cm. */
export function neckJoint(rig: Rig): readonly [number, number, number] {
  return [0, rig.neutral[POINT.chin * 3 + 1] - 3, -5.5];
}

/** At rest. */
export function makeMotion(): Motion {
  return { m: Float64Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]), t: new Float64Array(3) };
}

/** Grows like x near 0 and never passes a limit. */
export function softLimit(x: number, [negative, positive]: Range): number {
  const r = x / (x < 0 ? negative : positive);
  return x / (1 + r * r * r * r) ** 0.25;
}

/**
 * Where the irises look if the head goes less far than it was asked to: on towards what they looked at.
 *
 * @param limits - From `headLimits`.
 * @param gaze - Irises in a head that goes all the way: yaw, pitch, radians, shape [2].
 * @param out - Likewise, shape [2]; returned.
 */
export function gazeWithin(
  head: Float32Array,
  limits: readonly Range[],
  gaze: Float32Array,
  out: Float32Array,
): Float32Array {
  out[0] = gaze[0] + HELD_YAW * (head[1] - softLimit(head[1], limits[1]));
  out[1] = gaze[1] + HELD_PITCH * (head[0] - softLimit(head[0], limits[0]));
  return out;
}

/**
 * The motion of a head pose: Rz(roll)·Ry(yaw)·Rx(pitch) about the joint, then the shift.
 *
 * @param limits - From `headLimits`; approached softly, never passed.
 * @param head - pitch, yaw, roll in radians; x, y, z in cm; shape [6].
 */
export function headMotion(
  head: Float32Array,
  joint: readonly [number, number, number],
  limits: readonly Range[],
  out: Motion,
): Motion {
  const pitch = softLimit(head[0], limits[0]);
  const yaw = softLimit(head[1], limits[1]);
  const roll = softLimit(head[2], limits[2]);
  const cx = Math.cos(pitch);
  const sx = Math.sin(pitch);
  const cy = Math.cos(yaw);
  const sy = Math.sin(yaw);
  const cz = Math.cos(roll);
  const sz = Math.sin(roll);
  const scale = VIEW_CM / (VIEW_CM - softLimit(head[5], limits[5]));
  const { m, t } = out;
  m[0] = scale * cz * cy;
  m[1] = scale * (cz * sy * sx - sz * cx);
  m[2] = scale * (cz * sy * cx + sz * sx);
  m[3] = scale * sz * cy;
  m[4] = scale * (sz * sy * sx + cz * cx);
  m[5] = scale * (sz * sy * cx - cz * sx);
  m[6] = scale * -sy;
  m[7] = scale * cy * sx;
  m[8] = scale * cy * cx;
  for (let a = 0; a < 3; a++) {
    const turned = m[3 * a] * joint[0] + m[3 * a + 1] * joint[1] + m[3 * a + 2] * joint[2];
    t[a] = joint[a] - turned + (a < 2 ? softLimit(head[3 + a], limits[3 + a]) : 0);
  }
  return out;
}

/**
 * A motion in the picture: cam → cam.
 *
 * @param out - Receives three rows of four numbers, the last a shift in px, shape [12]; returned.
 */
export function motionInCam(
  { rotation: r, origin, pxPerCm }: HeadPose,
  { m, t }: Motion,
  out: Float32Array,
): Float32Array {
  out.fill(0);
  for (let k = 0; k < 3; k++) {
    // What the origin of cam does in the head frame.
    const [row, o] = [3 * k, origin];
    const way = m[row] * o[0] + m[row + 1] * o[1] + m[row + 2] * o[2] + t[k] - o[k];
    for (let i = 0; i < 3; i++) {
      out[4 * i + 3] += pxPerCm * r[3 * i + k] * way;
      for (let j = 0; j < 3; j++) {
        const turned = m[row] * r[3 * j] + m[row + 1] * r[3 * j + 1] + m[row + 2] * r[3 * j + 2];
        out[4 * i + j] += r[3 * i + k] * turned;
      }
    }
  }
  return out;
}

/** Applies a motion to points. @param points - cm, shape [n, 3]; may be `out`. */
export function movePoints(
  { m, t }: Motion,
  points: Float32Array,
  out: Float32Array,
): Float32Array {
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i];
    const y = points[i + 1];
    const z = points[i + 2];
    out[i] = m[0] * x + m[1] * y + m[2] * z + t[0];
    out[i + 1] = m[3] * x + m[4] * y + m[5] * z + t[1];
    out[i + 2] = m[6] * x + m[7] * y + m[8] * z + t[2];
  }
  return out;
}
