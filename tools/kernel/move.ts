/** @file Moving the person: one cell of the grid's way back, sampled and mended. */
import { mendRun } from "./mend";
import { HALF_PHASE, PLACE_BITS, putRun, putShifted } from "./sample";

const PIXEL: i32 = 1 << PLACE_BITS;

/** px → places, rounded. */
// @ts-expect-error: AssemblyScript's decorator
@inline
function placesOf(px: f32): i32 {
  return <i32>nearest(px * <f32>PIXEL);
}

/**
 * Fills the pixels of a cell from where they come from: their place plus the way back, bilinear
 * between the cell's corners.
 *
 * @param frame - Address of the frame.
 * @param rowPixels - Its width.
 * @param side - Of a whole cell, px; the last ones of a row or column are cut.
 * @param ax - Way back at the upper left corner, px; b upper right, c lower left, d lower right.
 * @param isSolid - Whether all that can come along is person, so that nothing is to be mended.
 */
export function moveCell(
  frame: usize,
  rowPixels: i32,
  left: i32,
  top: i32,
  width: i32,
  height: i32,
  side: f32,
  ax: f32,
  ay: f32,
  bx: f32,
  by: f32,
  cx: f32,
  cy: f32,
  dx: f32,
  dy: f32,
  isSolid: boolean,
): void {
  let pixel = top * rowPixels + left;
  const u0 = left * PIXEL + HALF_PHASE;
  const v0 = top * PIXEL + HALF_PHASE;
  const isEven = ax === bx && ax === cx && ax === dx && ay === by && ay === cy && ay === dy;
  if (isEven) {
    const u = u0 + placesOf(ax);
    let v = v0 + placesOf(ay);
    const at = frame + ((<usize>pixel) << 2);
    if (putShifted(at, (<usize>rowPixels) << 2, width, height, u, v)) {
      if (isSolid) return;
      for (let y = 0; y < height; y++, pixel += rowPixels, v += PIXEL) {
        mendRun(frame, pixel, width, u, v, PIXEL, 0);
      }
      return;
    }
  }
  const inverse: f32 = 1 / side;
  for (let y = 0; y < height; y++, pixel += rowPixels) {
    const fy = (<f32>y + 0.5) * inverse;
    const leftX = ax + fy * (cx - ax);
    const leftY = ay + fy * (cy - ay);
    const stepX = (bx + fy * (dx - bx) - leftX) * inverse;
    const stepY = (by + fy * (dy - by) - leftY) * inverse;
    const u = u0 + placesOf(leftX + 0.5 * stepX);
    const v = v0 + y * PIXEL + placesOf(leftY + 0.5 * stepY);
    const du = PIXEL + placesOf(stepX);
    const dv = placesOf(stepY);
    putRun(frame + ((<usize>pixel) << 2), width, u, v, du, dv);
    if (!isSolid) mendRun(frame, pixel, width, u, v, du, dv);
  }
}
