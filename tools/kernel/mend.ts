/** @file Background seen past a moved person: this place's for that place's. */
import { PHASE_BITS, PLACE_BITS } from "./sample";

/** Background without the person: red, green, blue, and the matte in the place of opacity. */
let plate: usize = 0;
/** What stands at each pixel and its neighbours to the right and below, see below. */
let stands: usize = 0;
/** Opacity of the background at each pixel. */
let opacities: usize = 0;
let width: i32 = 0;
/** The last place that has such neighbours. */
let highU: i32 = 0;
let highV: i32 = 0;

const BACKGROUND: i32 = 0;
const MIXED: i32 = 1;

export function setBackground(
  plateAt: usize,
  standsAt: usize,
  opacitiesAt: usize,
  w: i32,
  h: i32,
): void {
  plate = plateAt;
  stands = standsAt;
  opacities = opacitiesAt;
  width = w;
  highU = ((w - 1) << PLACE_BITS) - 1;
  highV = ((h - 1) << PLACE_BITS) - 1;
}

/** Two neighbours weighted: four i32 of bytes · 2⁶. @param weights - Pairs of i16. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function blend(at: usize, weights: v128): v128 {
  const pairs = i8x16.swizzle(
    v128.load64_zero(at),
    i8x16(0, -128, 4, -128, 1, -128, 5, -128, 2, -128, 6, -128, 3, -128, 7, -128),
  );
  return i32x4.dot_i16x8_s(pairs, weights);
}

/** RGBA as four i32. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function pixelAt(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
}

/** A pixel that holds picture(s), plus (1 − matte(s)) · (plate(x) − plate(s)). */
// @ts-expect-error: AssemblyScript's decorator
@inline
function mend(to: usize, here: usize, there: usize, step: usize, u: i32, v: i32): void {
  const fx = (u >> (PLACE_BITS - PHASE_BITS)) & 63;
  const fy = (v >> (PLACE_BITS - PHASE_BITS)) & 63;
  const columns = i32x4.splat((fx << 16) + 64 - fx);
  const rows = i32x4.splat((fy << 16) + 64 - fy);
  const pairs = v128.or(blend(there, columns), i32x4.shl(blend(there + step, columns), 16));
  const blended = i32x4.dot_i16x8_s(pairs, rows);
  // 1 − matte: from 255 · 2¹² to 2¹².
  const matte = i32x4.shuffle(blended, blended, 3, 3, 3, 3);
  const clear = i32x4.sub(i32x4.splat(255 << 12), matte);
  const through = i32x4.shr_s(i32x4.add(clear, i32x4.shr_s(clear, 8)), 8);
  const change = i32x4.sub(i32x4.shl(pixelAt(here), 12), blended);
  const added = i32x4.mul(i32x4.shr_s(change, 4), through);
  const rounded = i32x4.shr_s(i32x4.add(added, i32x4.splat(1 << 19)), 20);
  // What is opaque stays so.
  const added3 = i16x8.shuffle(rounded, i16x8.splat(0), 0, 1, 2, 3, 4, 5, 14, 15);
  const color = i32x4.add(pixelAt(to), added3);
  const words = i16x8.narrow_i32x4_s(color, color);
  v128.store32_lane(to, i8x16.narrow_i16x8_u(words, words), 0);
}

/**
 * Mends a run that holds the picture from places on a line: sets this place's background for the one
 * that came along.
 *
 * @param pixel - Number of the run's first pixel.
 * @param u - Its place plus half a phase.
 */
export function mendRun(
  frame: usize,
  pixel: i32,
  count: i32,
  u: i32,
  v: i32,
  du: i32,
  dv: i32,
): void {
  const step = (<usize>width) << 2;
  const start = (<usize>pixel) << 2;
  const end = (<usize>count) << 2;
  for (let k: usize = 0; k < end; k += 4, u += du, v += dv) {
    const to = frame + start + k;
    const here = plate + start + k;
    const nearU = min(max(u, 0), highU);
    const nearV = min(max(v, 0), highV);
    const i = (nearV >> PLACE_BITS) * width + (nearU >> PLACE_BITS);
    const what = <i32>load<u8>(stands + i);
    if (what === MIXED) {
      mend(to, here, plate + ((<usize>i) << 2), step, nearU, nearV);
    } else if (what === BACKGROUND) {
      // Plain background came along: this place has its own.
      store<u32>(to, load<u32>(here));
      store<u8>(to, load<u8>(opacities + ((start + k) >> 2)), 3);
    }
  }
}
