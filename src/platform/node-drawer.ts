/** @file Frames drawn by worker threads that share one copy of the rig. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { FrameDrawer } from "../frames/drawer.js";
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { writeRig } from "../rig/rig-file.js";
import {
  type DrawerStart,
  type DrawOptions,
  drawWithPool,
  shownOf,
  usualThreads,
} from "./drawer-pool.js";
import { threadOf } from "./node-thread.js";

/** Draws with worker threads. */
export function drawWithThreads(
  rig: Rig,
  take: Take,
  { pixels, mark, threads }: DrawOptions,
): FrameDrawer {
  const count = threads ?? usualThreads(availableParallelism());
  const packed = writeRig(rig);
  const shared = new Uint8Array(new SharedArrayBuffer(packed.length));
  shared.set(packed);
  const start: DrawerStart = { rig: shared, take: shownOf(take), pixels, mark };
  return drawWithPool(
    Array.from({ length: count }, () => {
      const worker = new Worker(new URL("./node-drawer-thread.js", import.meta.url), {
        workerData: start,
      });
      return { thread: threadOf(worker), stop: async () => void (await worker.terminate()) };
    }),
  );
}
