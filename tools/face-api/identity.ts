/**
 * @file The weights of dlib's face recognition network → the bytes of an .onnx network.
 *
 * face-api ships weights and no graph, so the graph stands here: a residual network of 29
 * convolutions, the mean of what they see, and a product. After each convolution its channels are
 * scaled and shifted (a batch normalisation, frozen).
 *
 * Bytes stay bytes. `(byte − zero) · step · channel scale` is computed once, when the network is
 * loaded, so a run costs what it would with float32. With onnxruntime-node 1.30 and one thread:
 *
 *     as stored   6.5 MB   load 75 ms   run 5 ms   differs from face-api's own code by 2e-7
 *     halves     11.2 MB   load 65 ms   run 5 ms   by 1e-4
 *     float32    22.5 MB   load 60 ms   run 5 ms   by 2e-7
 *
 * (WebAssembly: load 180, 160 ms; run 50 ms.)
 *
 * @source dlib's examples/dnn_face_recognition_ex.cpp (layers; strides of 2 have no margin) and
 *   its input_rgb_image_sized (means; 1 / 256, where face-api 1.7 divides by 255)
 */
import assert from "node:assert/strict";
import { OnnxGraph } from "../../src/onnx/onnx-graph.js";
import { permute } from "../tflite/constant.js";
import { numbersOf, type StoredTensor } from "./weights.js";

/** Side of the picture of a face, px. */
const FACE_PX = 150;
/** Means of the pictures that dlib trained with, R, G, B, 0 … 255. */
const MEAN_RGB = [122.782, 117.001, 104.298];
const INPUT_SCALE = 1 / 256;
/** Numbers that come out. */
const EMBEDDING_SIZE = 128;

/** Residual blocks by the weights' names; those ending in "down" halve the picture. */
const BLOCKS = [
  ...["conv32_1", "conv32_2", "conv32_3"],
  ...["conv64_down", "conv64_1", "conv64_2", "conv64_3"],
  ...["conv128_down", "conv128_1", "conv128_2"],
  ...["conv256_down", "conv256_1", "conv256_2", "conv256_down_out"],
];
const HALVES = /_down(_out)?$/;

/** A value of the graph: planes, all of them square. Its shape is [1, channels, side, side]. */
interface Planes {
  readonly value: string;
  readonly channels: number;
  readonly side: number;
}

/** What one network is to be called. */
export interface IdentityNames {
  readonly network: string;
  readonly input: string;
  readonly output: string;
}

/** Builds the network. The same weights and names always give the same bytes. */
export function buildIdentity(
  weights: ReadonlyMap<string, StoredTensor>,
  names: IdentityNames,
): Uint8Array {
  const graph = new OnnxGraph(names.network);
  const layers = new Layers(graph, weights);
  const face = graph.input(names.input, [1, FACE_PX, FACE_PX, 3]);
  const planes = graph.add("Transpose", [face], { perm: [0, 3, 1, 2] });
  const centred = graph.add("Sub", [planes, graph.numbers(MEAN_RGB, [1, 3, 1, 1])]);
  const value = graph.add("Mul", [centred, graph.numbers([INPUT_SCALE], [])]);

  const seen = layers.convolve({ value, channels: 3, side: FACE_PX }, "conv32_down", 2);
  let features = layers.pool("MaxPool", layers.relu(seen), 3);
  for (const block of BLOCKS) {
    features = HALVES.test(block) ? layers.halve(features, block) : layers.keep(features, block);
  }
  const mean = graph.add("ReduceMean", [features.value], { axes: [2, 3], keepdims: 0 });
  const embedding = graph.add("MatMul", [mean, layers.matrix("fc")]);
  graph.output(names.output, [1, EMBEDDING_SIZE], embedding);
  return graph.toBytes();
}

/** The layers of the network, with the weights in them. */
class Layers {
  readonly #graph: OnnxGraph;
  readonly #weights: ReadonlyMap<string, StoredTensor>;

  constructor(graph: OnnxGraph, weights: ReadonlyMap<string, StoredTensor>) {
    this.#graph = graph;
    this.#weights = weights;
  }

  /** A residual block whose output is as large as its input. */
  keep(input: Planes, name: string): Planes {
    const inner = this.relu(this.convolve(input, `${name}/conv1`, 1));
    return this.#addAndRelu(this.convolve(inner, `${name}/conv2`, 1), input);
  }

