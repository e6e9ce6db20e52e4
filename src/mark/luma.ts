/** @file The luma of pictures, and the mean luma of many, in which their common mark stands out. */
import { assert } from "../base/assert.js";
import type { Picture } from "../base/picture.js";
import { makePlane, type Plane } from "../base/plane.js";

/** What colours add to luma. @source ITU-R BT.709-6. */
export const LUMA = { red: 0.2126, green: 0.7152, blue: 0.0722 } as const;

/** Luma of a picture, 0..255. */
export function lumaOf(picture: Picture): Plane {
  const mean = makeMeanLuma(picture);
  mean.add(picture);
  return mean.plane();
}

/** The mean of pictures of one size; memory does not grow with their number. */
export interface MeanLuma {
  add(picture: Picture): void;
  /** The mean so far, 0..255. */
  plane(): Plane;
}

/** Begins a mean. @param size - Of the pictures, px. */
export function makeMeanLuma({ width, height }: Pick<Picture, "width" | "height">): MeanLuma {
  const sums = makePlane(width, height);
  const { red, green, blue } = LUMA;
  let count = 0;
  return {
    add(picture) {
      assert(picture.width === width && picture.height === height, "pictures of one size");
      const { data } = picture;
      for (let i = 0, from = 0; i < sums.data.length; i++, from += 4) {
        sums.data[i] += red * data[from] + green * data[from + 1] + blue * data[from + 2];
      }
      count++;
    },
    plane() {
      assert(count > 0, "a picture");
      return { ...sums, data: sums.data.map((sum) => sum / count) };
    },
  };
}
