/**
 * @file Networks in a thread of their own, so that films can be read and pictures prepared while
 * they run. The native runtime would hold the caller's thread.
 */
import { Worker } from "node:worker_threads";
import type { AssetName, Net, Nets } from "../base/ports.js";
import { forbidTelemetry } from "./node-nets.js";
import { callsTo } from "./worker-calls.js";

/** What the thread is started with. */
export interface NetsStart {
  readonly kind: "native" | "wasm";
}

/** What the thread is asked. */
export interface AskedRun {
  readonly name: AssetName;
  readonly input: Float32Array;
  readonly shape: readonly number[];
}

/** What it answers: outputs by name, or why there are none. */
export type AnsweredRun =
  | { readonly outputs: Readonly<Record<string, Float32Array>> }
  | { readonly reason: string };

/** Networks that run aside. The thread keeps the process alive only while it is asked. */
export function openNetsAside(kind: "native" | "wasm"): Nets {
  // Threads see a copy of the environment, the runtime the real one: it is set before they start.
  if (kind === "native") forbidTelemetry();
  const start: NetsStart = { kind };
  const worker = new Worker(new URL("./node-nets-thread.js", import.meta.url), {
    workerData: start,
  });
  const calls = callsTo<AskedRun, AnsweredRun>(worker, "the networks' thread has ended");
  // Only now: listening for messages holds the process.
  worker.unref();
  const runAside = (name: AssetName): Net["run"] => {
    return async (input, shape) => {
      worker.ref();
      try {
        const answer = await calls.ask({ name, input, shape });
        if ("reason" in answer) throw new Error(answer.reason);
        return answer.outputs;
      } finally {
        if (calls.open === 0) worker.unref();
      }
    };
  };
  return { open: async (name) => ({ run: runAside(name) }) };
}
