/**
 * @file Where the grid's nodes go when head, hair, face and chest move.
 *
 * The displacements are inverted on the grid (warp.ts), so that every pixel of the frame asks where
 * it comes from: no holes, no folds, no border that wobbles.
 */
import type { Rig } from "../rig/rig.js";
import type { Motion } from "./head-motion.js";
import { FOLLOWED } from "./rim.js";
import type { WarpGrid } from "./warp-grid.js";

/** What moves the nodes in one frame. */
export interface GridForces {
  /** Of the head, and of the head as hanging hair follows it. */
  readonly head: Motion;
  readonly hair: Motion;
  /** Where the chest is shifted to, px: to the right, down. */
  readonly chest: ArrayLike<number>;
  /** How far expressions alone moved each skin vertex, px (y down), shape [vertices, 2]. */
  readonly skinShift: Float32Array;
}

/**
 * Where each node goes.
 *
 * @param out - Displacements, px (y down), shape [nodes, 2].
 */
export function displaceNodes(
  grid: WarpGrid,
  rig: Rig,
  forces: GridForces,
  out: Float32Array,
): Float32Array {
  const { head, hair, chest, skinShift } = forces;
  const { rotation: r, pxPerCm } = rig.pose;
  const turn = screenTurn(r, head, pxPerCm);
  const swing = screenTurn(r, hair, pxPerCm).map((value, i) => value - turn[i]);
  const rim = grid.rim.vertices;
  const reach = rimReach(rim, skinShift) / pxPerCm;
  const { corners } = grid;
  for (let n = 0; n < grid.headShare.length; n++) {
    const h = 3 * n;
    const share = grid.headShare[n];
    let dx = grid.chestShare[n] * chest[0];
    let dy = grid.chestShare[n] * chest[1];
    if (share > 0) {
      const x = grid.head[h];
      const y = grid.head[h + 1];
      const z = grid.head[h + 2];
      dx += share * (turn[0] * x + turn[1] * y + turn[2] * z + turn[3]);
      dy += share * (turn[4] * x + turn[5] * y + turn[6] * z + turn[7]);
      const loose = share * grid.hairShare[n];
      if (loose > 0) {
        dx += loose * (swing[0] * x + swing[1] * y + swing[2] * z + swing[3]);
        dy += loose * (swing[4] * x + swing[5] * y + swing[6] * z + swing[7]);
      }
    }
    const skin = grid.skinShare[n];
    const away = grid.outside[n];
    if (away < reach && skin < 1) {
      const left = 1 - away / reach;
      const fade = left * left * (1 - skin);
      for (let i = n * FOLLOWED, end = i + FOLLOWED; i < end; i++) {
        const weight = grid.follow[i] * fade;
        const v = 2 * rim[grid.followed[i]];
        dx += weight * skinShift[v];
        dy += weight * skinShift[v + 1];
      }
    }
    const t = grid.triangle[n];
    if (skin > 0 && t >= 0) {
      const wa = skin * grid.bary[2 * n];
      const wb = skin * grid.bary[2 * n + 1];
      const wc = skin - wa - wb;
      const a = 2 * corners[t];
      const b = 2 * corners[t + 1];
      const c = 2 * corners[t + 2];
      dx += wa * skinShift[a] + wb * skinShift[b] + wc * skinShift[c];
      dy += wa * skinShift[a + 1] + wb * skinShift[b + 1] + wc * skinShift[c + 1];
    }
    const holdX = grid.held[2 * n];
    const holdY = grid.held[2 * n + 1];
    if (holdX * dx > 0) dx *= 1 - Math.abs(holdX);
    if (holdY * dy > 0) dy *= 1 - Math.abs(holdY);
    out[2 * n] = dx;
    out[2 * n + 1] = dy;
  }
  return out;
}

/** The motion less identity, on the screen: rows for x and for y (down), four numbers each. */
function screenTurn(r: Float64Array, { m, t }: Motion, pxPerCm: number): Float64Array {
  const turn = new Float64Array(8);
  for (let axis = 0; axis < 2; axis++) {
    const sign = axis === 0 ? pxPerCm : -pxPerCm;
    for (let k = 0; k < 3; k++) {
      const row = 3 * axis + k;
      turn[4 * axis + 3] += sign * r[row] * t[k];
      for (let j = 0; j < 3; j++) {
        turn[4 * axis + j] += sign * r[row] * (m[3 * k + j] - (k === j ? 1 : 0));
      }
    }
  }
  return turn;
}

/** How far the rim's motion reaches outwards, px: far enough that nothing folds. */
function rimReach(rim: Uint16Array, skinShift: Float32Array): number {
  let most = 0;
  for (let k = 0; k < rim.length; k++) {
    most = Math.max(most, Math.hypot(skinShift[2 * rim[k]], skinShift[2 * rim[k] + 1]));
  }
  // The slope of s·(1 − d/reach)² is at most 2·s/reach; under 0.7 it does not fold.
  return Math.max(2.9 * most, 1e-3);
}
