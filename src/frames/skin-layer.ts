/** @file The skin as seen in one frame: for each pixel, which place of the portrait it shows. */
import type { Box } from "../base/plane.js";

/** Planes of the window's size, row-major. */
export interface SkinLayer {
  /** The window, frame px. */
  readonly box: Box;
  /** cam z, px: larger is nearer; `NO_SKIN` where there is none. */
  readonly depth: Float32Array;
  /** Four numbers a pixel, see `SKIN`; valid where there is skin. */
  readonly attributes: Float32Array;
  /** RGBA; likewise. */
  readonly color: Uint8ClampedArray;
}

/** Depth of pixels without skin: the least float32. */
export const NO_SKIN = -3.4028234663852886e38;

/** Numbers per pixel, and where each stands. */
export const SKIN = {
  size: 4,
  /** Place in the portrait, px. */
  x: 0,
  y: 1,
  /** Brightness against the portrait, 1 = unchanged. */
  light: 2,
  /** 0..1: fades towards the face's outline. */
  opacity: 3,
} as const;
