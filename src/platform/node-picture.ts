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
import { type Background, USUAL_BLUR } from "../rig/background.js";
import { requireFile } from "./node-files.js";
import { checkPictureSize, type PictureOptions, viewOf } from "./picture-size.js";

/** What sharp reads and we trust it with; no SVG, PDF and the like, which are programs. */
const FORMATS: readonly (string | undefined)[] = ["jpeg", "png", "webp", "heif", "gif", "tiff"];

/** Broken pixels are an error; only warnings (odd metadata) are not. */
const STRICT: SharpOptions = { failOn: "error", limitInputPixels: false, pages: 1 };

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
  checkHeader(name, header, options.pixelsMost);
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
export async function encodeJpeg(picture: Picture): Promise<Uint8Array> {
  return opaque(picture).jpeg({ quality: 82 }).toBuffer();
}

/** A picture as WebP, lossy and quickly: smaller than JPEG at the same look, and slower. */
export async function encodeWebp(picture: Picture): Promise<Uint8Array> {
  return opaque(picture).webp({ quality: 82, effort: 0 }).toBuffer();
}

function opaque({ data, width, height }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
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

/** Reads a background that needs no file: “blur”, “blur:0.05” of the height, or a colour. */
export async function readPlainBackground(text: string): Promise<Background | undefined> {
  const blur = /^blur(?::(\d*\.?\d+))?$/.exec(text);
  if (blur !== null) return { blur: blur[1] === undefined ? USUAL_BLUR : Number(blur[1]) };
  const color = await readColor(text);
  return color && { color };
}

function checkHeader(
  name: string,
  { format, compression, width, height }: Metadata,
  pixelsMost: number | undefined,
): void {
  if (!FORMATS.includes(format)) throw unreadable(name, `${format} pictures do not work here`);
  if (compression === "hevc") throw unreadable(name, "HEIC pictures do not work here");
  checkPictureSize(name, { width, height }, pixelsMost);
}

async function decode(image: Sharp, header: Metadata, options: PictureOptions): Promise<Picture> {
  const { box, size, grows } = viewOf(header.autoOrient, options);
  const upright = image.autoOrient();
  const taken = options.part === undefined ? upright : upright.extract(box);
  const kernel = grows ? "cubic" : "lanczos3";
  const sized = size === undefined ? taken : taken.resize({ ...size, fit: "fill", kernel });
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

function unreadable(name: string, reason: string, cause?: unknown): FilmError {
  const detail = cause === undefined ? "" : ` (${firstLine(cause)})`;
  const message = `${name} cannot be read: ${reason}${detail}.`;
  return new FilmError("picture_unreadable", message, {}, { cause });
}

/** Libvips appends a log of what it tried. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
