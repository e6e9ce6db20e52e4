/**
 * @file Frames as decoders give them (YUV) → sRGB pictures of any size, upright.
 *
 * Planes are brought to their final size first, by means over areas, and then turned into RGB: a
 * mean of YUV is the YUV of the mean, and there are fewer pixels to turn. Chroma is repeated, not
 * interpolated. Transfer curves are left alone: films are shown as if they were sRGB everywhere.
 */
import { assert } from "./assert.js";
import { makePicture, type Picture } from "./picture.js";

/** How a film's Y, Cb and Cr were made from red and blue; green is the rest. */
export interface YuvMatrix {
  readonly kr: number;
  readonly kb: number;
}

/** @source ITU-R BT.601-7, BT.709-6, BT.2020-2 (non-constant luminance). */
export const YUV_MATRICES = {
  bt601: { kr: 0.299, kb: 0.114 },
  bt709: { kr: 0.2126, kb: 0.0722 },
  bt2020: { kr: 0.2627, kb: 0.0593 },
} as const satisfies Readonly<Record<string, YuvMatrix>>;

/** What the numbers of a frame mean. */
export interface YuvCoding {
  readonly matrix: YuvMatrix;
  /** True if Y takes all values; else 16..235 of 255, and chroma 16..240. */
  readonly isFullRange: boolean;
}

/** One channel of a frame; counted in samples, not bytes. */
export interface YuvPlane {
  readonly data: Uint8Array | Uint16Array;
  /** Where its first sample is. */
  readonly offset: number;
  /** From one row to the next. */
  readonly stride: number;
  /** From one sample to the next: 2 where Cb and Cr alternate. */
  readonly step: number;
}

/** One frame. */
export interface YuvFrame {
  readonly width: number;
  readonly height: number;
  /** Y, Cb, Cr. */
  readonly planes: readonly [YuvPlane, YuvPlane, YuvPlane];
  /** Chroma has 1 sample for 2^shift columns and rows of luma. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Bits per sample, 8 to 16. */
  readonly depth: number;
}

/** How frames are brought onto the picture: first to their size, then turned, then mirrored. */
export interface Turn {
  /** Clockwise, degrees. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Left for right, after turning. */
  readonly flip: boolean;
}

/** Size of a picture, px. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Makes what turns frames into pictures of one size. Its picture and buffers are used again.
 *
 * @param size - Of the picture, upright.
 */
export function makeYuvPainter(
  size: Size,
  turn: Turn,
): (frame: YuvFrame, coding: YuvCoding) => Picture {
  const isTurned = turn.rotation % 180 !== 0;
  const lying = isTurned ? { width: size.height, height: size.width } : size;
  const picture = makePicture(size.width, size.height);
  // Opaque; only colours are written later.
  picture.data.fill(255);
  const resize = makeResizer(lying);
  const way = wayOf(lying, turn);
  return (frame, coding) => {
    const { depth, width, height } = frame;
    const isWide = frame.planes[0].data instanceof Uint16Array;
    assert(isWide ? depth <= 16 : depth === 8, `samples of ${depth} bits in their array`);
    const sized = width === lying.width && height === lying.height ? frame : resize(frame);
    paint(sized, stepsOf(coding, depth), way, picture.data);
    return picture;
  };
}

/** Where the pixel in column x, row y goes: to `origin + x · right + y · down`, in bytes. */
interface Way {
  readonly origin: number;
  readonly right: number;
  readonly down: number;
}

function wayOf({ width, height }: Size, { rotation, flip }: Turn): Way {
  const outWidth = rotation % 180 === 0 ? width : height;
  const place = (x: number, y: number) => {
    const [column, row] = {
      0: [x, y],
      90: [height - 1 - y, x],
      180: [width - 1 - x, height - 1 - y],
      270: [y, width - 1 - x],
    }[rotation];
    return 4 * (row * outWidth + (flip ? outWidth - 1 - column : column));
  };
  const origin = place(0, 0);
  return { origin, right: place(1, 0) - origin, down: place(0, 1) - origin };
}

