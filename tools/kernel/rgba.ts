/** @file The frame's colours with a mark in them. */

/**
 * Copies one row, and adds the mark to red, green and blue of what is opaque.
 *
 * @param width - At least 4 px.
 * @param mark - i8 per pixel.
 * @param out - Another row.
 */
export function markRow(rgba: usize, width: i32, mark: usize, out: usize): void {
  // Four pixels at a time; the last ones are done once more together with those before.
  for (let x = 0; x < width; x += 4) {
    x = min(x, width - 4);
    const at = (<usize>x) << 2;
    const pixels = v128.load(rgba + at);
    const steps = v128.swizzle(
      v128.load32_zero(mark + <usize>x),
      i8x16(0, 0, 0, 16, 1, 1, 1, 16, 2, 2, 2, 16, 3, 3, 3, 16),
    );
    const opaque = i32x4.eq(i32x4.shr_u(pixels, 24), i32x4.splat(255));
    const added = v128.and(opaque, steps);
    const zero = i8x16.splat(0);
    const lighter = i8x16.add_sat_u(pixels, i8x16.max_s(added, zero));
    v128.store(out + at, i8x16.sub_sat_u(lighter, i8x16.max_s(i8x16.neg(added), zero)));
  }
}
