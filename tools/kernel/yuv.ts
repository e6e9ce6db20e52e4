/** @file sRGB → I420, BT.709, limited range, with a mark in its luma; see src/frames/yuv.ts. */

/**
 * Packs what lies within spans; the rest of `out` is left as it is.
 *
 * @param width - Even and at least 8; the height is even; rows of the picture are `rowPixels` long.
 * @param spans - i32 per row: where its span begins and where it ends.
 * @param mark - i8 per pixel of `out`: what is added to its luma, where it is opaque.
 */
export function toI420(
  rgba: usize,
  rowPixels: i32,
  width: i32,
  height: i32,
  spans: usize,
  mark: usize,
  out: usize,
): void {
  const cb = out + <usize>(width * height);
  const cr = cb + <usize>((width * height) >> 2);
  for (let y = 0; y < height; y += 2, spans += 16) {
    let x = max(min(load<i32>(spans), load<i32>(spans, 8)), 0) & ~1;
    const end = min(max(load<i32>(spans, 4), load<i32>(spans, 12)), width);
    const upper = rgba + ((<usize>(y * rowPixels)) << 2);
    const lower = upper + ((<usize>rowPixels) << 2);
    const luma = <usize>(y * width);
    const chroma = <usize>((y >> 1) * (width >> 1));
    // Eight columns at a time; the last ones of a row are done once more together with those before.
    for (; x < end; x += 8) {
      x = min(x, width - 8);
      const at = (<usize>x) << 2;
      const to = chroma + <usize>(x >> 1);
      const top = luma + <usize>x;
      packEight(upper + at, lower + at, out + top, width, cb + to, cr + to, mark + top);
    }
  }
}

/** Red and blue of four pixels, 16 bits each; and green, which the opacity follows. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function redBlue(rgba: v128): v128 {
  return v128.and(rgba, i32x4.splat(0xff00ff));
}
// @ts-expect-error: AssemblyScript's decorator
@inline
function green(rgba: v128): v128 {
  return i16x8.shr_u(rgba, 8);
}

/** Four i32. The coefficient of green has 17 bits: 65536 of it is added as a shift. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function lumas(rb: v128, ga: v128): v128 {
  const sum = i32x4.add(
    i32x4.add(
      i32x4.dot_i16x8_s(rb, i16x8(11966, 4064, 11966, 4064, 11966, 4064, 11966, 4064)),
      i32x4.dot_i16x8_s(ga, i16x8(-25282, 0, -25282, 0, -25282, 0, -25282, 0)),
    ),
    i32x4.add(i32x4.shl(ga, 16), i32x4.splat((16 << 16) + 32768)),
  );
  return i32x4.shr_s(sum, 16);
}

/** Sums of neighbours, first of the first four pixels, then of the others. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function pairSums(first: v128, second: v128): v128 {
  return i16x8.add(
    i32x4.shuffle(first, second, 0, 2, 4, 6),
    i32x4.shuffle(first, second, 1, 3, 5, 7),
  );
}

/** Four i32, from means of 2 × 2 pixels. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function chromas(rb: v128, ga: v128, ofRedBlue: v128, ofGreen: v128): v128 {
  const sum = i32x4.add(i32x4.dot_i16x8_s(rb, ofRedBlue), i32x4.dot_i16x8_s(ga, ofGreen));
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat((128 << 16) + 32768)), 16);
}

// @ts-expect-error: AssemblyScript's decorator
@inline
function bytesOf(low: v128, high: v128): v128 {
  const words = i16x8.narrow_i32x4_s(low, high);
  return i8x16.narrow_i16x8_u(words, words);
}

/** Eight lumas of which each is moved by its step, if its opacity (above the green) is 255. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function marked(low: v128, high: v128, gaLow: v128, gaHigh: v128, steps: usize): v128 {
  const opaque = i16x8.narrow_i32x4_s(isOpaque(gaLow), isOpaque(gaHigh));
  const added = v128.and(opaque, v128.load8x8_s(steps));
  const words = i16x8.add(i16x8.narrow_i32x4_s(low, high), added);
  return i8x16.narrow_i16x8_u(words, words);
}

/** For each of four pixels all bits, or none. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function isOpaque(ga: v128): v128 {
  return i32x4.eq(i32x4.shr_u(ga, 16), i32x4.splat(255));
}

/** Two rows of eight pixels. @param a - Address of the upper ones. @param mark - Likewise. */
function packEight(
  a: usize,
  b: usize,
  top: usize,
  width: i32,
  cb: usize,
  cr: usize,
  mark: usize,
): void {
  const a0 = v128.load(a);
  const a1 = v128.load(a, 16);
  const b0 = v128.load(b);
  const b1 = v128.load(b, 16);
  const rbA0 = redBlue(a0);
  const rbA1 = redBlue(a1);
  const rbB0 = redBlue(b0);
  const rbB1 = redBlue(b1);
  const gA0 = green(a0);
  const gA1 = green(a1);
  const gB0 = green(b0);
  const gB1 = green(b1);
  const upper = marked(lumas(rbA0, gA0), lumas(rbA1, gA1), gA0, gA1, mark);
  const lower = marked(lumas(rbB0, gB0), lumas(rbB1, gB1), gB0, gB1, mark + width);
  v128.store64_lane(top, upper, 0);
  v128.store64_lane(top + width, lower, 0);
  const two = i16x8.splat(2);
  const rbSums = pairSums(i16x8.add(rbA0, rbB0), i16x8.add(rbA1, rbB1));
  const gSums = pairSums(i16x8.add(gA0, gB0), i16x8.add(gA1, gB1));
  const rb = i16x8.shr_u(i16x8.add(rbSums, two), 2);
  const ga = i16x8.shr_u(i16x8.add(gSums, two), 2);
  const blues = chromas(
    rb,
    ga,
    i16x8(-6596, 28785, -6596, 28785, -6596, 28785, -6596, 28785),
    i16x8(-22189, 0, -22189, 0, -22189, 0, -22189, 0),
  );
  const reds = chromas(
    rb,
    ga,
    i16x8(28784, -2639, 28784, -2639, 28784, -2639, 28784, -2639),
    i16x8(-26145, 0, -26145, 0, -26145, 0, -26145, 0),
  );
  v128.store32_lane(cb, bytesOf(blues, blues), 0);
  v128.store32_lane(cr, bytesOf(reds, reds), 0);
}
