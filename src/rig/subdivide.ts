/**
 * @file From 468 landmarks to a smooth skin that passes through them.
 *
 * Loop subdivision of the canonical triangles, with the mouth and the eyes cut out. Loop's surface
 * only approximates its control points, which would thin the lips; so the control points are solved
 * for first: skin = S · (S₄₆₈)⁻¹ · landmarks, with S the rows of all steps and S₄₆₈ its first 468.
 *
 * @source C. Loop 1987, "Smooth Subdivision Surfaces Based on Triangles"; boundary rules as cubic
 *   B-splines. Interpolation by solving for the control mesh: Halstead, Kass & DeRose 1993.
 */
import { assert } from "../base/assert.js";
import { factor, invert } from "../base/solve.js";
import { INNER_LOWER, INNER_UPPER, LEFT_EYE, MOUTH_RING, RIGHT_EYE } from "./topology.js";

const LANDMARKS = 468;

/** Corners of mouth and eyes stay sharp: smoothing would round the openings shut. */
const FIXED = new Set([78, 308, 33, 133, 263, 362]);

/** A sparse matrix by rows. */
export interface SparseRows {
  /** Where each row starts in `index` and `weight`, shape [rows + 1]. */
  readonly start: Uint32Array;
  readonly index: Uint16Array;
  readonly weight: Float32Array;
}

/** The skin's triangles and how its vertices follow from the 468 landmarks. */
export interface Skin {
  readonly vertexCount: number;
  /** Vertex numbers, shape [triangles, 3]; the first 468 vertices are the landmarks. */
  readonly triangles: Uint16Array;
  /** The landmarks' own triangles, before any split, shape [852, 3]. */
  readonly coarse: Uint16Array;
  /** Landmarks → control points, row-major, shape [468, 468]. */
  readonly control: Float32Array;
  /** Control points → vertices. */
  readonly rows: SparseRows;
  /** Edges of the openings on the fine mesh, in order. */
  readonly mouthUpper: Uint16Array;
  readonly mouthLower: Uint16Array;
  readonly rightEye: Uint16Array;
  readonly leftEye: Uint16Array;
  /** The fine upper margins of the eyes, canthus to canthus. */
  readonly rightLid: Uint16Array;
  readonly leftLid: Uint16Array;
}

/** A vertex as a combination of the landmarks' control points: which, and how much of each. */
interface Row {
  readonly index: readonly number[];
  readonly weight: readonly number[];
}

interface Mesh {
  readonly triangles: readonly (readonly [number, number, number])[];
  readonly rows: readonly Row[];
}

/**
 * Builds the skin.
 *
 * @param triangles - The canonical mesh, shape [898, 3].
 * @param steps - Subdivisions: 1 → 1,790 vertices, 2 → 6,990.
 */
export function buildSkin(triangles: ArrayLike<number>, steps: number): Skin {
  const open = openMesh(triangles);
  let mesh = open;
  const chains = [
    { points: [...INNER_UPPER], closed: false },
    { points: [...INNER_LOWER], closed: false },
    { points: [...RIGHT_EYE.ring], closed: true },
    { points: [...LEFT_EYE.ring], closed: true },
    { points: [...RIGHT_EYE.upper], closed: false },
    { points: [...LEFT_EYE.upper], closed: false },
  ];
  for (let k = 0; k < steps; k++) {
    const { fine, midpoint } = subdivide(mesh);
    mesh = fine;
    for (const chain of chains) chain.points = refineChain(chain.points, chain.closed, midpoint);
  }
  const [mouthUpper, mouthLower, rightEye, leftEye, rightLid, leftLid] = chains.map((chain) =>
    Uint16Array.from(chain.points),
  );
  return {
    vertexCount: mesh.rows.length,
    triangles: Uint16Array.from(mesh.triangles.flat()),
    coarse: Uint16Array.from(open.triangles.flat()),
    control: controlMatrix(mesh.rows),
    rows: packRows(mesh.rows),
    mouthUpper,
    mouthLower,
    rightEye,
    leftEye,
    rightLid,
    leftLid,
  };
}

/** The canonical mesh without the triangles that span the mouth and the eyes. */
function openMesh(triangles: ArrayLike<number>): Mesh {
  const holes = [MOUTH_RING, RIGHT_EYE.ring, LEFT_EYE.ring].map((ring) => new Set(ring));
  const open: [number, number, number][] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const corners: [number, number, number] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    if (!holes.some((hole) => corners.every((v) => hole.has(v)))) open.push(corners);
  }
  return {
    triangles: open,
    rows: Array.from({ length: LANDMARKS }, (_, v): Row => ({ index: [v], weight: [1] })),
  };
}

