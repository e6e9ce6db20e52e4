/** @file Frames on demand, ready for an encoder: the door behind which threads may work. */
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { momentsOf } from "./moment.js";
import { makeRenderer } from "./renderer.js";
import { evenSize, i420Bytes } from "./yuv.js";

/** Draws single frames of one take. */
export interface FrameDrawer {
  /** How many frames are worth asking for at once. */
  readonly lanes: number;
  /** @returns I420 of `evenSize`; the caller's to keep. */
  draw(index: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Draws on the caller's thread. */
export function drawInline(rig: Rig, take: Take): FrameDrawer {
  const renderer = makeRenderer(rig);
  const momentAt = momentsOf(take);
  const { width, height } = evenSize(rig.picture);
  return {
    lanes: 1,
    async draw(index) {
      renderer.render(momentAt(index));
      return renderer.toI420(new Uint8Array(i420Bytes(width, height)));
    },
    async close() {},
  };
}
