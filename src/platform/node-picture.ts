/**
 * @file Picture files ↔ pictures, with sharp (libvips).
 *
 * In: upright, sRGB, 8 bits, opaque, not larger than asked for, whatever the file was. The size is
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
/** The long side of a picture if nobody asks for another, px. */
export const DEFAULT_PICTURE_SIZE_PX = 1080;

/** What sharp reads and we trust it with; no SVG, PDF and the like, which are programs. */
const FORMATS: readonly (string | undefined)[] = ["jpeg", "png", "webp", "heif", "gif", "tiff"];

/** Broken pixels are an error; only warnings (odd metadata) are not. */
const STRICT: SharpOptions = { failOn: "error", limitInputPixels: false, pages: 1 };

/** How a picture is read. */
export interface PictureOptions {
  /** Longest side, px; larger pictures are scaled down, smaller ones stay as they are. */
  readonly sizePx?: number;
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
  { sizePx = DEFAULT_PICTURE_SIZE_PX }: PictureOptions = {},
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
    return await decode(image, sizePx);
  } catch (error) {
    throw unreadable(name, "it is damaged or cut short", error);
  }
}

/** A picture as PNG. */
export async function encodePng({ data, width, height }: Picture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** A picture as JPEG, for pages. */
export async function encodeJpeg({ data, width, height }: Picture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .jpeg({ quality: 82 })
    .toBuffer();
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

async function decode(image: Sharp, sizePx: number): Promise<Picture> {
  const { data, info } = await image
    .autoOrient()
    .resize({
      width: sizePx,
      height: sizePx,
      fit: "inside",
      withoutEnlargement: true,
      kernel: "lanczos3",
    })
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const picture = makePicture(info.width, info.height);
  picture.data.set(data);
  return picture;
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
