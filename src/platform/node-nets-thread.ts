/** @file The inside of the networks' thread: numbers come in, numbers go out. */
import { parentPort, workerData } from "node:worker_threads";
import { openAssets } from "./node-assets.js";
import { openNets } from "./node-nets.js";
import type { AnsweredRun, AskedRun, NetsStart } from "./node-nets-aside.js";
import type { Numbered } from "./worker-calls.js";

const { kind } = workerData as NetsStart;
const nets = openNets(openAssets(), kind);

parentPort?.on("message", async ({ id, name, input, shape }: Numbered<AskedRun>) => {
  let answer: Numbered<AnsweredRun>;
  try {
    const net = await nets.open(name);
    answer = { id, outputs: await net.run(input, shape) };
  } catch (error) {
    answer = { id, reason: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
