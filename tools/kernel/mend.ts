/** @file Background seen past a moved person: this place's for that place's. */

let plate: usize = 0;
let hole: usize = 0;
let matte: usize = 0;
let width: i32 = 0;
let maxX: f32 = 0;
let maxY: f32 = 0;

export function setBackground(plateAt: usize, holeAt: usize, matteAt: usize, w: i32, h: i32): void {
  plate = plateAt;
  hole = holeAt;
  matte = matteAt;
  width = w;
  maxX = <f32>w - <f32>1.001;
  maxY = <f32>h - <f32>1.001;
}

/**
 * Mends a run of frame pixels that hold picture(s): adds (1 − matte(s)) · (plate(x) − plate(s)).
 *
 * @param frame - Address of the frame.
 * @param pixel - Number of the first pixel.
 * @param x - Place s of the first pixel less half a pixel, px; steps by (dx, dy).
 */
export function mendRun(
  frame: usize,
  pixel: i32,
  count: i32,
  x: f32,
  y: f32,
  dx: f32,
  dy: f32,
): void {
  for (let n = 0; n < count; n++, pixel++, x += dx, y += dy) {
    const u = min(max(x, <f32>0), maxX);
    const v = min(max(y, <f32>0), maxY);
    const x0 = <i32>u;
    const y0 = <i32>v;
    const i = y0 * width + x0;
    const to = frame + ((<usize>pixel) << 2);
    const here = plate + ((<usize>pixel) << 2);
    const near = load<u16>(hole + i) | load<u16>(hole + i + width);
    if (near === 0) {
      // Plain background came along: this place has its own.
      store<u32>(to, load<u32>(here));
      continue;
    }
    // All person: nothing shines through.
    if ((load<u16>(matte + i) & load<u16>(matte + i + width)) === 0xffff) continue;
    const fx = u - <f32>x0;
    const fy = v - <f32>y0;
    const a = <f32>load<u8>(matte + i);
    const b = <f32>load<u8>(matte + i, 1);
    const c = <f32>load<u8>(matte + i + width);
    const d = <f32>load<u8>(matte + i + width, 1);
    const top = a + fx * (b - a);
    const opacity = top + fy * (c + fx * (d - c) - top);
    const through: f32 = 1 - opacity / 255;
    const p = plate + ((<usize>i) << 2);
    const q = p + ((<usize>width) << 2);
    for (let k: usize = 0; k < 3; k++) {
      const upper = <f32>load<u8>(p + k) + fx * (<f32>load<u8>(p + k, 4) - <f32>load<u8>(p + k));
      const lower = <f32>load<u8>(q + k) + fx * (<f32>load<u8>(q + k, 4) - <f32>load<u8>(q + k));
      const there = upper + fy * (lower - upper);
      const color = <f32>load<u8>(to + k) + through * (<f32>load<u8>(here + k) - there);
      store<u8>(to + k, <u8>(min(max(color, <f32>0), <f32>255) + 0.5));
    }
  }
}
