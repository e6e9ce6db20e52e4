/** @file Directions of a mesh's surface, and smoothing of values over it. */

/** Which vertices share an edge: neighbours of v are `index[start[v] … start[v + 1]]`. */
export interface Neighbours {
  readonly start: Uint32Array;
  readonly index: Uint16Array;
}

/** Neighbours by edge. @param triangles - Shape [t, 3]. */
export function neighboursOf(triangles: ArrayLike<number>, vertexCount: number): Neighbours {
  const around: Set<number>[] = Array.from({ length: vertexCount }, () => new Set());
  for (let t = 0; t < triangles.length; t += 3) {
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ]) {
      around[triangles[t + a]].add(triangles[t + b]);
      around[triangles[t + b]].add(triangles[t + a]);
    }
  }
  const start = new Uint32Array(vertexCount + 1);
  around.forEach((set, v) => {
    start[v + 1] = start[v] + set.size;
  });
  const index = new Uint16Array(start[vertexCount]);
  around.forEach((set, v) => {
    index.set([...set], start[v]);
  });
  return { start, index };
}

/**
 * Unit normals by area-weighted sums.
 *
 * @param vertices - cam axes, shape [v, 3].
 * @param out - Shape [v, 3].
 */
export function vertexNormals(
  vertices: Float32Array,
  triangles: Uint16Array,
  out: Float32Array,
): Float32Array {
  out.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t] * 3;
    const b = triangles[t + 1] * 3;
    const c = triangles[t + 2] * 3;
    const ux = vertices[b] - vertices[a];
    const uy = vertices[b + 1] - vertices[a + 1];
    const uz = vertices[b + 2] - vertices[a + 2];
    const vx = vertices[c] - vertices[a];
    const vy = vertices[c + 1] - vertices[a + 1];
    const vz = vertices[c + 2] - vertices[a + 2];
    const x = uy * vz - uz * vy;
    const y = uz * vx - ux * vz;
    const z = ux * vy - uy * vx;
    out[a] += x;
    out[a + 1] += y;
    out[a + 2] += z;
    out[b] += x;
    out[b + 1] += y;
    out[b + 2] += z;
    out[c] += x;
    out[c + 1] += y;
    out[c + 2] += z;
  }
  for (let i = 0; i < out.length; i += 3) {
    const length =
      Math.sqrt(out[i] * out[i] + out[i + 1] * out[i + 1] + out[i + 2] * out[i + 2]) || 1;
    out[i] /= length;
    out[i + 1] /= length;
    out[i + 2] /= length;
  }
  return out;
}

/**
 * Rounds of half a vertex, half the mean of its neighbours; in place, `scratch` has the same shape.
 *
 * @param size - Numbers per vertex.
 */
export function smoothOverMesh(
  values: Float32Array,
  { start, index }: Neighbours,
  size: number,
  rounds: number,
  scratch: Float32Array,
): Float32Array {
  const count = values.length / size;
  for (let round = 0; round < rounds; round++) {
    scratch.set(values);
    for (let v = 0; v < count; v++) {
      const from = start[v];
      const to = start[v + 1];
      if (to === from) continue;
      const share = 0.5 / (to - from);
      for (let c = 0; c < size; c++) {
        let sum = 0;
        for (let k = from; k < to; k++) sum += scratch[index[k] * size + c];
        values[v * size + c] = 0.5 * scratch[v * size + c] + share * sum;
      }
    }
  }
  return values;
}

/** Rounds of smoothing after which normals of the landmarks' mesh show form only. */
const NORMAL_ROUNDS = 2;

/** Unit normals that show form and no detail, turned towards the viewer (+z). @param points - cam axes, shape [v, 3]. */
export function smoothNormals(
  points: Float32Array,
  triangles: Uint16Array,
  around: Neighbours,
  out: Float32Array = new Float32Array(points.length),
  scratch: Float32Array = new Float32Array(points.length),
): Float32Array {
  vertexNormals(points, triangles, out);
  for (let i = 0; i < out.length; i += 3) {
    if (out[i + 2] < 0) for (let a = 0; a < 3; a++) out[i + a] = -out[i + a];
  }
  smoothOverMesh(out, around, 3, NORMAL_ROUNDS, scratch);
  for (let i = 0; i < out.length; i += 3) {
    const length = Math.hypot(out[i], out[i + 1], out[i + 2]) || 1;
    out[i] /= length;
    out[i + 1] /= length;
    out[i + 2] /= length;
  }
  return out;
}
