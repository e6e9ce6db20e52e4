/**
 * @file The canonical face as a map: where a vertex lies, what is near it, what its mirror image is,
 * and how far each expression may reach.
 */
import { CHANNELS, type Channel } from "../../src/base/channels.js";
import { smoothstep } from "../../src/base/curves.js";
import type { CanonicalFace } from "../../src/portrait/canonical.js";
import { SKIN_COUNT } from "../../src/portrait/landmarks.js";
import { LEFT_EYE, LOWER_LIP, RIGHT_EYE, UPPER_LIP } from "../../src/rig/topology.js";

export const LEFT_BROW = [300, 293, 334, 296, 336, 285, 295, 282, 283, 276] as const;
export const RIGHT_BROW = [70, 63, 105, 66, 107, 55, 65, 52, 53, 46] as const;
/** The mouth's corners on all four rings, and what lies beside them. */
const CORNERS = [61, 291, 76, 306, 62, 292, 78, 308] as const;
const BESIDE_CORNERS = [185, 409, 184, 408, 183, 407, 191, 415] as const;

/** The canonical face, head frame, cm. Distances are of each vertex, shape [468]. */
export interface FaceMap {
  readonly count: number;
  at(vertex: number): readonly [x: number, y: number, z: number];
  /** Outward, of length 1. */
  normal(vertex: number): readonly [x: number, y: number, z: number];
  /** The vertex on the other side, shape [468]. */
  readonly mirror: Uint16Array;
  /** To the nearest of some vertices. */
  distanceTo(vertices: readonly number[]): Float64Array;
  nearestOf(vertex: number, of: readonly number[]): { nearest: number; distance: number };
  readonly lips: Float64Array;
  readonly leftEye: Float64Array;
  readonly leftBrow: Float64Array;
  /** To the nearer one of both brows. */
  readonly brows: Float64Array;
  /** How far a vertex goes with the jaw: 0 = skull, 1 = chin. */
  readonly jawShare: Float64Array;
  /** Height of the line between the lips. */
  readonly lipLine: number;
}

/** Reads the map off the face. */
export function mapFace({ vertices, triangles }: CanonicalFace): FaceMap {
  const at = (v: number) => [vertices[3 * v], vertices[3 * v + 1], vertices[3 * v + 2]] as const;
  const apart = (a: number, b: number) =>
    Math.hypot(...[0, 1, 2].map((axis) => vertices[3 * a + axis] - vertices[3 * b + axis]));
  const nearestOf = (v: number, of: readonly number[]) => {
    const distances = of.map((other) => apart(v, other));
    const distance = Math.min(...distances);
    return { nearest: of[distances.indexOf(distance)], distance };
  };
  const distanceTo = (of: readonly number[]) =>
    Float64Array.from({ length: SKIN_COUNT }, (_, v) => nearestOf(v, of).distance);
  const mirror = Uint16Array.from({ length: SKIN_COUNT }, (_, v) => {
    const [x, y, z] = at(v);
    let [best, least] = [v, Infinity];
    for (let other = 0; other < SKIN_COUNT; other++) {
      const [ox, oy, oz] = at(other);
      const off = (ox + x) ** 2 + (oy - y) ** 2 + (oz - z) ** 2;
      if (off < least) [best, least] = [other, off];
    }
    return best;
  });
  const normals = normalsOf(vertices, triangles);
  const lipLine = (at(13)[1] + at(14)[1]) / 2;
  return {
    ...{ count: SKIN_COUNT, at, mirror, distanceTo, nearestOf, lipLine },
    normal: (v) => [normals[3 * v], normals[3 * v + 1], normals[3 * v + 2]],
    lips: distanceTo([...UPPER_LIP, ...LOWER_LIP].flat()),
    leftEye: distanceTo(LEFT_EYE.ring),
    leftBrow: distanceTo(LEFT_BROW),
    brows: distanceTo([...LEFT_BROW, ...RIGHT_BROW]),
    jawShare: jawShareOf(at, distanceTo, lipLine),
  };
}

/** A shape seen in the mirror, shape [468 · 3]. */
export function mirrored({ mirror }: FaceMap, shape: ArrayLike<number>): Float64Array {
  const out = new Float64Array(shape.length);
  mirror.forEach((from, v) => {
    out.set([-shape[3 * from], shape[3 * from + 1], shape[3 * from + 2]], 3 * v);
  });
  return out;
}

function normalsOf(vertices: Float32Array, triangles: Uint16Array): Float64Array {
  const out = new Float64Array(vertices.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = [0, 1, 2].map((axis) => vertices[b + axis] - vertices[a + axis]);
    const [wx, wy, wz] = [0, 1, 2].map((axis) => vertices[c + axis] - vertices[a + axis]);
    const normal = [uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx];
    for (const corner of [a, b, c]) {
      for (let axis = 0; axis < 3; axis++) out[corner + axis] += normal[axis];
    }
  }
  // The nose's tip looks forward.
  const sign = Math.sign(out[3 * 4 + 2]);
  for (let i = 0; i < out.length; i += 3) {
    const length = sign * Math.hypot(out[i], out[i + 1], out[i + 2]);
    for (let axis = 0; axis < 3; axis++) out[i + axis] /= length || 1;
  }
  return out;
}