interface Edge {
  readonly ends: readonly [number, number];
  /** Number of the vertex in its middle. */
  readonly middle: number;
  readonly opposite: number[];
}

/** One Loop step. */
function subdivide({ triangles, rows }: Mesh) {
  const edges = new Map<number, Edge>();
  const key = (a: number, b: number) => Math.min(a, b) * 65536 + Math.max(a, b);
  for (const [a, b, c] of triangles) {
    for (const [p, q, across] of [
      [a, b, c],
      [b, c, a],
      [c, a, b],
    ]) {
      const k = key(p, q);
      const edge = edges.get(k) ?? { ends: [p, q], middle: rows.length + edges.size, opposite: [] };
      edge.opposite.push(across);
      edges.set(k, edge);
    }
  }
  const neighbours: Set<number>[] = rows.map(() => new Set());
  const border: number[][] = rows.map(() => []);
  for (const { ends, opposite } of edges.values()) {
    const [p, q] = ends;
    neighbours[p].add(q);
    neighbours[q].add(p);
    if (opposite.length === 1) {
      border[p].push(q);
      border[q].push(p);
    }
  }
  const old = rows.map((_, v) => combine(rows, vertexRule(v, neighbours[v], border[v])));
  const middles = [...edges.values()].map((edge) => combine(rows, edgeRule(edge)));
  const midpoint = (a: number, b: number) => {
    const edge = edges.get(key(a, b));
    assert(edge !== undefined, `an edge from ${a} to ${b}`);
    return edge.middle;
  };
  const fine: [number, number, number][] = [];
  for (const [a, b, c] of triangles) {
    const [ab, bc, ca] = [midpoint(a, b), midpoint(b, c), midpoint(c, a)];
    fine.push([a, ab, ca], [b, bc, ab], [c, ca, bc], [ab, bc, ca]);
  }
  return { fine: { triangles: fine, rows: [...old, ...middles] }, midpoint };
}

/** Loop's weights for an old vertex. */
function vertexRule(v: number, around: Set<number>, border: number[]): [number, number][] {
  if (FIXED.has(v) || around.size === 0) return [[v, 1]];
  if (border.length === 2) {
    return [
      [v, 3 / 4],
      [border[0], 1 / 8],
      [border[1], 1 / 8],
    ];
  }
  if (border.length > 0) return [[v, 1]];
  const n = around.size;
  const beta = (5 / 8 - (3 / 8 + Math.cos((2 * Math.PI) / n) / 4) ** 2) / n;
  return [[v, 1 - n * beta], ...[...around].map((w): [number, number] => [w, beta])];
}

/** Loop's weights for the middle of an edge. */
function edgeRule({ ends, opposite }: Edge): [number, number][] {
  if (opposite.length === 1) return ends.map((v): [number, number] => [v, 1 / 2]);
  return [
    ...ends.map((v): [number, number] => [v, 3 / 8]),
    ...opposite.map((v): [number, number] => [v, 1 / 8]),
  ];
}

/** Weights of the landmarks, by their numbers; all 0 between calls. */
const SUMS = new Float64Array(LANDMARKS);

function combine(rows: readonly Row[], parts: readonly (readonly [number, number])[]): Row {
  const index: number[] = [];
  for (const [v, weight] of parts) {
    const row = rows[v];
    for (let k = 0; k < row.index.length; k++) {
      const landmark = row.index[k];
      // Weights are positive: 0 is what has not come up yet.
      if (SUMS[landmark] === 0) index.push(landmark);
      SUMS[landmark] += weight * row.weight[k];
    }
  }
  const weight = index.map((landmark) => SUMS[landmark]);
  for (const landmark of index) SUMS[landmark] = 0;
  return { index, weight };
}

function refineChain(
  points: readonly number[],
  closed: boolean,
  midpoint: (a: number, b: number) => number,
): number[] {
  const fine: number[] = [];
  points.forEach((point, i) => {
    fine.push(point);
    const next = points[i + 1] ?? (closed ? points[0] : undefined);
    if (next !== undefined) fine.push(midpoint(point, next));
  });
  return fine;
}

/**
 * (S₄₆₈)⁻¹. Landmarks that weigh on each other are given near numbers while it is found: then the
 * factors are narrow bands, and most of the work is left out.
 */
