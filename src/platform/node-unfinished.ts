/** @file Temporary files of this process, of which none is left when it ends. */
import { rmSync } from "node:fs";

const unfinished = new Set<string>();
let watchesExit = false;

/** Lets a temporary file or folder be removed when the process ends before it is finished. */
export function keepUnfinished(path: string): void {
  unfinished.add(path);
  if (!watchesExit) process.on("exit", removeUnfinished);
  watchesExit = true;
}

/** It is in its place, or gone. */
export function forgetUnfinished(path: string): void {
  unfinished.delete(path);
}

/** Removes every file of this process that was neither committed nor discarded. */
export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { force: true, recursive: true });
  unfinished.clear();
}

/**
 * Lets Ctrl-C, a closed terminal and `kill` remove unfinished files before they end the process.
 * For programs, not libraries: it takes over these signals.
 *
 * @returns Gives the signals back.
 */
export function removeUnfinishedOnSignals(): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (signal: NodeJS.Signals) => {
    removeUnfinished();
    release();
    // Now without us: the process ends as it would have, and its parent sees why.
    process.kill(process.pid, signal);
  };
  const release = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return release;
}
