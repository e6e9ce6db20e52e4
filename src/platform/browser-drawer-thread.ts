/** @file The inside of a drawing worker: an index comes in, a frame goes out. */
import { drawInline } from "../frames/drawer.js";
import { readRig } from "../rig/rig-file.js";
import { serve } from "./browser-thread.js";
import type { AskedFrame, DrawerStart, DrawnFrame } from "./drawer-pool.js";

serve<DrawerStart, AskedFrame, DrawnFrame>(({ rig, take, pixels, mark }) => {
  const drawer = drawInline(readRig(rig), take, pixels, mark);
  return async ({ index }) => {
    const bytes = await drawer.draw(index);
    return { answer: { bytes }, transfer: [bytes.buffer as ArrayBuffer] };
  };
});
