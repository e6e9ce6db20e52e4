/**
 * @file Head, hair, neck and shoulders: a grid of nodes over the picture that the face pulls along.
 *
 * Each node knows how much it goes with the head, with the face's outline, and with the chest; how
 * far, says grid-motion.ts.
 */
import { clamp, smoothstep } from "../base/curves.js";
import type { HeadPose } from "../portrait/pose.js";
import type { BodyMap } from "../rig/body.js";
import type { Rig } from "../rig/rig.js";
import { OVAL, POINT } from "../rig/topology.js";

/** Side of a cell, cm, and its limits in px. */
const CELL_CM = 0.3;
const CELL_MIN_PX = 6;
const CELL_MAX_PX = 20;
/** Cells along the picture's long side. */
const CELLS_MAX = 200;
/** Depth falls behind the outline by this per cm, down to the ear's plane. */
const DEPTH_SLOPE = 0.45;
const DEPTH_MAX_CM = 3;
/** And nowhere faster than this. */
const DEPTH_STEEPEST = 1;
/** The neck: all of the head's motion from here up, none from there down, cm below the chin. */
const NECK_TOP_CM = 0.6;
const NECK_BOTTOM_CM = 6;
/** How far from the face's outline something still belongs to the head, cm. */
const HEAD_REACH_CM = [11, 18] as const;
/** The outline's points that a node outside follows. */
export const FOLLOWED = 8;
/** The chest moves from here down, cm below the chin. */
const CHEST_CM = [1, 7] as const;
/** Towards the picture's border the chest comes to rest, cm: beyond it there is nothing to show. */
const BORDER_CM = 4;
/** Width of the seam inside the outline where the skin's motion takes over, cm. */
const SEAM_CM = [0.2, 1.3] as const;

/** Where the nodes are and what moves them. */
export interface WarpGrid {
  /** Cell side, px; node (column, row) lies at (column · cell, row · cell). */
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
  /** Nodes in the head frame, cm, shape [nodes, 3]. */
  readonly head: Float32Array;
  /** Share of the head's motion, 0..1, shape [nodes]. */
  readonly headShare: Float32Array;
  /** Of that, the share that hangs and comes after, 0..1, shape [nodes]. */
  readonly hairShare: Float32Array;
  /** Share of the chest's motion, 0..1, shape [nodes]. */
  readonly chestShare: Float32Array;
  /** Way from the outline, cm, 0 inside, shape [nodes]. */
  readonly outside: Float32Array;
  /** Outline points followed, as positions in `OVAL`, and how much, shape [nodes, FOLLOWED]. */
  readonly followed: Uint8Array;
  readonly follow: Float32Array;
  /** First corner of the skin triangle under the node, in `Skin.triangles`, or −1, shape [nodes]. */
  readonly triangle: Int32Array;
  /** Barycentric weights of its first two corners, shape [nodes, 2]. */
  readonly bary: Float32Array;
  /** Share of the skin's own motion, 0..1, shape [nodes]. */
  readonly skinShare: Float32Array;
}

/**
 * Lays the grid over a rig's picture.
 *
 * @param source - The skin in the picture, cam px, shape [vertices, 3].
 * @param inward - Way from the outline of each skin vertex, cm, shape [vertices].
 */
