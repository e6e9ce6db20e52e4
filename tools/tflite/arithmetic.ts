/**
 * @file TFLite operators that work number by number, along one axis, or only on shapes → ONNX.
 *
 * Arithmetic runs in whichever layout its inputs are in; operators on shapes need TFLite's own.
 */
import assert from "node:assert/strict";
import type { TfliteOperator } from "./tflite-model.js";
import { TO_CHANNELS_FIRST, type Translation } from "./translation.js";

/** Slot of fused_activation_function in AddOptions and MulOptions. */
const FUSED_ACTIVATION = 0;
/** Slot of axis in ConcatenationOptions, and of beta in SoftmaxOptions. */
const CONCATENATION_AXIS = 0;
const SOFTMAX_BETA = 0;
/** Slot of keep_dims in ReducerOptions. */
const REDUCER_KEEP_DIMENSIONS = 0;
/** Slots of the five masks of StridedSliceOptions. */
const SLICE_MASKS = [0, 1, 2, 3, 4];

/** DEQUANTIZE of half-precision constants: the same constant, by another name. */
export function dequantize(operator: TfliteOperator, to: Translation): void {
  to.defineConstant(operator.outputs[0], to.constant(operator.inputs[0]));
}

/** RELU. */
export function relu(operator: TfliteOperator, to: Translation): void {
  const [input] = operator.inputs;
  const [output] = operator.outputs;
  if (to.isChannelsFirst(input)) {
    to.defineChannelsFirst(output, to.onnx.add("Relu", [to.channelsFirst(input)]));
  } else {
    to.defineChannelsLast(output, to.onnx.add("Relu", [to.channelsLast(input)]));
  }
}

/** PRELU with one slope per channel, [1, 1, channels]. */
export function parametricRelu(operator: TfliteOperator, to: Translation): void {
  const [input, slopes] = operator.inputs;
  const operands = [to.channelsFirst(input), to.weightsPerChannel(slopes)];
  to.defineChannelsFirst(operator.outputs[0], to.onnx.add("PRelu", operands));
}

/** ADD. */
export function add(operator: TfliteOperator, to: Translation): void {
  combine("Add", operator, to);
}

/** MUL. */
export function multiply(operator: TfliteOperator, to: Translation): void {
  combine("Mul", operator, to);
}

/** SUM over one axis, which stays with size 1. */
export function sum(operator: TfliteOperator, to: Translation): void {
  const [input, axes] = operator.inputs;
  const [output] = operator.outputs;
  assert(operator.options?.int8(REDUCER_KEEP_DIMENSIONS) === 1, "a sum that keeps its axis");
  const [axis] = to.indices(axes);
  if (to.isChannelsFirst(input)) {
    const place = to.onnx.indices([TO_CHANNELS_FIRST.indexOf(axis)]);
    const value = to.onnx.add("ReduceSum", [to.channelsFirst(input), place], { keepdims: 1 });
    to.defineChannelsFirst(output, value);
  } else {
    const place = to.onnx.indices([axis]);
    const value = to.onnx.add("ReduceSum", [to.channelsLast(input), place], { keepdims: 1 });
    to.defineChannelsLast(output, value);
  }
}

/** SOFTMAX over the last axis. */
export function softmax(operator: TfliteOperator, to: Translation): void {
  const [input] = operator.inputs;
  assert(operator.options?.float32(SOFTMAX_BETA) === 1, "a softmax with beta 1");
  const value = to.onnx.add("Softmax", [to.channelsLast(input)], { axis: -1 });
  to.defineChannelsLast(operator.outputs[0], value);
}

/** CONCATENATION. */
export function concatenate(operator: TfliteOperator, to: Translation): void {
  const axis = operator.options?.int32(CONCATENATION_AXIS) ?? 0;
  const parts = operator.inputs.map((input) => to.channelsLast(input));
  to.defineChannelsLast(operator.outputs[0], to.onnx.add("Concat", parts, { axis }));
}

/** RESHAPE: the new shape is that of the output tensor. */
export function reshape(operator: TfliteOperator, to: Translation): void {
  const [output] = operator.outputs;
  const operands = [to.channelsLast(operator.inputs[0]), to.onnx.indices(to.shape(output))];
  to.defineChannelsLast(output, to.onnx.add("Reshape", operands));
}

/** TRANSPOSE: the order of axes is the second input. */
export function transpose(operator: TfliteOperator, to: Translation): void {
  const [input, order] = operator.inputs;
  const perm = to.indices(order);
  const value = to.onnx.add("Transpose", [to.channelsLast(input)], { perm });
  to.defineChannelsLast(operator.outputs[0], value);
}

/** STRIDED_SLICE that gives begin, end and step of every axis; no masks. */
export function slice(operator: TfliteOperator, to: Translation): void {
  const [input, ...bounds] = operator.inputs;
  const masks = SLICE_MASKS.map((slot) => operator.options?.int32(slot) ?? 0);
  assert(
    masks.every((mask) => mask === 0),
    "a slice without masks",
  );
  const [begin, end, step] = bounds.map((bound) => to.onnx.indices(to.indices(bound)));
  const axes = to.onnx.indices(to.shape(input).map((_, axis) => axis));
  const value = to.onnx.add("Slice", [to.channelsLast(input), begin, end, axes, step]);
  to.defineChannelsLast(operator.outputs[0], value);
}

/** Channels-first if a picture among the inputs already is, so that no new transpose is needed. */
function combine(onnxOperator: "Add" | "Mul", operator: TfliteOperator, to: Translation): void {
  const { inputs, options } = operator;
  const [output] = operator.outputs;
  const activation = options?.int8(FUSED_ACTIVATION) ?? 0;
  assert(activation === 0, `${operator.kind} without fused activation`);
  if (inputs.some((input) => to.isChannelsFirst(input))) {
    const operands = inputs.map((input) =>
      to.isConstant(input) ? to.weightsPerChannel(input) : to.channelsFirst(input),
    );
    to.defineChannelsFirst(output, to.onnx.add(onnxOperator, operands));
  } else {
    const operands = inputs.map((input) => to.channelsLast(input));
    to.defineChannelsLast(output, to.onnx.add(onnxOperator, operands));
  }
}
