/**
 * @file The custom operators by which the face mesh looks again at lips and eyes → ONNX.
 *
 * Its first pass finds 468 landmarks. Around some of them (lips, one eye) it takes a rotated
 * rectangle, cuts the features of an early layer out of it, finds finer landmarks in that cut, and
 * carries them back. The rectangle travels as a 4×4 matrix from pixels of the cut to pixels of the
 * whole: rows x, y, z, w; columns the cut's x, y, z and the shift. z and w stay as they are.
 *
 * @source Grishchenko et al. 2020, "Attention Mesh", https://arxiv.org/abs/2006.10962. The options
 *   say the rest by their names; checked by running the network on portraits.
 */
import assert from "node:assert/strict";
import type { OnnxGraph } from "../../src/onnx/onnx-graph.js";
import { type FlexMap, readFlexMap } from "./flexbuffer.js";
import type { TfliteOperator } from "./tflite-model.js";
import type { Translation } from "./translation.js";

/**
 * Landmarks2TransformMatrix: landmarks [1, n, 3], px → matrix [1, 4, 4].
 *
 * With unit vector (c, s) from the left to the right rotation landmark, R = [[c, −s], [s, c]] turns
 * the upright cut into the picture. The subset's bounding box is taken along those axes, and
 * cut (u, v) → centre + R · (size · scale / output) · ((u, v) − output / 2).
 */
export function landmarksToMatrix(operator: TfliteOperator, to: Translation): void {
  const options = readFlexMap(operator.customOptions);
  assert(options.target_rotation_radians === 0, "a cut that is upright");
  const { onnx } = to;
  const landmarks = slice(onnx, to.channelsLast(operator.inputs[0]), 2, 0, 2);
  const pick = (numbers: readonly number[]) =>
    onnx.add("Gather", [landmarks, onnx.indices(numbers)], { axis: 1 });

  const right = pick([numberOption(options, "right_rotation_idx")]);
  const left = pick([numberOption(options, "left_rotation_idx")]);
  const along = onnx.add("Sub", [right, left]);
  const length = onnx.add("ReduceL2", [along], { axes: [2], keepdims: 1 });
  const direction = onnx.add("Div", [along, length]);
  const cosine = slice(onnx, direction, 2, 0, 1);
  const sine = slice(onnx, direction, 2, 1, 2);
  const minusSine = onnx.add("Neg", [sine]);
  const rotation = matrix(onnx, [cosine, minusSine], [sine, cosine]);
  const inverse = matrix(onnx, [cosine, sine], [minusSine, cosine]);

  // Points are rows, so a point times R is R⁻¹ applied to it: picture → upright.
  const upright = onnx.add("MatMul", [pick(subsetOption(options)), rotation]);
  const maximum = onnx.add("ReduceMax", [upright], { axes: [1], keepdims: 1 });
  const minimum = onnx.add("ReduceMin", [upright], { axes: [1], keepdims: 1 });
  const size = onnx.add("Sub", [maximum, minimum]);
  const twiceMiddle = onnx.add("Add", [maximum, minimum]);
  const middle = onnx.add("Mul", [twiceMiddle, onnx.numbers([0.5], [])]);
  const centre = onnx.add("MatMul", [middle, inverse]);

  const width = numberOption(options, "output_width");
  const height = numberOption(options, "output_height");
  const scaleX = numberOption(options, "scale_x") / width;
  const scaleY = numberOption(options, "scale_y") / height;
  const pixelSize = onnx.add("Mul", [size, onnx.numbers([scaleX, scaleY], [1, 1, 2])]);
  const linear = onnx.add("Mul", [rotation, pixelSize]);
  const corner = onnx.numbers([-width / 2, -height / 2], [1, 2, 1]);
  const toCorner = onnx.add("MatMul", [linear, corner]);
  const shift = onnx.add("Add", [onnx.add("Transpose", [centre], { perm: [0, 2, 1] }), toCorner]);

  const depthColumn = onnx.numbers([0, 0], [1, 2, 1]);
  const rows = onnx.add("Concat", [linear, depthColumn, shift], { axis: 2 });
  const lastRows = onnx.numbers([0, 0, 1, 0, 0, 0, 0, 1], [1, 2, 4]);
  const value = onnx.add("Concat", [rows, lastRows], { axis: 1 });
  to.defineChannelsLast(operator.outputs[0], value);
}

