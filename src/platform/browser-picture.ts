/**
 * @file Picture files ↔ pictures, with the browser's decoders. In: upright, sRGB, 8 bits, opaque, at the
 * size that is asked for, whatever the file was.
 */
import { FilmError } from "../base/errors.js";
import type { Picture } from "../base/picture.js";
import { checkPictureSize, type PictureOptions, type Size, viewOf } from "./picture-size.js";
import { resizePicture } from "./resize.js";

/** How a JPEG is compressed, for pages. */
const JPEG_QUALITY = 0.82;

/**
 * Reads a picture in whatever form the browser knows (JPEG, PNG, WebP, GIF, mostly AVIF): turned as
 * its EXIF data says, transparent parts on white, the first picture of several.
 *
 * @returns Alpha is 255 everywhere.
 * @throws FilmError `picture_unreadable`, `picture_too_large`, `picture_too_small`.
 */
export async function readPicture(blob: Blob, options: PictureOptions = {}): Promise<Picture> {
  const name = blob instanceof File ? `“${blob.name}”` : "The picture";
  if (blob.size === 0) throw unreadable(name, "it is empty (0 bytes)");
  const bitmap = await decode(blob, name);
  try {
    checkPictureSize(name, bitmap);
    const { box, size } = viewOf(bitmap, options);
    const { width, height } = box;
    const canvas = openCanvas(width, height);
    canvas.fillStyle = "white";
    canvas.fillRect(0, 0, width, height);
    canvas.drawImage(bitmap, -box.left, -box.top);
    const { data } = canvas.getImageData(0, 0, width, height);
    const picture = { data, width, height };
    return size === undefined ? picture : resizePicture(picture, size);
  } catch (error) {
    if (error instanceof FilmError) throw error;
    // Canvases have a largest size, too.
    throw unreadable(name, "this browser has no memory for it", error);
  } finally {
    bitmap.close();
  }
}

/** A picture's own size, upright. @throws FilmError `picture_unreadable`. */
export async function readPictureSize(blob: Blob): Promise<Size> {
  const bitmap = await decode(blob, "The picture");
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

async function decode(blob: Blob, name: string): Promise<ImageBitmap> {
  const decoding = createImageBitmap(blob, {
    imageOrientation: "from-image",
    colorSpaceConversion: "default",
  });
  return decoding.catch((cause: unknown) => {
    throw unreadable(name, "it is no picture that this browser knows, or damaged", cause);
  });
}

/** A picture as JPEG, for pages. */
export async function encodeJpeg(picture: Picture): Promise<Uint8Array> {
  const { width, height } = picture;
  const canvas = openCanvas(width, height);
  canvas.putImageData(imageDataOf(picture), 0, 0);
  const blob = await canvas.canvas.convertToBlob({ type: "image/jpeg", quality: JPEG_QUALITY });
  return new Uint8Array(await blob.arrayBuffer());
}

/**
 * A colour as the web writes it: #rgb, #rrggbb, a name, rgb(…), hsl(…).
 *
 * @returns Red, green, blue, sRGB 0..255; undefined if the text is no opaque colour.
 */
export async function readColor(
  text: string,
): Promise<readonly [number, number, number] | undefined> {
  const canvas = openCanvas(1, 1);
  // Text that names no colour leaves the one before.
  const understood = ["#000000", "#ffffff"].map((before) => {
    canvas.fillStyle = before;
    canvas.fillStyle = text;
    return canvas.fillStyle;
  });
  if (understood[0] !== understood[1]) return undefined;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return alpha === 255 ? [red, green, blue] : undefined;
}

/** A picture as the web's, for canvases; shares its pixels. */
export function imageDataOf({ data, width, height }: Picture): ImageData {
  const isOwn = data.buffer instanceof ArrayBuffer;
  return new ImageData(
    isOwn ? (data as Uint8ClampedArray<ArrayBuffer>) : data.slice(),
    width,
    height,
  );
}

function openCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const canvas = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (canvas === null) throw new Error(`no canvas of ${width} × ${height}`);
  return canvas;
}

function unreadable(name: string, reason: string, cause?: unknown): FilmError {
  const detail = cause instanceof Error ? ` (${cause.message})` : "";
  const message = `${name} cannot be read: ${reason}${detail}.`;
  return new FilmError("picture_unreadable", message, {}, { cause });
}
