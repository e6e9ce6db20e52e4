/** @file The skin's vertices: how they follow the landmarks; see src/rig/subdivide.ts. */

const LANDMARKS: i32 = 468;
/** Rows of the control matrix that are summed at once: one sum need not wait for the other. */
const TOGETHER: i32 = 4;

/** How many bytes a row of the control matrix has. */
const ROW_BYTES: usize = 468 * 4;

/** Changes of the control points from those of the landmarks; their fourth number is passed on. */
function moveControls(control: usize, changes: usize, out: usize): void {
  for (let i = 0; i < LANDMARKS; i += TOGETHER, control += TOGETHER * ROW_BYTES) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let weight = control;
    for (let j = 0, change = changes; j < LANDMARKS; j++, weight += 4, change += 16) {
      const moved = v128.load(change);
      a = f32x4.add(a, f32x4.mul(v128.load32_splat(weight), moved));
      b = f32x4.add(b, f32x4.mul(v128.load32_splat(weight, ROW_BYTES), moved));
      c = f32x4.add(c, f32x4.mul(v128.load32_splat(weight, 2 * ROW_BYTES), moved));
      d = f32x4.add(d, f32x4.mul(v128.load32_splat(weight, 3 * ROW_BYTES), moved));
    }
    const from = changes + ((<usize>i) << 4);
    const to = out + ((<usize>i) << 4);
    v128.store(to, f32x4.replace_lane(a, 3, load<f32>(from, 12)));
    v128.store(to, f32x4.replace_lane(b, 3, load<f32>(from, 28)), 16);
    v128.store(to, f32x4.replace_lane(c, 3, load<f32>(from, 44)), 32);
    v128.store(to, f32x4.replace_lane(d, 3, load<f32>(from, 60)), 48);
  }
}

/**
 * Moves the skin.
 *
 * @param changes - f32x4 per landmark: how far it has gone (cam px), and the brightness there.
 * @param control - f32, shape [468, 468]: landmarks → control points.
 * @param controls - Room for f32x4 per landmark.
 * @param starts - u32 per vertex and one more: where its entries start.
 * @param indices - u16 per entry: a control point.
 * @param weights - f32 per entry.
 * @param source - f32 x, y, z per vertex: the skin in the portrait, cam px.
 * @param places - Receives the skin now, likewise.
 * @param rigid - f32, two rows of x, y, z, 1: where a motion without expression takes the source in x and y.
 * @param shifts - Receives f32 x, y per vertex: how far it is from there, px, y down.
 * @param values - f32x4 per vertex; receives the brightness as the third number.
 */
export function moveSkin(
  count: i32,
  changes: usize,
  control: usize,
  controls: usize,
  starts: usize,
  indices: usize,
  weights: usize,
  source: usize,
  places: usize,
  rigid: usize,
  shifts: usize,
  values: usize,
): void {
  moveControls(control, changes, controls);
  const xx = load<f32>(rigid);
  const xy = load<f32>(rigid, 4);
  const xz = load<f32>(rigid, 8);
  const x1 = load<f32>(rigid, 12);
  const yx = load<f32>(rigid, 16);
  const yy = load<f32>(rigid, 20);
  const yz = load<f32>(rigid, 24);
  const y1 = load<f32>(rigid, 28);
  let k = load<u32>(starts);
  for (let v = 0; v < count; v++, starts += 4, source += 12, places += 12, shifts += 8, values += 16) {
    const end = load<u32>(starts, 4);
    let sum = f32x4.splat(0);
    for (; k < end; k++) {
      const point = controls + ((<usize>load<u16>(indices + ((<usize>k) << 1))) << 4);
      const weight = v128.load32_splat(weights + ((<usize>k) << 2));
      sum = f32x4.add(sum, f32x4.mul(weight, v128.load(point)));
    }
    store<f32>(values, f32x4.extract_lane(sum, 3), 8);
    // The first vertices are the landmarks: no rounding there.
    if (v < LANDMARKS) sum = v128.load(changes + ((<usize>v) << 4));
    const x = load<f32>(source);
    const y = load<f32>(source, 4);
    const z = load<f32>(source, 8);
    const nowX = x + f32x4.extract_lane(sum, 0);
    const nowY = y + f32x4.extract_lane(sum, 1);
    store<f32>(places, nowX);
    store<f32>(places, nowY, 4);
    store<f32>(places, z + f32x4.extract_lane(sum, 2), 8);
    store<f32>(shifts, nowX - (xx * x + xy * y + xz * z + x1));
    store<f32>(shifts, yx * x + yy * y + yz * z + y1 - nowY, 4);
  }
}
