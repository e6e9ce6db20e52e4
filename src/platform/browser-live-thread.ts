/** @file The inside of a live view's worker: a time comes in, a frame is on the canvas. */
import { assert } from "../base/assert.js";
import { makeLiveDrawer } from "../frames/live-drawer.js";
import { readRig } from "../rig/rig-file.js";
import type { AskedLive, LiveStart, ShownFrame } from "./browser-live.js";
import { imageDataOf } from "./browser-picture.js";
import { serve } from "./browser-thread.js";

serve<LiveStart, AskedLive, ShownFrame>(({ rig, canvas }) => {
  const drawer = makeLiveDrawer(readRig(rig));
  const context = canvas.getContext("2d", { desynchronized: true });
  assert(context !== null, "a canvas for pictures");
  const show = (seconds: number): number | undefined => {
    const frame = drawer.draw(seconds);
    if (frame === undefined) return undefined;
    const { width, height } = frame.picture;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.putImageData(imageDataOf(frame.picture), 0, 0);
    return frame.index;
  };
  return async (asked) => {
    const began = performance.now();
    let index: number | undefined;
    if ("rig" in asked) drawer.wear(readRig(asked.rig));
    else if ("play" in asked) drawer.play(asked.play);
    else if ("append" in asked) drawer.append(asked.append);
    else index = show(asked.seconds);
    const milliseconds = performance.now() - began;
    return { answer: index === undefined ? { milliseconds } : { index, milliseconds } };
  };
});
