/** @file Small dense linear algebra: LU, 3×3 singular values, fits within bounds. */
import { assert } from "./assert.js";

/** A square matrix factored once, to solve for many right sides. */
export interface Factored {
  /** L (unit diagonal, below) and U, row-major, rows permuted, shape [n, n]. */
  readonly lu: Float64Array;
  /** Which row of the matrix stands at each row of `lu`, shape [n]. */
  readonly order: Int32Array;
  /** Rows of `lu` are 0 before `first` and from `end` on, shape [n]. */
  readonly first: Int32Array;
  readonly end: Int32Array;
  readonly n: number;
}

/** LU with partial pivoting. @param matrix - Row-major, shape [n, n]; not changed. */
export function factor(matrix: ArrayLike<number>, n: number): Factored {
  assert(matrix.length === n * n, "a square matrix");
  const lu = Float64Array.from(matrix);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const end = Int32Array.from({ length: n }, (_, i) => {
    let j = n;
    while (j > 0 && lu[i * n + j - 1] === 0) j--;
    return j;
  });
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(lu[i * n + k]) > Math.abs(lu[pivot * n + k])) pivot = i;
    }
    assert(lu[pivot * n + k] !== 0, "a regular matrix");
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        [lu[k * n + j], lu[pivot * n + j]] = [lu[pivot * n + j], lu[k * n + j]];
      }
      [order[k], order[pivot]] = [order[pivot], order[k]];
      [end[k], end[pivot]] = [end[pivot], end[k]];
    }
    for (let i = k + 1; i < n; i++) {
      const f = lu[i * n + k] / lu[k * n + k];
      if (f === 0) continue;
      lu[i * n + k] = f;
      for (let j = k + 1; j < end[k]; j++) lu[i * n + j] -= f * lu[k * n + j];
      end[i] = Math.max(end[i], end[k]);
    }
  }
  const first = Int32Array.from({ length: n }, (_, i) => {
    let j = 0;
    while (lu[i * n + j] === 0) j++;
    return j;
  });
  return { lu, order, first, end, n };
}

/** Solves A·x = b. @param b - Right side, shape [n]; not changed. */
export function solve({ lu, order, n }: Factored, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(n);
  // Leading zeros stay zeros.
  let first = 0;
  while (first < n && b[order[first]] === 0) first++;
  for (let i = first; i < n; i++) {
    let sum = b[order[i]];
    for (let j = first; j < i; j++) sum -= lu[i * n + j] * x[j];
    x[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let j = i + 1; j < n; j++) sum -= lu[i * n + j] * x[j];
    x[i] = sum / lu[i * n + i];
  }
  return x;
}

/** Columns of an inverse that are solved at once: one sum need not wait for the other. */
const TOGETHER = 4;

/** The inverse, row-major, shape [n, n]. */
export function invert(factored: Factored): Float64Array {
  const { n } = factored;
  const inverse = new Float64Array(n * n);
  const x = new Float64Array(n * TOGETHER);
  for (let column = 0; column < n; column += TOGETHER) {
    solveUnits(factored, column, x);
    const count = Math.min(TOGETHER, n - column);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < count; k++) inverse[i * n + column + k] = x[TOGETHER * i + k];
    }
  }
  return inverse;
}

/** Solves for the unit vectors from `column` on. @param x - Receives them, shape [n, TOGETHER]. */
function solveUnits({ lu, order, first, end, n }: Factored, column: number, x: Float64Array): void {
  // Leading zeros stay zeros.
  let start = 0;
  while (start < n && (order[start] < column || order[start] >= column + TOGETHER)) start++;
  x.fill(0, 0, TOGETHER * start);
  for (let i = start; i < n; i++) {
    let a = order[i] === column ? 1 : 0;
    let b = order[i] === column + 1 ? 1 : 0;
    let c = order[i] === column + 2 ? 1 : 0;
    let d = order[i] === column + 3 ? 1 : 0;
    const from = Math.max(start, first[i]);
    for (let j = from, k = i * n + from, at = TOGETHER * from; j < i; j++, at += TOGETHER) {
      const f = lu[k++];
      a -= f * x[at];
      b -= f * x[at + 1];
      c -= f * x[at + 2];
      d -= f * x[at + 3];
    }
    x[TOGETHER * i] = a;
    x[TOGETHER * i + 1] = b;
    x[TOGETHER * i + 2] = c;
    x[TOGETHER * i + 3] = d;
  }
  for (let i = n - 1; i >= 0; i--) {
    let a = x[TOGETHER * i];
    let b = x[TOGETHER * i + 1];
    let c = x[TOGETHER * i + 2];
    let d = x[TOGETHER * i + 3];
    const to = TOGETHER * end[i];
    for (let k = i * n + i + 1, at = TOGETHER * (i + 1); at < to; at += TOGETHER) {
      const f = lu[k++];
      a -= f * x[at];
      b -= f * x[at + 1];
      c -= f * x[at + 2];
      d -= f * x[at + 3];
    }
    const pivot = lu[i * n + i];
    x[TOGETHER * i] = a / pivot;
    x[TOGETHER * i + 1] = b / pivot;
    x[TOGETHER * i + 2] = c / pivot;
    x[TOGETHER * i + 3] = d / pivot;
  }
}

