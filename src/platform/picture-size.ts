/** @file What sizes pictures may have, and which they are read at: the same on every machine. */
import { FilmError } from "../base/errors.js";

/** The largest picture that is taken: ten bytes of memory per pixel while it is decoded. */
export const MAX_PICTURE_PIXELS = 200_000_000;
/** The smallest short side that is taken, px; less holds no face that could be worked with. */
export const MIN_PICTURE_SIDE_PX = 128;
/** The long side of a picture at most, if nobody asks for another, px. */
export const DEFAULT_PICTURE_SIZE_PX = 1080;
/** The short side of a picture at least, if nobody asks for a size, px: lips need their pixels. */
export const ENLARGED_SIDE_PX = 512;

/** How a picture is read. */
export interface PictureOptions {
  /**
   * Long side, px, at least 1: larger pictures are reduced to it and smaller ones enlarged. If it is
   * not said, pictures are reduced to 1080, and those with a short side under 512 enlarged to that.
   */
  readonly sizePx?: number | undefined;
  /** Long side at most, if no size is asked for, px; 1080 by default. */
  readonly mostPx?: number | undefined;
  /** False leaves small pictures as they are, if no size is asked for; true by default. */
  readonly enlarge?: boolean | undefined;
  /** Pixels that the file may have, where 200 million are too much. */
  readonly pixelsMost?: number | undefined;
  /** The part to take, shares of the upright picture; all of it by default. */
  readonly part?: PicturePart | undefined;
}

/** A rectangle of a picture, as shares of its width and height, 0..1. */
export interface PicturePart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Width and height, px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where a picture's pixels are taken from, and how large they become. */
export interface PictureView {
  /** Left, top, width and height of what is taken, px of the upright picture. */
  readonly box: Size & { readonly left: number; readonly top: number };
  /** How large it becomes; absent where it stays as it is. */
  readonly size?: Size;
  /** Whether it grows. */
  readonly grows: boolean;
}

/** @throws FilmError `picture_too_large`, `picture_too_small`. @param name - With its quotes. */
export function checkPictureSize(
  name: string,
  { width, height }: Size,
  pixelsMost = MAX_PICTURE_PIXELS,
): void {
  const pixels = width * height;
  if (pixels > pixelsMost) {
    const limit = pixelsMost / 1e6;
    const found = `${width} × ${height}, ${Math.round(pixels / 1e6)} megapixels`;
    const message = `${name} is ${found}; at most ${limit} megapixels work.`;
    throw new FilmError("picture_too_large", message, { width, height, limit: pixelsMost });
  }
  if (Math.min(width, height) < MIN_PICTURE_SIDE_PX) {
    const message = `${name} is ${width} × ${height}; the short side must be ${MIN_PICTURE_SIDE_PX}.`;
    throw new FilmError("picture_too_small", message, {
      width,
      height,
      limit: MIN_PICTURE_SIDE_PX,
    });
  }
}

/** How an upright picture is read. */
export function viewOf({ width, height }: Size, options: PictureOptions): PictureView {
  const { sizePx, mostPx = DEFAULT_PICTURE_SIZE_PX, enlarge = true, part } = options;
  const leastPx = enlarge ? ENLARGED_SIDE_PX : 1;
  const { x, y, ...share } = part ?? { x: 0, y: 0, width: 1, height: 1 };
  const wanted = { width: share.width * width, height: share.height * height };
  const left = Math.round(x * width);
  const top = Math.round(y * height);
  const box = {
    ...{ left, top },
    width: Math.max(1, Math.min(width - left, Math.round(wanted.width))),
    height: Math.max(1, Math.min(height - top, Math.round(wanted.height))),
  };
  const scale =
    sizePx === undefined
      ? usualScale(box, mostPx, leastPx)
      : sizePx / Math.max(wanted.width, wanted.height);
  if (scale === 1) return { box, grows: false };
  // A square part comes out square, wherever its pixels were cut. Films have even sizes, so what is
  // resized anyway gets one.
  const even = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  return {
    box,
    size: { width: even(wanted.width), height: even(wanted.height) },
    grows: scale > 1,
  };
}

function usualScale({ width, height }: Size, mostPx: number, leastPx: number): number {
  const most = mostPx / Math.max(width, height);
  return Math.min(most, Math.max(1, leastPx / Math.min(width, height)));
}