/** What one step of each channel adds to each colour, bytes · 2¹⁶. */
interface Steps {
  readonly y: number;
  readonly redV: number;
  readonly greenU: number;
  readonly greenV: number;
  readonly blueU: number;
  /** Value of black in Y, and of grey in Cb and Cr. */
  readonly black: number;
  readonly grey: number;
}

function stepsOf({ matrix: { kr, kb }, isFullRange }: YuvCoding, depth: number): Steps {
  const fine = 2 ** (depth - 8);
  const full = 2 ** depth - 1;
  const y = 255 / (isFullRange ? full : 219 * fine);
  const chroma = 255 / (isFullRange ? full : 224 * fine);
  const kg = 1 - kr - kb;
  const fixed = (value: number) => Math.round(value * 65536);
  return {
    y: fixed(y),
    redV: fixed(chroma * 2 * (1 - kr)),
    greenU: fixed((-chroma * 2 * (1 - kb) * kb) / kg),
    greenV: fixed((-chroma * 2 * (1 - kr) * kr) / kg),
    blueU: fixed(chroma * 2 * (1 - kb)),
    black: isFullRange ? 0 : 16 * fine,
    grey: 128 * fine,
  };
}

function paint(frame: YuvFrame, steps: Steps, way: Way, out: Uint8ClampedArray): void {
  const { width, height, planes, shiftX, shiftY } = frame;
  const [luma, u, v] = planes;
  const { redV, greenU, greenV, blueU, grey } = steps;
  const yStep = steps.y;
  const lumaStep = luma.step;
  const chromaStep = u.step;
  const lumaData = luma.data;
  const uData = u.data;
  const vData = v.data;
  const base = 32768 - steps.black * yStep;
  const { right } = way;
  for (let row = 0; row < height; row++) {
    let to = way.origin + row * way.down;
    let at = luma.offset + row * luma.stride;
    let uAt = u.offset + (row >> shiftY) * u.stride;
    let vAt = v.offset + (row >> shiftY) * v.stride;
    for (let left = width; left > 0; left--) {
      const cb = uData[uAt] - grey;
      const cr = vData[vAt] - grey;
      const red = base + redV * cr;
      const green = base + greenU * cb + greenV * cr;
      const blue = base + blueU * cb;
      let light = lumaData[at] * yStep;
      // The array clamps.
      out[to] = (light + red) >> 16;
      out[to + 1] = (light + green) >> 16;
      out[to + 2] = (light + blue) >> 16;
      to += right;
      at += lumaStep;
      uAt += chromaStep;
      vAt += chromaStep;
      if (shiftX === 0 || left === 1) continue;
      left--;
      light = lumaData[at] * yStep;
      out[to] = (light + red) >> 16;
      out[to + 1] = (light + green) >> 16;
      out[to + 2] = (light + blue) >> 16;
      to += right;
      at += lumaStep;
    }
  }
}

/** Makes what brings frames to a size; the frames that it gives share their buffers. */
function makeResizer(size: Size): (frame: YuvFrame) => YuvFrame {
  let plan: { readonly from: YuvFrame; readonly to: YuvFrame; readonly ways: Resize[] } | undefined;
  return (frame) => {
    if (plan === undefined || !isAlike(plan.from, frame)) {
      const ways = [resizeOf(frame, size, 0, 0), resizeOf(frame, size, frame.shiftX, frame.shiftY)];
      plan = { from: frame, to: emptyFrame(size, frame), ways };
    }
    const { to, ways } = plan;
    for (const [i, plane] of frame.planes.entries()) {
      resizePlane(plane, to.planes[i].data, ways[i === 0 ? 0 : 1]);
    }
    return to;
  };
}

function isAlike(one: YuvFrame, other: YuvFrame): boolean {
  const keys = ["width", "height", "depth", "shiftX", "shiftY"] as const;
  return keys.every((key) => one[key] === other[key]);
}

