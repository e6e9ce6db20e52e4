/** @file Sampling the padded picture with a cubic filter. */
import { NONE } from "./skin";

/** Places are counted in 1/16384 px from the centre of pixel (0, 0); the filter knows 64 phases. */
export const PLACE_BITS: i32 = 14;
export const PHASE_BITS: i32 = 6;
/** Half a phase, to be added before a place is cut to its phase. */
export const HALF_PHASE: i32 = 128;
/** Rows and columns repeated around the picture: the filter may reach over the border. */
const PAD: i32 = 3;
/** Weights of a phase, in 1/2048: of neighbours 0 and 1 in pairs, then of 2 and 3, i16x8 each. */
const PHASE_BYTES_BITS: i32 = 5;
const TABLE_MASK: i32 = 63 << PHASE_BYTES_BITS;
/** From a place to its phase's weights. */
const TABLE_SHIFT: i32 = PLACE_BITS - PHASE_BITS - PHASE_BYTES_BITS;
/** Colours are sums of bytes · 2¹⁷; half of one, for rounding. */
const COLOR_BITS: i32 = 17;
const HALF: i32 = 1 << 16;

/** Address of the pixel before the first of the row before the first, and bytes per row. */
let corner: usize = 0;
let stride: i32 = 0;
let table: usize = 0;
/** Where the filter stays within the border. */
const LOW: i32 = (1 - PAD) << PLACE_BITS;
let highU: i32 = 0;
let highV: i32 = 0;

export function setSource(start: usize, rowBytes: i32, width: i32, height: i32): void {
  corner = start - <usize>(rowBytes + 4);
  stride = rowBytes;
  highU = width << PLACE_BITS;
  highV = height << PLACE_BITS;
}

export function setTable(start: usize): void {
  table = start;
}

/** Four pixels of a row, weighted: RGBA as four i32 of bytes · 2¹¹. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function across(at: usize, pairs01: v128, pairs23: v128): v128 {
  const row = v128.load(at);
  // r0 r1 g0 g1 b0 b1 a0 a1 as 16-bit numbers, and the same of pixels 2 and 3; −128 gives 0.
  const left = i8x16.swizzle(
    row,
    i8x16(0, -128, 4, -128, 1, -128, 5, -128, 2, -128, 6, -128, 3, -128, 7, -128),
  );
  const right = i8x16.swizzle(
    row,
    i8x16(8, -128, 12, -128, 9, -128, 13, -128, 10, -128, 14, -128, 11, -128, 15, -128),
  );
  return i32x4.add(i32x4.dot_i16x8_s(left, pairs01), i32x4.dot_i16x8_s(right, pairs23));
}

/** Two weighted rows in turns, as 16-bit numbers of bytes · 2⁶. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function inTurns(upper: v128, lower: v128): v128 {
  return i16x8.shuffle(i32x4.shr_s(upper, 5), i32x4.shl(lower, 11), 0, 9, 2, 11, 4, 13, 6, 15);
}

/**
 * One pixel, as four i32 of bytes · 2¹⁷.
 *
 * @param u - Its place plus half a phase.
 * @param first - `corner`; it and the others are kept at hand by whoever calls.
 */
// @ts-expect-error: AssemblyScript's decorator
@inline
function sample(u: i32, v: i32, first: usize, step: usize, weights: usize): v128 {
  const columns = weights + <usize>((u >> TABLE_SHIFT) & TABLE_MASK);
  const rows = weights + <usize>((v >> TABLE_SHIFT) & TABLE_MASK);
  const pairs01 = v128.load(columns);
  const pairs23 = v128.load(columns, 16);
  const at = first + <usize>((v >> PLACE_BITS) * <i32>step + ((u >> PLACE_BITS) << 2));
  const below = at + 2 * step;
  const upper = inTurns(across(at, pairs01, pairs23), across(at + step, pairs01, pairs23));
  const lower = inTurns(across(below, pairs01, pairs23), across(below + step, pairs01, pairs23));
  return i32x4.add(
    i32x4.dot_i16x8_s(upper, v128.load(rows)),
    i32x4.dot_i16x8_s(lower, v128.load(rows, 16)),
  );
}

/** Four i32 of bytes · 2¹⁷ → RGBA bytes, rounded and clamped. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function put(out: usize, sum: v128): void {
  const bytes = i32x4.shr_s(i32x4.add(sum, i32x4.splat(HALF)), COLOR_BITS);
  const words = i16x8.narrow_i32x4_s(bytes, bytes);
  v128.store32_lane(out, i8x16.narrow_i16x8_u(words, words), 0);
}

/** Whether a place, plus half a phase, and the filter around it are within the border. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function isWithin(u: i32, v: i32): boolean {
  return u >= LOW && v >= LOW && u < highU && v < highV;
}

/**
 * Fills a run of pixels from places on a line.
 *
 * @param u - Place of the first plus half a phase; outside the picture, its border is repeated.
 * @param du - Step of the place per pixel.
 */
