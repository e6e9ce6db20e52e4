/** @file The skin: triangles with a depth buffer, and the finished layer over the frame. */

/** Depth of pixels without skin. */
const NO_SKIN: f32 = -f32.MAX_VALUE;
/** The same, as it is stored. */
export const NONE: u32 = 0xff7fffff;
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
  clear(depths, width * height);
  const flip = f32x4(1, -1, 1, 0);
  const origin = f32x4.replace_lane(f32x4.splat(<f32>left), 1, <f32>top);
  const toWindow = f32x4.mul(origin, f32x4(1, 1, 0, 0));
  for (const end = triangles + <usize>(6 * count); triangles < end; triangles += 6) {
    const va = <usize>load<u16>(triangles);
    const vb = <usize>load<u16>(triangles, 2);
    const vc = <usize>load<u16>(triangles, 4);
    // x, y (down), z in the window.
    const a = f32x4.sub(f32x4.mul(v128.load(places + va * 12), flip), toWindow);
    const b = f32x4.sub(f32x4.mul(v128.load(places + vb * 12), flip), toWindow);
    const c = f32x4.sub(f32x4.mul(v128.load(places + vc * 12), flip), toWindow);
    const half = f32x4.splat(0.5);
    const least = f32x4.ceil(f32x4.sub(f32x4.pmin(a, f32x4.pmin(b, c)), half));
    const most = f32x4.floor(f32x4.sub(f32x4.pmax(a, f32x4.pmax(b, c)), half));
    const box = i32x4.trunc_sat_f32x4_s(f32x4.shuffle(least, most, 0, 1, 4, 5));
    const x0 = max(i32x4.extract_lane(box, 0), 0);
    const x1 = min(i32x4.extract_lane(box, 2), width - 1);
    const y0 = max(i32x4.extract_lane(box, 1), 0);
    const y1 = min(i32x4.extract_lane(box, 3), height - 1);
    if (x0 > x1 || y0 > y1) continue;
    // By corners a, b, c: where they are, and the edges across from them.
    const pairs = f32x4.shuffle(a, b, 0, 4, 1, 5);
    const xs = f32x4.shuffle(pairs, c, 0, 1, 4, 4);
    const ys = f32x4.shuffle(pairs, c, 2, 3, 5, 5);
    const edgeX = f32x4.sub(f32x4.shuffle(xs, xs, 2, 0, 1, 3), f32x4.shuffle(xs, xs, 1, 2, 0, 3));
    const edgeY = f32x4.sub(f32x4.shuffle(ys, ys, 1, 2, 0, 3), f32x4.shuffle(ys, ys, 2, 0, 1, 3));
    const area =
      f32x4.extract_lane(edgeX, 1) * f32x4.extract_lane(edgeY, 0) -
      f32x4.extract_lane(edgeX, 0) * f32x4.extract_lane(edgeY, 1);
    if (abs(area) < 1e-9) continue;
    // Barycentric weights of the three as planes over the window; the fourth number is always 1.
    const inverse = f32x4.splat(1 / area);
    const stepX = f32x4.mul(edgeY, inverse);
    const stepY = f32x4.mul(edgeX, inverse);
    const px = f32x4.splat(<f32>x0 + <f32>0.5 - f32x4.extract_lane(c, 0));
    const py = f32x4.splat(<f32>y0 + <f32>0.5 - f32x4.extract_lane(c, 1));
    const fromC = f32x4.add(f32x4.mul(stepX, px), f32x4.mul(stepY, py));
    let weights = f32x4.add(f32x4(0, 0, 1, 1), fromC);
    const slope = v128.bitselect(f32x4.splat(LEVEL), stepX, f32x4.eq(stepX, f32x4.splat(0)));
    const perSlope = f32x4.div(f32x4.splat(1), slope);
    const isRising = f32x4.gt(slope, f32x4.splat(0));
    const longest = f32x4.splat(<f32>(x1 - x0));
    const valueC = v128.load(values + vc * 16);
    const valueA = f32x4.sub(v128.load(values + va * 16), valueC);
    const valueB = f32x4.sub(v128.load(values + vb * 16), valueC);
    const zC = f32x4.extract_lane(c, 2);
    const zA = f32x4.extract_lane(a, 2) - zC;
    const zB = f32x4.extract_lane(b, 2) - zC;
    const aDx = f32x4.extract_lane(stepX, 0);
    const bDx = f32x4.extract_lane(stepX, 1);
    const zStep = zA * aDx + zB * bDx;
    const valueStep = f32x4.add(
      f32x4.mul(valueA, f32x4.splat(aDx)),
      f32x4.mul(valueB, f32x4.splat(bDx)),
    );
    let row = y0 * width + x0;
    for (let y = y0; y <= y1; y++, row += width, weights = f32x4.add(weights, stepY)) {
      // The part of the row in which all weights are positive: from the last that rises to the first that falls.
      const cuts = f32x4.mul(f32x4.sub(f32x4.splat(SLACK), weights), perSlope);
      let begins = v128.bitselect(cuts, f32x4.splat(0), isRising);
      let ends = v128.bitselect(longest, cuts, isRising);
      begins = f32x4.pmax(begins, f32x4.shuffle(begins, begins, 2, 3, 0, 1));
      ends = f32x4.pmin(ends, f32x4.shuffle(ends, ends, 2, 3, 0, 1));
      begins = f32x4.pmax(begins, f32x4.shuffle(begins, begins, 1, 0, 3, 2));
      ends = f32x4.pmin(ends, f32x4.shuffle(ends, ends, 1, 0, 3, 2));
      const whole = f32x4.shuffle(f32x4.ceil(begins), f32x4.floor(ends), 0, 1, 4, 5);
      const span = i32x4.trunc_sat_f32x4_s(whole);
      const from = i32x4.extract_lane(span, 0);
      const to = i32x4.extract_lane(span, 2);
      if (from > to) continue;
      const along = <f32>from;
      const wa = f32x4.extract_lane(weights, 0);
      const wb = f32x4.extract_lane(weights, 1);
      let z = zC + zA * wa + zB * wb + zStep * along;
      let value = f32x4.add(
        f32x4.add(valueC, f32x4.mul(valueStep, f32x4.splat(along))),
        f32x4.add(f32x4.mul(valueA, f32x4.splat(wa)), f32x4.mul(valueB, f32x4.splat(wb))),
      );
      let depth = depths + ((<usize>(row + from)) << 2);
      let attribute = attributes + ((<usize>(row + from)) << 4);
      for (const stop = depths + ((<usize>(row + to)) << 2); depth <= stop; depth += 4) {
        if (z > load<f32>(depth)) {
          store<f32>(depth, z);
          v128.store(attribute, value);
        }
        z += zStep;
        value = f32x4.add(value, valueStep);
        attribute += 16;
      }
    }
  }
}

