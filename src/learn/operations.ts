/**
 * @file What networks are made of, each with its derivative: weights, sums, contexts in time,
 * norms, and losses.
 *
 * Activations have shape [batch, time, channels].
 */
import { assert } from "../base/assert.js";
import type { Tape, Value } from "./tape.js";

/** Slices to the end of an axis. */
const TO_END = 2 ** 31 - 1;
const NORM_LEAST = 1e-5;

/** x · w; w has shape [channels of x, channels out]. */
export function multiplyMatrix(tape: Tape, x: Value, w: Value): Value {
  const { graph } = tape;
  const y = graph.add("MatMul", [x.name, w.name]);
  return tape.record(y, w.channels, [x, w], (dy) => {
    const rows = rowsOf(tape, dy, w.channels);
    return [
      graph.add("MatMul", [dy, graph.add("Transpose", [w.name], { perm: [1, 0] })]),
      graph.add("Gemm", [rowsOf(tape, x.name, x.channels), rows], { transA: 1 }),
    ];
  });
}

/** x + b, for every row of x; b has shape [channels]. */
export function addBias(tape: Tape, x: Value, b: Value): Value {
  const y = tape.graph.add("Add", [x.name, b.name]);
  return tape.record(y, x.channels, [x, b], (dy) => [dy, sumRows(tape, dy, x.channels)]);
}

/** a + b, of one shape. */
export function add(tape: Tape, a: Value, b: Value): Value {
  const y = tape.graph.add("Add", [a.name, b.name]);
  return tape.record(y, a.channels, [a, b], (dy) => [dy, dy]);
}

/** a − b, of one shape. */
export function subtract(tape: Tape, a: Value, b: Value): Value {
  const y = tape.graph.add("Sub", [a.name, b.name]);
  return tape.record(y, a.channels, [a, b], (dy) => [dy, tape.graph.add("Neg", [dy])]);
}

/** x · m; m is given, not learned, and of a shape that spreads over x: masks and dropout. */
export function mask(tape: Tape, x: Value, m: Value): Value {
  const y = tape.graph.add("Mul", [x.name, m.name]);
  return tape.record(y, x.channels, [x], (dy) => [tape.graph.add("Mul", [dy, m.name])]);
}

/** x · factor. */
export function scale(tape: Tape, x: Value, factor: number): Value {
  const times = (value: string) => tape.graph.add("Mul", [value, tape.number(factor)]);
  return tape.record(times(x.name), x.channels, [x], (dy) => [times(dy)]);
}

/** max(x, 0). */
export function rectify(tape: Tape, x: Value): Value {
  const { graph } = tape;
  const y = graph.add("Relu", [x.name]);
  return tape.record(y, x.channels, [x], (dy) => {
    const isOpen = graph.add("Greater", [y, tape.number(0)]);
    return [graph.add("Where", [isOpen, dy, tape.number(0)])];
  });
}

/** 1 / (1 + exp(−x)). */
export function squash(tape: Tape, x: Value): Value {
  const { graph } = tape;
  const y = graph.add("Sigmoid", [x.name]);
  return tape.record(y, x.channels, [x], (dy) => {
    const slope = graph.add("Mul", [y, graph.add("Sub", [tape.number(1), y])]);
    return [graph.add("Mul", [dy, slope])];
  });
}

/**
 * Each moment beside its neighbours in time: channels are those at t + o for every offset o, one
 * after the other; beyond both ends they are 0. With a matrix behind it, a (dilated) convolution.
 *
 * @param offsets - Steps, rising.
 */
export function neighbours(tape: Tape, x: Value, offsets: readonly number[]): Value {
  const { graph } = tape;
  const before = Math.max(0, -offsets[0]);
  const after = Math.max(0, offsets[offsets.length - 1]);
  const pads = graph.indices([0, before, 0, 0, after, 0]);
  const padded = graph.add("Pad", [x.name, pads]);
  const cut = (value: string, from: number, to: number) =>
    graph.add("Slice", [
      value,
      graph.indices([from]),
      graph.indices([to === 0 ? TO_END : to]),
      graph.indices([1]),
    ]);
  const parts = offsets.map((o) => cut(padded, before + o, o - after));
  const y = parts.length === 1 ? parts[0] : graph.add("Concat", parts, { axis: 2 });
  return tape.record(y, x.channels * offsets.length, [x], (dy) => {
    const shares = offsets.map((o, i) => {
      const part = graph.add("Slice", [
        dy,
        graph.indices([i * x.channels]),
        graph.indices([(i + 1) * x.channels]),
        graph.indices([2]),
      ]);
      return graph.add("Pad", [part, graph.indices([0, before + o, 0, 0, after - o, 0])]);
    });
    const sum = shares.reduce((a, b) => graph.add("Add", [a, b]));
    return [cut(sum, before, -after)];
  });
}

