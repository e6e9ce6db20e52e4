/**
 * @file How moving the edges of the lips moves the skin around them, for closing the mouth exactly.
 *
 * The nine inner pairs are commanded; every other point follows those of its own lip only, fading
 * with the way along the mesh. Upper and lower lip never share an influence: they would stick.
 */
import { edgeDistances } from "./geodesic.js";
import { INNER_LOWER, INNER_UPPER, LOWER_LIP, UPPER_LIP } from "./topology.js";

const LANDMARKS = 468;
/** Blend radius between neighbouring pairs, cm. */
const BLEND = 0.35;
/** Fading along the mesh, cm: radius and reach. The chin follows the lower lip farther. */
const FADE = { upper: { radius: 1.1, reach: 2.6 }, lower: { radius: 1.5, reach: 3.2 } } as const;

/** The inner pairs without the corners, and who follows them. */
export interface LipFollowers {
  /** Landmarks that follow, shape [followers]. */
  readonly point: Uint16Array;
  /** 0 = follows the upper edge, 1 = the lower, shape [followers]. */
  readonly lip: Uint8Array;
  /** Influence of each of the nine pairs, shape [followers, 9]. */
  readonly weight: Float32Array;
}

/** How many pairs of inner lip points there are between the corners. */
export const PAIR_COUNT = INNER_UPPER.length - 2;

/**
 * @param neutral - This face, cm, shape [468, 3].
 * @param canonical - The canonical face, on which ways along the mesh are measured.
 * @param triangles - The open mesh, shape [852, 3].
 */
export function followLips(
  neutral: Float32Array,
  canonical: Float32Array,
  triangles: ArrayLike<number>,
): LipFollowers {
  const edges = [INNER_UPPER.slice(1, -1), INNER_LOWER.slice(1, -1)];
  const ways = edges.map((edge) => edgeDistances(canonical, triangles, edge));
  const lips = sidesOfMouth(neutral);
  const point: number[] = [];
  const lip: number[] = [];
  const weight: number[] = [];
  for (let p = 0; p < LANDMARKS; p++) {
    const side = lips[p];
    if (side < 0) continue;
    const own = edges[side].indexOf(p);
    const { radius, reach } = side === 0 ? FADE.upper : FADE.lower;
    const way = ways[side][p];
    if (own < 0 && way >= reach) continue;
    const influence = edges[side].map((q, k) => {
      if (own >= 0) return own === k ? 1 : 0;
      const d2 = squaredDistance(neutral, p, q);
      return Math.exp(-d2 / (BLEND * BLEND)) + 1e-9;
    });
    const total = influence.reduce((sum, w) => sum + w, 0);
    const fade = own >= 0 ? 1 : Math.exp(-((way / radius) ** 2));
    point.push(p);
    lip.push(side);
    weight.push(...influence.map((w) => (w / total) * fade));
  }
  return {
    point: Uint16Array.from(point),
    lip: Uint8Array.from(lip),
    weight: Float32Array.from(weight),
  };
}

/** 0 for points of the upper half of the mouth's surroundings, 1 for the lower, −1 for corners. */
function sidesOfMouth(neutral: Float32Array): Int8Array {
  const corners = new Set<number>(UPPER_LIP.flatMap((ring) => [ring[0], ring[10]]));
  const upper = new Set<number>(UPPER_LIP.flat());
  const lower = new Set<number>(LOWER_LIP.flat());
  const line = INNER_UPPER.map((u, i) => {
    const l = INNER_LOWER[i];
    return [(neutral[3 * u] + neutral[3 * l]) / 2, (neutral[3 * u + 1] + neutral[3 * l + 1]) / 2];
  }).sort((a, b) => a[0] - b[0]);
  const sides = new Int8Array(LANDMARKS);
  for (let p = 0; p < LANDMARKS; p++) {
    if (corners.has(p)) sides[p] = -1;
    else if (upper.has(p)) sides[p] = 0;
    else if (lower.has(p)) sides[p] = 1;
    else sides[p] = neutral[3 * p + 1] >= heightAt(line, neutral[3 * p]) ? 0 : 1;
  }
  return sides;
}

/** Height of a polyline, ascending in x, held at its ends. */
function heightAt(line: readonly number[][], x: number): number {
  if (x <= line[0][0]) return line[0][1];
  for (let i = 1; i < line.length; i++) {
    const [x0, y0] = line[i - 1];
    const [x1, y1] = line[i];
    if (x <= x1) return y0 + ((y1 - y0) * (x - x0)) / Math.max(x1 - x0, 1e-9);
  }
  return line[line.length - 1][1];
}

function squaredDistance(points: Float32Array, a: number, b: number): number {
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    const d = points[3 * a + axis] - points[3 * b + axis];
    sum += d * d;
  }
  return sum;
}
