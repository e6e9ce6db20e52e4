/**
 * @file Training: steps, one after the other, from a state that can be saved and resumed.
 *
 * The same state, batches and seed give the same weights, whether a run was interrupted or not.
 */
import { pack, unpack } from "../base/packed.js";
import {
  MEAN_KEEP,
  type ParameterPlace,
  SQUARE_KEEP,
  startParameters,
  type TrainStep,
  type Weights,
} from "./train-step.js";

/** A value for a graph. */
export interface Feed {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A loaded graph with several inputs. */
export interface Graph {
  /** Gives outputs by name, as arrays of their own. */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Readonly<Record<string, Float32Array>>>;
}

/** Where a training stands. */
export interface TrainState {
  /** Steps done. */
  step: number;
  parameters: Float32Array;
  mean: Float32Array;
  square: Float32Array;
  /** Running average of the parameters: what is used in the end. */
  readonly average: Float32Array;
}

/** What a step tells. */
export interface StepReport {
  readonly loss: number;
  /** Before it was limited. */
  readonly gradientNorm: number;
}

const MAGIC = "RTRAINED";
const VERSION = 1;
/** Share of the average that a step keeps: it looks back about 500 steps. */
const AVERAGE_KEEP = 0.998;

/** The state before the first step. */
export function startTraining(step: TrainStep, seed: number): TrainState {
  const parameters = startParameters(step, seed);
  const zeros = () => new Float32Array(parameters.length);
  return { step: 0, parameters, mean: zeros(), square: zeros(), average: parameters.slice() };
}

/** Does one step, in place. @param rate - Step size, see `rateAt`. */
export async function trainOnce(
  graph: Graph,
  state: TrainState,
  batch: Readonly<Record<string, Feed>>,
  rate: number,
): Promise<StepReport> {
  const count = state.parameters.length;
  const vector = (data: Float32Array) => ({ data, shape: [count] });
  const one = (value: number) => ({ data: Float32Array.of(value), shape: [1] });
  const t = state.step + 1;
  const out = await graph.run({
    ...batch,
    parameters: vector(state.parameters),
    mean: vector(state.mean),
    square: vector(state.square),
    rate: one(rate),
    meanCorrection: one(1 / (1 - MEAN_KEEP ** t)),
    squareCorrection: one(1 / (1 - SQUARE_KEEP ** t)),
  });
  const loss = out.loss[0];
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss} at step ${t}`);
  state.parameters = out.nextParameters;
  state.mean = out.nextMean;
  state.square = out.nextSquare;
  state.step = t;
  // At the beginning the average is that of all steps so far.
  const keep = Math.min(AVERAGE_KEEP, t / (t + 9));
  const { average, parameters } = state;
  for (let i = 0; i < count; i++) average[i] += (1 - keep) * (parameters[i] - average[i]);
  return { loss, gradientNorm: out.gradientNorm[0] };
}

/**
 * The step size: a rise over the first steps, then half a cosine down to a fiftieth.
 *
 * @param steps - Of the whole run.
 * @param peak - The largest.
 */
export function rateAt(step: number, steps: number, peak: number): number {
  const rise = Math.min(1000, 0.1 * steps);
  if (step < rise) return (peak * (step + 1)) / rise;
  const done = Math.min(1, (step - rise) / Math.max(1, steps - rise));
  return peak * (0.02 + 0.98 * 0.5 * (1 + Math.cos(Math.PI * done)));
}

/** Finished weights by name, for a tape that writes them into a graph. */
export function weightsOf(places: readonly ParameterPlace[], parameters: Float32Array): Weights {
  return new Map(
    places.map(({ name, offset, length }) => [name, parameters.slice(offset, offset + length)]),
  );
}

/** A state as bytes. */
export function saveTraining(state: TrainState): Uint8Array {
  return pack(MAGIC, VERSION, { ...state });
}

/** A state from bytes. @returns Nothing, if they are not those of such a network. */
export function resumeTraining(step: TrainStep, bytes: Uint8Array): TrainState | undefined {
  const unpacked = unpack(MAGIC, VERSION, bytes);
  if (!("value" in unpacked)) return undefined;
  const state = unpacked.value as TrainState;
  return state.parameters.length === step.parameterCount ? { ...state } : undefined;
}
