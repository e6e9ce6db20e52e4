/**
 * @file TFLite operators on pictures that look at neighbours → ONNX, all channels-first:
 * convolutions, pooling, enlarging, padding of channels.
 */
import assert from "node:assert/strict";
import type { FlatTable } from "./flatbuffer.js";
import type { TfliteOperator } from "./tflite-model.js";
import { TO_CHANNELS_FIRST, type Translation } from "./translation.js";

/** Slots of the schema's Conv2DOptions. */
const CONVOLUTION = {
  padding: 0,
  strideX: 1,
  strideY: 2,
  activation: 3,
  dilationX: 4,
  dilationY: 5,
};
/** Slots of DepthwiseConv2DOptions. */
const DEPTHWISE = {
  padding: 0,
  strideX: 1,
  strideY: 2,
  multiplier: 3,
  activation: 4,
  dilationX: 5,
  dilationY: 6,
};
/** Slots of TransposeConvOptions. */
const TRANSPOSED = { strideX: 1, strideY: 2 };
/** Slots of Pool2DOptions. */
const POOL = { padding: 0, strideX: 1, strideY: 2, kernelX: 3, kernelY: 4, activation: 5 };
/** Slots of ResizeBilinearOptions (2, 3) and ResizeNearestNeighborOptions (0, 1). */
const BILINEAR = { alignCorners: 2, halfPixelCenters: 3 };
const NEAREST = { alignCorners: 0, halfPixelCenters: 1 };

/** Values of the schema's enums Padding and ActivationFunctionType. */
const PADDING_SAME = 0;
const ACTIVATION_NONE = 0;
const ACTIVATION_RELU = 1;

/** CONV_2D: weights [out, rows, columns, in] become [out, in, rows, columns]. */
export function convolve(operator: TfliteOperator, to: Translation): void {
  const { inputs, options } = requireOptions(operator);
  const [, kernelY, kernelX] = to.shape(inputs[1]);
  assertNoDilation(options, CONVOLUTION);
  const window = slidingWindow(to, inputs[0], options, CONVOLUTION, [kernelY, kernelX]);
  const operands = [to.channelsFirst(inputs[0]), to.weights(inputs[1], [0, 3, 1, 2])];
  const value = to.onnx.add("Conv", [...operands, to.weights(inputs[2])], window);
  defineActivated(operator, to, value, options.int8(CONVOLUTION.activation));
}

/** DEPTHWISE_CONV_2D: weights [1, rows, columns, channels] become [channels, 1, rows, columns]. */
export function convolveDepthwise(operator: TfliteOperator, to: Translation): void {
  const { inputs, options } = requireOptions(operator);
  const { channels } = to.pictureSize(inputs[0]);
  const [, kernelY, kernelX, outChannels] = to.shape(inputs[1]);
  assert(outChannels === channels, "a depthwise convolution with one filter per channel");
  assertNoDilation(options, DEPTHWISE);
  const window = slidingWindow(to, inputs[0], options, DEPTHWISE, [kernelY, kernelX]);
  const operands = [to.channelsFirst(inputs[0]), to.weights(inputs[1], [3, 0, 1, 2])];
  const attributes = { ...window, group: channels };
  const value = to.onnx.add("Conv", [...operands, to.weights(inputs[2])], attributes);
  defineActivated(operator, to, value, options.int8(DEPTHWISE.activation));
}

/**
 * TRANSPOSE_CONV: weights [out, rows, columns, in] become [in, out, rows, columns].
 *
 * Only where the kernel is as large as the stride: then every input pixel makes its own block of
 * output pixels, and TFLite's and ONNX's rules for borders cannot differ.
 */
export function convolveTransposed(operator: TfliteOperator, to: Translation): void {
  const { inputs, options } = requireOptions(operator);
  const [, weights, picture, bias] = inputs;
  const [, kernelY, kernelX] = to.shape(weights);
  const strides = [options.int32(TRANSPOSED.strideY), options.int32(TRANSPOSED.strideX)];
  assert.deepEqual([kernelY, kernelX], strides, "a transposed convolution without overlap");
  const operands = [to.channelsFirst(picture), to.weights(weights, [3, 0, 1, 2])];
  const value = to.onnx.add("ConvTranspose", [...operands, to.weights(bias)], { strides });
  to.defineChannelsFirst(operator.outputs[0], value);
}