/**
 * TransformTensorBilinear: picture [1, h, w, c] and matrix → the cut, zero outside the picture.
 *
 * Pixel centres are at +½ on both sides. GridSample with aligned corners counts −1 … 1 from the
 * first to the last centre; it repeats the border, and a mask then blanks what lies beyond it.
 */
export function cutOut(operator: TfliteOperator, to: Translation): void {
  const [picture, transform] = operator.inputs;
  const { onnx } = to;
  const cut = to.pictureSize(operator.outputs[0]);
  const { height, width } = to.pictureSize(picture);
  const centres: number[] = [];
  for (let y = 0; y < cut.height; y++) {
    for (let x = 0; x < cut.width; x++) centres.push(x + 0.5, y + 0.5, 0, 1);
  }
  const cutPixels = onnx.numbers(centres, [1, cut.height * cut.width, 4]);
  const rows = slice(onnx, to.channelsLast(transform), 1, 0, 2);
  const columns = onnx.add("Transpose", [rows], { perm: [0, 2, 1] });
  const pixels = onnx.add("MatMul", [cutPixels, columns]);
  const fromFirst = onnx.add("Sub", [pixels, onnx.numbers([0.5], [])]);
  const spans = onnx.numbers([2 / (width - 1), 2 / (height - 1)], [1, 1, 2]);
  const one = onnx.numbers([1], []);
  const grid = onnx.add("Sub", [onnx.add("Mul", [fromFirst, spans]), one]);

  const shaped = onnx.add("Reshape", [grid, onnx.indices([1, cut.height, cut.width, 2])]);
  const sampled = onnx.add("GridSample", [to.channelsFirst(picture), shaped], {
    mode: "bilinear",
    padding_mode: "border",
    align_corners: 1,
  });
  const farthest = onnx.add("ReduceMax", [onnx.add("Abs", [grid])], { axes: [2], keepdims: 0 });
  const isInside = onnx.add("LessOrEqual", [farthest, one]);
  const maskShape = onnx.indices([1, 1, cut.height, cut.width]);
  const mask = onnx.add("Reshape", [isInside, maskShape]);
  const nothing = onnx.numbers([0], []);
  to.defineChannelsFirst(operator.outputs[0], onnx.add("Where", [mask, sampled, nothing]));
}

/** TransformLandmarks: landmarks [1, n, 2] of the cut and matrix → landmarks of the whole. */
export function transformLandmarks(operator: TfliteOperator, to: Translation): void {
  const [landmarks, transform] = operator.inputs;
  const { onnx } = to;
  assert(to.shape(landmarks)[2] === 2, "landmarks of two coordinates");
  const rows = slice(onnx, to.channelsLast(transform), 1, 0, 2);
  const columns = onnx.add("Transpose", [rows], { perm: [0, 2, 1] });
  const linear = slice(onnx, columns, 1, 0, 2);
  const shift = slice(onnx, columns, 1, 3, 4);
  const turned = onnx.add("MatMul", [to.channelsLast(landmarks), linear]);
  to.defineChannelsLast(operator.outputs[0], onnx.add("Add", [turned, shift]));
}

/** Keeps `begin` to `end` (exclusive) of one axis. */
function slice(onnx: OnnxGraph, value: string, axis: number, begin: number, end: number): string {
  return onnx.add("Slice", [
    value,
    onnx.indices([begin]),
    onnx.indices([end]),
    onnx.indices([axis]),
  ]);
}

/** A 2×2 matrix of its two rows; every element is a value [1, 1, 1]. */
function matrix(onnx: OnnxGraph, first: readonly string[], second: readonly string[]): string {
  const rows = [first, second].map((row) => onnx.add("Concat", row, { axis: 2 }));
  return onnx.add("Concat", rows, { axis: 1 });
}

function numberOption(options: FlexMap, name: string): number {
  const value = options[name];
  assert(typeof value === "number", `option ${name}: a number`);
  return value;
}

function subsetOption(options: FlexMap): number[] {
  const value = options.subset_idxs;
  assert(Array.isArray(value), "option subset_idxs: a vector");
  return value;
}
