/** @file Frames drawn by a page's workers. */
import type { FrameDrawer } from "../frames/drawer.js";
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { writeRig } from "../rig/rig-file.js";
import { startThread } from "./browser-thread.js";
import {
  type DrawerStart,
  type DrawOptions,
  drawWithPool,
  shownOf,
  usualThreads,
} from "./drawer-pool.js";

/** Draws with a page's workers. */
export function drawWithThreads(
  rig: Rig,
  take: Take,
  { pixels, mark, threads }: DrawOptions,
): FrameDrawer {
  const count = threads ?? usualThreads(navigator.hardwareConcurrency);
  const shared = sharedIfPossible(writeRig(rig));
  const start: DrawerStart = { rig: shared, take: shownOf(take), pixels, mark };
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
