/** @file How a long call is watched and stopped. */
import type { Failure } from "./errors.js";

/** The part of the web's AbortSignal that the core needs. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Throws the signal's own reason if it was aborted. */
  throwIfAborted(): void;
}

/** Where a long call is. The same shape on a terminal, in `--json`, in a worker. */
export interface Progress {
  /** Name of the stage: "portrait", "rig", "voice", "take", "film". */
  readonly stage: string;
  /** Units finished of `total`; frames for "film". */
  readonly done: number;
  readonly total: number;
}

/** How a long call is watched and stopped; all optional. */
export interface Run {
  readonly signal?: CancelSignal | undefined;
  readonly onProgress?: ((at: Progress) => void) | undefined;
  /** Hears of what may spoil the film as soon as it is found, long before the film is made. */
  readonly onWarning?: ((warning: Failure) => void) | undefined;
}

/** Reports progress, and stops here if the caller wants to stop. */
export function step(run: Run | undefined, stage: string, done: number, total: number): void {
  run?.signal?.throwIfAborted();
  run?.onProgress?.({ stage, done, total });
}