function emptyFrame({ width, height }: Size, { shiftX, shiftY, depth, planes }: YuvFrame) {
  const makePlane = (dx: number, dy: number): YuvPlane => {
    const stride = onPlane(width, dx);
    const samples = stride * onPlane(height, dy);
    const isWide = planes[0].data instanceof Uint16Array;
    const data = isWide ? new Uint16Array(samples) : new Uint8Array(samples);
    return { data, offset: 0, stride, step: 1 };
  };
  const chroma = () => makePlane(shiftX, shiftY);
  const made: YuvFrame["planes"] = [makePlane(0, 0), chroma(), chroma()];
  return { width, height, planes: made, shiftX, shiftY, depth };
}

/** Samples of a plane for this many pixels. */
function onPlane(pixels: number, shift: number): number {
  return (pixels + (1 << shift) - 1) >> shift;
}

/** How a plane is resized along both axes. */
interface Resize {
  readonly columns: Cover;
  readonly rows: Cover;
  /** Room for a row of the plane as it comes. */
  readonly sums: Float64Array;
}

function resizeOf(from: Size, to: Size, dx: number, dy: number): Resize {
  const width = onPlane(from.width, dx);
  const columns = coverOf(width, onPlane(to.width, dx), from.width / to.width);
  const rows = coverOf(onPlane(from.height, dy), onPlane(to.height, dy), from.height / to.height);
  return { columns, rows, sums: new Float64Array(width) };
}

/** What each sample along an axis covers of those that it is made of. */
interface Cover {
  /** First and last sample that is covered, [count]. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Their shares of the mean, [count]; the same where they are one. */
  readonly firstShare: Float64Array;
  readonly lastShare: Float64Array;
  /** The share of each between them, [count]. */
  readonly share: Float64Array;
}

/** @param scale - Samples that one covers; may be under 1. */
function coverOf(from: number, count: number, scale: number): Cover {
  const shares = () => new Float64Array(count);
  const ends = { first: new Int32Array(count), last: new Int32Array(count) };
  const cover = { ...ends, firstShare: shares(), lastShare: shares(), share: shares() };
  for (let i = 0; i < count; i++) {
    const begin = i * scale;
    const end = Math.min(begin + scale, from);
    const first = Math.floor(begin);
    const last = Math.max(first, Math.ceil(end) - 1);
    cover.first[i] = first;
    cover.last[i] = last;
    cover.share[i] = 1 / (end - begin);
    cover.firstShare[i] = (Math.min(first + 1, end) - begin) / (end - begin);
    cover.lastShare[i] = (end - Math.max(last, begin)) / (end - begin);
  }
  return cover;
}

/** Each sample becomes the mean over the area that it covers. */
function resizePlane(
  plane: YuvPlane,
  out: Uint8Array | Uint16Array,
  { columns, rows, sums }: Resize,
): void {
  const { first, last, firstShare, lastShare, share } = columns;
  const width = first.length;
  let to = 0;
  for (let row = 0; row < rows.first.length; row++) {
    sumRows(plane, rows, row, sums);
    for (let column = 0; column < width; column++) {
      const begin = first[column];
      const end = last[column];
      let between = 0;
      for (let x = begin + 1; x < end; x++) between += sums[x];
      let mean = sums[begin] * firstShare[column] + between * share[column];
      if (end > begin) mean += sums[end] * lastShare[column];
      out[to++] = mean + 0.5;
    }
  }
}

/** The mean of the rows that one row covers. */
function sumRows(plane: YuvPlane, rows: Cover, row: number, sums: Float64Array): void {
  const { data, offset, stride, step } = plane;
  const first = rows.first[row];
  const last = rows.last[row];
  for (let y = first; y <= last; y++) {
    const isEnd = y === last && last > first;
    const share = y === first ? rows.firstShare[row] : (isEnd ? rows.lastShare : rows.share)[row];
    let at = offset + y * stride;
    if (y === first) for (let x = 0; x < sums.length; x++, at += step) sums[x] = share * data[at];
    else for (let x = 0; x < sums.length; x++, at += step) sums[x] += share * data[at];
  }
}
