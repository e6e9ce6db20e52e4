/**
 * @file Frames drawn by several worker threads, each with the same rig and take.
 *
 * A thread that dies rejects every frame that is open: nobody waits for a thread that is gone.
 */
import type { FrameDrawer } from "../frames/drawer.js";
import type { FramePixels } from "../frames/yuv.js";
import type { FilmMark } from "../mark/mark.js";
import type { Take } from "../performance/take.js";
import { callsTo, type Thread } from "./worker-calls.js";

/** How frames are drawn. */
export interface DrawOptions {
  readonly pixels: FramePixels;
  /** What each frame carries; nothing by default. */
  readonly mark?: FilmMark | undefined;
  /** By default one per processor. */
  readonly threads?: number | undefined;
}

/** What a thread is started with. */
export interface DrawerStart {
  /** A packed rig; in shared memory where threads may share any. */
  readonly rig: Uint8Array;
  readonly take: Take;
  readonly pixels: FramePixels;
  /** What each frame carries. */
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

/** A thread that draws. */
export interface DrawThread {
  readonly thread: Thread;
  stop(): void | Promise<void>;
}

/** Frames asked for ahead, per thread, so that none waits for the encoder. */
const AHEAD = 2;
/** More threads than this gain nothing: the encoder is the limit. */
const THREADS_MAX = 8;

/** As many threads as are worth having. @param processors - What the machine says it has. */
export function usualThreads(processors: number): number {
  return Math.min(THREADS_MAX, processors);
}

/** A take without what only its makers need: threads draw what was laid together. */
export function shownOf(take: Take): Take {
  const { layers: _, keyframes: __, edit: ___, ...shown } = take;
  return shown;
}

/** Draws with threads that were started with a `DrawerStart` each; at least one. */
export function drawWithPool(threads: readonly DrawThread[]): FrameDrawer {
  const count = threads.length;
  const workers = threads.map(({ thread }) =>
    callsTo<AskedFrame, DrawnFrame>(thread, "a drawing thread has ended"),
  );
  let turn = 0;
  return {
    lanes: count * AHEAD,
    async draw(index) {
      const worker = workers.reduce((a, b) => (b.open < a.open ? b : a), workers[turn++ % count]!);
      return (await worker.ask({ index })).bytes;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}
