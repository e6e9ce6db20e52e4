/** @file A portrait's file → the picture to be understood: at the wished size, cropped if wanted. */
import type { Picture } from "../base/picture.js";
import type { Assets, Nets } from "../base/ports.js";
import type { Run } from "../base/run.js";
import { type CropShape, faceIndexAt, findCrop } from "../portrait/crop.js";
import { readPicture } from "./node-picture.js";
import type { PictureOptions } from "./picture-size.js";

/** A portrait, ready to be understood. */
export interface PortraitPicture {
  readonly portrait: Picture;
  /** Counted from 0; the largest if absent. */
  readonly faceIndex: number | undefined;
}

/** How a portrait is read. */
export interface PortraitFileOptions extends Pick<PictureOptions, "sizePx" | "pixelsMost"> {
  readonly crop?: CropShape | undefined;
  /** Counted from 0; the largest if absent. */
  readonly faceIndex?: number | undefined;
}

/**
 * Reads a portrait.
 *
 * @returns With a crop, the face's number in what is left of the picture.
 * @throws FilmError as `readPicture` and `findCrop`.
 */
export async function readPortraitFile(
  path: string,
  { crop, faceIndex, ...size }: PortraitFileOptions,
  on: { readonly nets: Nets; readonly assets: Assets },
  run?: Run,
): Promise<PortraitPicture> {
  if (crop === undefined) return { portrait: await readPicture(path, size), faceIndex };
  const { pixelsMost } = size;
  const part = await findCrop(
    await readPicture(path, { pixelsMost }),
    on,
    crop,
    { faceIndex },
    run,
  );
  const portrait = await readPicture(path, { ...size, part });
  return { portrait, faceIndex: await faceIndexAt(portrait, on, part.face) };
}
