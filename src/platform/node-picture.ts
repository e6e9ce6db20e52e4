/**
 * @file Picture files ↔ pictures, with sharp (libvips).
 *
 * In: upright, sRGB, 8 bits, opaque, at the size that is asked for, whatever the file was. The size is
 * checked in the header, before a pixel is decoded; half a file is refused, not filled with grey.
 */
import { basename } from "node:path";
import sharp, { type Metadata, type Sharp, type SharpOptions } from "sharp";
import { FilmError } from "../base/errors.js";
import { makePicture, type Picture } from "../base/picture.js";
import { requireFile } from "./node-files.js";

/** The largest picture that is taken: ten bytes of memory per pixel while it is decoded. */
export const MAX_PICTURE_PIXELS = 200_000_000;
/** The smallest short side that is taken, px; less holds no face that could be worked with. */
export const MIN_PICTURE_SIDE_PX = 128;
/** The long side of a picture at most, if nobody asks for another, px. */
export const DEFAULT_PICTURE_SIZE_PX = 1080;
/** The short side of a picture at least, if nobody asks for a size, px: lips need their pixels. */
export const ENLARGED_SIDE_PX = 512;

/** What sharp reads and we trust it with; no SVG, PDF and the like, which are programs. */
const FORMATS: readonly (string | undefined)[] = ["jpeg", "png", "webp", "heif", "gif", "tiff"];

/** Broken pixels are an error; only warnings (odd metadata) are not. */
const STRICT: SharpOptions = { failOn: "error", limitInputPixels: false, pages: 1 };

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

/**
 * Reads a JPEG, PNG, WebP, AVIF, GIF or TIFF: turned as its EXIF data says, transparent parts on
 * white, the first picture of several.
 *
 * @param from - A path, or the bytes of a file.
 * @returns Alpha is 255 everywhere.
 * @throws FilmError `file_missing`, `picture_unreadable`, `picture_too_large`,
 *   `picture_too_small`.
 */
export async function readPicture(
  from: string | Uint8Array,
  options: PictureOptions = {},
): Promise<Picture> {
  const isPath = typeof from === "string";
  const name = isPath ? `“${basename(from)}”` : "The picture";
  if (isPath) await requireFile(from, "picture_unreadable");
  else if (from.length === 0) throw unreadable(name, "it is empty (0 bytes)");
  const image = sharp(from, STRICT);
  const header = await image.metadata().catch((error: unknown) => {
    throw unreadable(name, "it is no picture, or damaged", error);
  });
  checkHeader(name, header);
  try {
    return await decode(image, header, options);
  } catch (error) {
    throw unreadable(name, "it is damaged or cut short", error);
  }
}

/** A picture as PNG. @param compression - 0 (quick) to 9 (small). */
export async function encodePng(picture: Picture, compression = 6): Promise<Uint8Array> {
  const { data, width, height } = picture;
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: compression })
    .toBuffer();
}

/** A picture as JPEG, for pages. */
export async function encodeJpeg({ data, width, height }: Picture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .jpeg({ quality: 82 })
    .toBuffer();
}

/**
 * A colour as the web writes it: #rgb, #rrggbb, a name, rgb(…), hsl(…).
 *
 * @returns Red, green, blue, sRGB 0..255; undefined if the text is no opaque colour.
 */
export async function readColor(
  text: string,
): Promise<readonly [number, number, number] | undefined> {
  if (text.trim() === "") return undefined;
  const create = { width: 1, height: 1, channels: 4, background: text.trim() } as const;
  try {
    const [red = 0, green = 0, blue = 0, alpha = 0] = await sharp({ create }).raw().toBuffer();
    return alpha === 255 ? [red, green, blue] : undefined;
  } catch {
    // Text that names no colour is the only thing here that can be wrong.
    return undefined;
  }
}

function checkHeader(name: string, { format, compression, width, height }: Metadata): void {
  if (!FORMATS.includes(format)) throw unreadable(name, `${format} pictures do not work here`);
  if (compression === "hevc") throw unreadable(name, "HEIC pictures do not work here");
  const pixels = width * height;
  if (pixels > MAX_PICTURE_PIXELS) {
    const limit = MAX_PICTURE_PIXELS / 1e6;
    const found = `${width} × ${height}, ${Math.round(pixels / 1e6)} megapixels`;
    const message = `${name} is ${found}; at most ${limit} megapixels work.`;
    throw new FilmError("picture_too_large", message, { width, height, limit: MAX_PICTURE_PIXELS });
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

async function decode(image: Sharp, header: Metadata, options: PictureOptions): Promise<Picture> {
  const { width, height } = header.autoOrient;
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
  const upright = image.autoOrient();
  const taken = part === undefined ? upright : upright.extract(box);
  // A square part comes out square, wherever its pixels were cut.
  const sized = scale === 1 ? taken : resize(taken, wanted, scale);
  const { data, info } = await sized
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const picture = makePicture(info.width, info.height);
  picture.data.set(data);
  return picture;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function usualScale({ width, height }: Size, mostPx: number, leastPx: number): number {
  const most = mostPx / Math.max(width, height);
  return Math.min(most, Math.max(1, leastPx / Math.min(width, height)));
}

/** Films have even sizes, so what is resized anyway gets one. */
function resize(image: Sharp, { width, height }: Size, scale: number): Sharp {
  const even = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  const size = { width: even(width), height: even(height), fit: "fill" } as const;
  return image.resize({ ...size, kernel: scale > 1 ? "cubic" : "lanczos3" });
}

function unreadable(name: string, reason: string, cause?: unknown): FilmError {
  const detail = cause === undefined ? "" : ` (${firstLine(cause)})`;
  const message = `${name} cannot be read: ${reason}${detail}.`;
  return new FilmError("picture_unreadable", message, {}, { cause });
}

/** Libvips appends a log of what it tried. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
