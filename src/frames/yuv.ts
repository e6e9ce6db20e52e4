/**
 * @file Frames as encoders want them: I420, BT.709, limited range.
 *
 * A luma plane, then Cb and Cr at half size (means of 2 × 2 pixels), without gaps. The kernel makes
 * them (tools/kernel/kernel.ts): Y = 16 + 219·Y', C = 128 + 224·C', coefficients · 2¹⁶.
 *
 * @source ITU-R BT.709-6.
 */

/** Size of a frame in I420; odd rows and columns of the picture are left out. */
export function evenSize({ width, height }: { readonly width: number; readonly height: number }) {
  return { width: width & ~1, height: height & ~1 };
}

/** Bytes of an I420 frame of even width and height. */
export function i420Bytes(width: number, height: number): number {
  return (width * height * 3) / 2;
}

/**
 * How the pixels of a frame lie: I420; I420 and behind it the opacity at full size, 0..255; or
 * RGBA, straight.
 */
export type FramePixels = "i420" | "i420a" | "rgba";

/** Bytes of a frame of even width and height. */
export function frameBytes(pixels: FramePixels, width: number, height: number): number {
  if (pixels === "rgba") return 4 * width * height;
  return i420Bytes(width, height) + (pixels === "i420a" ? width * height : 0);
}
