/** @file Sampling the padded picture with a cubic filter. */

/** Sub-pixel phases of the filter. */
const PHASE_BITS: i32 = 6;
const PHASES: f32 = 64;
/** Rows and columns repeated around the picture: the filter may reach over the border. */
const PAD: f32 = 3;
/** Weights of a phase: two i16x8 of pairs for the rows, four i32x4 for the columns. */
const PHASE_BYTES: i32 = 96;

/** Address of pixel (0, 0), bytes per row, and the range of coordinates in phases. */
let source: usize = 0;
let stride: i32 = 0;
let maxU: f32 = 0;
let maxV: f32 = 0;
let table: usize = 0;

export function setSource(start: usize, rowBytes: i32, width: i32, height: i32): void {
  source = start;
  stride = rowBytes;
  maxU = <f32>width * PHASES;
  maxV = <f32>height * PHASES;
}

export function setTable(start: usize): void {
  table = start;
}

/** One pixel at (u, v), in phases from the centre of pixel (0, 0), as four i32 of 0..255 · 2²². */
// @ts-expect-error: AssemblyScript's decorator
@inline
function sample(u: f32, v: f32): v128 {
  const low: f32 = (1 - PAD) * PHASES;
  // Offset so that truncation is flooring.
  const ui = <i32>(min(max(u, low), maxU) + 65536.5) - 65536;
  const vi = <i32>(min(max(v, low), maxV) + 65536.5) - 65536;
  const across = table + (ui & 63) * PHASE_BYTES;
  const down = table + (vi & 63) * PHASE_BYTES + 32;
  const pairs01 = v128.load(across);
  const pairs23 = v128.load(across, 16);
  const zero = i32x4.splat(0);
  let at = source + <usize>(((vi >> PHASE_BITS) - 1) * stride + (((ui >> PHASE_BITS) - 1) << 2));
  let sum = zero;
  for (let k: usize = 0; k < 4; k++) {
    const row = v128.load(at);
    // r0 r1 g0 g1 b0 b1 a0 a1 as 16-bit numbers, and the same of pixels 2 and 3.
    const left = i8x16.shuffle(row, zero, 0, 16, 4, 16, 1, 16, 5, 16, 2, 16, 6, 16, 3, 16, 7, 16);
    const right = i8x16.shuffle(row, zero, 8, 16, 12, 16, 9, 16, 13, 16, 10, 16, 14, 16, 11, 16, 15, 16);
    const line = i32x4.add(i32x4.dot_i16x8_s(left, pairs01), i32x4.dot_i16x8_s(right, pairs23));
    sum = i32x4.add(sum, i32x4.mul(line, v128.load(down + (k << 4))));
    at += stride;
  }
  return sum;
}

/** Four i32 of 0..255 · 2²² → RGBA bytes, rounded and clamped. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function put(out: usize, sum: v128): void {
  const bytes = i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << 21)), 22);
  const words = i16x8.narrow_i32x4_s(bytes, bytes);
  v128.store32_lane(out, i8x16.narrow_i16x8_u(words, words), 0);
}

/** A run straight down from its place: columns are whole, so only the rows are filtered. */
function sampleShifted(out: usize, count: i32, ui: i32, vi: i32): void {
  const down = table + (vi & 63) * PHASE_BYTES + 32;
  const w0 = load<i32>(down);
  const w1 = load<i32>(down, 16);
  const w2 = load<i32>(down, 32);
  const w3 = load<i32>(down, 48);
  const pair01 = i32x4.splat((w1 << 16) | (w0 & 0xffff));
  const pair23 = i32x4.splat((w3 << 16) | (w2 & 0xffff));
  const half = i32x4.splat(1 << 10);
  let at = source + <usize>(((vi >> PHASE_BITS) - 1) * stride + ((ui >> PHASE_BITS) << 2));
  for (let n = 0; n < count; n += 2, at += 8, out += 8) {
    const row0 = v128.load64_zero(at);
    const row1 = v128.load64_zero(at + stride);
    const row2 = v128.load64_zero(at + 2 * stride);
    const row3 = v128.load64_zero(at + 3 * stride);
    // Bytes of two rows side by side, then as 16-bit numbers: pixel 0 in the low half.
    const upper = i8x16.shuffle(row0, row1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const lower = i8x16.shuffle(row2, row3, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const first = i32x4.add(
      i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(upper), pair01),
      i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(lower), pair23),
    );
    const second = i32x4.add(
      i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(upper), pair01),
      i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(lower), pair23),
    );
    const words = i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.add(first, half), 11),
      i32x4.shr_s(i32x4.add(second, half), 11),
    );
    const bytes = i8x16.narrow_i16x8_u(words, words);
    if (n + 1 < count) v128.store64_lane(out, bytes, 0);
    else v128.store32_lane(out, bytes, 0);
  }
}

/** A run of pixels whose places in the picture advance by (du, dv), in phases. */
export function sampleRun(out: usize, count: i32, u: f32, v: f32, du: f32, dv: f32): void {
  if (du === PHASES && dv === 0) {
    const ui = <i32>(u + 65536.5) - 65536;
    const vi = <i32>(v + 65536.5) - 65536;
    const fits = ui >= 0 && vi >= 0 && u + <f32>count * PHASES < maxU && v < maxV;
    if ((ui & 63) === 0 && fits) {
      sampleShifted(out, count, ui, vi);
      return;
    }
  }
  for (let n = 0; n < count; n++) {
    put(out, sample(u, v));
    out += 4;
    u += du;
    v += dv;
  }
}

/**
 * The skin layer's colours.
 *
 * @param attributes - Place x, y (px, centres at +0.5), brightness, opacity: f32x4 per pixel.
 * @param depths - f32 per pixel; those of the least float are left alone.
 */
export function sampleLayer(out: usize, count: i32, attributes: usize, depths: usize): void {
  for (let n = 0; n < count; n++, attributes += 16, out += 4) {
    if (load<f32>(depths + ((<usize>n) << 2)) === -f32.MAX_VALUE) continue;
    const u = (load<f32>(attributes) - 0.5) * PHASES;
    const v = (load<f32>(attributes, 4) - 0.5) * PHASES;
    // Brightness in 1/256, after the filter has been brought down to 1/64 of a grey level.
    const light = <i32>(load<f32>(attributes, 8) * 256 + 0.5);
    // Light falls on colours; what is opaque stays so.
    const lights = i32x4.replace_lane(i32x4.splat(light), 3, 256);
    put(out, i32x4.shl(i32x4.mul(i32x4.shr_s(sample(u, v), 16), lights), 8));
  }
}
