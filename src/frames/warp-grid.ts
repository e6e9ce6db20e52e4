/**
 * @file Head, hair, neck and shoulders: a grid of nodes over the picture that the face pulls along.
 *
 * Each node knows how much it goes with the head, with the face's outline, and with the chest; how
 * far, says grid-motion.ts.
 */
import { clamp, mix, smoothstep } from "../base/curves.js";
import type { HeadPose } from "../portrait/pose.js";
import type { BodyMap } from "../rig/body.js";
import type { Rig } from "../rig/rig.js";
import { POINT } from "../rig/topology.js";
import {
  closedSkin,
  evenOut,
  findSkin,
  flattenCliffs,
  type GridSkin,
  type SkinPlaces,
  shorten,
} from "./grid-skin.js";
import { borderHold } from "./picture-border.js";
import {
  depthOf,
  distanceToRim,
  FOLLOWED,
  findRim,
  followRim,
  makeFollowing,
  type Rim,
} from "./rim.js";

/** Side of a cell, cm, and its limits in px. */
const CELL_CM = 0.3;
const CELL_MIN_PX = 6;
const CELL_MAX_PX = 20;
/** Cells along the picture's long side. */
const CELLS_MAX = 200;
/** Depth falls behind the outline by this per cm, down to the ear's plane. */
const DEPTH_SLOPE = 0.45;
const DEPTH_MAX_CM = 3;
/** And nowhere faster than this; nor does the skin itself, which would fold as the head turns. */
const DEPTH_STEEPEST = 1;
const SKIN_STEEPEST = 3;
/** The relief is evened out around the rim, where it is steep and nodes are few: inside it, cm. */
const EVEN_CM = [0.3, 1.2] as const;
const EVEN_ROUNDS = 6;
/** The neck: all of the head's motion from here up, none from there down, cm below the chin. */
const NECK_TOP_CM = 0.6;
const NECK_BOTTOM_CM = 6;
/** How far from the rim something still belongs to the head, cm; and hats and hair above, farther. */
const HEAD_REACH_CM = [11, 18] as const;
const HAT_CM = 8;
/** From the chin up to here, cm, reaching out grows. */
const HAT_FROM_CM = 14;
/** What a map must say for a node to be beard, 0..1. */
const BEARD_MIN = 0.5;
/** The chest moves from here down, cm below the chin. */
const CHEST_CM = [1, 7] as const;
/** Towards the picture's border the chest comes to rest, cm: beyond it there is nothing to show. */
const BORDER_CM = 4;
/** Width of the seam inside the rim where the skin's motion takes over, cm in the picture. */
const RIM_SEAM_CM = [0.3, 1.5] as const;

/** Where the nodes are and what moves them. */
export interface WarpGrid extends GridSkin {
  /** The face's rim, which nodes outside follow. */
  readonly rim: Rim;
  /** How near the nodes are to the viewer, px, shape [nodes]. */
  readonly depth: Float32Array;
  /** Nodes in the head frame, cm, shape [nodes, 3]. */
  readonly head: Float32Array;
  /** Share of the head's motion, 0..1, shape [nodes]. */
  readonly headShare: Float32Array;
  /** Of that, the share that hangs and comes after, 0..1, shape [nodes]. */
  readonly hairShare: Float32Array;
  /** Share of the chest's motion, 0..1, shape [nodes]. */
  readonly chestShare: Float32Array;
  /** How far the picture's border lets the node come in, see picture-border.ts, shape [nodes, 2]. */
  readonly held: Float32Array;
  /** Way from the rim or the beard, cm, 0 inside, shape [nodes]. */
  readonly outside: Float32Array;
  /** Points of the rim followed, and how much, shape [nodes, FOLLOWED]. */
  readonly followed: Uint8Array;
  readonly follow: Float32Array;
}

