/**
 * @file Trains the lip decoder above the finished ear: `tsx training/lips/train.ts [--shared DIR]
 * [--work DIR] [--steps N] [--fine-steps N] [--no-folds] [--seed N]`.
 *
 * First rules and films teach the decoder; that is a long run. From there, in short ones, every
 * captured recording is left out once, to see how well lips of recordings that were not learned from
 * are told, and by how much averaging shrinks them (told, and not made good: other speakers are not as
 * large as that one); then all are learned from. Writes `voice.onnx`,
 * ear and lips in one network, and `lips.json`, the scores.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Weights } from "../../src/learn/train-step.js";
import {
  type Graph,
  rateAt,
  resumeTraining,
  startTraining,
  type TrainState,
  trainOnce,
  weightsOf,
} from "../../src/learn/trainer.js";
import { ARTICULATORS } from "../../src/voice/lip-channels.js";
import { articulationNet, articulationStep } from "../articulation/graphs.js";
import { readCorpus } from "../data/corpus.js";
import { readFacegood } from "../data/facegood.js";
import { openGraph } from "../runtime.js";
import { costsOf, type LipSources, makeLipBatches } from "./batches.js";
import { lipStep, voiceNet } from "./graphs.js";
import { columnOf, correlation, tellLips } from "./judge.js";
import { readFilmed, readTaught } from "./material.js";

const RATE = 2e-3;
/** The same when captured lips join. */
const FINE_RATE = 1e-3;

const { values } = parseArgs({
  options: {
    shared: { type: "string", default: "../shared" },
    work: { type: "string", default: "out/training" },
    steps: { type: "string", default: "1800" },
    "fine-steps": { type: "string", default: "400" },
    "no-folds": { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
  },
});
const { work } = values;
const seed = Number(values.seed);
const ear = await readEar();
const sources = await readLipSources();
const { captured } = sources;
const costs = costsOf([...captured, ...sources.filmed, ...sources.taught.slice(0, 200)]);
const step = lipStep(ear);
const graph = await openGraph(step.bytes);

const general = startTraining(step, seed);
await train(general, { ...sources, captured: [] }, Number(values.steps), RATE);
const folds: { name: string; r: number; gain: number }[][] = [];
for (const left of values["no-folds"] ? [] : captured) {
  const others = captured.filter((one) => one !== left);
  const weights = await refine({ ...sources, captured: others });
  const told = await tellLips(await openVoice(weights), left);
  const fold = ARTICULATORS.map((name) => {
    const [a, b] = [columnOf(told, name), columnOf(left.curves, name)];
    return { name, r: correlation(a, b), gain: spreadOf(b) / spreadOf(a) };
  });
  console.log(`${left.id}: ${fold.map(({ name, r }) => `${name} ${r.toFixed(2)}`).join(", ")}`);
  folds.push(fold);
}
const scores = ARTICULATORS.map((name, column) => ({
  name,
  r: meanOf(folds.map((fold) => fold[column].r)),
  gain: meanOf(folds.map((fold) => fold[column].gain)),
}));
console.log(
  scores.map(({ name, r, gain }) => `${name} r ${r.toFixed(3)} gain ${gain.toFixed(2)}`).join(", "),
);
const weights = await refine(sources);
await writeFile(join(work, "voice.onnx"), voiceNet(weights, "half"));
await writeFile(join(work, "lips.json"), JSON.stringify(scores, undefined, 2));

/** Weights that captured lips have refined, of what was learned in general. */
async function refine(from: LipSources): Promise<Weights> {
  const state = { ...general, step: 0, average: general.average.slice() };
  await train(state, from, Number(values["fine-steps"]), FINE_RATE);
  return new Map([...ear, ...weightsOf(step.places, state.average)]);
}

/** Trains on, in place. */
async function train(
  state: TrainState,
  from: LipSources,
  steps: number,
  peak: number,
): Promise<void> {
  const batchOf = makeLipBatches(from, costs, seed);
  let loss = 0;
  while (state.step < steps) {
    const rate = rateAt(state.step, steps, peak);
    loss += (await trainOnce(graph, state, batchOf(state.step), rate)).loss;
    if (state.step % 300 === 0) {
      console.log(`  step ${state.step}: loss ${(loss / 300).toFixed(4)}`);
      loss = 0;
    }
  }
}

async function readEar(): Promise<Weights> {
  const whole = articulationStep();
  const state = resumeTraining(
    whole,
    new Uint8Array(await readFile(join(work, "articulation.state"))),
  );
  if (state === undefined) throw new Error("the ear's state is of another network");
  return weightsOf(whole.places, state.average);
}

async function readLipSources(): Promise<LipSources> {
  const taught = await readTaught(work);
  const music = await readCorpus(join(work, "music.corpus"));
  const filmed = await readFilmed(work, await openGraph(articulationNet(ear, "single")));
  const captured = await readFacegood(join(values.shared, "training", "facegood"));
  console.log(`${captured.length} captured, ${filmed.length} filmed, ${taught.length} taught`);
  return { captured, filmed, taught, music, talkers: taught };
}

function openVoice(weights: Weights): Promise<Graph> {
  return openGraph(voiceNet(weights, "single"));
}

function spreadOf(curve: Float32Array): number {
  const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
  return Math.sqrt(curve.reduce((sum, value) => sum + (value - mean) ** 2, 0) / curve.length);
}

/** Of those that are numbers. */
function meanOf(numbers: readonly number[]): number {
  const known = numbers.filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
