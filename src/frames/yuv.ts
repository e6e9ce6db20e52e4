/** @file Frames as encoders want them: I420, BT.709, limited range. */
import type { Picture } from "../base/picture.js";

/** Size of a frame in I420; odd rows and columns of the picture are left out. */
export function evenSize({ width, height }: { readonly width: number; readonly height: number }) {
  return { width: width & ~1, height: height & ~1 };
}

/** Bytes of an I420 frame of even width and height. */
export function i420Bytes(width: number, height: number): number {
  return (width * height * 3) / 2;
}

/**
 * sRGB → Y'CbCr: luma plane, then Cb and Cr at half size (means of 2 × 2 pixels).
 *
 * @param out - Shape [i420Bytes]; of `evenSize`.
 * @source ITU-R BT.709-6 with 8-bit limited range: Y 16..235, C 16..240; coefficients · 2¹⁶.
 */
export function toI420({ data, width, height }: Picture, out: Uint8Array): Uint8Array {
  const { width: w, height: h } = evenSize({ width, height });
  let cb = w * h;
  let cr = cb + (w * h) / 4;
  for (let y = 0; y < h; y += 2) {
    let i = y * width * 4;
    let j = i + width * 4;
    let top = y * w;
    let bottom = top + w;
    for (let x = 0; x < w; x += 2, i += 8, j += 8) {
      const r0 = data[i];
      const g0 = data[i + 1];
      const b0 = data[i + 2];
      const r1 = data[i + 4];
      const g1 = data[i + 5];
      const b1 = data[i + 6];
      const r2 = data[j];
      const g2 = data[j + 1];
      const b2 = data[j + 2];
      const r3 = data[j + 4];
      const g3 = data[j + 5];
      const b3 = data[j + 6];
      out[top++] = 16 + ((11966 * r0 + 40254 * g0 + 4064 * b0 + 32768) >> 16);
      out[top++] = 16 + ((11966 * r1 + 40254 * g1 + 4064 * b1 + 32768) >> 16);
      out[bottom++] = 16 + ((11966 * r2 + 40254 * g2 + 4064 * b2 + 32768) >> 16);
      out[bottom++] = 16 + ((11966 * r3 + 40254 * g3 + 4064 * b3 + 32768) >> 16);
      const r = (r0 + r1 + r2 + r3 + 2) >> 2;
      const g = (g0 + g1 + g2 + g3 + 2) >> 2;
      const b = (b0 + b1 + b2 + b3 + 2) >> 2;
      out[cb++] = 128 + ((-6596 * r - 22189 * g + 28785 * b + 32768) >> 16);
      out[cr++] = 128 + ((28784 * r - 26145 * g - 2639 * b + 32768) >> 16);
    }
  }
  return out;
}
