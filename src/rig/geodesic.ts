/** @file Distances along the mesh of the canonical face, so that lip does not reach over to lip. */

/**
 * Shortest way along the mesh's edges from each vertex to the nearest of some vertices (Dijkstra).
 *
 * @param vertices - cm, shape [n, 3].
 * @param triangles - shape [t, 3].
 * @returns cm, shape [n]; Infinity where there is no way.
 */
export function edgeDistances(
  vertices: Float32Array,
  triangles: ArrayLike<number>,
  from: Iterable<number>,
): Float32Array {
  const n = vertices.length / 3;
  const around: Map<number, number>[] = Array.from({ length: n }, () => new Map());
  const join = (a: number, b: number) => {
    const length = Math.hypot(
      vertices[3 * a] - vertices[3 * b],
      vertices[3 * a + 1] - vertices[3 * b + 1],
      vertices[3 * a + 2] - vertices[3 * b + 2],
    );
    around[a].set(b, length);
    around[b].set(a, length);
  };
  for (let t = 0; t < triangles.length; t += 3) {
    join(triangles[t], triangles[t + 1]);
    join(triangles[t + 1], triangles[t + 2]);
    join(triangles[t + 2], triangles[t]);
  }
  const distance = new Float32Array(n).fill(Infinity);
  for (const v of from) distance[v] = 0;
  const open = new Set(from);
  while (open.size > 0) {
    let nearest = -1;
    for (const v of open) if (nearest < 0 || distance[v] < distance[nearest]) nearest = v;
    open.delete(nearest);
    for (const [v, length] of around[nearest]) {
      const way = distance[nearest] + length;
      if (way < distance[v]) {
        distance[v] = way;
        open.add(v);
      }
    }
  }
  return distance;
}
