/** @file Frames drawn by a page's workers. */
import type { FrameDrawer } from "../frames/drawer.js";
import type { FramePixels } from "../frames/yuv.js";
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { writeRig } from "../rig/rig-file.js";
import { startThread } from "./browser-thread.js";
import { type DrawerStart, drawWithPool, shownOf, usualThreads } from "./drawer-pool.js";

/** Draws with `threads` workers; by default one per processor. */
export function drawWithThreads(
  rig: Rig,
  take: Take,
  pixels: FramePixels,
  threads?: number,
): FrameDrawer {
  const count = threads ?? usualThreads(navigator.hardwareConcurrency);
  const start: DrawerStart = { rig: sharedIfPossible(writeRig(rig)), take: shownOf(take), pixels };
  return drawWithPool(
    Array.from({ length: count }, () => {
      const worker = new Worker(new URL("./browser-drawer-thread.js", import.meta.url), {
        type: "module",
      });
      return startThread(worker, start);
    }),
  );
}

/** One copy for all threads where the page is isolated from others; else each gets its own. */
function sharedIfPossible(bytes: Uint8Array): Uint8Array {
  if (!crossOriginIsolated) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