function controlMatrix(rows: readonly Row[]): Float32Array {
  const n = LANDMARKS;
  const order = breadthFirst(rows);
  const place = new Uint16Array(n);
  order.forEach((landmark, i) => {
    place[landmark] = i;
  });
  const matrix = new Float64Array(n * n);
  for (let v = 0; v < n; v++) {
    const { index, weight } = rows[v];
    index.forEach((landmark, k) => {
      matrix[place[v] * n + place[landmark]] = weight[k];
    });
  }
  const inverse = invert(factor(matrix, n));
  return Float32Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return inverse[place[row] * n + place[column]];
  });
}

/** All landmarks, each after one that it weighs on if there is one. @source Cuthill & McKee 1969. */
function breadthFirst(rows: readonly Row[]): number[] {
  const seen = new Set<number>();
  for (let start = 0; start < LANDMARKS; start++) {
    seen.add(start);
    // A set is gone through in the order of its growth, while it grows.
    for (const landmark of seen) {
      for (const next of rows[landmark].index) seen.add(next);
    }
  }
  return [...seen];
}

function packRows(rows: readonly Row[]): SparseRows {
  const start = new Uint32Array(rows.length + 1);
  rows.forEach((row, v) => {
    start[v + 1] = start[v] + row.index.length;
  });
  const index = new Uint16Array(start[rows.length]);
  const weight = new Float32Array(start[rows.length]);
  rows.forEach((row, v) => {
    index.set(row.index, start[v]);
    const sorted = index.subarray(start[v], start[v + 1]).sort();
    row.index.forEach((landmark, k) => {
      SUMS[landmark] = row.weight[k];
    });
    sorted.forEach((landmark, k) => {
      weight[start[v] + k] = SUMS[landmark];
      SUMS[landmark] = 0;
    });
  });
  return { start, index, weight };
}

/** Room for `skinVertices` to work in, so that a frame allocates nothing. */
export function makeSkinScratch(): Float32Array {
  return new Float32Array(LANDMARKS * 3);
}

/**
 * The fine skin through given landmarks.
 *
 * @param landmarks - Any frame, shape [468, 3].
 * @param out - Same frame, shape [vertices, 3].
 * @param scratch - From `makeSkinScratch`.
 */
export function skinVertices(
  skin: Skin,
  landmarks: Float32Array,
  out: Float32Array,
  scratch: Float32Array,
): Float32Array {
  assert(landmarks.length === LANDMARKS * 3, "468 landmarks");
  assert(out.length === skin.vertexCount * 3, `${skin.vertexCount} vertices`);
  const { control, rows } = skin;
  for (let i = 0; i < LANDMARKS; i++) {
    let x = 0;
    let y = 0;
    let z = 0;
    for (let j = 0, k = i * LANDMARKS, p = 0; j < LANDMARKS; j++, k++, p += 3) {
      const weight = control[k];
      x += weight * landmarks[p];
      y += weight * landmarks[p + 1];
      z += weight * landmarks[p + 2];
    }
    scratch[3 * i] = x;
    scratch[3 * i + 1] = y;
    scratch[3 * i + 2] = z;
  }
  // The first 468 vertices are the landmarks: no rounding there.
  out.set(landmarks);
  for (let v = LANDMARKS; v < skin.vertexCount; v++) {
    let x = 0;
    let y = 0;
    let z = 0;
    const end = rows.start[v + 1];
    for (let k = rows.start[v]; k < end; k++) {
      const p = rows.index[k] * 3;
      const weight = rows.weight[k];
      x += weight * scratch[p];
      y += weight * scratch[p + 1];
      z += weight * scratch[p + 2];
    }
    out[3 * v] = x;
    out[3 * v + 1] = y;
    out[3 * v + 2] = z;
  }
  return out;
}

/**
 * Spreads a smooth quantity from the landmarks over the skin, one number each; unlike
 * `skinVertices` it does not pass through the landmarks' values but stays within their range.
 *
 * @param values - Shape [468].
 * @param out - Shape [vertices].
 */
export function spreadOverSkin(
  { rows, vertexCount }: Skin,
  values: Float32Array,
  out: Float32Array,
): Float32Array {
  for (let v = 0; v < vertexCount; v++) {
    let sum = 0;
    const end = rows.start[v + 1];
    for (let k = rows.start[v]; k < end; k++) sum += rows.weight[k] * values[rows.index[k]];
    out[v] = sum;
  }
  return out;
}
