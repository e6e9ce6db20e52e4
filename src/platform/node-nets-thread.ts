/** @file The inside of the networks' thread. */
import { parentPort, workerData } from "node:worker_threads";
import { type AnsweredNet, type AskedNet, answerNet } from "./nets-calls.js";
import { openAssets } from "./node-assets.js";
import { openNets } from "./node-nets.js";
import type { NetsStart } from "./node-nets-aside.js";
import type { Numbered } from "./worker-calls.js";

const { kind } = workerData as NetsStart;
const nets = openNets(openAssets(), kind);

parentPort?.on("message", async ({ id, ...asked }: Numbered<AskedNet>) => {
  const answer: Numbered<AnsweredNet> = { ...(await answerNet(nets, asked)), id };
  parentPort?.postMessage(answer);
});
