/** @file The articulatory network as graphs: one that learns, one that is shipped. */
import { crossEntropy, regroup } from "../../src/learn/operations.js";
import { makeTape } from "../../src/learn/tape.js";
import { makeTrainStep, type TrainStep, type Weights } from "../../src/learn/train-step.js";
import { OnnxGraph, type WeightPrecision } from "../../src/onnx/onnx-graph.js";
import { CLASS_COUNT } from "../../src/voice/classes.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { BATCH, CLIP_HOPS } from "./batches.js";
import { hear, SIZE } from "./network.js";

const DESCENT = { decay: 0.02, clip: 1 };

/** The step: inputs mel, wanted, weight and keep, see batches.ts. */
export function articulationStep(): TrainStep {
  return makeTrainStep((tape) => {
    const mel = tape.input("mel", [BATCH, CLIP_HOPS, MEL_BANDS]);
    const wanted = tape.input("wanted", [BATCH, CLIP_HOPS, CLASS_COUNT]);
    const weight = tape.input("weight", [BATCH, CLIP_HOPS, 1]);
    const keep = tape.input("keep", [BATCH, 1, SIZE.channels]);
    const { scores } = hear(tape, mel, BATCH, SIZE, keep);
    return crossEntropy(tape, regroup(tape, scores, BATCH, CLASS_COUNT), wanted, weight);
  }, DESCENT);
}

/** The network with finished weights: mel [1, hops, 64] → post [1, hops, 22]. */
export function articulationNet(weights: Weights, precision: WeightPrecision): Uint8Array {
  const graph = new OnnxGraph("articulation");
  const tape = makeTape(graph, (name, shape) => {
    const values = weights.get(name);
    if (values === undefined) throw new Error(`there is no weight ${name}`);
    return { value: graph.weights(values, shape, precision), isLearned: false };
  });
  const { scores } = hear(tape, tape.input("mel", [1, "hops", MEL_BANDS]), 1);
  const hops = regroup(tape, scores, 1, CLASS_COUNT);
  const chances = graph.add("Softmax", [hops.name], { axis: -1 });
  graph.output("post", [1, "hops", CLASS_COUNT], chances);
  return graph.toBytes();
}