export function layGrid(rig: Rig, source: Float32Array, inward: Float32Array): WarpGrid {
  const { width, height } = rig.picture;
  const fine = Math.max(CELL_CM * rig.pose.pxPerCm, Math.max(width, height) / CELLS_MAX);
  const cell = Math.round(clamp(fine, CELL_MIN_PX, CELL_MAX_PX));
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const nodes = columns * rows;
  const grid: WarpGrid = {
    cell,
    columns,
    rows,
    head: new Float32Array(nodes * 3),
    headShare: new Float32Array(nodes),
    hairShare: new Float32Array(nodes),
    chestShare: new Float32Array(nodes),
    outside: new Float32Array(nodes),
    followed: new Uint8Array(nodes * FOLLOWED),
    follow: new Float32Array(nodes * FOLLOWED),
    triangle: new Int32Array(nodes).fill(-1),
    bary: new Float32Array(nodes * 2),
    skinShare: new Float32Array(nodes),
  };
  const depth = new Float32Array(nodes);
  findTriangles(grid, rig, source, inward, depth);
  const oval = OVAL.map((v) => [source[3 * v], -source[3 * v + 1], source[3 * v + 2]] as const);
  const chin = rig.neutral[POINT.chin * 3 + 1];
  // A neck that the picture's border cuts has to come to rest before the border.
  const chinY = -source[3 * POINT.chin + 1];
  const room = (height - chinY) / rig.pose.pxPerCm;
  const neckBottom = clamp(room, 2 * NECK_TOP_CM, NECK_BOTTOM_CM);
  for (let n = 0; n < nodes; n++) {
    const [x, y] = [(n % columns) * cell, Math.floor(n / columns) * cell];
    const edge = followOutline(grid, n, x, y, oval, rig.pose.pxPerCm);
    if (grid.triangle[n] >= 0) continue;
    const away = distanceToRing(x, y, oval) / rig.pose.pxPerCm;
    grid.outside[n] = away;
    depth[n] = edge - Math.min(DEPTH_SLOPE * away, DEPTH_MAX_CM) * rig.pose.pxPerCm;
  }
  flattenCliffs(depth, columns, DEPTH_STEEPEST * cell);
  for (let n = 0; n < nodes; n++) {
    const [x, y] = [(n % columns) * cell, Math.floor(n / columns) * cell];
    const inside = grid.triangle[n] >= 0;
    const away = grid.outside[n];
    fromCam(rig.pose, x, -y, depth[n], grid.head, 3 * n);
    const below = chin - grid.head[3 * n + 1];
    const neck = 1 - smoothstep(NECK_TOP_CM, neckBottom, below);
    const reach = 1 - smoothstep(HEAD_REACH_CM[0], HEAD_REACH_CM[1], away);
    grid.headShare[n] = neck * reach * (1 - shareAt(rig.torso, rig, x, y));
    grid.hairShare[n] = inside ? 0 : shareAt(rig.hair, rig, x, y);
    // By rows of the picture: what is moved evenly is drawn several times as fast.
    const chest = smoothstep(CHEST_CM[0], CHEST_CM[1], (y - chinY) / rig.pose.pxPerCm);
    grid.chestShare[n] = chest * borderShare(rig, x, y, room);
  }
  return grid;
}

/**
 * Raises what lies behind a cliff, so that depth falls by a slope at most.
 *
 * Where a turned face ends, its far cheek stands before hair or wall: as the head turns they would
 * part or overlap, and there is nothing to show between them. So what is next to the cheek goes along.
 */
function flattenCliffs(depth: Float32Array, columns: number, step: number): void {
  const raise = (n: number, from: number, far: number) => {
    if (depth[from] - far > depth[n]) depth[n] = depth[from] - far;
  };
  const count = depth.length;
  for (let n = 1; n < count; n++) {
    if (n % columns > 0) raise(n, n - 1, step);
    if (n >= columns) raise(n, n - columns, step);
  }
  for (let n = count - 2; n >= 0; n--) {
    if ((n + 1) % columns > 0) raise(n, n + 1, step);
    if (n + columns < count) raise(n, n + columns, step);
  }
}

/** Which skin triangle lies under each node (the nearest, where several do), and its depth. */
function findTriangles(
  grid: WarpGrid,
  rig: Rig,
  source: Float32Array,
  inward: Float32Array,
  depth: Float32Array,
): void {
  const { cell, columns, rows } = grid;
  const triangles = [...rig.skin.triangles, ...openings(rig)];
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
        grid.triangle[n] = t < rig.skin.triangles.length ? t : -2;
        grid.bary[2 * n] = a;
        grid.bary[2 * n + 1] = b;
        grid.skinShare[n] = smoothstep(
          SEAM_CM[0],
          SEAM_CM[1],
          at((v) => inward[v]),
        );
      }
    }
  }
  // Inside an opening the skin draws itself; the grid under it only has to be near.
  for (let n = 0; n < grid.triangle.length; n++) {
    if (grid.triangle[n] === -2) {
      grid.triangle[n] = nearestTriangle(grid, n);
    }
  }
}

