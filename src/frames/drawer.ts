/** @file Frames on demand, ready for an encoder: the door behind which threads may work. */
import type { Picture } from "../base/picture.js";
import type { FilmMark } from "../mark/mark.js";
import { drawMark } from "../mark/marker.js";
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { momentsOf } from "./moment.js";
import { makeRenderer } from "./renderer.js";
import { evenSize, type FramePixels, frameBytes, i420Bytes } from "./yuv.js";

/** Draws single frames of one take. */
export interface FrameDrawer {
  /** How many frames are worth asking for at once. */
  readonly lanes: number;
  /** @returns A frame of `evenSize`; the caller's to keep. */
  draw(index: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Draws on the caller's thread.
 *
 * @param pixels - "i420" by default.
 * @param mark - What each frame carries; nothing by default.
 */
export function drawInline(
  rig: Rig,
  take: Take,
  pixels: FramePixels = "i420",
  mark?: FilmMark,
): FrameDrawer {
  const renderer = makeRenderer(rig);
  const momentAt = momentsOf(take);
  const { width, height } = evenSize(rig.picture);
  if (mark !== undefined) {
    renderer.mark.set(drawMark(rig.picture, { width, height }, mark).steps);
  }
  return {
    lanes: 1,
    async draw(index) {
      const frame = renderer.render(momentAt(index));
      const out = new Uint8Array(frameBytes(pixels, width, height));
      if (pixels === "rgba") return renderer.toRgba(out);
      const opacityAt = i420Bytes(width, height);
      renderer.toI420(out.subarray(0, opacityAt));
      if (pixels === "i420a") copyOpacity(frame, width, height, out.subarray(opacityAt));
      return out;
    },
    async close() {},
  };
}

function copyOpacity(frame: Picture, width: number, height: number, out: Uint8Array): void {
  for (let y = 0, to = 0; y < height; y++) {
    let from = 4 * y * frame.width + 3;
    for (let x = 0; x < width; x++, from += 4) out[to++] = frame.data[from];
  }
}