/**
 * The same numbers with other channels per step: several steps beside each other, or one apart.
 *
 * @param batch - Rows of the batch, which stay.
 */
export function regroup(tape: Tape, x: Value, batch: number, channels: number): Value {
  const to = (value: string, width: number) =>
    tape.graph.add("Reshape", [value, tape.graph.indices([batch, -1, width])]);
  return tape.record(to(x.name, channels), channels, [x], (dy) => [to(dy, x.channels)]);
}

/**
 * Every row divided by its root mean square, then multiplied by a learned gain per channel.
 *
 * @source Zhang & Sennrich 2019, "Root Mean Square Layer Normalization".
 */
export function normalizeRms(tape: Tape, x: Value, gain: Value): Value {
  const { graph } = tape;
  const mean = (value: string) => graph.add("ReduceMean", [value], { axes: [-1], keepdims: 1 });
  const power = mean(graph.add("Mul", [x.name, x.name]));
  const root = graph.add("Sqrt", [graph.add("Add", [power, tape.number(NORM_LEAST)])]);
  const unit = graph.add("Div", [x.name, root]);
  const y = graph.add("Mul", [unit, gain.name]);
  return tape.record(y, x.channels, [x, gain], (dy) => {
    const du = graph.add("Mul", [dy, gain.name]);
    const along = mean(graph.add("Mul", [du, unit]));
    const across = graph.add("Sub", [du, graph.add("Mul", [unit, along])]);
    return [
      graph.add("Div", [across, root]),
      sumRows(tape, graph.add("Mul", [dy, unit]), x.channels),
    ];
  });
}

/**
 * Cross-entropy of softmax(x) against wanted shares, a single number: Σ weight · −Σ wanted · log p.
 *
 * @param wanted - Of x's shape, each row summing to 1.
 * @param weight - Shape [batch, time, 1]; should sum to 1.
 */
export function crossEntropy(tape: Tape, x: Value, wanted: Value, weight: Value): Value {
  const { graph } = tape;
  const logs = graph.add("LogSoftmax", [x.name], { axis: -1 });
  const costs = graph.add("Mul", [graph.add("Mul", [logs, wanted.name]), weight.name]);
  const loss = graph.add("Neg", [graph.add("ReduceSum", [costs], { keepdims: 0 })]);
  return tape.record(loss, 1, [x], (dy) => {
    const excess = graph.add("Sub", [graph.add("Exp", [logs]), wanted.name]);
    return [graph.add("Mul", [graph.add("Mul", [excess, weight.name]), dy])];
  });
}

/** Σ weight · |x|, a single number; the weight spreads over x. */
export function absoluteSum(tape: Tape, x: Value, weight: Value): Value {
  const { graph } = tape;
  const costs = graph.add("Mul", [graph.add("Abs", [x.name]), weight.name]);
  const loss = graph.add("ReduceSum", [costs], { keepdims: 0 });
  return tape.record(loss, 1, [x], (dy) => {
    const signs = graph.add("Mul", [graph.add("Sign", [x.name]), weight.name]);
    return [graph.add("Mul", [signs, dy])];
  });
}

/** Σ weight · x², a single number; the weight spreads over x. */
export function squareSum(tape: Tape, x: Value, weight: Value): Value {
  const { graph } = tape;
  const weighted = graph.add("Mul", [x.name, weight.name]);
  const costs = graph.add("Mul", [x.name, weighted]);
  const loss = graph.add("ReduceSum", [costs], { keepdims: 0 });
  return tape.record(loss, 1, [x], (dy) => [
    graph.add("Mul", [graph.add("Mul", [weighted, tape.number(2)]), dy]),
  ]);
}

/** A learned layer: rows · matrix + bias, the matrix drawn so that variances stay. */
export function linear(tape: Tape, x: Value, name: string, channels: number, gain = 1): Value {
  assert(x.channels > 0, "channels that are known");
  const w = tape.parameter(`${name}.weight`, [x.channels, channels], {
    kind: "normal",
    deviation: gain * Math.sqrt(1 / x.channels),
  });
  const b = tape.parameter(`${name}.bias`, [channels], { kind: "constant", value: 0 });
  return addBias(tape, multiplyMatrix(tape, x, w), b);
}

function rowsOf(tape: Tape, value: string, channels: number): string {
  return tape.graph.add("Reshape", [value, tape.graph.indices([-1, channels])]);
}

function sumRows(tape: Tape, value: string, channels: number): string {
  const rows = rowsOf(tape, value, channels);
  return tape.graph.add("ReduceSum", [rows, tape.graph.indices([0])], { keepdims: 0 });
}
