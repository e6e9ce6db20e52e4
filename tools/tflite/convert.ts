/**
 * @file The front door: the bytes of a .tflite network → the bytes of an .onnx network.
 *
 * Reads the graph (tflite-model), walks its operators in order, and lets each write its ONNX
 * counterpart (convolution, arithmetic, attention) while `Translation` keeps track of layouts.
 * Only the operators of the networks we ship are known; any other stops the build by name.
 */
import assert from "node:assert/strict";
import { OnnxGraph } from "../../src/onnx/onnx-graph.js";
import * as arithmetic from "./arithmetic.js";
import * as attention from "./attention.js";
import { elementCount } from "./constant.js";
import * as convolution from "./convolution.js";
import { readTfliteModel, type TfliteGraph, type TfliteOperator } from "./tflite-model.js";
import { Translation } from "./translation.js";

/** How one network is to come out. */
export interface ConversionPlan {
  /** Name of the ONNX graph. */
  readonly name: string;
  /** Name of the one input; its shape and layout stay those of the source. */
  readonly input: string;
  readonly outputs: readonly OutputPlan[];
  /** "asStored" rounds nothing; "half" rounds large float32 constants. Halves stay halves. */
  readonly weights: "asStored" | "half";
}

export interface OutputPlan {
  /** Name of the tensor in the source. */
  readonly tensor: string;
  /** Name and shape in the ONNX network; the shape has as many numbers as the source's. */
  readonly name: string;
  readonly shape: readonly number[];
}

type Translate = (operator: TfliteOperator, to: Translation) => void;

const TRANSLATIONS: Readonly<Record<string, Translate>> = {
  ADD: arithmetic.add,
  CONCATENATION: arithmetic.concatenate,
  CONV_2D: convolution.convolve,
  DEPTHWISE_CONV_2D: convolution.convolveDepthwise,
  DEQUANTIZE: arithmetic.dequantize,
  MAX_POOL_2D: convolution.poolMaximum,
  MUL: arithmetic.multiply,
  PAD: convolution.pad,
  PRELU: arithmetic.parametricRelu,
  RELU: arithmetic.relu,
  RESHAPE: arithmetic.reshape,
  RESIZE_BILINEAR: convolution.resizeBilinear,
  RESIZE_NEAREST_NEIGHBOR: convolution.resizeNearest,
  SOFTMAX: arithmetic.softmax,
  STRIDED_SLICE: arithmetic.slice,
  SUM: arithmetic.sum,
  TRANSPOSE: arithmetic.transpose,
  TRANSPOSE_CONV: convolution.convolveTransposed,
  Landmarks2TransformMatrix: attention.landmarksToMatrix,
  TransformLandmarks: attention.transformLandmarks,
  TransformTensorBilinear: attention.cutOut,
};

/**
 * Converts a network. The same source and plan always give the same bytes.
 *
 * @param file - A .tflite file with one graph and one input.
 */
export function convertTflite(file: Uint8Array, plan: ConversionPlan): Uint8Array {
  return convertGraph(readTfliteModel(file), plan);
}

/** The same for a graph that has been read, or made by hand. */
export function convertGraph(source: TfliteGraph, plan: ConversionPlan): Uint8Array {
  const onnx = new OnnxGraph(plan.name);
  const to = new Translation(source, onnx, plan.weights === "half");

  assert(source.inputs.length === 1, `one input, got ${source.inputs.length}`);
  const [input] = source.inputs;
  to.defineChannelsLast(input, onnx.input(plan.input, to.shape(input)));
  for (const operator of source.operators) {
    const translate = TRANSLATIONS[operator.kind];
    assert(translate, `TFLite operator ${operator.kind} is not supported`);
    translate(operator, to);
  }

  assert(source.outputs.length === plan.outputs.length, `${source.outputs.length} outputs`);
  for (const { tensor: name, name: newName, shape } of plan.outputs) {
    const tensor = source.outputs.find((number) => source.tensors[number].name === name);
    assert(tensor !== undefined, `no output ${name}`);
    const fits = elementCount(shape) === elementCount(to.shape(tensor));
    assert(fits, `output ${name}: [${to.shape(tensor)}] does not make [${shape}]`);
    onnx.output(newName, shape, to.channelsLast(tensor));
  }
  return onnx.toBytes();
}
