/** @file Node's worker threads, as they are asked here. */
import type { Worker } from "node:worker_threads";
import type { Thread } from "./worker-calls.js";

/** A worker as a thread. */
export function threadOf(worker: Worker): Thread {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    listen({ message, failure, end }) {
      worker.on("message", message);
      worker.on("error", failure);
      worker.on("exit", end);
    },
  };
}
