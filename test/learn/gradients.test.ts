/** @file Every operation's derivative against differences of the loss, and training as a whole. */
import { describe, expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import {
  absoluteSum,
  add,
  crossEntropy,
  linear,
  mask,
  multiplyMatrix,
  neighbours,
  normalizeRms,
  rectify,
  regroup,
  scale,
  squareSum,
  squash,
  subtract,
} from "../../src/learn/operations.js";
import type { Tape, Value } from "../../src/learn/tape.js";
import { makeTrainStep, startParameters } from "../../src/learn/train-step.js";
import {
  type Feed,
  type Graph,
  rateAt,
  resumeTraining,
  saveTraining,
  startTraining,
  trainOnce,
} from "../../src/learn/trainer.js";
import { openGraph } from "../../training/runtime.js";

const BATCH = 2;
const TIME = 6;
const CHANNELS = 4;
const SHAPE = [BATCH, TIME, CHANNELS];
/** No decay and no limit, so that the step's first moment is a tenth of the gradient. */
const PLAIN = { decay: 0, clip: 1e9 };

const random = randomOf(5, "gradients");
const draw = (shape: readonly number[], make = () => random.normal()): Feed => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, make),
  shape,
});
const positive = () => 0.1 + random.uniform();

/** Builds x → some value, between layers with parameters before and behind. */
type Middle = (tape: Tape, x: Value) => Value;

const MIDDLES: Readonly<Record<string, Middle>> = {
  nothing: (_, x) => x,
  rectify,
  squash,
  scale: (tape, x) => scale(tape, x, -1.7),
  "add to itself": (tape, x) => add(tape, x, rectify(tape, x)),
  subtract: (tape, x) => subtract(tape, scale(tape, x, 0.5), squash(tape, x)),
  mask: (tape, x) => mask(tape, x, tape.input("mask", [BATCH, 1, CHANNELS])),
  "neighbours around": (tape, x) => neighbours(tape, x, [-2, 0, 1]),
  "neighbours before": (tape, x) => neighbours(tape, x, [-3, -1]),
  "one neighbour behind": (tape, x) => neighbours(tape, x, [1]),
  regroup: (tape, x) => regroup(tape, x, BATCH, 2 * CHANNELS),
  "root mean square": (tape, x) =>
    normalizeRms(tape, x, tape.parameter("gain", [CHANNELS], { kind: "constant", value: 0.8 })),
  matrix: (tape, x) =>
    multiplyMatrix(tape, x, tape.parameter("m", [CHANNELS, 3], { kind: "normal", deviation: 1 })),
};

const LOSSES: Readonly<Record<string, (tape: Tape, x: Value) => Value>> = {
  "cross-entropy": (tape, x) => {
    const out = regroup(tape, linear(tape, x, "last", CHANNELS), BATCH, CHANNELS);
    const weight = tape.input("weight", [BATCH, TIME, 1]);
    return crossEntropy(tape, out, tape.input("wanted", SHAPE), weight);
  },
  "absolute sum": (tape, x) => missOf(tape, x, absoluteSum),
  "sum of squares": (tape, x) => missOf(tape, x, squareSum),
};

function missOf(tape: Tape, x: Value, sum: typeof squareSum): Value {
  const out = linear(tape, x, "last", CHANNELS);
  const miss = subtract(tape, out, tape.input("wanted", SHAPE));
  return sum(tape, miss, tape.input("weight", [BATCH, TIME, 1]));
}

describe("derivatives", () => {
  for (const [name, middle] of Object.entries(MIDDLES)) {
    for (const [lossName, lossOf] of Object.entries(LOSSES)) {
      // Half as many steps need a target of their own; one loss is enough there.
      if (name === "regroup" && lossName !== "cross-entropy") continue;
      test(`${name}, ${lossName}`, () => check(middle, lossOf, name));
    }
  }
});

