/**
 * @file One step of training as one graph: loss, gradients, and AdamW.
 *
 * All parameters lie behind each other in one vector, and so do the optimiser's two moments: what
 * a step needs and gives are three vectors, however deep the network is.
 */
import { type Random, randomOf } from "../base/random.js";
import { OnnxGraph } from "../onnx/onnx-graph.js";
import { makeTape, type Start, type Tape, type Value } from "./tape.js";

/** Where a parameter lies in the vector of all. */
export interface ParameterPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Start;
  readonly offset: number;
  readonly length: number;
}

/** A step, ready to be run. */
export interface TrainStep {
  /**
   * An .onnx file. Inputs: those of the model, `parameters`, `mean`, `square` [n], and `rate`,
   * `meanCorrection`, `squareCorrection` [1]. Outputs: `loss`, `gradientNorm` [1], `nextParameters`,
   * `nextMean`, `nextSquare` [n].
   */
  readonly bytes: Uint8Array;
  readonly places: readonly ParameterPlace[];
  readonly parameterCount: number;
}

/** How to descend. */
export interface Descent {
  /** Share of a weight that is lost per step and unit of rate; biases and gains keep theirs. */
  readonly decay: number;
  /** The gradient's norm is limited to this. */
  readonly clip: number;
}

/** What AdamW's first moment keeps in a step. @source Loshchilov & Hutter 2019. */
export const MEAN_KEEP = 0.9;
/** The same of the second; lower than usual, for runs are short. */
export const SQUARE_KEEP = 0.98;
const EPSILON = 1e-8;

/** Weights by name. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Places every parameter that a model must learn. The model is built once, and thrown away. */
function placeParameters(
  model: (tape: Tape) => unknown,
  frozen: Weights,
): readonly ParameterPlace[] {
  const places: ParameterPlace[] = [];
  let offset = 0;
  const graph = new OnnxGraph("places");
  const tape = makeTape(graph, (name, shape, start) => {
    const isLearned = !frozen.has(name);
    if (isLearned) {
      const length = shape.reduce((product, size) => product * size, 1);
      places.push({ name, shape, start, offset, length });
      offset += length;
    }
    return { value: graph.input(name, shape), isLearned };
  });
  model(tape);
  return places;
}

/**
 * Builds the step of a model.
 *
 * @param loss - Builds the network and gives a single number.
 * @param frozen - Parameters that stay as they are.
 */
export function makeTrainStep(
  loss: (tape: Tape) => Value,
  { decay, clip }: Descent,
  frozen: Weights = new Map(),
): TrainStep {
  const places = placeParameters(loss, frozen);
  const parameterCount = places.reduce((sum, { length }) => sum + length, 0);
  const graph = new OnnxGraph("train-step");
  const all = graph.input("parameters", [parameterCount]);
  const byName = new Map(places.map((place) => [place.name, place]));
  const tape = makeTape(graph, (name, shape) => {
    const fixed = frozen.get(name);
    if (fixed !== undefined) {
      return { value: graph.weights(fixed, shape, "single"), isLearned: false };
    }
    const { offset, length } = byName.get(name) as ParameterPlace;
    const range = [[offset], [offset + length], [0]].map((at) => graph.indices(at));
    const cut = graph.add("Slice", [all, ...range]);
    return { value: graph.add("Reshape", [cut, graph.indices(shape)]), isLearned: true };
  });
  const cost = loss(tape);
  const gradients = tape.gradientsOf(cost);
  const flat = places.map(({ name, length }) => {
    const gradient = gradients.get(name);
    if (gradient === undefined) throw new Error(`the loss does not depend on ${name}`);
    return graph.add("Reshape", [gradient, graph.indices([length])]);
  });
  const gradient = graph.add("Concat", flat, { axis: 0 });
  const decayed = graph.numbers(
    places.flatMap(({ shape, length }) =>
      new Array<number>(length).fill(shape.length > 1 ? decay : 0),
    ),
    [parameterCount],
  );
  graph.output("loss", [1], cost.name);
  descend(tape, all, gradient, decayed, parameterCount, clip);
  return { bytes: graph.toBytes(), places, parameterCount };
}

/** AdamW with the gradient's norm limited. */
function descend(
  tape: Tape,
  all: string,
  gradient: string,
  decayed: string,
  count: number,
  clip: number,
): void {
  const { graph, number } = tape;
  const times = (a: string, b: string) => graph.add("Mul", [a, b]);
  const plus = (a: string, b: string) => graph.add("Add", [a, b]);
  const norm = graph.add("ReduceL2", [gradient], { keepdims: 1 });
  const limit = graph.add("Div", [number(clip), graph.add("Max", [norm, number(clip)])]);
  const g = times(gradient, limit);
  const mix = (old: string, fresh: string, keep: number) =>
    plus(times(old, number(keep)), times(fresh, number(1 - keep)));
  const mean = mix(graph.input("mean", [count]), g, MEAN_KEEP);
  const square = mix(graph.input("square", [count]), times(g, g), SQUARE_KEEP);
  const rate = graph.input("rate", [1]);
  const top = times(mean, graph.input("meanCorrection", [1]));
  const bottom = plus(
    graph.add("Sqrt", [times(square, graph.input("squareCorrection", [1]))]),
    number(EPSILON),
  );
  const step = times(rate, plus(graph.add("Div", [top, bottom]), times(decayed, all)));
  graph.output("gradientNorm", [1], norm);
  graph.output("nextParameters", [count], graph.add("Sub", [all, step]));
  graph.output("nextMean", [count], mean);
  graph.output("nextSquare", [count], square);
}

/** The parameters before the first step. */
export function startParameters({ places, parameterCount }: TrainStep, seed: number): Float32Array {
  const values = new Float32Array(parameterCount);
  for (const { name, start, offset, length } of places) {
    const range = values.subarray(offset, offset + length);
    if (start.kind === "constant") range.fill(start.value);
    else fillNormal(range, start.deviation, randomOf(seed, name));
  }
  return values;
}

function fillNormal(out: Float32Array, deviation: number, random: Random): void {
  for (let i = 0; i < out.length; i++) out[i] = deviation * random.normal();
}
