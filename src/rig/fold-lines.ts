/** @file Folds of the canonical face on a portrait: where their lines run, and how the skin lies there. */
import { mix, sampleRow, smoothstep } from "../base/curves.js";
import type { Random } from "../base/random.js";
import type { Fold } from "./folds.js";

/** Points are set so far apart along a line, cm. */
const STEP_CM = 0.1;
/** Uneven lines wander by so much, cm, in waves of such a length, cm. */
const WANDER_CM = 0.12;
const WAVE_CM = 1.1;
/** Their ends run out over this share of the length. */
const ENDS = 0.3;

/** What is known of a face to lay lines on it. */
export interface FoldedFace {
  /** The canonical landmarks, cm, shape [468, 3]. */
  readonly canonical: Float32Array;
  /** The portrait's, cam px (y up), shape [468, 3]. */
  readonly cam: Float32Array;
  /** Unit normals there, cam axes, shape [468, 3]. */
  readonly normals: Float32Array;
  /** Triangles of landmarks, shape [t, 3]. */
  readonly triangles: Uint16Array;
}

/** A line on a portrait. Points run from its start to its end. */
export interface FoldLine {
  /** Picture px, y down, shape [n, 2]. */
  readonly points: Float32Array;
  /** Unit normals of the skin, cam axes, shape [n, 3]. */
  readonly normals: Float32Array;
  /** Depth against the fold's own, 0 at the ends, shape [n]. */
  readonly depth: Float32Array;
}

/** Lays a fold on a face. @param chance - Decides how it wanders. */
export function layFold({ course, uneven }: Fold, face: FoldedFace, chance: Random): FoldLine {
  const path = wander(densify(course), uneven, chance);
  const n = path.length / 2;
  const points = new Float32Array(2 * n);
  const normals = new Float32Array(3 * n);
  const depth = new Float32Array(n);
  const phase = chance.uniform() * 2 * Math.PI;
  const waves = ((n - 1) * STEP_CM) / WAVE_CM;
  for (let k = 0; k < n; k++) {
    const { corners, weights } = findPlace(face, path[2 * k], path[2 * k + 1]);
    for (let j = 0; j < 3; j++) {
      points[2 * k] += weights[j] * face.cam[3 * corners[j]];
      points[2 * k + 1] -= weights[j] * face.cam[3 * corners[j] + 1];
      for (let axis = 0; axis < 3; axis++) {
        normals[3 * k + axis] += weights[j] * face.normals[3 * corners[j] + axis];
      }
    }
    const t = n > 1 ? k / (n - 1) : 0.5;
    const ends = smoothstep(0, ENDS, t) * smoothstep(0, ENDS, 1 - t);
    depth[k] = ends * (1 + uneven * Math.sin(phase + 2 * Math.PI * waves * t));
  }
  return { points: smoothed(points), normals, depth };
}

/** A smooth path through a course's points. */
function densify(course: readonly number[]): Float32Array {
  const rows = Float32Array.from(course);
  const count = rows.length / 2;
  let length = 0;
  for (let k = 1; k < count; k++) {
    length += Math.hypot(rows[2 * k] - rows[2 * k - 2], rows[2 * k + 1] - rows[2 * k - 1]);
  }
  const n = Math.max(3, Math.ceil(length / STEP_CM) + 1);
  const path = new Float32Array(2 * n);
  for (let k = 0; k < n; k++) {
    sampleRow(rows, ((count - 1) * k) / (n - 1), path.subarray(2 * k, 2 * k + 2));
  }
  return path;
}

/** Moves a path sideways in slow waves. */
function wander(path: Float32Array, uneven: number, chance: Random): Float32Array {
  const n = path.length / 2;
  const [phase, slow] = [chance.uniform() * 2 * Math.PI, chance.uniform() * 2 * Math.PI];
  return path.map((value, i) => {
    const along = ((i >> 1) * STEP_CM) / WAVE_CM;
    const axis = i % 2 === 0 ? phase : slow;
    return n > 3 ? value + uneven * WANDER_CM * Math.sin(axis + 2 * Math.PI * along) : value;
  });
}

interface Place {
  readonly corners: readonly [number, number, number];
  /** Barycentric, ≥ 0, summing to 1. */
  readonly weights: readonly [number, number, number];
}

/** The triangle of the canonical face, seen from the front, that holds a place, or is nearest to it. */
function findPlace({ canonical, triangles }: FoldedFace, x: number, y: number): Place {
  let best: Place = { corners: [0, 0, 0], weights: [1, 0, 0] };
  let least = Infinity;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const [ax, ay] = [canonical[3 * a], canonical[3 * a + 1]];
    const [ux, uy] = [canonical[3 * b] - ax, canonical[3 * b + 1] - ay];
    const [vx, vy] = [canonical[3 * c] - ax, canonical[3 * c + 1] - ay];
    const area = ux * vy - uy * vx;
    if (Math.abs(area) < 1e-6) continue;
    const p = ((x - ax) * vy - (y - ay) * vx) / area;
    const q = (ux * (y - ay) - uy * (x - ax)) / area;
    const outside = Math.max(0, -p, -q, p + q - 1);
    if (outside >= least) continue;
    least = outside;
    best = { corners: [a, b, c], weights: withinTriangle(1 - p - q, p, q) };
    if (outside === 0) break;
  }
  return best;
}

function withinTriangle(a: number, b: number, c: number): [number, number, number] {
  const [u, v, w] = [Math.max(0, a), Math.max(0, b), Math.max(0, c)];
  const sum = u + v + w;
  return [u / sum, v / sum, w / sum];
}

/** Triangles leave corners in a line: each point a quarter of both its neighbours, twice. */
function smoothed(points: Float32Array): Float32Array {
  let line = points;
  for (let round = 0; round < 2; round++) {
    const old = line;
    line = old.map((value, i) => {
      if (i < 2 || i + 2 >= old.length) return value;
      return mix(value, (old[i - 2] + old[i + 2]) / 2, 0.5);
    });
  }
  return line;
}