/** Triangles over mouth and eyes, so that the grid has depth there. */
function openings({ skin }: Rig): number[] {
  const mouth = [...skin.mouthUpper, ...[...skin.mouthLower].slice(1, -1).reverse()];
  const triangles: number[] = [];
  for (const ring of [mouth, [...skin.rightEye], [...skin.leftEye]]) {
    for (let i = 1; i < ring.length >> 1; i++) {
      const [a, b] = [ring[i - 1], ring[i]];
      const [c, d] = [ring[ring.length - i], ring[(ring.length - i + 1) % ring.length]];
      triangles.push(a, b, c, a, c, d);
    }
  }
  return triangles;
}

/** The triangle of the nearest node upwards that has one. */
function nearestTriangle({ triangle, columns }: WarpGrid, node: number): number {
  for (let n = node; n >= 0; n -= columns) if (triangle[n] >= 0) return triangle[n];
  return -1;
}

/**
 * Sets whom a node follows: the nearest points of the outline, by inverse square distance.
 *
 * @returns The outline's depth there, px.
 */
function followOutline(
  grid: WarpGrid,
  n: number,
  x: number,
  y: number,
  oval: readonly Corner[],
  pxPerCm: number,
): number {
  const soft = (1.2 * pxPerCm) ** 2;
  NEAREST_D2.fill(Infinity);
  for (let k = 0; k < oval.length; k++) {
    const d2 = (oval[k][0] - x) ** 2 + (oval[k][1] - y) ** 2;
    if (d2 >= NEAREST_D2[FOLLOWED - 1]) continue;
    let i = FOLLOWED - 1;
    for (; i > 0 && NEAREST_D2[i - 1] > d2; i--) {
      NEAREST_D2[i] = NEAREST_D2[i - 1];
      NEAREST[i] = NEAREST[i - 1];
    }
    NEAREST_D2[i] = d2;
    NEAREST[i] = k;
  }
  // Less the last one's, so that nobody drops out with a jump.
  const least = 0.999 / (NEAREST_D2[FOLLOWED - 1] + soft);
  let total = 0;
  for (let i = 0; i < FOLLOWED; i++) total += 1 / (NEAREST_D2[i] + soft) - least;
  let depth = 0;
  for (let i = 0; i < FOLLOWED; i++) {
    const share = (1 / (NEAREST_D2[i] + soft) - least) / total;
    grid.followed[n * FOLLOWED + i] = NEAREST[i];
    grid.follow[n * FOLLOWED + i] = share;
    depth += share * oval[NEAREST[i]][2];
  }
  return depth;
}

const NEAREST = new Uint8Array(FOLLOWED);
const NEAREST_D2 = new Float64Array(FOLLOWED);

/** A point of the outline: x, y (down), z, px. */
type Corner = readonly [number, number, number];

/** What a map says of a place of the picture, 0..1. */
function shareAt({ data, width, height }: BodyMap, { picture }: Rig, x: number, y: number): number {
  const column = clamp(Math.floor((x / picture.width) * width), 0, width - 1);
  const row = clamp(Math.floor((y / picture.height) * height), 0, height - 1);
  return data[row * width + column] / 255;
}

/** 0 on the picture's left, right and lower border, 1 well inside. @param room - Below the chin, cm. */
function borderShare({ picture, pose }: Rig, x: number, y: number, room: number): number {
  const { width, height } = picture;
  const aside = Math.min(x, width - x) / pose.pxPerCm;
  const below = (height - y) / pose.pxPerCm;
  return smoothstep(0, BORDER_CM, aside) * smoothstep(0, Math.min(BORDER_CM, 0.6 * room), below);
}

/** Distance from a point to a closed line, px. */
function distanceToRing(x: number, y: number, ring: readonly Corner[]): number {
  let best = Infinity;
  for (let i = 0; i < ring.length; i++) {
    const [x0, y0] = ring[i];
    const [x1, y1] = ring[i + 1 === ring.length ? 0 : i + 1];
    const dx = x1 - x0;
    const dy = y1 - y0;
    const t = clamp(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1), 0, 1);
    best = Math.min(best, (x0 + t * dx - x) ** 2 + (y0 + t * dy - y) ** 2);
  }
  return Math.sqrt(best);
}

/** cam px → head frame, cm. */
function fromCam(
  { rotation: m, origin, pxPerCm }: HeadPose,
  x: number,
  y: number,
  z: number,
  out: Float32Array,
  to: number,
): void {
  for (let a = 0; a < 3; a++) {
    out[to + a] = (m[a] * x + m[3 + a] * y + m[6 + a] * z) / pxPerCm + origin[a];
  }
}
