/**
 * @file Networks in a thread of their own, so that films can be read and pictures prepared while
 * they run. The native runtime would hold the caller's thread.
 */
import { Worker } from "node:worker_threads";
import type { Nets } from "../base/ports.js";
import { type AnsweredNet, type AskedNet, netsThrough } from "./nets-calls.js";
import { forbidTelemetry } from "./node-nets.js";
import { threadOf } from "./node-thread.js";
import { callsTo } from "./worker-calls.js";

/** What the thread is started with. */
export interface NetsStart {
  readonly kind: "native" | "wasm";
}

/** Networks that run aside. The thread keeps the process alive only while it is asked. */
export function openNetsAside(kind: "native" | "wasm"): Nets {
  // Threads see a copy of the environment, the runtime the real one: it is set before they start.
  if (kind === "native") forbidTelemetry();
  const start: NetsStart = { kind };
  const worker = new Worker(new URL("./node-nets-thread.js", import.meta.url), {
    workerData: start,
  });
  const calls = callsTo<AskedNet, AnsweredNet>(threadOf(worker), "the networks' thread has ended");
  // Only now: listening for messages holds the process.
  worker.unref();
  return netsThrough({
    async ask(question) {
      worker.ref();
      try {
        return await calls.ask(question);
      } finally {
        if (calls.open === 0) worker.unref();
      }
    },
  });
}
