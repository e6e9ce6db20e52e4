/** @file The inside of a drawing thread: an index comes in, a frame goes out. */
import { parentPort, workerData } from "node:worker_threads";
import { drawInline } from "../frames/drawer.js";
import { readRig } from "../rig/rig-file.js";
import type { AskedFrame, DrawerStart, DrawnFrame } from "./drawer-pool.js";
import type { Numbered } from "./worker-calls.js";

const { rig, take, pixels, mark } = workerData as DrawerStart;
const drawer = drawInline(readRig(rig), take, pixels, mark);

parentPort?.on("message", async ({ id, index }: Numbered<AskedFrame>) => {
  const bytes = await drawer.draw(index);
  const drawn: Numbered<DrawnFrame> = { id, bytes };
  parentPort?.postMessage(drawn, [bytes.buffer as ArrayBuffer]);
});
