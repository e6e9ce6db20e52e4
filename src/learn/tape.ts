/**
 * @file Automatic differentiation by writing: every operation adds its ONNX operators to a graph
 * and remembers how to add those of its derivative. A loss, its gradients and the step of an
 * optimiser thus become one graph, which ONNX Runtime computes wherever it runs.
 *
 * Values have shape [batch, time, channels] or, where they are only rows, [rows, channels].
 *
 * @source Reverse accumulation: Linnainmaa 1970; Griewank & Walther, "Evaluating Derivatives".
 */
import { assert } from "../base/assert.js";
import type { OnnxGraph, OnnxShape } from "../onnx/onnx-graph.js";

/** A value in the graph. */
export interface Value {
  readonly name: string;
  /** Its last dimension. */
  readonly channels: number;
}

/** How a parameter begins. */
export type Start =
  | { readonly kind: "constant"; readonly value: number }
  /** Normally distributed around zero. */
  | { readonly kind: "normal"; readonly deviation: number };

/** Gives the values of parameters; asked once for each name, in the order of use. */
export type ParameterSource = (
  name: string,
  shape: readonly number[],
  start: Start,
) => { readonly value: string; readonly isLearned: boolean };

/** How to go from the gradient of an output to those of its inputs; "" where there is none. */
type Backward = (gradient: string) => readonly string[];

/** A graph in which operations are remembered. */
export interface Tape {
  readonly graph: OnnxGraph;
  /** Something given in each run; nothing is differentiated by it. */
  input(name: string, shape: OnnxShape): Value;
  /** A parameter by its name, which must be new. */
  parameter(name: string, shape: readonly number[], start: Start): Value;
  /** Adds an operation. @param backward - Adds its derivative. */
  record(name: string, channels: number, inputs: readonly Value[], backward: Backward): Value;
  /** A number as a constant of shape []. */
  number(value: number): string;
  /** Adds the derivatives of `loss`, a single number, by every parameter it depends on. */
  gradientsOf(loss: Value): ReadonlyMap<string, string>;
}

/** Begins a tape. @param parameters - Where parameters come from: state, or finished weights. */
export function makeTape(graph: OnnxGraph, parameters: ParameterSource): Tape {
  const steps: { output: string; inputs: readonly Value[]; backward: Backward }[] = [];
  const names = new Map<string, string>();
  /** Values that a gradient must reach. */
  const alive = new Set<string>();
  const numbers = new Map<number, string>();
  const number = (value: number) => {
    const known = numbers.get(value) ?? graph.numbers([value], []);
    numbers.set(value, known);
    return known;
  };
  return {
    graph,
    number,
    input: (name, shape) => ({ name: graph.input(name, shape), channels: Number(shape.at(-1)) }),
    parameter(name, shape, start) {
      assert(!names.has(name), `one parameter named ${name}`);
      const { value, isLearned } = parameters(name, shape, start);
      names.set(name, value);
      if (isLearned) alive.add(value);
      return { name: value, channels: shape[shape.length - 1] };
    },
    record(name, channels, inputs, backward) {
      if (inputs.some((input) => alive.has(input.name))) {
        alive.add(name);
        steps.push({ output: name, inputs, backward });
      }
      return { name, channels };
    },
    gradientsOf(loss) {
      const gradients = new Map<string, string>([[loss.name, number(1)]]);
      for (const { output, inputs, backward } of steps.toReversed()) {
        const gradient = gradients.get(output);
        if (gradient === undefined) continue;
        backward(gradient).forEach((share, i) => {
          const input = inputs[i].name;
          if (share === "" || !alive.has(input)) return;
          const sum = gradients.get(input);
          gradients.set(input, sum === undefined ? share : graph.add("Add", [sum, share]));
        });
      }
      const found = [...names].flatMap(([name, value]) => {
        const gradient = gradients.get(value);
        return gradient === undefined ? [] : [[name, gradient] as const];
      });
      return new Map(found);
    },
  };
}
