/** @file The skin: triangles with a depth buffer, and the finished layer over the frame. */

/** Depth of pixels without skin. */
const NO_SKIN: f32 = -f32.MAX_VALUE;
/** A pixel centre this little outside a triangle still belongs to it: no cracks. */
const SLACK: f32 = -1e-5;

/**
 * Draws triangles; the nearest wins.
 *
 * @param triangles - u16, three vertex numbers each.
 * @param places - f32 x, y, z per vertex: cam px (y up, z towards the viewer).
 * @param values - f32x4 per vertex: what the layer carries.
 * @param left - Of the window in the frame, px.
 * @param depths - f32 per pixel of the window; cleared first.
 * @param attributes - f32x4 per pixel, valid where there is skin.
 */
export function rasterize(
  triangles: usize,
  count: i32,
  places: usize,
  values: usize,
  left: i32,
  top: i32,
  width: i32,
  height: i32,
  depths: usize,
  attributes: usize,
): void {
  for (let i = 0, n = width * height; i < n; i++) store<f32>(depths + ((<usize>i) << 2), NO_SKIN);
  const originX = <f32>left;
  const originY = <f32>top;
  for (let t = 0; t < count; t++, triangles += 6) {
    const va = <usize>load<u16>(triangles);
    const vb = <usize>load<u16>(triangles, 2);
    const vc = <usize>load<u16>(triangles, 4);
    const pa = places + va * 12;
    const pb = places + vb * 12;
    const pc = places + vc * 12;
    const ax = load<f32>(pa) - originX;
    const ay = -load<f32>(pa, 4) - originY;
    const bx = load<f32>(pb) - originX;
    const by = -load<f32>(pb, 4) - originY;
    const cx = load<f32>(pc) - originX;
    const cy = -load<f32>(pc, 4) - originY;
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (abs(area) < 1e-9) continue;
    const x0 = max(<i32>ceil(min(ax, min(bx, cx)) - 0.5), 0);
    const x1 = min(<i32>floor(max(ax, max(bx, cx)) - 0.5), width - 1);
    const y0 = max(<i32>ceil(min(ay, min(by, cy)) - 0.5), 0);
    const y1 = min(<i32>floor(max(ay, max(by, cy)) - 0.5), height - 1);
    if (x0 > x1) continue;
    // Barycentric weights of a and b as planes over the window.
    const inverse: f32 = 1 / area;
    const aDx = (by - cy) * inverse;
    const aDy = (cx - bx) * inverse;
    const bDx = (cy - ay) * inverse;
    const bDy = (ax - cx) * inverse;
    const zc = load<f32>(pc, 8);
    const za = load<f32>(pa, 8) - zc;
    const zb = load<f32>(pb, 8) - zc;
    const valueC = v128.load(values + vc * 16);
    const valueA = f32x4.sub(v128.load(values + va * 16), valueC);
    const valueB = f32x4.sub(v128.load(values + vb * 16), valueC);
    const zStep = za * aDx + zb * bDx;
    const valueStep = f32x4.add(
      f32x4.mul(valueA, f32x4.splat(aDx)),
      f32x4.mul(valueB, f32x4.splat(bDx)),
    );
    for (let y = y0; y <= y1; y++) {
      const px = <f32>x0 + <f32>0.5 - cx;
      const py = <f32>y + <f32>0.5 - cy;
      const wa = aDx * px + aDy * py;
      const wb = bDx * px + bDy * py;
      // The part of the row in which all three weights are positive.
      spanFrom = 0;
      spanTo = <f32>(x1 - x0);
      clipSpan(wa, aDx);
      clipSpan(wb, bDx);
      clipSpan(1 - wa - wb, -aDx - bDx);
      if (!(spanFrom <= spanTo)) continue;
      const from = <i32>ceil(spanFrom);
      const to = <i32>floor(spanTo);
      const along = <f32>from;
      let z = zc + za * wa + zb * wb + zStep * along;
      let value = f32x4.add(
        f32x4.add(valueC, f32x4.mul(valueStep, f32x4.splat(along))),
        f32x4.add(f32x4.mul(valueA, f32x4.splat(wa)), f32x4.mul(valueB, f32x4.splat(wb))),
      );
      let i = <usize>(y * width + x0 + from);
      for (let k = from; k <= to; k++, i++) {
        const at = depths + (i << 2);
        if (z > load<f32>(at)) {
          store<f32>(at, z);
          v128.store(attributes + (i << 4), value);
        }
        z += zStep;
        value = f32x4.add(value, valueStep);
      }
    }
  }
}

let spanFrom: f32 = 0;
let spanTo: f32 = 0;

/** Cuts the span to where a weight that starts at `weight` and grows by `step` is positive. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function clipSpan(weight: f32, step: f32): void {
  if (step > 0) spanFrom = max(spanFrom, (SLACK - weight) / step);
  else if (step < 0) spanTo = min(spanTo, (SLACK - weight) / step);
  else if (weight < SLACK) spanTo = -1;
}

/** Less than this is not painted. */
const CLEAR: f32 = 0.002;
/** More than this hides what is behind. */
const SOLID: f32 = 0.998;

/** Lays the layer's colours over the frame by their opacity (the fourth attribute). */
export function laySkin(
  frame: usize,
  rowPixels: i32,
  left: i32,
  top: i32,
  width: i32,
  height: i32,
  depths: usize,
  attributes: usize,
  colors: usize,
): void {
  let i: usize = 0;
  for (let y = 0; y < height; y++) {
    let to = frame + <usize>(((top + y) * rowPixels + left) << 2);
    for (let x = 0; x < width; x++, i++, to += 4) {
      if (load<f32>(depths + (i << 2)) === NO_SKIN) continue;
      const alpha = load<f32>(attributes + (i << 4), 12);
      if (alpha < CLEAR) continue;
      const from = colors + (i << 2);
      if (alpha > SOLID) {
        store<u32>(to, load<u32>(from));
        continue;
      }
      for (let k: usize = 0; k < 4; k++) {
        const below = <f32>load<u8>(to + k);
        store<u8>(to + k, <u8>(below + alpha * (<f32>load<u8>(from + k) - below) + 0.5));
      }
    }
  }
}