/**
 * Least squares within bounds: the x with 0 ≤ x ≤ most that makes ½ xᵀ·G·x − wᵀ·x least, by coordinate
 * descent. Each in turn takes its best value, as often as there are sweeps.
 *
 * @param gram - G, symmetric, no zero on its diagonal where free, row-major, shape [n, n].
 * @param wanted - w, shape [n].
 * @param out - Where the search begins, and what it finds, shape [n].
 * @param bounds.isFree - What may change; all, if left out. Shape [n].
 */
export function solveWithin(
  gram: Float64Array,
  wanted: Float64Array,
  out: Float32Array | Float64Array,
  bounds: { readonly most: number; readonly sweeps: number; readonly isFree?: Uint8Array },
): void {
  const { most, sweeps, isFree } = bounds;
  const n = out.length;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let c = 0; c < n; c++) {
      if (isFree?.[c] === 0) continue;
      const row = c * n;
      let rest = wanted[c];
      for (let other = 0; other < n; other++) {
        if (other !== c) rest -= gram[row + other] * out[other];
      }
      const best = rest / gram[row + c];
      out[c] = best < 0 ? 0 : best > most ? most : best;
    }
  }
}

/**
 * The rotation nearest to a 3×3 matrix, and the sum of (signed) singular values along it.
 *
 * For H = U·S·Vᵀ it gives R = U·D·Vᵀ with D = diag(1, 1, det(U·Vᵀ)) and tr(S·D): what weighted
 * Procrustes needs. Found by Jacobi rotations of HᵀH.
 *
 * @param h - Row-major, shape [9], rank at least 2.
 * @source Kabsch 1976; Umeyama 1991.
 */
export function nearestRotation(h: ArrayLike<number>): { rotation: Float64Array; trace: number } {
  const { vectors: v, values } = eigenSymmetric3(transposeTimes(h));
  const order = [0, 1, 2].sort((a, b) => values[b] - values[a]);
  const column = (m: ArrayLike<number>, j: number) => [m[j], m[3 + j], m[6 + j]];
  const right = order.map((j) => column(v, j));
  const singular = order.map((j) => Math.sqrt(Math.max(values[j], 0)));
  assert(singular[1] > 0, "points that do not lie on one line");
  const left = [0, 1].map((k) => times(h, right[k]).map((x) => x / singular[k]));
  left.push(cross(left[0], left[1]));
  // The third pair is fixed by handedness; its sign says whether H itself mirrors.
  if (dot(cross(right[0], right[1]), right[2]) < 0) right[2] = right[2].map((x) => -x);
  const last = dot(left[2], times(h, right[2]));
  const rotation = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 3; k++) rotation[3 * i + j] += left[k][i] * right[k][j];
    }
  }
  return { rotation, trace: singular[0] + singular[1] + last };
}

const dot = (a: number[], b: number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const cross = (a: number[], b: number[]) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

const times = (m: ArrayLike<number>, x: number[]) =>
  [0, 3, 6].map((row) => m[row] * x[0] + m[row + 1] * x[1] + m[row + 2] * x[2]);

function transposeTimes(h: ArrayLike<number>): Float64Array {
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 3; k++) out[3 * i + j] += h[3 * k + i] * h[3 * k + j];
    }
  }
  return out;
}

/** Eigenvalues and eigenvectors (as columns) of a symmetric 3×3 matrix by cyclic Jacobi. */
function eigenSymmetric3(matrix: Float64Array): { values: number[]; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const v = Float64Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  for (let sweep = 0; sweep < 30; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const apq = a[3 * p + q];
      if (Math.abs(apq) < 1e-300) continue;
      const theta = (a[3 * q + q] - a[3 * p + p]) / (2 * apq);
      const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const c = 1 / Math.sqrt(t * t + 1);
      const s = t * c;
      for (let k = 0; k < 3; k++) {
        const kp = a[3 * k + p];
        const kq = a[3 * k + q];
        a[3 * k + p] = c * kp - s * kq;
        a[3 * k + q] = s * kp + c * kq;
      }
      for (let k = 0; k < 3; k++) {
        const pk = a[3 * p + k];
        const qk = a[3 * q + k];
        a[3 * p + k] = c * pk - s * qk;
        a[3 * q + k] = s * pk + c * qk;
        const vp = v[3 * k + p];
        const vq = v[3 * k + q];
        v[3 * k + p] = c * vp - s * vq;
        v[3 * k + q] = s * vp + c * vq;
      }
    }
  }
  return { values: [a[0], a[4], a[8]], vectors: v };
}
