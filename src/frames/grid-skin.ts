/** @file Which skin lies under a grid's nodes, and how deep: the face's own relief, without cliffs. */
import { smoothstep } from "../base/curves.js";
import { vertexNormals } from "../rig/normals.js";
import type { Rig } from "../rig/rig.js";
import { spreadOverSkin } from "../rig/subdivide.js";

/** Width of the seam inside the oval where the skin's motion takes over, cm along the skin. */
const SEAM_CM = [0.2, 1.3] as const;
/** Skin seen from the side is left out, as the cosine to the viewer: it is a few pixels wide. */
const SEEN = [0.15, 0.4] as const;

const SLANT = Math.SQRT2;
/** A slope that differs from place to place takes several sweeps to settle. */
const SWEEPS = 4;

/** A grid's nodes, and the skin under them. */
export interface GridSkin {
  /** Cell side, px; node (column, row) lies at (column · cell, row · cell). */
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
  /** The skin's triangles, and some over mouth and eyes; vertex numbers, shape [triangles, 3]. */
  readonly corners: Uint16Array;
  /** First corner of the triangle under the node, in `corners`, or −1, shape [nodes]. */
  readonly triangle: Int32Array;
  /** Barycentric weights of its first two corners, shape [nodes, 2]. */
  readonly bary: Float32Array;
  /** Share of the skin's own motion, 0..1, shape [nodes]. */
  readonly skinShare: Float32Array;
}

/** What is known of each vertex of the skin. */
export interface SkinPlaces {
  /** In the picture, cam px, shape [vertices, 3]. */
  readonly source: Float32Array;
  /** Way from the oval, cm, shape [vertices]. */
  readonly inward: Float32Array;
  /** Directions of the surface, away from the viewer where it is hidden, shape [vertices, 3]. */
  readonly normals: Float32Array;
}

/** A rig's skin as the portrait has it. @param source - In the picture, cam px, shape [vertices, 3]. */
export function skinPlaces({ skin, ovalDistance }: Rig, source: Float32Array): SkinPlaces {
  return {
    source,
    inward: spreadOverSkin(skin, ovalDistance, new Float32Array(skin.vertexCount)),
    normals: vertexNormals(source, skin.triangles, new Float32Array(source.length)),
  };
}

/**
 * Finds the skin triangle under each node (the nearest, where several are).
 *
 * @param depth - Receives the skin's depth, px; −Infinity where there is none; shape [nodes].
 */
export function findSkin(grid: GridSkin, skin: SkinPlaces, depth: Float32Array): void {
  const { cell, columns, rows, corners: triangles } = grid;
  const { source, inward, normals } = skin;
  depth.fill(-Infinity);
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const [x0, x1, x2] = corners.map((v) => source[3 * v]);
    const [y0, y1, y2] = corners.map((v) => -source[3 * v + 1]);
    const area = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0);
    if (Math.abs(area) < 1e-9) continue;
    const left = Math.max(0, Math.ceil(Math.min(x0, x1, x2) / cell));
    const right = Math.min(columns - 1, Math.floor(Math.max(x0, x1, x2) / cell));
    const top = Math.max(0, Math.ceil(Math.min(y0, y1, y2) / cell));
    const bottom = Math.min(rows - 1, Math.floor(Math.max(y0, y1, y2) / cell));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const [x, y] = [column * cell, row * cell];
        const a = ((x1 - x) * (y2 - y) - (y1 - y) * (x2 - x)) / area;
        const b = ((x2 - x) * (y0 - y) - (y2 - y) * (x0 - x)) / area;
        const c = 1 - a - b;
        if (a < -1e-6 || b < -1e-6 || c < -1e-6) continue;
        const n = row * columns + column;
        const at = (f: (v: number) => number) =>
          a * f(corners[0]) + b * f(corners[1]) + c * f(corners[2]);
        const z = at((v) => source[3 * v + 2]);
        if (z <= depth[n]) continue;
        depth[n] = z;
        grid.triangle[n] = t;
        grid.bary[2 * n] = a;
        grid.bary[2 * n + 1] = b;
        const inside = at((v) => inward[v]);
        grid.skinShare[n] =
          smoothstep(SEAM_CM[0], SEAM_CM[1], inside) *
          smoothstep(
            SEEN[0],
            SEEN[1],
            at((v) => normals[3 * v + 2]),
          );
      }
    }
  }
}

