/**
 * @file The bytes of a .tflite file → its one graph: tensors, and operators in running order.
 *
 * Slots are the order of declaration in the public schema. Knows the operators and number types of
 * the networks we ship, no others; sparse and quantised constants, which none of them has, are
 * refused.
 *
 * @source https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/schema/schema.fbs
 */
import assert from "node:assert/strict";
import { FlatTable } from "./flatbuffer.js";

/** Number types of tensors, by their code in the schema. */
const ELEMENT_TYPES = ["float32", "float16", "int32"] as const;
type ElementType = (typeof ELEMENT_TYPES)[number];

/** One value of the graph. Four-dimensional ones are NHWC: batch, rows, columns, channels. */
export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Little-endian numbers of a constant; empty for what is computed. */
  readonly data: Uint8Array;
}

/** One step. Inputs and outputs are tensor numbers; -1 is an input left out. */
export interface TfliteOperator {
  /** Name in the schema, or of the custom operator. */
  readonly kind: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Options of a built-in operator; absent where all are at their defaults. */
  readonly options: FlatTable | undefined;
  /** Options of a custom operator, a FlexBuffer; may be empty. */
  readonly customOptions: Uint8Array;
}

/** A network; inputs and outputs are tensor numbers. Plain data, so tests can make one by hand. */
export interface TfliteGraph {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const CUSTOM_CODE = 32;
const OPERATOR_NAMES = new Map([
  [0, "ADD"],
  [2, "CONCATENATION"],
  [3, "CONV_2D"],
  [4, "DEPTHWISE_CONV_2D"],
  [6, "DEQUANTIZE"],
  [17, "MAX_POOL_2D"],
  [18, "MUL"],
  [19, "RELU"],
  [22, "RESHAPE"],
  [23, "RESIZE_BILINEAR"],
  [25, "SOFTMAX"],
  [34, "PAD"],
  [39, "TRANSPOSE"],
  [45, "STRIDED_SLICE"],
  [54, "PRELU"],
  [67, "TRANSPOSE_CONV"],
  [74, "SUM"],
  [97, "RESIZE_NEAREST_NEIGHBOR"],
]);

const MODEL = { operatorCodes: 1, subgraphs: 2, buffers: 4 };
const OPERATOR_CODE = { oldCode: 0, customName: 1, code: 3 };
const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3 };
const TENSOR = { shape: 0, type: 1, buffer: 2, name: 3, quantization: 4, sparsity: 6 };
const QUANTIZATION = { scale: 2 };
const BUFFER = { data: 0 };
const OPERATOR = { codeIndex: 0, inputs: 1, outputs: 2, options: 4, customOptions: 5 };

/** Reads the file's graph; tensor data are views into `file`. */
export function readTfliteModel(file: Uint8Array): TfliteGraph {
  const model = FlatTable.root(file);
  const kinds = model.tables(MODEL.operatorCodes).map(operatorKind);
  const buffers = model.tables(MODEL.buffers).map((buffer) => buffer.bytes(BUFFER.data));
  const subgraphs = model.tables(MODEL.subgraphs);
  assert(subgraphs.length === 1, `a model of 1 graph, got ${subgraphs.length}`);
  const [graph] = subgraphs;
  return {
    tensors: graph.tables(SUBGRAPH.tensors).map((tensor) => readTensor(tensor, buffers)),
    operators: graph.tables(SUBGRAPH.operators).map((operator) => ({
      kind: kinds[operator.int32(OPERATOR.codeIndex)],
      inputs: operator.int32s(OPERATOR.inputs),
      outputs: operator.int32s(OPERATOR.outputs),
      options: operator.table(OPERATOR.options),
      customOptions: operator.bytes(OPERATOR.customOptions),
    })),
    inputs: graph.int32s(SUBGRAPH.inputs),
    outputs: graph.int32s(SUBGRAPH.outputs),
  };
}

/** Codes above 127 stand in the newer field; files of either age have the larger value right. */
function operatorKind(table: FlatTable): string {
  const code = Math.max(table.int8(OPERATOR_CODE.oldCode), table.int32(OPERATOR_CODE.code));
  if (code === CUSTOM_CODE) return table.text(OPERATOR_CODE.customName);
  const name = OPERATOR_NAMES.get(code);
  assert(name !== undefined, `TFLite operator ${code} is not supported`);
  return name;
}

function readTensor(table: FlatTable, buffers: readonly Uint8Array[]): TfliteTensor {
  const name = table.text(TENSOR.name);
  const type = ELEMENT_TYPES[table.int8(TENSOR.type)];
  const scaleCount = table.table(TENSOR.quantization)?.count(QUANTIZATION.scale) ?? 0;
  assert(type !== undefined, `tensor ${name}: number type is not supported`);
  assert(scaleCount === 0, `tensor ${name}: quantised tensors are not supported`);
  assert(!table.table(TENSOR.sparsity), `tensor ${name}: sparse tensors are not supported`);
  return {
    name,
    shape: table.int32s(TENSOR.shape),
    type,
    data: buffers[table.int32(TENSOR.buffer)],
  };
}
