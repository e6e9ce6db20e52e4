/**
 * @file The visible tag “AI” at the top right of a film's first seconds, drawn into finished frames.
 *
 * The letters AI in white on a dark plate with a white rim, so that it shows on any picture; after
 * three seconds it fades. The same bytes whoever drew the frames.
 *
 * @source EU Code of Practice on marking and labelling of AI-generated content (2026): an icon with
 *   the letters AI, at the top right, at the start. SMPTE ST 2046-1: titles keep 5 % from each edge.
 */
import { smoothstep } from "../base/curves.js";
import { type FramePixels, i420Bytes } from "../frames/yuv.js";

/** For so long the tag is to be seen in full, s. */
const SHOWN_SECONDS = 3;
/** Then it fades for so long, s. */
const FADE_SECONDS = 0.6;
/** Height of the tag as a share of the frame's short side, and at least, px. */
const HEIGHT = 0.052;
const HEIGHT_LEAST_PX = 16;
/** Width over height. */
const ASPECT = 1.36;
/** Distance from the edges, as a share of the frame's width and height. */
const MARGIN = 0.05;
/** Lengths below are in heights of the tag. */
const CORNER = 0.24;
const RIM = 0.055;
const STROKE = 0.115;
/** The plate and what is white on it, sRGB. */
const DARK = 24;
const WHITE = 250;
/** The letters' strokes: x from the tag's middle, y from its top. */
const STROKES = [
  ...[[-0.42, 0.76, -0.17, 0.24] as const, [-0.17, 0.24, 0.08, 0.76] as const],
  ...[[-0.33, 0.6, -0.01, 0.6] as const, [0.34, 0.24, 0.34, 0.76] as const],
];

/** Draws the tag into one frame. @param seconds - When the frame is seen. */
export type DrawLabel = (frame: Uint8Array, seconds: number) => void;

/** The tag, at its place. */
interface Tag {
  readonly x: number;
  readonly y: number;
  /** Even, px. */
  readonly width: number;
  readonly height: number;
  /** How much of each pixel it covers, 0..1, and how bright it is there, sRGB. */
  readonly cover: Float32Array;
  readonly grey: Float32Array;
}

/** Prepares the tag for frames of an even size. */
export function makeLabel(width: number, height: number, pixels: FramePixels): DrawLabel {
  const tag = makeTag(width, height);
  const draw = pixels === "rgba" ? drawRgba : drawPlanes;
  const opacityAt = pixels === "i420a" ? i420Bytes(width, height) : -1;
  return (frame, seconds) => {
    const strength = smoothstep(SHOWN_SECONDS + FADE_SECONDS, SHOWN_SECONDS, seconds);
    if (strength > 0) draw(frame, width, height, tag, strength, opacityAt);
  };
}

function makeTag(frameWidth: number, frameHeight: number): Tag {
  const wanted = HEIGHT * Math.min(frameWidth, frameHeight);
  const height = even(Math.max(HEIGHT_LEAST_PX, wanted));
  const width = even(height * ASPECT);
  const x = even(frameWidth * (1 - MARGIN) - width - 1);
  const y = even(frameHeight * MARGIN + 1);
  const cover = new Float32Array(width * height);
  const grey = new Float32Array(width * height);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const u = (column + 0.5 - width / 2) / height;
      const v = (row + 0.5) / height;
      const inside = -plateDistance(u, v, width / height);
      cover[i] = covered(inside * height);
      const rim = covered((RIM - inside) * height);
      const letters = covered((STROKE / 2 - letterDistance(u, v)) * height);
      grey[i] = DARK + Math.max(rim, letters) * (WHITE - DARK);
    }
  }
  return { x, y, width, height, cover, grey };
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}

/** Share of a pixel inside a line that lies `px` beyond its middle. */
function covered(px: number): number {
  return Math.min(1, Math.max(0, px + 0.5));
}

/** To the edge of a rectangle with round corners; negative inside. */
function plateDistance(u: number, v: number, aspect: number): number {
  const x = Math.abs(u) - aspect / 2 + CORNER;
  const y = Math.abs(v - 0.5) - 0.5 + CORNER;
  const outside = Math.hypot(Math.max(x, 0), Math.max(y, 0));
  return outside + Math.min(0, Math.max(x, y)) - CORNER;
}

function letterDistance(u: number, v: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const [x0, y0, x1, y1] of STROKES) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = ((u - x0) * dx + (v - y0) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(u - x0 - t * dx, v - y0 - t * dy));
  }
  return nearest;
}

/** Into I420; the tag is grey, so that colours only fade towards none. */
function drawPlanes(
  frame: Uint8Array,
  width: number,
  height: number,
  tag: Tag,
  strength: number,
  opacityAt: number,
): void {
  for (let row = 0, i = 0; row < tag.height; row++) {
    let to = (tag.y + row) * width + tag.x;
    for (let column = 0; column < tag.width; column++, i++, to++) {
      const cover = strength * tag.cover[i];
      const luma = 16 + (219 / 255) * tag.grey[i];
      let share = cover;
      if (opacityAt >= 0) {
        const opacity = over(cover, frame[opacityAt + to] / 255);
        share = opacity > 0 ? cover / opacity : 0;
        frame[opacityAt + to] = Math.round(255 * opacity);
      }
      frame[to] = Math.round(frame[to] + share * (luma - frame[to]));
    }
  }
  const [halfWidth, chromaBytes] = [width / 2, (width / 2) * (height / 2)];
  for (let row = 0; row < tag.height; row += 2) {
    let to = width * height + ((tag.y + row) / 2) * halfWidth + tag.x / 2;
    for (let column = 0; column < tag.width; column += 2, to++) {
      const i = row * tag.width + column;
      const { cover, width: w } = tag;
      const share = (strength * (cover[i] + cover[i + 1] + cover[i + w] + cover[i + w + 1])) / 4;
      frame[to] = Math.round(frame[to] + share * (128 - frame[to]));
      const v = to + chromaBytes;
      frame[v] = Math.round(frame[v] + share * (128 - frame[v]));
    }
  }
}

/** Into RGBA with straight opacity. */
function drawRgba(
  frame: Uint8Array,
  width: number,
  _height: number,
  tag: Tag,
  strength: number,
): void {
  for (let row = 0, i = 0; row < tag.height; row++) {
    let to = 4 * ((tag.y + row) * width + tag.x);
    for (let column = 0; column < tag.width; column++, i++, to += 4) {
      const cover = strength * tag.cover[i];
      const opacity = over(cover, frame[to + 3] / 255);
      const share = opacity > 0 ? cover / opacity : 0;
      for (let c = to; c < to + 3; c++) {
        frame[c] = Math.round(frame[c] + share * (tag.grey[i] - frame[c]));
      }
      frame[to + 3] = Math.round(255 * opacity);
    }
  }
}

/** Opacity of one layer over another. */
function over(upper: number, lower: number): number {
  return upper + lower * (1 - upper);
}
