/**
 * @file Planes of numbers over pixels: blur, grow, shrink, resize, distance. Once-a-portrait work.
 */
import { assert } from "./assert.js";
import { clamp, gaussianKernel } from "./curves.js";

/** One number per pixel, row-major. */
export interface Plane {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** A plane of one value. */
export function makePlane(width: number, height: number, value = 0): Plane {
  const data = new Float32Array(width * height);
  if (value !== 0) data.fill(value);
  return { data, width, height };
}

/** A new plane, value by value. */
export function mapPlane(plane: Plane, f: (value: number, index: number) => number): Plane {
  const out = makePlane(plane.width, plane.height);
  for (let i = 0; i < out.data.length; i++) out.data[i] = f(plane.data[i], i);
  return out;
}

/** A plane of 0..1 as bytes, 0..255. */
export function bytesOfPlane({ data }: Plane): Uint8Array {
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(255 * data[i]);
  return bytes;
}

/** Gaussian blur, borders replicated. @param sigma - px; under 0.1 it copies. */
export function blurPlane(plane: Plane, sigma: number): Plane {
  if (sigma < 0.1) return mapPlane(plane, (value) => value);
  const radius = Math.max(1, Math.ceil(2.6 * sigma));
  const kernel = Float64Array.from(gaussianKernel(sigma, radius));
  return convolveColumns(convolveRows(plane, kernel, radius), kernel, radius);
}

/**
 * Sums of four neighbours at once, so that every value is read once for the four. The last four may
 * overlap those before; of lines shorter than four, what falls into the next is written again there.
 */
function convolveRows({ data, width, height }: Plane, kernel: Float64Array, radius: number): Plane {
  const out = makePlane(width, height);
  const line = new Float64Array(width + 2 * radius + 3);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    line.fill(data[row], 0, radius);
    line.set(data.subarray(row, row + width), radius);
    line.fill(data[row + width - 1], radius + width);
    for (let x = 0; x < width; x += 4) {
      const from = Math.max(0, Math.min(x, width - 4));
      let [a, b, c, d] = [0, 0, 0, 0];
      let first = line[from];
      let second = line[from + 1];
      let third = line[from + 2];
      for (let k = 0; k < kernel.length; k++) {
        const weight = kernel[k];
        const fourth = line[from + k + 3];
        a += weight * first;
        b += weight * second;
        c += weight * third;
        d += weight * fourth;
        first = second;
        second = third;
        third = fourth;
      }
      out.data[row + from] = a;
      out.data[row + from + 1] = b;
      out.data[row + from + 2] = c;
      out.data[row + from + 3] = d;
    }
  }
  return out;
}

/** As `convolveRows`, with four rows at once. */
function convolveColumns(plane: Plane, kernel: Float64Array, radius: number): Plane {
  const { data, width, height } = plane;
  const out = makePlane(width, height);
  const rows = new Int32Array(kernel.length + 3);
  for (let y = 0; y < height; y += 4) {
    const top = Math.max(0, Math.min(y, height - 4));
    for (let k = 0; k < rows.length; k++) rows[k] = clamp(top - radius + k, 0, height - 1) * width;
    for (let x = 0; x < width; x++) {
      let [a, b, c, d] = [0, 0, 0, 0];
      let first = data[rows[0] + x];
      let second = data[rows[1] + x];
      let third = data[rows[2] + x];
      for (let k = 0; k < kernel.length; k++) {
        const weight = kernel[k];
        const fourth = data[rows[k + 3] + x];
        a += weight * first;
        b += weight * second;
        c += weight * third;
        d += weight * fourth;
        first = second;
        second = third;
        third = fourth;
      }
      const to = top * width + x;
      out.data[to] = a;
      out.data[to + width] = b;
      out.data[to + 2 * width] = c;
      out.data[to + 3 * width] = d;
    }
  }
  return out;
}

/** Mean over a square of side 2·radius + 1, borders replicated; cost independent of the radius. */
export function boxMean({ data, width, height }: Plane, radius: number): Plane {
  const across = new Float32Array(data.length);
  const out = makePlane(width, height);
  const scale = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) slideAcross(data, across, y * width, width, radius, scale);
  slideDown(across, out.data, width, height, radius, scale);
  return out;
}

/** Running means along a row that starts at `first`. */
function slideAcross(
  from: Float32Array,
  to: Float32Array,
  first: number,
  width: number,
  radius: number,
  scale: number,
): void {
  const last = first + width - 1;
  let sum = 0;
  for (let i = first - radius; i <= first + radius; i++) {
    sum += from[i < first ? first : i > last ? last : i];
  }
  for (let i = first; i <= last; i++) {
    to[i] = sum * scale;
    const next = i + radius + 1;
    const gone = i - radius;
    sum += from[next > last ? last : next] - from[gone < first ? first : gone];
  }
}

/** Running means down all columns, row by row. */
function slideDown(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  radius: number,
  scale: number,
): void {
  const sums = new Float64Array(width);
  const row = (y: number) => clamp(y, 0, height - 1) * width;
  for (let y = -radius; y <= radius; y++) {
    for (let x = 0, i = row(y); x < width; x++, i++) sums[x] += from[i];
  }
  for (let y = 0; y < height; y++) {
    let next = row(y + radius + 1);
    let gone = row(y - radius);
    for (let x = 0, i = y * width; x < width; x++) {
      to[i++] = sums[x] * scale;
      sums[x] += from[next++] - from[gone++];
    }
  }
}

