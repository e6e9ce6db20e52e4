/** @file A thread that makes batches, so that the next is ready when a step is done. */
import { parentPort, workerData } from "node:worker_threads";
import type { Feed } from "../../src/learn/trainer.js";
import { makeBatches } from "./batches.js";
import { readSources } from "./material.js";

const { work, seed } = workerData as { work: string; seed: number };
const makeBatch = makeBatches(await readSources(work), seed);

parentPort?.on("message", (index: number) => {
  const batch: Record<string, Feed> = makeBatch(index);
  const buffers = Object.values(batch).map(({ data }) => data.buffer as ArrayBuffer);
  parentPort?.postMessage({ index, batch }, buffers);
});
