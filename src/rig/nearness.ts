/** @file What lies around a line: for each sample of a plane, where on the line it belongs. */
import { clamp } from "../base/curves.js";

/** Around a line: for each sample of a box, which of its points is nearest, and how far away. */
export interface Nearness {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Number of the nearest point, shape [height, width]. */
  readonly point: Uint16Array;
  /** Way to the line, positive on its left (y up), samples; same shape. */
  readonly way: Float32Array;
  /** Direction of the line at each point, unit, y down, shape [n, 2]. */
  readonly tangents: Float32Array;
}

/**
 * What lies around a line.
 *
 * @param points - Of the line, samples, y down, shape [n, 2].
 * @param reach - How far around it, samples.
 * @param size - Of the whole plane.
 */
export function nearnessOf(
  points: Float32Array,
  reach: number,
  { width, height }: { readonly width: number; readonly height: number },
): Nearness {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < points.length; k += 2) {
    left = Math.min(left, points[k]);
    right = Math.max(right, points[k]);
    top = Math.min(top, points[k + 1]);
    bottom = Math.max(bottom, points[k + 1]);
  }
  const x = clamp(Math.floor(left - reach), 0, width - 1);
  const y = clamp(Math.floor(top - reach), 0, height - 1);
  const across = clamp(Math.ceil(right + reach), x + 1, width) - x;
  const down = clamp(Math.ceil(bottom + reach), y + 1, height) - y;
  const point = new Uint16Array(across * down);
  const way = new Float32Array(across * down);
  const tangents = tangentsOf(points);
  for (let row = 0, i = 0; row < down; row++) {
    for (let column = 0; column < across; column++, i++) {
      const [px, py] = [x + column + 0.5, y + row + 0.5];
      let [nearest, least] = [0, Infinity];
      for (let k = 0; k < points.length; k += 2) {
        const d = (px - points[k]) ** 2 + (py - points[k + 1]) ** 2;
        if (d < least) [nearest, least] = [k, d];
      }
      const [dx, dy] = [px - points[nearest], py - points[nearest + 1]];
      const [tx, ty] = [tangents[nearest], tangents[nearest + 1]];
      // Beside the line its distance is what lies across; beyond its ends all of it.
      const along = dx * tx + dy * ty;
      const side = dx * ty - dy * tx;
      const beyond = Math.max(0, Math.abs(along) - 1);
      way[i] = Math.hypot(side, beyond) * (side < 0 ? -1 : 1);
      point[i] = nearest >> 1;
    }
  }
  return { x, y, width: across, height: down, point, way, tangents };
}

function tangentsOf(points: Float32Array): Float32Array {
  const tangents = new Float32Array(points.length);
  for (let k = 0; k < points.length; k += 2) {
    const before = Math.max(0, k - 2);
    const after = Math.min(points.length - 2, k + 2);
    const dx = points[after] - points[before];
    const dy = points[after + 1] - points[before + 1];
    const length = Math.hypot(dx, dy) || 1;
    tangents[k] = dx / length;
    tangents[k + 1] = dy / length;
  }
  return tangents;
}
