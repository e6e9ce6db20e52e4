/**
 * @file Where the face ends in the picture: its rim, which what lies around it follows.
 *
 * Of a face that looks at the viewer this is the oval of the landmarks. A turned head hides a part of
 * the oval, and its far cheek ends where the skin curves out of sight.
 */
import { clamp } from "../base/curves.js";

/** Points of a rim: directions from its middle that are told apart. */
const DIRECTIONS = 48;
/** Points of the rim that a place outside follows. */
export const FOLLOWED = 8;
/** Places nearer to the rim than this follow it alike, cm. */
const SOFT_CM = 1.2;

/** The outermost skin in every direction. */
export interface Rim {
  /** Vertices of the skin, in order around the face. */
  readonly vertices: Uint16Array;
  /** Where they are in the picture, px, y down, z towards the viewer, shape [rim, 3]. */
  readonly places: Float32Array;
}

/** Finds the rim. @param source - The skin in the picture, cam px (y up), shape [vertices, 3]. */
export function findRim(source: Float32Array): Rim {
  const count = source.length / 3;
  let [middleX, middleY] = [0, 0];
  for (let v = 0; v < count; v++) {
    middleX += source[3 * v] / count;
    middleY += source[3 * v + 1] / count;
  }
  const outermost = new Int32Array(DIRECTIONS).fill(-1);
  const reach = new Float32Array(DIRECTIONS);
  for (let v = 0; v < count; v++) {
    const x = source[3 * v] - middleX;
    const y = source[3 * v + 1] - middleY;
    const turn = Math.atan2(y, x) / (2 * Math.PI) + 0.5;
    const k = Math.min(DIRECTIONS - 1, Math.floor(turn * DIRECTIONS));
    const away = Math.hypot(x, y);
    if (away <= reach[k]) continue;
    reach[k] = away;
    outermost[k] = v;
  }
  const vertices = Uint16Array.from(outermost.filter((v) => v >= 0));
  const places = new Float32Array(vertices.length * 3);
  vertices.forEach((v, k) => {
    places.set([source[3 * v], -source[3 * v + 1], source[3 * v + 2]], 3 * k);
  });
  return { vertices, places };
}

/** Whom one place follows: points of a rim, as numbers in it, and how much, summing to 1. */
export interface Following {
  readonly point: Uint8Array;
  readonly share: Float32Array;
}

/** Working memory for `followRim`. */
export function makeFollowing(): Following {
  return { point: new Uint8Array(FOLLOWED), share: new Float32Array(FOLLOWED) };
}

/**
 * Finds whom a place follows: the nearest points of the rim, by inverse square distance.
 *
 * @param x - px, y down.
 * @param out - Receives them; returned.
 */
export function followRim(
  { places }: Rim,
  x: number,
  y: number,
  pxPerCm: number,
  out: Following,
): Following {
  const soft = (SOFT_CM * pxPerCm) ** 2;
  const { point, share } = out;
  const d2s = share.fill(Infinity);
  for (let k = 0; k < places.length / 3; k++) {
    const d2 = (places[3 * k] - x) ** 2 + (places[3 * k + 1] - y) ** 2;
    if (d2 >= d2s[FOLLOWED - 1]) continue;
    let i = FOLLOWED - 1;
    for (; i > 0 && d2s[i - 1] > d2; i--) {
      d2s[i] = d2s[i - 1];
      point[i] = point[i - 1];
    }
    d2s[i] = d2;
    point[i] = k;
  }
  // Less the last one's, so that nobody drops out with a jump.
  const least = 0.999 / (d2s[FOLLOWED - 1] + soft);
  let total = 0;
  for (let i = 0; i < FOLLOWED; i++) total += 1 / (d2s[i] + soft) - least;
  for (let i = 0; i < FOLLOWED; i++) share[i] = (1 / (d2s[i] + soft) - least) / total;
  return out;
}

/** The rim's depth as a place follows it, px. */
export function depthOf({ places }: Rim, { point, share }: Following): number {
  let depth = 0;
  for (let i = 0; i < FOLLOWED; i++) depth += share[i] * places[3 * point[i] + 2];
  return depth;
}

/** How far a place is from the rim, inside or outside, px. */
export function distanceToRim({ places }: Rim, x: number, y: number): number {
  let best = Infinity;
  for (let i = 0; i < places.length; i += 3) {
    const j = i + 3 === places.length ? 0 : i + 3;
    const dx = places[j] - places[i];
    const dy = places[j + 1] - places[i + 1];
    const along = (x - places[i]) * dx + (y - places[i + 1]) * dy;
    const t = clamp(along / (dx * dx + dy * dy || 1), 0, 1);
    best = Math.min(best, (places[i] + t * dx - x) ** 2 + (places[i + 1] + t * dy - y) ** 2);
  }
  return Math.sqrt(best);
}
