/** @file The lip decoder as graphs: one that learns above the frozen ear, one that is shipped. */
import {
  add,
  neighbours,
  regroup,
  scale,
  squareSum,
  subtract,
} from "../../src/learn/operations.js";
import { makeTape, type Tape, type Value } from "../../src/learn/tape.js";
import { makeTrainStep, type TrainStep, type Weights } from "../../src/learn/train-step.js";
import { OnnxGraph, type WeightPrecision } from "../../src/onnx/onnx-graph.js";
import { CLASS_COUNT } from "../../src/voice/classes.js";
import { ARTICULATOR_COUNT } from "../../src/voice/lip-channels.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { hear } from "../articulation/network.js";
import { BATCH, CLIP_HOPS } from "./batches.js";
import { moveLips } from "./network.js";

const DESCENT = { decay: 0.05, clip: 1 };
/** A miss in what changes in a hop costs so much more than one in what is. */
const CHANGE_COST = 10;

/** The step: inputs mel, wanted, weight and changeWeight, see batches.ts. */
export function lipStep(ear: Weights): TrainStep {
  return makeTrainStep(
    (tape) => {
      const mel = tape.input("mel", [BATCH, CLIP_HOPS, MEL_BANDS]);
      const shape = [BATCH, CLIP_HOPS, ARTICULATOR_COUNT];
      const wanted = tape.input("wanted", shape);
      const moved = moveLips(tape, mel, hear(tape, mel, BATCH), BATCH);
      const miss = subtract(tape, regroup(tape, moved, BATCH, ARTICULATOR_COUNT), wanted);
      return add(
        tape,
        squareSum(tape, miss, tape.input("weight", shape)),
        scale(
          tape,
          squareSum(tape, change(tape, miss), tape.input("changeWeight", shape)),
          CHANGE_COST,
        ),
      );
    },
    DESCENT,
    ear,
  );
}

function change(tape: Tape, x: Value): Value {
  return subtract(tape, x, neighbours(tape, x, [-1]));
}

/**
 * Ear and lips with finished weights: mel [1, hops, 64] → post [1, hops, 22], lips [1, hops, 9] in
 * the order of `ARTICULATORS`.
 */
export function voiceNet(weights: Weights, precision: WeightPrecision): Uint8Array {
  const graph = new OnnxGraph("articulation");
  const tape = makeTape(graph, (name, shape) => {
    const values = weights.get(name);
    if (values === undefined) throw new Error(`there is no weight ${name}`);
    return { value: graph.weights(values, shape, precision), isLearned: false };
  });
  const mel = tape.input("mel", [1, "hops", MEL_BANDS]);
  const heard = hear(tape, mel, 1);
  const hops = regroup(tape, heard.scores, 1, CLASS_COUNT);
  graph.output("post", [1, "hops", CLASS_COUNT], graph.add("Softmax", [hops.name], { axis: -1 }));
  const moved = regroup(tape, moveLips(tape, mel, heard, 1), 1, ARTICULATOR_COUNT);
  graph.output("lips", [1, "hops", ARTICULATOR_COUNT], moved.name);
  return graph.toBytes();
}
