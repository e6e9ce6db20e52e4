/**
 * @file Networks in a thread of their own, so that films can be read and pictures prepared while
 * they run. The native runtime would hold the caller's thread.
 */
import { Worker } from "node:worker_threads";
import type { AssetName, Net, Nets } from "../base/ports.js";
import { forbidTelemetry } from "./node-nets.js";

/** What the thread is started with. */
export interface NetsStart {
  readonly kind: "native" | "wasm";
}

/** What the thread is asked. */
export interface AskedRun {
  readonly id: number;
  readonly name: AssetName;
  readonly input: Float32Array;
  readonly shape: readonly number[];
}

/** What it answers: outputs by name, or why there are none. */
export type AnsweredRun =
  | { readonly id: number; readonly outputs: Readonly<Record<string, Float32Array>> }
  | { readonly id: number; readonly reason: string };

interface Waiting {
  resolve(outputs: Readonly<Record<string, Float32Array>>): void;
  reject(reason: Error): void;
}

/** Networks that run aside. The thread does not keep the process alive. */
export function openNetsAside(kind: "native" | "wasm"): Nets {
  // Threads see a copy of the environment, the runtime the real one: it is set before they start.
  if (kind === "native") forbidTelemetry();
  const start: NetsStart = { kind };
  const worker = new Worker(new URL("./node-nets-thread.js", import.meta.url), {
    workerData: start,
  });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let dead: Error | undefined;
  const fail = (reason: Error) => {
    dead ??= reason;
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
  };
  worker.on("message", (answer: AnsweredRun) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if ("outputs" in answer) asked?.resolve(answer.outputs);
    else asked?.reject(new Error(answer.reason));
  });
  // Only now: listening for messages holds the process again.
  worker.unref();
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("the networks' thread has ended")));
  const runAside = (name: AssetName): Net["run"] => {
    return (input, shape) => {
      if (dead !== undefined) return Promise.reject(dead);
      return new Promise((resolve, reject) => {
        const asked: AskedRun = { id: nextId++, name, input, shape };
        waiting.set(asked.id, { resolve, reject });
        // While something is asked the process waits for the answer.
        worker.ref();
        worker.postMessage(asked);
      });
    };
  };
  return { open: async (name) => ({ run: runAside(name) }) };
}
