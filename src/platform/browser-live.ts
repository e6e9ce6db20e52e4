/** @file A face that is watched while it speaks: a worker draws it into a canvas of the page. */
import type { Take } from "../performance/take.js";
import type { Rig } from "../rig/rig.js";
import { writeRig } from "../rig/rig-file.js";
import { startThread } from "./browser-thread.js";
import { shownOf } from "./drawer-pool.js";
import { callsTo } from "./worker-calls.js";

/** What the thread is started with. */
export interface LiveStart {
  /** A packed rig. */
  readonly rig: Uint8Array;
  readonly canvas: OffscreenCanvas;
}

/** What the thread is asked. */
export type AskedLive =
  | { readonly rig: Uint8Array }
  | { readonly play: Take }
  | { readonly append: Take }
  | { readonly seconds: number };

/** What was shown. */
export interface ShownFrame {
  /** Counted from the first frame that was given; absent if the canvas is as it was. */
  readonly index?: number;
  /** What it took to draw it and lay it on the canvas. */
  readonly milliseconds: number;
}

/**
 * Shows a rig. The clock is the page's: it asks for times, at best where it is about to paint,
 *
 *     const tick = async () => {
 *       await view.show(audio.currentTime);
 *       requestAnimationFrame(tick);
 *     };
 *
 * and frames that are late are left out. Calls are done in the order in which they were made.
 */
export interface LiveView {
  /** Puts another rig in the place of the one that is shown; the canvas takes its size. */
  wear(rig: Rig): Promise<void>;
  /** Plays this take from its frame 0 on: what sliders and the timeline have made anew. */
  play(take: Take): Promise<void>;
  /** Adds frames behind those that are known: what `performLive` gives while somebody speaks. */
  append(take: Take): Promise<void>;
  /** Shows the frame of a time, or the nearest there is. @param seconds - Since frame 0. */
  show(seconds: number): Promise<ShownFrame>;
  close(): void;
}

/**
 * Opens a view; nothing is shown before there is a take.
 *
 * @param canvas - Handed over for good: `canvas.transferControlToOffscreen()`.
 */
export function openLiveView(rig: Rig, canvas: OffscreenCanvas): LiveView {
  const worker = new Worker(new URL("./browser-live-thread.js", import.meta.url), {
    type: "module",
  });
  const start: LiveStart = { rig: writeRig(rig), canvas };
  const { thread, stop } = startThread(worker, start, [canvas]);
  const { ask } = callsTo<AskedLive, ShownFrame>(thread, "the live view has been closed");
  return {
    wear: async (other) => void (await ask({ rig: writeRig(other) })),
    play: async (take) => void (await ask({ play: shownOf(take) })),
    append: async (take) => void (await ask({ append: shownOf(take) })),
    show: (seconds) => ask({ seconds }),
    close: stop,
  };
}
