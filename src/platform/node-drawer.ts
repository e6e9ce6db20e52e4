/**
 * @file Frames drawn by worker threads that share one copy of the rig.
 *
 * A thread that dies rejects every frame that is open: nobody waits for a thread that is gone.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { FrameDrawer } from "../frames/drawer.js";
import type { FramePixels } from "../frames/yuv.js";
import type { FilmMark } from "../mark/mark.js";
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { writeRig } from "../rig/rig-file.js";
import { callsTo } from "./worker-calls.js";

/** What a thread is started with. */
export interface DrawerStart {
  /** A packed rig in shared memory. */
  readonly rig: Uint8Array;
  readonly take: Take;
  readonly pixels: FramePixels;
  readonly mark: FilmMark | undefined;
}

/** What a thread is asked. */
export interface AskedFrame {
  readonly index: number;
}

/** What a thread answers. */
export interface DrawnFrame {
  readonly bytes: Uint8Array;
}

/** Frames asked for ahead, per thread, so that none waits for the encoder. */
const AHEAD = 2;
/** More threads than this gain nothing: the encoder is the limit. */
const THREADS_MAX = 8;

/** How frames are drawn. */
export interface DrawOptions {
  readonly pixels: FramePixels;
  /** What each frame carries; nothing by default. */
  readonly mark?: FilmMark | undefined;
  /** By default one per processor. */
  readonly threads?: number | undefined;
}

/** Draws with worker threads. */
export function drawWithThreads(
  rig: Rig,
  take: Take,
  { pixels, mark, threads }: DrawOptions,
): FrameDrawer {
  const count = threads ?? Math.min(THREADS_MAX, availableParallelism());
  const packed = writeRig(rig);
  const shared = new Uint8Array(new SharedArrayBuffer(packed.length));
  shared.set(packed);
  // Threads draw what was laid together: layers stay here.
  const { layers: _, keyframes: __, ...shown } = take;
  const workers = Array.from({ length: count }, () =>
    startWorker({ rig: shared, take: shown, pixels, mark }),
  );
  let turn = 0;
  return {
    lanes: count * AHEAD,
    draw(index) {
      const worker = workers.reduce((a, b) => (b.open < a.open ? b : a), workers[turn++ % count]!);
      return worker.draw(index);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

interface DrawWorker {
  readonly open: number;
  draw(index: number): Promise<Uint8Array>;
  stop(): Promise<void>;
}

function startWorker(start: DrawerStart): DrawWorker {
  const worker = new Worker(new URL("./node-drawer-thread.js", import.meta.url), {
    workerData: start,
  });
  const calls = callsTo<AskedFrame, DrawnFrame>(worker, "a drawing thread has ended");
  return {
    get open() {
      return calls.open;
    },
    draw: async (index) => (await calls.ask({ index })).bytes,
    async stop() {
      await worker.terminate();
    },
  };
}
