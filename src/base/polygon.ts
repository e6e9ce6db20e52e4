/** @file How much of each pixel a polygon covers, exactly. */

/**
 * Area of a simple polygon inside each pixel of a window: anti-aliased filling without samples.
 *
 * Signed trapezoids to the right of each edge are accumulated per row, then summed along it.
 *
 * @param points - x, y in px, shape [points, 2]; either winding.
 * @param left - Window's left column, px.
 * @param top - Window's top row, px.
 * @param out - Receives 0..1, shape [height, width + 1] (the last column is scratch); zeroed first.
 * @returns `out`.
 * @source The accumulation-buffer method of font rasterisers (R. Levien, "font-rs", 2016).
 */
export function polygonCoverage(
  points: ArrayLike<number>,
  left: number,
  top: number,
  width: number,
  height: number,
  out: Float32Array,
): Float32Array {
  const stride = width + 1;
  out.fill(0, 0, stride * height);
  const count = points.length >> 1;
  for (let i = 0; i < count; i++) {
    const j = i + 1 === count ? 0 : i + 1;
    accumulateEdge(
      points[2 * i] - left,
      points[2 * i + 1] - top,
      points[2 * j] - left,
      points[2 * j + 1] - top,
      width,
      height,
      out,
    );
  }
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0, k = y * stride; x < width; x++, k++) {
      sum += out[k];
      const covered = sum < 0 ? -sum : sum;
      out[k] = covered > 1 ? 1 : covered < 1e-4 ? 0 : covered;
    }
  }
  return out;
}

/** Adds one edge's signed area to the accumulation buffer, clipped to the window. */
function accumulateEdge(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  width: number,
  height: number,
  out: Float32Array,
): void {
  if (y0 === y1) return;
  let direction = 1;
  if (y0 > y1) {
    [x0, x1, y0, y1] = [x1, x0, y1, y0];
    direction = -1;
  }
  const slope = (x1 - x0) / (y1 - y0);
  if (y0 < 0) {
    x0 -= y0 * slope;
    y0 = 0;
  }
  const end = Math.min(height, Math.ceil(y1));
  let x = x0;
  for (let y = Math.floor(y0); y < end; y++) {
    const base = y * (width + 1);
    const dy = Math.min(y + 1, y1) - Math.max(y, y0);
    const next = x + slope * dy;
    const area = direction * dy;
    const from = Math.max(0, Math.min(width, Math.min(x, next)));
    const to = Math.max(0, Math.min(width, Math.max(x, next)));
    const first = Math.floor(from);
    const last = Math.ceil(to);
    if (last <= first + 1) {
      const centre = (from + to) / 2 - first;
      out[base + first] += area * (1 - centre);
      if (first < width) out[base + first + 1] += area * centre;
    } else {
      const rise = 1 / (to - from);
      const start = 1 - (from - first);
      const head = 0.5 * rise * start * start;
      const tail = to - last + 1;
      const end2 = 0.5 * rise * tail * tail;
      out[base + first] += area * head;
      if (last === first + 2) {
        out[base + first + 1] += area * (1 - head - end2);
      } else {
        const second = rise * (1.5 - (from - first));
        out[base + first + 1] += area * (second - head);
        for (let k = first + 2; k < last - 1; k++) out[base + k] += area * rise;
        const before = second + (last - first - 3) * rise;
        out[base + last - 1] += area * (1 - before - end2);
      }
      out[base + last] += area * end2;
    }
    x = next;
  }
}
