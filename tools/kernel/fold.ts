/** @file Changes of the skin's brightness that lie on the portrait, carried along to the layer. */
import { NONE } from "./skin";

/**
 * Multiplies the skin layer's colours by 1 + change, where it is above 0; where it is below, each colour by
 * 1 + its fade · change.
 *
 * @param attributes - Place x, y (px), brightness, opacity: f32x4 per pixel.
 * @param depths - f32 per pixel; those of the least float are left alone.
 * @param changes - f32 per sample, shape [height, width].
 * @param left - Samples before the first column, as `top` is before the first row.
 * @param perPx - Samples in a px.
 * @param fades - f32x4: red, green, blue, 0.
 */
export function foldLayer(
  colors: usize,
  count: i32,
  attributes: usize,
  depths: usize,
  changes: usize,
  width: i32,
  height: i32,
  left: f32,
  top: f32,
  perPx: f32,
  fades: usize,
): void {
  const fade = v128.load(fades);
  const even = f32x4(1, 1, 1, 0);
  const one = f32x4.splat(1);
  const half = f32x4.splat(0.5);
  const right = <f32>(width - 1);
  const bottom = <f32>(height - 1);
  const row = (<usize>width) << 2;
  for (let n = 0; n < count; n++, attributes += 16, depths += 4, colors += 4) {
    if (load<u32>(depths) === NONE) continue;
    const x = load<f32>(attributes) * perPx - left - 0.5;
    const y = load<f32>(attributes, 4) * perPx - top - 0.5;
    if (!(x >= 0 && y >= 0 && x < right && y < bottom)) continue;
    const column = <i32>x;
    const line = <i32>y;
    const fx = x - <f32>column;
    const fy = y - <f32>line;
    const at = changes + <usize>line * row + ((<usize>column) << 2);
    const a = load<f32>(at);
    const b = load<f32>(at, 4);
    const c = load<f32>(at + row);
    const d = load<f32>(at + row, 4);
    const above = a + fx * (b - a);
    const change = above + fy * (c + fx * (d - c) - above);
    if (change === 0) continue;
    const shares = f32x4.mul(change < 0 ? fade : even, f32x4.splat(change));
    const color = f32x4.convert_i32x4_u(
      i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(colors))),
    );
    const changed = f32x4.add(f32x4.mul(color, f32x4.add(one, shares)), half);
    const words = i32x4.trunc_sat_f32x4_s(changed);
    const pairs = i16x8.narrow_i32x4_s(words, words);
    v128.store32_lane(colors, i8x16.narrow_i16x8_u(pairs, pairs), 0);
  }
}
