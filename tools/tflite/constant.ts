/**
 * @file Constants of a TFLite graph: stored bytes → numbers with a shape, and their axes in a new
 * order.
 */
import assert from "node:assert/strict";
import { decodeHalves } from "../../src/onnx/float16.js";
import type { TfliteTensor } from "./tflite-model.js";

/** A constant of real numbers; row-major. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Whether the source stores halves, so that halves hold these values exactly. */
  readonly isHalf: boolean;
}

/** Reads a constant of float32 or float16. */
export function readConstant(tensor: TfliteTensor): Constant {
  const bytes = alignedBytes(tensor);
  const isHalf = tensor.type === "float16";
  assert(isHalf || tensor.type === "float32", `tensor ${tensor.name}: real numbers`);
  const values = isHalf ? decodeHalves(new Uint16Array(bytes)) : new Float32Array(bytes);
  assert(values.length === elementCount(tensor.shape), `tensor ${tensor.name}: size and shape`);
  return { shape: tensor.shape, values, isHalf };
}

/** Reads a constant of whole numbers: shapes, axes, paddings. */
export function readIndices(tensor: TfliteTensor): number[] {
  assert(tensor.type === "int32", `tensor ${tensor.name}: whole numbers`);
  return Array.from(new Int32Array(alignedBytes(tensor)));
}

/**
 * The same numbers with their axes in another order.
 *
 * @param axes - For each new axis, the old one: [0, 3, 1, 2] makes NHWC into NCHW.
 */
export function permute(constant: Constant, axes: readonly number[]): Constant {
  const { shape, values, isHalf } = constant;
  const oldStrides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const newShape = axes.map((axis) => shape[axis]);
  const strides = axes.map((axis) => oldStrides[axis]);
  const place = new Array<number>(axes.length).fill(0);
  const permuted = new Float32Array(values.length);
  let from = 0;
  for (let to = 0; to < permuted.length; to++) {
    permuted[to] = values[from];
    // Count up like an odometer: the last axis first, each full turn carries to the one before.
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++place[axis] < newShape[axis]) break;
      from -= strides[axis] * newShape[axis];
      place[axis] = 0;
    }
  }
  return { shape: newShape, values: permuted, isHalf };
}

/** How many numbers a shape holds; 1 for a scalar, []. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A copy that starts at 0: typed arrays need aligned bytes, places in a file are not. */
function alignedBytes(tensor: TfliteTensor): ArrayBuffer {
  return Uint8Array.from(tensor.data).buffer;
}