/** Lays the grid over a rig's picture. */
export function layGrid(rig: Rig, skin: SkinPlaces): WarpGrid {
  const { width, height } = rig.picture;
  const { pxPerCm } = rig.pose;
  const rim = findRim(skin.source);
  const grid = makeGrid(rig, rim);
  const { cell, columns, depth } = grid;
  findSkin(grid, skin, depth);
  const following = makeFollowing();
  const gives = new Float32Array(depth.length).fill(1);
  for (let n = 0; n < depth.length; n++) {
    const [x, y] = [(n % columns) * cell, Math.floor(n / columns) * cell];
    const away = distanceToRim(rim, x, y) / pxPerCm;
    const isSkin = grid.triangle[n] >= 0;
    if (isSkin) {
      grid.skinShare[n] *= smoothstep(RIM_SEAM_CM[0], RIM_SEAM_CM[1], away);
      gives[n] = smoothstep(EVEN_CM[1], EVEN_CM[0], away);
      if (grid.skinShare[n] === 1) continue;
    }
    const { point, share } = followRim(rim, x, y, pxPerCm, following);
    grid.followed.set(point, n * FOLLOWED);
    grid.follow.set(share, n * FOLLOWED);
    if (isSkin) continue;
    grid.outside[n] = away;
    depth[n] = depthOf(rim, following) - Math.min(DEPTH_SLOPE * away, DEPTH_MAX_CM) * pxPerCm;
  }
  const steepest = (n: number) => cell * (grid.triangle[n] >= 0 ? SKIN_STEEPEST : DEPTH_STEEPEST);
  flattenCliffs(depth, columns, steepest);
  for (let round = 0; round < EVEN_ROUNDS; round++) evenOut(depth, columns, gives);
  const goesAlong = (n: number) => BEARD_MIN < beardAt(grid, rig, n);
  shorten(grid.outside, columns, cell / pxPerCm, goesAlong);
  const holds = borderHold(rig, reachOf(rim, width, height));
  const held = new Float32Array(2);
  const chin = rig.neutral[POINT.chin * 3 + 1];
  // A neck that the picture's border cuts has to come to rest before the border.
  const chinY = -skin.source[3 * POINT.chin + 1];
  const room = (height - chinY) / pxPerCm;
  const neckBottom = clamp(room, 2 * NECK_TOP_CM, NECK_BOTTOM_CM);
  for (let n = 0; n < depth.length; n++) {
    const [x, y] = [(n % columns) * cell, Math.floor(n / columns) * cell];
    fromCam(rig.pose, x, -y, depth[n], grid.head, 3 * n);
    const below = chin - grid.head[3 * n + 1];
    // A beard is a longer chin.
    const neck = 1 - smoothstep(NECK_TOP_CM, neckBottom, Math.min(below, grid.outside[n]));
    const hat = HAT_CM * smoothstep(0, HAT_FROM_CM, -below);
    const reach = 1 - smoothstep(HEAD_REACH_CM[0] + hat, HEAD_REACH_CM[1] + hat, grid.outside[n]);
    const loose = neck * reach * (1 - shareAt(rig.torso, rig, x, y));
    grid.headShare[n] = mix(loose, 1, grid.skinShare[n]);
    grid.hairShare[n] = grid.triangle[n] >= 0 ? 0 : shareAt(rig.hair, rig, x, y);
    // By rows of the picture: what is moved evenly is drawn several times as fast.
    const chest = smoothstep(CHEST_CM[0], CHEST_CM[1], (y - chinY) / pxPerCm);
    grid.chestShare[n] = chest * borderShare(rig, x, y, room) * (1 - grid.skinShare[n]);
    grid.held.set(holds(x, y, held), 2 * n);
  }
  return grid;
}

/** How much beard a node is on, 0..1. */
function beardAt({ cell, columns }: WarpGrid, rig: Rig, n: number): number {
  return shareAt(rig.beard, rig, (n % columns) * cell, Math.floor(n / columns) * cell);
}

/** A grid of nodes that nothing moves yet. */
function makeGrid(rig: Rig, rim: Rim): WarpGrid {
  const { pose } = rig;
  const { width, height } = rig.picture;
  const fine = Math.max(CELL_CM * pose.pxPerCm, Math.max(width, height) / CELLS_MAX);
  const cell = Math.round(clamp(fine, CELL_MIN_PX, CELL_MAX_PX));
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const nodes = columns * rows;
  return {
    cell,
    columns,
    rows,
    rim,
    depth: new Float32Array(nodes),
    head: new Float32Array(nodes * 3),
    headShare: new Float32Array(nodes),
    hairShare: new Float32Array(nodes),
    chestShare: new Float32Array(nodes),
    held: new Float32Array(nodes * 2),
    outside: new Float32Array(nodes),
    followed: new Uint8Array(nodes * FOLLOWED),
    follow: new Float32Array(nodes * FOLLOWED),
    corners: closedSkin(rig),
    triangle: new Int32Array(nodes).fill(-1),
    bary: new Float32Array(nodes * 2),
    skinShare: new Float32Array(nodes),
  };
}

/** How near a rim comes to the left, right, upper and lower border, px. */
function reachOf({ places }: Rim, width: number, height: number): number[] {
  const reach = [Infinity, Infinity, Infinity, Infinity];
  for (let i = 0; i < places.length; i += 3) {
    const [x, y] = [places[i], places[i + 1]];
    [x, width - x, y, height - y].forEach((px, k) => {
      reach[k] = Math.min(reach[k], px);
    });
  }
  return reach;
}

/** A grid's depth at a place of the picture, px. */
export function gridDepthAt(grid: WarpGrid, x: number, y: number): number {
  return between(grid, x, y, (n) => grid.depth[n]);
}

/** How much the picture's border holds a place on either axis, 0..1. */
export function gridHoldAt(grid: WarpGrid, x: number, y: number): number {
  const { held } = grid;
  return between(grid, x, y, (n) => Math.max(Math.abs(held[2 * n]), Math.abs(held[2 * n + 1])));
}

/** What nodes have, at a place between them. */
function between(
  { cell, columns, rows }: WarpGrid,
  x: number,
  y: number,
  at: (node: number) => number,
): number {
  const u = clamp(x / cell, 0, columns - 1.001);
  const v = clamp(y / cell, 0, rows - 1.001);
  const i = Math.floor(v) * columns + Math.floor(u);
  const j = i + columns;
  return mix(mix(at(i), at(i + 1), u % 1), mix(at(j), at(j + 1), u % 1), v % 1);
}

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
