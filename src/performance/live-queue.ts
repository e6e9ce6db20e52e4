/**
 * @file Sound that comes when it comes → a live performance, which takes one block after the other.
 *
 * While it is busy, blocks are joined: a machine that is slow for a moment catches up, and none that is
 * slow for good piles up work.
 */
import { joinBlocks } from "../base/join.js";
import type { LivePerformance } from "./live.js";
import type { Take } from "./take.js";

/** Where a microphone's blocks go. */
export interface LiveQueue {
  /** Takes a block, and returns at once. */
  push(samples: Float32Array): void;
  /** Settled when all has been given, the frames that were left too. Rejects with what went wrong. */
  finish(): Promise<void>;
}

/**
 * Opens a queue before a live performance.
 *
 * @param give - Takes the frames in their order, as `LivePerformance.push` returns them.
 */
export function queueLive(acting: LivePerformance, give: (take: Take) => void): LiveQueue {
  let waiting: Float32Array[] = [];
  let working: Promise<void> | undefined;
  let hasFailed = false;
  const hand = (take: Take | undefined) => {
    if (take !== undefined) give(take);
  };
  const work = async () => {
    while (waiting.length > 0) {
      const block = joinBlocks(waiting);
      waiting = [];
      try {
        hand(await acting.push(block));
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
    working = undefined;
  };
  return {
    push(samples) {
      if (hasFailed) return;
      waiting.push(samples);
      working ??= work();
      // Heard by `finish`; until then it must not count as unhandled.
      working.catch(() => undefined);
    },
    async finish() {
      await working;
      hand(await acting.finish());
    },
  };
}