async function check(middle: Middle, lossOf: (typeof LOSSES)[string], name: string) {
  const step = makeTrainStep((tape) => {
    const first = linear(tape, tape.input("x", SHAPE), "first", CHANNELS);
    const x = middle(tape, first);
    // Twice the channels at half the steps are made as many rows again.
    const rows = name === "regroup" ? linear(tape, x, "wide", 2 * CHANNELS) : x;
    const back = name === "regroup" ? regroup(tape, rows, BATCH, CHANNELS) : rows;
    return lossOf(tape, back);
  }, PLAIN);
  const graph = await openGraph(step.bytes);
  const wanted = draw(SHAPE, positive);
  for (let i = 0; i < wanted.data.length; i += CHANNELS) {
    const row = wanted.data.subarray(i, i + CHANNELS);
    const sum = row.reduce((a, b) => a + b);
    for (let k = 0; k < CHANNELS; k++) row[k] /= sum;
  }
  const batch: Record<string, Feed> = {
    x: draw(SHAPE),
    wanted,
    weight: draw([BATCH, TIME, 1], positive),
  };
  if (name === "mask") batch.mask = draw([BATCH, 1, CHANNELS], positive);
  const parameters = startParameters(step, 3);
  const lossAt = async (values: Float32Array) => (await runAt(graph, values, batch)).loss[0];
  const { nextMean } = await runAt(graph, parameters, batch);
  const gradient = nextMean.map((value) => value / 0.1);
  for (let trial = 0; trial < 4; trial++) {
    const way = Float32Array.from(parameters, () => random.normal());
    const h = 2e-3 / Math.sqrt(way.length);
    const along = gradient.reduce((sum, value, i) => sum + value * way[i], 0);
    const at = (sign: number) => lossAt(parameters.map((value, i) => value + sign * h * way[i]));
    const difference = ((await at(1)) - (await at(-1))) / (2 * h);
    const size = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
    expect(Math.abs(along - difference)).toBeLessThan(0.03 * size);
    expect(size).toBeGreaterThan(1e-3);
  }
}

function runAt(graph: Graph, parameters: Float32Array, batch: Record<string, Feed>) {
  const shape = [parameters.length];
  const zeros = { data: new Float32Array(parameters.length), shape };
  const one = { data: Float32Array.of(1), shape: [1] };
  return graph.run({
    ...batch,
    parameters: { data: parameters, shape },
    mean: zeros,
    square: zeros,
    rate: { data: Float32Array.of(0), shape: [1] },
    meanCorrection: one,
    squareCorrection: one,
  });
}

describe("training", () => {
  const shape = [1, 8, 2];
  const step = makeTrainStep(
    (tape) => {
      const hidden = rectify(tape, linear(tape, tape.input("x", shape), "hidden", 8));
      const out = linear(tape, hidden, "out", 1);
      const miss = subtract(tape, out, tape.input("wanted", [1, 8, 1]));
      return absoluteSum(tape, miss, tape.input("weight", [1, 8, 1]));
    },
    { decay: 0.01, clip: 1 },
  );
  /** The larger of two numbers. */
  const batchOf = (index: number) => {
    const chance = randomOf(index, "training");
    const x = Float32Array.from({ length: 16 }, () => chance.normal());
    const wanted = Float32Array.from({ length: 8 }, (_, i) => Math.max(x[2 * i], x[2 * i + 1]));
    return {
      x: { data: x, shape },
      wanted: { data: wanted, shape: [1, 8, 1] },
      weight: { data: new Float32Array(8).fill(1 / 8), shape: [1, 8, 1] },
    };
  };
  const train = async (graph: Graph, state = startTraining(step, 1), until = 400) => {
    let loss = 0;
    while (state.step < until) {
      const report = await trainOnce(
        graph,
        state,
        batchOf(state.step),
        rateAt(state.step, 400, 0.02),
      );
      loss = 0.95 * loss + 0.05 * report.loss;
    }
    return { state, loss };
  };

  test("learns the larger of two numbers", async () => {
    const graph = await openGraph(step.bytes);
    const { loss } = await train(graph);
    expect(loss).toBeLessThan(0.08);
  });

  test("gives the same weights when it was interrupted", async () => {
    const graph = await openGraph(step.bytes);
    const { state: through } = await train(graph, undefined, 40);
    const { state: half } = await train(graph, undefined, 20);
    const resumed = resumeTraining(step, saveTraining(half));
    const { state } = await train(graph, resumed, 40);
    expect(state.parameters).toEqual(through.parameters);
    expect(state.average).toEqual(through.average);
  });

  test("does not resume the state of another network", () => {
    const state = startTraining(step, 1);
    const other = { ...step, parameterCount: step.parameterCount + 1 };
    expect(resumeTraining(other, saveTraining(state))).toBeUndefined();
  });

  test("decay shrinks matrices and leaves biases", async () => {
    const graph = await openGraph(step.bytes);
    const state = startTraining(step, 1);
    const before = state.parameters.fill(1).slice();
    const still = batchOf(0);
    still.weight.data.fill(0);
    await trainOnce(graph, state, still, 0.5);
    for (const { name, offset } of step.places) {
      const change = state.parameters[offset] - before[offset];
      expect(change).toBeCloseTo(name.endsWith("weight") ? -0.005 : 0, 6);
    }
  });
});
