/** @file Networks of a page, in a worker of their own: they would hold its thread. */
import type { Nets } from "../base/ports.js";
import { startThread } from "./browser-thread.js";
import { type AnsweredNet, type AskedNet, netsThrough } from "./nets-calls.js";
import { callsTo } from "./worker-calls.js";

/** What the thread is started with. */
export interface NetsStart {
  /** Address of the folder in which `assets/` and the runtime's files lie. */
  readonly files: string;
}

/** Networks that run aside. */
export interface NetsAside extends Nets {
  /** Ends the worker. */
  close(): void;
}

/** Starts the worker. @param files - See `NetsStart`. */
export function openNetsAside(files: URL): NetsAside {
  const worker = new Worker(new URL("./browser-nets-thread.js", import.meta.url), {
    type: "module",
  });
  const start: NetsStart = { files: files.href };
  const { thread, stop } = startThread(worker, start);
  const calls = callsTo<AskedNet, AnsweredNet>(thread, "the networks' thread has ended");
  return { ...netsThrough(calls), close: stop };
}
