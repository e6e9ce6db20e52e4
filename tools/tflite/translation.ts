/**
 * @file The state of one conversion: which TFLite tensor is which ONNX value, in which layout.
 *
 * TFLite keeps pictures channels-last (NHWC), ONNX operators on pictures want channels-first
 * (NCHW). Each tensor is defined in the layout in which its operator computes it; the other one is
 * made by a Transpose when a consumer first asks for it, and kept. So a run of convolutions stays
 * channels-first from end to end, and transposes stand only where the layouts really meet.
 */
import assert from "node:assert/strict";
import type { OnnxGraph } from "../../src/onnx/onnx-graph.js";
import { type Constant, permute, readConstant, readIndices } from "./constant.js";
import type { TfliteGraph, TfliteTensor } from "./tflite-model.js";

/** The order of axes that makes channels-last into channels-first. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];

/**
 * Constants from this count on may be rounded to halves. Biases, scales and small kernels are below
 * it: in the person classes they are 1 % of the bytes, but rounding them too would double the error
 * of the logits (root mean square 1.1e-3 → 2.8e-3 on the NASA portrait).
 */
const ROUND_FROM_COUNT = 4096;

/** What the operators of one graph read from it and write to it; tensors go by their numbers. */
export class Translation {
  readonly onnx: OnnxGraph;
  readonly #source: TfliteGraph;
  readonly #roundLarge: boolean;
  readonly #channelsFirst = new Map<number, string>();
  readonly #channelsLast = new Map<number, string>();
  readonly #constants = new Map<number, Constant>();
  readonly #weights = new Map<string, string>();

  /** @param roundLarge - Whether to round large float32 constants to halves. */
  constructor(source: TfliteGraph, onnx: OnnxGraph, roundLarge: boolean) {
    this.#source = source;
    this.onnx = onnx;
    this.#roundLarge = roundLarge;
  }

  shape(tensor: number): readonly number[] {
    return this.#tensor(tensor).shape;
  }

  /** The size of a picture tensor, from its NHWC shape. */
  pictureSize(tensor: number): { height: number; width: number; channels: number } {
    const shape = this.shape(tensor);
    assert(shape.length === 4 && shape[0] === 1, `tensor ${tensor}: one picture, got [${shape}]`);
    const [, height, width, channels] = shape;
    return { height, width, channels };
  }

  /** Whether the tensor is known without any input. */
  isConstant(tensor: number): boolean {
    return this.#constants.has(tensor) || this.#tensor(tensor).data.length > 0;
  }

  constant(tensor: number): Constant {
    const known = this.#constants.get(tensor);
    if (known) return known;
    assert(this.isConstant(tensor), `tensor ${this.#tensor(tensor).name}: a constant`);
    const constant = readConstant(this.#tensor(tensor));
    this.#constants.set(tensor, constant);
    return constant;
  }

  /** A constant of whole numbers. */
  indices(tensor: number): number[] {
    return readIndices(this.#tensor(tensor));
  }

  /** Makes `tensor` another name of a constant. */
  defineConstant(tensor: number, constant: Constant): void {
    this.#constants.set(tensor, constant);
  }

  /** The ONNX value of a constant, with its axes in another order if `axes` are given. */
  weights(tensor: number, axes?: readonly number[]): string {
    return this.#weightsOnce(`${tensor} ${axes ?? "as stored"}`, () => {
      const stored = this.constant(tensor);
      return axes ? permute(stored, axes) : stored;
    });
  }

  /** A constant of one number per channel, [channels] or [1, 1, channels], for channels-first. */
  weightsPerChannel(tensor: number): string {
    return this.#weightsOnce(`${tensor} per channel`, () => {
      const stored = this.constant(tensor);
      const channels = stored.values.length;
      assert(stored.shape.at(-1) === channels, `one number per channel, got [${stored.shape}]`);
      return { ...stored, shape: [channels, 1, 1] };
    });
  }

  defineChannelsFirst(tensor: number, channelsFirst: string): void {
    this.#channelsFirst.set(tensor, channelsFirst);
  }

  /** For channels-last pictures and for all that is no picture, in the layout TFLite gives it. */
  defineChannelsLast(tensor: number, channelsLast: string): void {
    this.#channelsLast.set(tensor, channelsLast);
  }

  /** Whether the channels-first value of a computed tensor exists already. */
  isChannelsFirst(tensor: number): boolean {
    return this.#channelsFirst.has(tensor);
  }

  /** The ONNX value of a computed picture, NCHW. */
  channelsFirst(tensor: number): string {
    return this.#inLayout(tensor, this.#channelsFirst, this.#channelsLast, TO_CHANNELS_FIRST);
  }

  /** The ONNX value of a tensor in the shape TFLite gives it; may be a constant. */
  channelsLast(tensor: number): string {
    if (this.isConstant(tensor)) return this.weights(tensor);
    return this.#inLayout(tensor, this.#channelsLast, this.#channelsFirst, TO_CHANNELS_LAST);
  }

  #inLayout(
    tensor: number,
    wanted: Map<number, string>,
    other: ReadonlyMap<number, string>,
    perm: readonly number[],
  ): string {
    const known = wanted.get(tensor);
    if (known !== undefined) return known;
    const source = other.get(tensor);
    assert(source !== undefined, `tensor ${this.#tensor(tensor).name} is used before it is made`);
    const value = this.onnx.add("Transpose", [source], { perm });
    wanted.set(tensor, value);
    return value;
  }

  /** Several operators may use one constant: it is stored once for each order of axes. */
  #weightsOnce(key: string, make: () => Constant): string {
    const known = this.#weights.get(key);
    if (known !== undefined) return known;
    const { values, shape, isHalf } = make();
    const isRounded = this.#roundLarge && values.length >= ROUND_FROM_COUNT;
    const value = this.onnx.weights(values, shape, isHalf || isRounded ? "half" : "single");
    this.#weights.set(key, value);
    return value;
  }

  #tensor(tensor: number): TfliteTensor {
    const found = this.#source.tensors[tensor];
    assert(found, `tensor ${tensor} of ${this.#source.tensors.length}`);
    return found;
  }
}
