/**
 * @file The skin's triangles → for each pixel, which place of the portrait it shows.
 *
 * A depth buffer over a window around the face. Pixel centres at +0.5.
 */
import type { Box } from "../base/plane.js";

/** What the skin shows in a window of the frame; planes have the window's size. */
export interface SkinLayer {
  readonly box: Box;
  /** cam z, px; −Infinity where there is no skin. */
  readonly depth: Float32Array;
  /** Place in the portrait, px. */
  readonly sourceX: Float32Array;
  readonly sourceY: Float32Array;
  /** Brightness against the portrait, 1 = unchanged. */
  readonly light: Float32Array;
  /** Opacity, 0..1: fades towards the face's outline. */
  readonly opacity: Float32Array;
}

/** An empty layer for a window. */
export function makeSkinLayer(box: Box): SkinLayer {
  const count = box.width * box.height;
  return {
    box,
    depth: new Float32Array(count),
    sourceX: new Float32Array(count),
    sourceY: new Float32Array(count),
    light: new Float32Array(count),
    opacity: new Float32Array(count),
  };
}

/** What each vertex carries. */
export interface SkinVertices {
  /** Now, cam px (y up), shape [vertices, 3]. */
  readonly now: Float32Array;
  /** In the portrait, cam px (y up), shape [vertices, 3]. */
  readonly source: Float32Array;
  readonly light: Float32Array;
  readonly opacity: Float32Array;
}

/** Draws all triangles into the layer; the nearest wins. */
export function rasterizeSkin(
  triangles: Uint16Array,
  { now, source, light, opacity }: SkinVertices,
  layer: SkinLayer,
): void {
  const { box, depth, sourceX, sourceY } = layer;
  const { width, height } = box;
  depth.fill(-Infinity);
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t];
    const b = triangles[t + 1];
    const c = triangles[t + 2];
    const ax = now[3 * a] - box.x;
    const ay = -now[3 * a + 1] - box.y;
    const bx = now[3 * b] - box.x;
    const by = -now[3 * b + 1] - box.y;
    const cx = now[3 * c] - box.x;
    const cy = -now[3 * c + 1] - box.y;
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (area > -1e-9 && area < 1e-9) continue;
    let left = Math.ceil((ax < bx ? (ax < cx ? ax : cx) : bx < cx ? bx : cx) - 0.5);
    let right = Math.floor((ax > bx ? (ax > cx ? ax : cx) : bx > cx ? bx : cx) - 0.5);
    let top = Math.ceil((ay < by ? (ay < cy ? ay : cy) : by < cy ? by : cy) - 0.5);
    let bottom = Math.floor((ay > by ? (ay > cy ? ay : cy) : by > cy ? by : cy) - 0.5);
    if (left < 0) left = 0;
    if (top < 0) top = 0;
    if (right >= width) right = width - 1;
    if (bottom >= height) bottom = height - 1;
    if (left > right || top > bottom) continue;
    // Barycentric weights of a and b as planes over the window.
    const inverse = 1 / area;
    const aDx = (by - cy) * inverse;
    const aDy = (cx - bx) * inverse;
    const bDx = (cy - ay) * inverse;
    const bDy = (ax - cx) * inverse;
    const az = now[3 * a + 2];
    const bz = now[3 * b + 2];
    const cz = now[3 * c + 2];
    for (let y = top; y <= bottom; y++) {
      const py = y + 0.5;
      let wa = aDx * (left + 0.5 - cx) + aDy * (py - cy);
      let wb = bDx * (left + 0.5 - cx) + bDy * (py - cy);
      let i = y * width + left;
      for (let x = left; x <= right; x++, i++, wa += aDx, wb += bDx) {
        const wc = 1 - wa - wb;
        if (wa < -1e-5 || wb < -1e-5 || wc < -1e-5) continue;
        const z = wa * az + wb * bz + wc * cz;
        if (z <= depth[i]) continue;
        depth[i] = z;
        sourceX[i] = wa * source[3 * a] + wb * source[3 * b] + wc * source[3 * c];
        sourceY[i] = -(wa * source[3 * a + 1] + wb * source[3 * b + 1] + wc * source[3 * c + 1]);
        layer.light[i] = wa * light[a] + wb * light[b] + wc * light[c];
        layer.opacity[i] = wa * opacity[a] + wb * opacity[b] + wc * opacity[c];
      }
    }
  }
}