/** 1 within `radius` px of a value above 0.5, else 0 (round structuring element). */
export function grow(plane: Plane, radius: number): Plane {
  const distance = distanceTo(plane, (value) => value > 0.5);
  return mapPlane(distance, (d) => (d <= radius ? 1 : 0));
}

/** 1 where everything within `radius` px is above 0.5, else 0. */
export function shrink(plane: Plane, radius: number): Plane {
  const distance = distanceTo(plane, (value) => value <= 0.5);
  return mapPlane(distance, (d) => (d > radius ? 1 : 0));
}

/**
 * Euclidean distance from each pixel to the nearest pixel that qualifies, px.
 *
 * @source Felzenszwalb & Huttenlocher 2012, "Distance Transforms of Sampled Functions".
 */
export function distanceTo(plane: Plane, qualifies: (value: number) => boolean): Plane {
  const { data, width, height } = plane;
  const far = 1e12;
  const squared = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) squared[i] = qualifies(data[i]) ? 0 : far;
  const line = new Float64Array(Math.max(width, height));
  const envelope = makeEnvelope(line.length);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) line[y] = squared[y * width + x];
    lowerEnvelope(line, height, envelope);
    for (let y = 0; y < height; y++) squared[y * width + x] = envelope.out[y];
  }
  const out = makePlane(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) line[x] = squared[y * width + x];
    lowerEnvelope(line, width, envelope);
    for (let x = 0; x < width; x++) out.data[y * width + x] = Math.sqrt(envelope.out[x]);
  }
  return out;
}

interface Envelope {
  readonly at: Int32Array;
  readonly from: Float64Array;
  readonly out: Float64Array;
}

function makeEnvelope(length: number): Envelope {
  return {
    at: new Int32Array(length),
    from: new Float64Array(length + 1),
    out: new Float64Array(length),
  };
}

/** Lower envelope of parabolas `(x − i)² + line[i]`, written to `envelope.out`. */
function lowerEnvelope(line: Float64Array, n: number, { at, from, out }: Envelope) {
  let last = 0;
  at[0] = 0;
  from[0] = -Infinity;
  from[1] = Infinity;
  for (let i = 1; i < n; i++) {
    let cross = 0;
    for (;;) {
      const j = at[last];
      cross = (line[i] + i * i - line[j] - j * j) / (2 * (i - j));
      if (cross > from[last] || last === 0) break;
      last--;
    }
    if (cross <= from[last]) last = -1;
    last++;
    at[last] = i;
    from[last] = last === 0 ? -Infinity : cross;
    from[last + 1] = Infinity;
  }
  let k = 0;
  for (let x = 0; x < n; x++) {
    while (from[k + 1] < x) k++;
    const d = x - at[k];
    out[x] = d * d + line[at[k]];
  }
}

/** Means of square blocks; those at the right and the bottom may be smaller. @param block - Side, px. */
export function blockMeans({ data, width, height }: Plane, block: number): Plane {
  const out = makePlane(Math.ceil(width / block), Math.ceil(height / block));
  const count = new Float32Array(out.data.length);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / block) * out.width;
    for (let x = 0; x < width; x++, i++) {
      const to = row + Math.floor(x / block);
      out.data[to] += data[i];
      count[to]++;
    }
  }
  for (let i = 0; i < count.length; i++) out.data[i] /= count[i];
  return out;
}

/** Bilinear resize, pixel centres aligned; shrinking by more than 2 aliases. */
export function resizePlane(plane: Plane, width: number, height: number): Plane {
  const out = makePlane(width, height);
  for (let y = 0; y < height; y++) {
    const v = ((y + 0.5) * plane.height) / height;
    for (let x = 0; x < width; x++) {
      const u = ((x + 0.5) * plane.width) / width;
      out.data[y * width + x] = samplePlane(plane, u, v);
    }
  }
  return out;
}

/** Bilinear value at a point in px (pixel centres at +0.5), borders replicated. */
export function samplePlane({ data, width, height }: Plane, x: number, y: number): number {
  const u = clamp(x - 0.5, 0, width - 1);
  const v = clamp(y - 0.5, 0, height - 1);
  const x0 = Math.min(Math.floor(u), Math.max(width - 2, 0));
  const y0 = Math.min(Math.floor(v), Math.max(height - 2, 0));
  const right = width > 1 ? 1 : 0;
  const down = height > 1 ? width : 0;
  const i = y0 * width + x0;
  const fx = u - x0;
  const fy = v - y0;
  const top = data[i] * (1 - fx) + data[i + right] * fx;
  const bottom = data[i + down] * (1 - fx) + data[i + down + right] * fx;
  return top * (1 - fy) + bottom * fy;
}

/** A part of a plane; it must lie inside. */
export function cutPlane(plane: Plane, box: Box): Plane {
  assert(box.x >= 0 && box.y >= 0, "a box inside the plane");
  assert(box.x + box.width <= plane.width && box.y + box.height <= plane.height, "a box inside");
  const out = makePlane(box.width, box.height);
  for (let y = 0; y < box.height; y++) {
    const from = (box.y + y) * plane.width + box.x;
    out.data.set(plane.data.subarray(from, from + box.width), y * box.width);
  }
  return out;
}

/** A rectangle of whole pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