function jawShareOf(
  at: FaceMap["at"],
  distanceTo: FaceMap["distanceTo"],
  lipLine: number,
): Float64Array {
  const corner = at(291)[1];
  const line = [
    [0, lipLine],
    [2.4, corner],
    [3.2, corner + 0.3],
    [5, corner + 1.3],
    [8, corner + 3.2],
  ] as const;
  /** The line from the mouth to the ear below which things go with the jaw. */
  const border = (x: number) => {
    const after = line.findIndex(([place]) => place >= x);
    if (after < 0) return line[line.length - 1][1];
    if (after === 0) return line[0][1];
    const [[x0, y0], [x1, y1]] = [line[after - 1], line[after]];
    return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
  };
  const out = Float64Array.from({ length: SKIN_COUNT }, (_, v) => {
    const [x, y] = at(v);
    return smoothstep(-0.9, 0.9, border(Math.abs(x)) - y);
  });
  const isCorner = new Set<number>(CORNERS);
  const upper = UPPER_LIP.flat().filter((v) => !isCorner.has(v));
  const isLower = new Set<number>(LOWER_LIP.flat().filter((v) => !isCorner.has(v)));
  for (const v of upper) out[v] = 0;
  for (const ring of LOWER_LIP) {
    const widest = Math.max(...ring.map((v) => Math.abs(at(v)[0])));
    for (const v of ring) {
      const share = 0.45 + 0.5 * Math.sqrt(Math.max(0, 1 - (at(v)[0] / widest) ** 2));
      out[v] = Math.max(isLower.has(v) ? out[v] : 0, share);
    }
  }
  for (const v of BESIDE_CORNERS) out[v] = 0.25;
  for (const v of CORNERS) out[v] = 0.42;
  // The skin between nose and lip stays with the skull.
  distanceTo(upper).forEach((distance, v) => {
    if (at(v)[1] > lipLine) out[v] *= 1 - 0.9 * Math.exp(-((distance / 0.9) ** 2));
  });
  return out;
}

/** What one lip does is not learned of the other: people who lift one open the jaw. */
function ofLip(name: Channel, jawShare: number): number {
  if (/Upper/.test(name)) return 1 - smoothstep(0.3, 0.6, jawShare);
  return /^mouth(LowerDown|RollLower)/.test(name) ? smoothstep(0.05, 0.35, jawShare) : 1;
}

/** How far each shape may reach, 0..1, `CHANNELS` order, each of shape [468]; tongueOut nowhere. */
export function reachOf(face: FaceMap): readonly Float64Array[] {
  const rightEye = face.distanceTo(RIGHT_EYE.ring);
  const rightBrow = face.distanceTo(RIGHT_BROW);
  const nose = face.distanceTo([98, 327, 49, 279, 64, 294, 129, 358, 2]);
  const noseRoot = face.distanceTo([168, 6, 193, 417, 55, 285]);
  const cheeks = {
    Left: face.distanceTo([280, 425, 266, 346, 347]),
    Right: face.distanceTo([50, 205, 36, 117, 118]),
  };
  const within = (distance: number, near: number, far: number) =>
    1 - smoothstep(near, far, distance);
  const reach = (name: Channel, v: number): number => {
    const side = /(Left|Right)$/.exec(name)?.[1] as "Left" | "Right" | undefined;
    const [x, y] = face.at(v);
    const isRight = side === "Right";
    const own = side === undefined ? 1 : smoothstep(-1.6, 0.8, isRight ? -x : x);
    const eye = isRight ? rightEye[v] : face.leftEye[v];
    const brow = isRight ? rightBrow[v] : face.leftBrow[v];
    if (/^eye(Blink|Look|Wide)/.test(name)) return own > 0.3 ? within(eye, 1, 2.4) : 0;
    if (name.startsWith("eyeSquint")) return within(eye, 1.3, 3.2) * own;
    if (name === "browInnerUp") return within(face.brows[v], 1.2, 4);
    if (name.startsWith("brow")) return within(brow, 1.2, 3.6) * own;
    if (name.startsWith("cheekSquint")) return within(cheeks[side ?? "Left"][v], 2, 4.5) * own;
    if (name === "cheekPuff") return within(y, -0.5, 1.5);
    if (name.startsWith("noseSneer")) {
      return within(Math.min(nose[v], noseRoot[v]), 1.2, 3.5) * own;
    }
    if (name.startsWith("jaw")) return within(y, -1, 1.8);
    if (name === "tongueOut") return 0;
    const moved = /^mouth(Left|Right)$/.test(name) ? 1 : own;
    return within(face.lips[v], 2, 5) * within(y, 0.2, 2) * moved * ofLip(name, face.jawShare[v]);
  };
  return CHANNELS.map((name) =>
    Float64Array.from({ length: SKIN_COUNT }, (_, v) => reach(name, v)),
  );
}