export function putRun(out: usize, count: i32, u: i32, v: i32, du: i32, dv: i32): void {
  const first = corner;
  const step = <usize>stride;
  const weights = table;
  const end = out + ((<usize>count) << 2);
  if (isWithin(u, v) && isWithin(u + count * du, v + count * dv)) {
    for (; out < end; out += 4, u += du, v += dv) put(out, sample(u, v, first, step, weights));
    return;
  }
  const most = highU;
  const lowest = highV;
  for (; out < end; out += 4, u += du, v += dv) {
    const nearU = min(max(u, LOW), most);
    put(out, sample(nearU, min(max(v, LOW), lowest), first, step, weights));
  }
}

/**
 * Fills a rectangle from one that is only shifted: rows are weighted once and used four times.
 *
 * Gives the same bytes as `putRun`.
 *
 * @param rowBytes - Of the rectangle's picture.
 * @param u - Place of its first pixel plus half a phase.
 * @returns False if it reaches over the border: then nothing is done.
 */
export function putShifted(
  out: usize,
  rowBytes: usize,
  width: i32,
  height: i32,
  u: i32,
  v: i32,
): boolean {
  // Pixels are taken in twos.
  const far = u + ((width + 1) << PLACE_BITS);
  if (!isWithin(u, v) || !isWithin(far, v + (height << PLACE_BITS))) return false;
  const columns = table + <usize>((u >> TABLE_SHIFT) & TABLE_MASK);
  const rows = table + <usize>((v >> TABLE_SHIFT) & TABLE_MASK);
  const pairs01 = v128.load(columns);
  const pairs23 = v128.load(columns, 16);
  const rows01 = v128.load(rows);
  const rows23 = v128.load(rows, 16);
  const half = i32x4.splat(HALF);
  const step = <usize>stride;
  let from = corner + <usize>((v >> PLACE_BITS) * stride + ((u >> PLACE_BITS) << 2));
  for (let x = 0; x < width; x += 2, from += 8, out += 8) {
    let at = from;
    let to = out;
    let last = i16x8.splat(0);
    // Pairs of rows about the one that is drawn: the two above, and the ones it lies between.
    let low01 = last;
    let high01 = last;
    let low12 = last;
    let high12 = last;
    for (let y = -3; y < height; y++, at += step) {
      const row = i16x8.narrow_i32x4_s(
        i32x4.shr_s(across(at, pairs01, pairs23), 5),
        i32x4.shr_s(across(at + 4, pairs01, pairs23), 5),
      );
      const low23 = i16x8.shuffle(last, row, 0, 8, 1, 9, 2, 10, 3, 11);
      const high23 = i16x8.shuffle(last, row, 4, 12, 5, 13, 6, 14, 7, 15);
      if (y >= 0) {
        const first = i32x4.add(i32x4.dot_i16x8_s(low01, rows01), i32x4.dot_i16x8_s(low23, rows23));
        const second = i32x4.add(
          i32x4.dot_i16x8_s(high01, rows01),
          i32x4.dot_i16x8_s(high23, rows23),
        );
        const words = i16x8.narrow_i32x4_s(
          i32x4.shr_s(i32x4.add(first, half), COLOR_BITS),
          i32x4.shr_s(i32x4.add(second, half), COLOR_BITS),
        );
        const bytes = i8x16.narrow_i16x8_u(words, words);
        if (x + 1 < width) v128.store64_lane(to, bytes, 0);
        else v128.store32_lane(to, bytes, 0);
        to += rowBytes;
      }
      low01 = low12;
      high01 = high12;
      low12 = low23;
      high12 = high23;
      last = row;
    }
  }
  return true;
}

/**
 * The skin layer's colours.
 *
 * @param attributes - Place x, y (px, centres at +0.5), brightness, opacity: f32x4 per pixel.
 * @param depths - f32 per pixel; those of the least float are left alone.
 */
export function sampleLayer(out: usize, count: i32, attributes: usize, depths: usize): void {
  const first = corner;
  const step = <usize>stride;
  const weights = table;
  const scale = f32x4(<f32>(1 << PLACE_BITS), <f32>(1 << PLACE_BITS), 256, 256);
  // From corners to centres of pixels, and half a phase; brightness is rounded.
  const toCentre = <f32>(HALF_PHASE - (1 << (PLACE_BITS - 1)));
  const shift = f32x4(toCentre, toCentre, 0.5, 0.5);
  const least = i32x4(LOW, LOW, 0, 0);
  const most = i32x4(highU, highV, i32.MAX_VALUE, i32.MAX_VALUE);
  for (let n = 0; n < count; n++, attributes += 16, depths += 4, out += 4) {
    if (load<u32>(depths) === NONE) continue;
    const floor = f32x4.floor(f32x4.add(f32x4.mul(v128.load(attributes), scale), shift));
    const at = i32x4.min_s(i32x4.max_s(i32x4.trunc_sat_f32x4_s(floor), least), most);
    const u = i32x4.extract_lane(at, 0);
    const v = i32x4.extract_lane(at, 1);
    const color = sample(u, v, first, step, weights);
    // Light falls on colours, in 1/256; what is opaque stays so.
    const lights = i32x4.replace_lane(i32x4.shuffle(at, at, 2, 2, 2, 2), 3, 256);
    put(out, i32x4.shl(i32x4.mul(i32x4.shr_s(color, 11), lights), 3));
  }
}