/** MAX_POOL_2D. */
export function poolMaximum(operator: TfliteOperator, to: Translation): void {
  const { inputs, options } = requireOptions(operator);
  const kernel = [options.int32(POOL.kernelY), options.int32(POOL.kernelX)];
  const window = slidingWindow(to, inputs[0], options, POOL, kernel);
  const value = to.onnx.add("MaxPool", [to.channelsFirst(inputs[0])], window);
  defineActivated(operator, to, value, options.int8(POOL.activation));
}

/** RESIZE_BILINEAR with half-pixel centres. */
export function resizeBilinear(operator: TfliteOperator, to: Translation): void {
  resize(operator, to, BILINEAR, { mode: "linear" });
}

/** RESIZE_NEAREST_NEIGHBOR with half-pixel centres; TFLite takes floor((x + ½)·scale). */
export function resizeNearest(operator: TfliteOperator, to: Translation): void {
  resize(operator, to, NEAREST, { mode: "nearest", nearest_mode: "round_prefer_ceil" });
}

/** PAD with zeros; the paddings are pairs (before, after), one per axis. */
export function pad(operator: TfliteOperator, to: Translation): void {
  const [picture, paddings] = operator.inputs;
  const pairs = to.indices(paddings);
  const before = TO_CHANNELS_FIRST.map((axis) => pairs[2 * axis]);
  const after = TO_CHANNELS_FIRST.map((axis) => pairs[2 * axis + 1]);
  const widths = to.onnx.indices([...before, ...after]);
  const value = to.onnx.add("Pad", [to.channelsFirst(picture), widths], { mode: "constant" });
  to.defineChannelsFirst(operator.outputs[0], value);
}

function resize(
  operator: TfliteOperator,
  to: Translation,
  slots: { alignCorners: number; halfPixelCenters: number },
  mode: Record<string, string>,
): void {
  const { inputs, options } = requireOptions(operator);
  assert(options.int8(slots.halfPixelCenters) === 1, "resizing with half-pixel centres");
  assert(options.int8(slots.alignCorners) === 0, "resizing without aligned corners");
  const { height, width, channels } = to.pictureSize(operator.outputs[0]);
  const size = to.onnx.indices([1, channels, height, width]);
  const attributes = { ...mode, coordinate_transformation_mode: "half_pixel" };
  const value = to.onnx.add("Resize", [to.channelsFirst(inputs[0]), "", "", size], attributes);
  to.defineChannelsFirst(operator.outputs[0], value);
}

/** @param kernel - Rows, columns. */
function slidingWindow(
  to: Translation,
  picture: number,
  options: FlatTable,
  slots: { padding: number; strideX: number; strideY: number },
  kernel: readonly number[],
): Record<string, number[]> {
  const { height, width } = to.pictureSize(picture);
  const strideY = options.int32(slots.strideY, 1);
  const strideX = options.int32(slots.strideX, 1);
  const isSame = options.int8(slots.padding) === PADDING_SAME;
  const [top, bottom] = isSame ? samePadding(height, kernel[0], strideY) : [0, 0];
  const [left, right] = isSame ? samePadding(width, kernel[1], strideX) : [0, 0];
  const pads = [top, left, bottom, right];
  return { kernel_shape: [...kernel], strides: [strideY, strideX], pads };
}

/**
 * Zeros before and after, so that there are ceil(size / stride) outputs; an odd one goes behind.
 *
 * @source https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
function samePadding(size: number, kernel: number, stride: number): [number, number] {
  const outputCount = Math.ceil(size / stride);
  const total = Math.max((outputCount - 1) * stride + kernel - size, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

function defineActivated(
  operator: TfliteOperator,
  to: Translation,
  value: string,
  activation: number,
): void {
  const known = activation === ACTIVATION_NONE || activation === ACTIVATION_RELU;
  assert(known, `fused activation ${activation} is not supported`);
  const activated = activation === ACTIVATION_RELU ? to.onnx.add("Relu", [value]) : value;
  to.defineChannelsFirst(operator.outputs[0], activated);
}

function assertNoDilation(
  options: FlatTable,
  slots: { dilationX: number; dilationY: number },
): void {
  const isDense =
    options.int32(slots.dilationX, 1) === 1 && options.int32(slots.dilationY, 1) === 1;
  assert(isDense, "convolutions without dilation");
}

function requireOptions(operator: TfliteOperator): TfliteOperator & { options: FlatTable } {
  const { options } = operator;
  assert(options, `options of ${operator.kind}`);
  return { ...operator, options };
}