/** A weight that is the same along a row counts as rising by this, so that it cuts all or nothing. */
const LEVEL: f32 = 1e-9;

/** No skin in `count` pixels, and up to three more. */
function clear(depths: usize, count: i32): void {
  const none = f32x4.splat(NO_SKIN);
  for (const end = depths + ((<usize>count) << 2); depths < end; depths += 16) {
    v128.store(depths, none);
  }
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
      if (load<u32>(depths + (i << 2)) === NONE) continue;
      const alpha = load<f32>(attributes + (i << 4), 12);
      if (alpha < CLEAR) continue;
      const from = colors + (i << 2);
      if (alpha > SOLID) {
        store<u32>(to, load<u32>(from));
        continue;
      }
      const below = pixelAt(to);
      const change = f32x4.sub(pixelAt(from), below);
      const color = f32x4.add(below, f32x4.mul(f32x4.splat(alpha), change));
      const rounded = i32x4.trunc_sat_f32x4_s(f32x4.add(color, f32x4.splat(0.5)));
      const words = i16x8.narrow_i32x4_s(rounded, rounded);
      v128.store32_lane(to, i8x16.narrow_i16x8_u(words, words), 0);
    }
  }
}

/** RGBA as four floats. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function pixelAt(at: usize): v128 {
  const words = i16x8.extend_low_i8x16_u(v128.load32_zero(at));
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(words));
}
