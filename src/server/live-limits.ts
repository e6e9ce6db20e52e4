/** @file What live sessions may cost, each and together. */
import { availableParallelism } from "node:os";

/**
 * Sound that a frame waits for, s. Over 8 s of a sample lips are as near to those of the whole voice as
 * with a quarter of a second, and answers come sooner.
 */
export const LIVE_LOOK_AHEAD_SECONDS = 0.16;

/** What live sessions may cost at most. */
export interface LiveLimits {
  /** Sessions at once, of all and of one account; each keeps a processor busy. */
  readonly sessionsMost: number;
  readonly accountMost: number;
  /** A session's length, s. */
  readonly seconds: number;
  /** For how long the hello, then the first answer, and any message may be waited for, ms. */
  readonly helloMs: number;
  readonly startMs: number;
  readonly idleMs: number;
  /** How often a client is asked whether it lives; one that has not answered by the next time is gone, ms. */
  readonly pingMs: number;
  readonly messageBytesMost: number;
  readonly messagesPerSecond: number;
  /** How far sound may be ahead of the clock, s. */
  readonly aheadSeconds: number;
  /** Answers that wait for a slow client; what would come on top is dropped, bytes. */
  readonly waitingBytesMost: number;
  /** Of JavaScript's heap, and of the whole process (only seen on Linux), MB. */
  readonly heapMb: number;
  readonly memoryMb: number;
}

/** What live sessions may cost if nobody says otherwise. */
export const USUAL_LIVE: LiveLimits = {
  sessionsMost: Math.max(1, availableParallelism() - 1),
  ...{ accountMost: 2, seconds: 600, helloMs: 5000, startMs: 60_000, idleMs: 15_000 },
  ...{ pingMs: 10_000, messageBytesMost: 65_536, messagesPerSecond: 200, aheadSeconds: 2 },
  ...{ waitingBytesMost: 1_000_000, heapMb: 1024, memoryMb: 3072 },
};
