/**
 * @file Trains the articulatory network: `tsx training/articulation/train.ts [--work DIR] [--steps N] [--until N]
 * [--seed N]`.
 *
 * Saves its state as it goes, and resumes from it; the finished network is `articulation.onnx` in
 * the folder of work. Stop it with Ctrl-C at any time, or with `--until` at a step of the whole run:
 * labels can be placed anew there, see realign.ts.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { TrainStep } from "../../src/learn/train-step.js";
import {
  type Feed,
  rateAt,
  resumeTraining,
  saveTraining,
  startTraining,
  trainOnce,
  weightsOf,
} from "../../src/learn/trainer.js";
import { openGraph, openThread } from "../runtime.js";
import { articulationNet, articulationStep } from "./graphs.js";
import { readHeldBack } from "./material.js";
import { describe, scoreNet } from "./score.js";

/** The largest step, and how often is told, judged and saved, steps. */
const RATE = 2e-3;
const TELL = 100;
const SAVE = 500;
const JUDGE = 2000;
/** Batches that are made ahead. */
const AHEAD = 3;

const { values } = parseArgs({
  options: {
    work: { type: "string", default: "out/training" },
    steps: { type: "string", default: "22000" },
    until: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const { work } = values;
const steps = Number(values.steps);
const end = Math.min(steps, Number(values.until ?? steps));
const seed = Number(values.seed);
const statePath = join(work, "articulation.state");

const step = articulationStep();
const state = await openState(step);
const graph = await openGraph(step.bytes);
const heldBack = await readHeldBack(work);
console.log(`${step.parameterCount} parameters; step ${state.step} of ${end}`);
const batches = openBatches();
let isStopped = false;
process.once("SIGINT", () => {
  isStopped = true;
});

let [loss, began] = [0, Date.now()];
while (state.step < end && !isStopped) {
  const batch = await batches.next(state.step, end);
  loss += (await trainOnce(graph, state, batch, rateAt(state.step, steps, RATE))).loss;
  if (state.step % TELL === 0) {
    const pace = (Date.now() - began) / TELL;
    const left = ((end - state.step) * pace) / 60_000;
    console.log(
      `step ${state.step}: loss ${(loss / TELL).toFixed(4)}, ${pace.toFixed(0)} ms a step, ${left.toFixed(0)} min left`,
    );
    [loss, began] = [0, Date.now()];
  }
  if (state.step % SAVE === 0) await save(statePath, saveTraining(state));
  if (state.step % JUDGE === 0) {
    console.log(`  ${describe(await scoreNet(await openAverage("single"), heldBack))}`);
    began = Date.now();
  }
}
await batches.close();
await save(statePath, saveTraining(state));
const weights = weightsOf(step.places, state.average);
await save(join(work, "articulation.onnx"), articulationNet(weights, "half"));
console.log(describe(await scoreNet(await openAverage("half"), heldBack)));

/** The network of the averaged weights. */
async function openAverage(precision: "half" | "single") {
  return openGraph(articulationNet(weightsOf(step.places, state.average), precision));
}

async function openState(of: TrainStep) {
  const saved = await readFile(statePath).catch(() => undefined);
  if (saved === undefined) return startTraining(of, seed);
  const state = resumeTraining(of, new Uint8Array(saved));
  if (state === undefined) throw new Error(`${statePath} is of another network: move it away`);
  return state;
}

/** Writes a file at once, so that a crash leaves the old one. */
async function save(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.unfinished`, bytes);
  await rename(`${path}.unfinished`, path);
}

/** Batches in order, some of them made ahead by a thread. */
function openBatches() {
  const thread = openThread(new URL("./batch-thread.ts", import.meta.url), { work, seed });
  const ready = new Map<number, Record<string, Feed>>();
  let wake = () => {};
  let failure: Error | undefined;
  thread.on("message", ({ index, batch }: { index: number; batch: Record<string, Feed> }) => {
    ready.set(index, batch);
    wake();
  });
  thread.on("error", (error) => {
    failure = error;
    wake();
  });
  let asked = state.step;
  return {
    async next(index: number, end: number): Promise<Record<string, Feed>> {
      while (asked < Math.min(index + AHEAD, end)) thread.postMessage(asked++);
      while (!ready.has(index)) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const batch = ready.get(index) as Record<string, Feed>;
      ready.delete(index);
      return batch;
    },
    close: () => thread.terminate(),
  };
}