/** A skin's triangles, and some over mouth and eyes, so that the grid has skin there, too. */
export function closedSkin({ skin }: Rig): Uint16Array {
  const mouth = [...skin.mouthUpper, ...[...skin.mouthLower].slice(1, -1).reverse()];
  const triangles = [...skin.triangles];
  for (const ring of [mouth, [...skin.rightEye], [...skin.leftEye]]) {
    for (let i = 1; i < ring.length >> 1; i++) {
      const [a, b] = [ring[i - 1], ring[i]];
      const [c, d] = [ring[ring.length - i], ring[(ring.length - i + 1) % ring.length]];
      triangles.push(a, b, c, a, c, d);
    }
  }
  return Uint16Array.from(triangles);
}

/**
 * Shortens ways to where one starts anew, from node to node.
 *
 * @param ways - Shape [nodes]; 0 at once where `starts`.
 * @param step - Between neighbours of a row or column.
 */
export function shorten(
  ways: Float32Array,
  columns: number,
  step: number,
  starts: (node: number) => boolean,
): void {
  const count = ways.length;
  for (let n = 0; n < count; n++) if (starts(n)) ways[n] = 0;
  const visit = (n: number, back: number) => {
    const column = n % columns;
    const near = (m: number, cost: number) => {
      if (m >= 0 && m < count && ways[m] + cost < ways[n]) ways[n] = ways[m] + cost;
    };
    if (column + back >= 0 && column + back < columns) near(n + back, step);
    near(n + back * columns, step);
    if (column > 0) near(n + back * columns - 1, SLANT * step);
    if (column + 1 < columns) near(n + back * columns + 1, SLANT * step);
  };
  for (let n = 0; n < count; n++) visit(n, -1);
  for (let n = count - 1; n >= 0; n--) visit(n, 1);
}

/**
 * Raises what lies behind a cliff, so that depth falls by a slope at most.
 *
 * Where a turned face ends, its far cheek stands before hair or wall, and its nose before the far
 * cheek: as the head turns they would part or overlap, and there is nothing to show between them. So
 * what is next to them goes along.
 *
 * @param step - The most that a node may lie below its neighbour, px.
 */
export function flattenCliffs(
  depth: Float32Array,
  columns: number,
  step: (node: number) => number,
): void {
  const raise = (n: number, from: number) => {
    const least = depth[from] - step(n);
    if (least > depth[n]) depth[n] = least;
  };
  const count = depth.length;
  for (let round = 0; round < SWEEPS; round++) {
    for (let n = 1; n < count; n++) {
      if (n % columns > 0) raise(n, n - 1);
      if (n >= columns) raise(n, n - columns);
    }
    for (let n = count - 2; n >= 0; n--) {
      if ((n + 1) % columns > 0) raise(n, n + 1);
      if (n + columns < count) raise(n, n + columns);
    }
  }
}

/**
 * Evens out what nodes have with their neighbours, in place.
 *
 * @param share - How much each node gives way, 0..1, shape [nodes].
 */
export function evenOut(values: Float32Array, columns: number, share: Float32Array): void {
  const before = new Float32Array(values.length);
  for (const step of [1, columns]) {
    before.set(values);
    for (let n = step; n + step < values.length; n++) {
      const column = n % columns;
      if (step === 1 && (column === 0 || column === columns - 1)) continue;
      const bend = before[n - step] - 2 * before[n] + before[n + step];
      values[n] += 0.25 * share[n] * bend;
    }
  }
}
