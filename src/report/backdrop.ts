/** @file The portrait's background, to see whether a film has left it alone. */
import type { Picture } from "../base/picture.js";
import { grow, resizePlane } from "../base/plane.js";
import type { Portrait } from "../portrait/portrait.js";
import { shrinkTo } from "./film-sheet.js";

/** A picture at a film's size, and where nobody is or comes. */
export interface Backdrop {
  readonly picture: Picture;
  /** 1 where it is looked at, shape [height, width]. */
  readonly away: Uint8Array;
}

/** How far from the person the background is looked at, as a share of the picture's long side. */
const MARGIN = 0.06;
/** Films and portraits whose shapes differ by more than this cannot be laid over each other. */
const SHAPE_TOLERANCE = 0.02;
/** Every so many pixels are looked at: a prime, so that no column is left out. */
const STRIDE = 7;
/** A background smaller than this share of the picture is none. */
const LEAST_SHARE = 0.02;

/** The background of a portrait for films of a size; undefined if they do not fit, or show none. */
export function backdropOf(
  { picture, matte }: Portrait,
  size: { readonly width: number; readonly height: number },
): Backdrop | undefined {
  const stretch = picture.width / size.width / (picture.height / size.height);
  if (Math.abs(stretch - 1) > SHAPE_TOLERANCE) return undefined;
  const person = resizePlane(matte, size.width, size.height);
  const near = grow(
    { ...person, data: person.data.map((value) => (value > 0.05 ? 1 : 0)) },
    MARGIN * Math.max(size.width, size.height),
  );
  const away = Uint8Array.from(near.data, (value) => (value > 0 ? 0 : 1));
  const share = away.reduce((sum, is) => sum + is, 0) / away.length;
  if (share < LEAST_SHARE) return undefined;
  const isSame = picture.width === size.width && picture.height === size.height;
  return { picture: isSame ? picture : shrinkTo(picture, size.width, size.height), away };
}

/** Mean and largest difference of brightness outside the person, levels. */
export function backdropDifference(
  { picture, away }: Backdrop,
  { data }: Picture,
): { readonly mean: number; readonly largest: number } {
  let [sum, count, largest] = [0, 0, 0];
  for (let pixel = 0; pixel < away.length; pixel += STRIDE) {
    if (away[pixel] === 0) continue;
    const i = 4 * pixel;
    const difference = Math.abs(lumaAt(data, i) - lumaAt(picture.data, i));
    sum += difference;
    largest = Math.max(largest, difference);
    count++;
  }
  return { mean: count === 0 ? 0 : sum / count, largest };
}

function lumaAt(data: Uint8ClampedArray, i: number): number {
  return (data[i] * 54 + data[i + 1] * 183 + data[i + 2] * 19) / 256;
}
