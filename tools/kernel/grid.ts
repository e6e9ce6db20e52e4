/** @file The grid's way back: where each node comes from when the nodes are displaced. */

/** Rounds of the fixed-point iteration. */
const ROUNDS: i32 = 3;

/**
 * For every node where the frame's pixel there comes from, less the node.
 *
 * @param side - Of a cell, px.
 * @param shifts - f32 x, y per node: displacements, px.
 * @param back - Receives f32 x, y per node.
 */
export function invertShifts(columns: i32, rows: i32, side: f32, shifts: usize, back: usize): void {
  const inverse: f32 = 1 / side;
  const right = <f32>columns - <f32>1.001;
  const bottom = <f32>rows - <f32>1.001;
  let at = shifts;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at += 8, back += 8) {
      if (load<f32>(at) === 0 && load<f32>(at, 4) === 0) {
        store<u64>(back, 0);
        continue;
      }
      let way = f32x4.neg(v128.load64_zero(at));
      for (let round = 0; round < ROUNDS; round++) {
        let u = <f32>column + f32x4.extract_lane(way, 0) * inverse;
        let v = <f32>row + f32x4.extract_lane(way, 1) * inverse;
        u = u < 0 ? 0 : u > right ? right : u;
        v = v < 0 ? 0 : v > bottom ? bottom : v;
        const x0 = <i32>u;
        const y0 = <i32>v;
        const upper = v128.load(shifts + ((<usize>(y0 * columns + x0)) << 3));
        const lower = v128.load(shifts + ((<usize>((y0 + 1) * columns + x0)) << 3));
        const fx = f32x4.splat(u - <f32>x0);
        const fy = f32x4.splat(v - <f32>y0);
        const left = f32x4.add(upper, f32x4.mul(fy, f32x4.sub(lower, upper)));
        const beside = f32x4.shuffle(left, left, 2, 3, 2, 3);
        way = f32x4.neg(f32x4.add(left, f32x4.mul(fx, f32x4.sub(beside, left))));
      }
      v128.store64_lane(back, way, 0);
    }
  }
}