  /** A residual block whose output has half the side, and more channels or as many. */
  halve(input: Planes, name: string): Planes {
    const inner = this.relu(this.convolve(input, `${name}/conv1`, 2));
    const output = this.convolve(inner, `${name}/conv2`, 1);
    const beside = this.pool("AveragePool", input, 2);
    const channels = Math.max(output.channels, beside.channels);
    const side = Math.max(output.side, beside.side);
    return this.#addAndRelu(this.#grow(output, channels, side), this.#grow(beside, channels, side));
  }

  relu(input: Planes): Planes {
    return { ...input, value: this.#graph.add("Relu", [input.value]) };
  }

  /** A pool that halves. @param size - Side of the window. */
  pool(operator: "AveragePool" | "MaxPool", input: Planes, size: number): Planes {
    const attributes = { kernel_shape: [size, size], strides: [2, 2] };
    const value = this.#graph.add(operator, [input.value], attributes);
    return { ...input, value, side: sideAfter(input.side, size, 2, 0) };
  }

  /** A convolution with the scale and shift behind it. A stride of 1 keeps the side. */
  convolve(input: Planes, name: string, stride: 1 | 2): Planes {
    const scales = numbersOf(this.#stored(`${name}/scale/weights`));
    const shifts = numbersOf(this.#stored(`${name}/scale/biases`));
    const biases = numbersOf(this.#stored(`${name}/conv/bias`));
    const filters = this.#stored(`${name}/conv/filters`);
    const [height, width, from, channels] = filters.shape;
    assert(height === width && from === input.channels, `${name}: filters for its input`);
    const pad = stride === 1 ? (height - 1) / 2 : 0;
    const bias = biases.map((value, channel) => value * scales[channel] + shifts[channel]);
    const value = this.#graph.add(
      "Conv",
      [input.value, this.#filters(filters, scales), this.#graph.numbers(bias, [channels])],
      { kernel_shape: [height, width], pads: [pad, pad, pad, pad], strides: [stride, stride] },
    );
    return { value, channels, side: sideAfter(input.side, height, stride, pad) };
  }

  /** A constant matrix. */
  matrix(name: string): string {
    const { shape, values, zero, step } = this.#stored(name);
    return this.#scale(this.#constant(values, shape, zero), [step], []);
  }

  /** Filters [row, column, from, to] → [to, from, row, column], each channel times its scale. */
  #filters({ shape, values, zero, step }: StoredTensor, scales: readonly number[]): string {
    const constant = { shape, values: Float32Array.from(values), isHalf: false };
    const turned = permute(constant, [3, 2, 0, 1]);
    const stored = values instanceof Uint8Array ? Uint8Array.from(turned.values) : turned.values;
    const steps = scales.map((scale) => scale * step);
    return this.#scale(this.#constant(stored, turned.shape, zero), steps, [steps.length, 1, 1, 1]);
  }

  #constant(values: StoredTensor["values"], shape: readonly number[], zero: number): string {
    return values instanceof Uint8Array
      ? this.#graph.bytes(values, shape, zero)
      : this.#graph.weights(values, shape, "single");
  }

  #scale(value: string, factors: readonly number[], shape: readonly number[]): string {
    return this.#graph.add("Mul", [value, this.#graph.numbers(factors, shape)]);
  }

  #addAndRelu(a: Planes, b: Planes): Planes {
    return this.relu({ ...a, value: this.#graph.add("Add", [a.value, b.value]) });
  }

  /** Zeros behind the last channel, below the last row and right of the last column. */
  #grow(input: Planes, channels: number, side: number): Planes {
    if (input.channels === channels && input.side === side) return input;
    const [more, wider] = [channels - input.channels, side - input.side];
    const margins = this.#graph.indices([0, 0, 0, 0, 0, more, wider, wider]);
    return { value: this.#graph.add("Pad", [input.value, margins]), channels, side };
  }

  #stored(name: string): StoredTensor {
    const tensor = this.#weights.get(name);
    assert(tensor, `weights ${name} are there`);
    return tensor;
  }
}

function sideAfter(side: number, window: number, stride: number, pad: number): number {
  return Math.floor((side + 2 * pad - window) / stride) + 1;
}
