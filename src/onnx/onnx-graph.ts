/**
 * @file An ONNX graph, built value by value → the bytes of an .onnx file (IR 8, opset 16).
 *
 * Values are named after the operator that makes them and a running number, so the same calls give
 * the same bytes. Opset 16 is the first with GridSample, and all that our networks need.
 *
 * @source https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers) and
 *   https://onnx.ai/onnx/operators/ (operators and their attributes)
 */
import { encodeHalves } from "./float16.js";
import { ProtobufWriter } from "./protobuf.js";

/** Dimensions of a value; a name stands for one that is known only when the graph is run. */
export type OnnxShape = readonly (number | string)[];

/** Attributes of an operator: a whole number, several, or a word. */
export type OnnxAttributes = Record<string, number | readonly number[] | string>;

/** How the numbers of a constant are stored: halves cost half the bytes and a Cast at load. */
export type WeightPrecision = "half" | "single";

const IR_VERSION = 8;
const OPSET = 16;
const PRODUCER = "ritratto";

/** Codes of TensorProto.DataType. */
const DATA_TYPE = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;
/** Codes of AttributeProto.AttributeType. */
const ATTRIBUTE_TYPE = { int: 2, string: 3, ints: 7 } as const;

/** A Cast takes about 50 bytes: below this count halves would make the file longer. */
const HALF_FROM_COUNT = 32;

/** Collects inputs, constants, operators and outputs; every value goes by its name. */
export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: ProtobufWriter[] = [];
  readonly #constants: ProtobufWriter[] = [];
  readonly #inputs: ProtobufWriter[] = [];
  readonly #outputs: ProtobufWriter[] = [];
  readonly #indexConstants = new Map<string, string>();
  #valueCount = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Declares a float32 input. */
  input(name: string, shape: OnnxShape): string {
    this.#inputs.push(describeValue(name, shape));
    return name;
  }

  /**
   * Declares a float32 output and fills it with `value`, which must have as many numbers.
   *
   * @param shape - At most one dimension may have a name.
   */
  output(name: string, shape: OnnxShape, value: string): void {
    this.#outputs.push(describeValue(name, shape));
    const sizes = shape.map((size) => (typeof size === "string" ? -1 : size));
    this.#node("Reshape", [value, this.indices(sizes)], name);
  }

  /**
   * Adds an operator with one output.
   *
   * @param inputs - Names of values; "" leaves an optional input out.
   * @returns The name of the output.
   */
  add(operator: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    const output = this.#nextName(operator);
    this.#node(operator, inputs, output, attributes);
    return output;
  }

  /** A vector of int64 constants: shapes, axes, places. Equal ones are stored once. */
  indices(values: readonly number[]): string {
    const key = values.join(" ");
    const known = this.#indexConstants.get(key);
    if (known !== undefined) return known;
    const name = this.#nextName("indices");
    const words = BigInt64Array.from(values, BigInt);
    this.#constants.push(describeConstant(name, [values.length], DATA_TYPE.int64, words));
    this.#indexConstants.set(key, name);
    return name;
  }

  /** A float32 constant as it stands, for a few numbers. */
  numbers(values: readonly number[], shape: readonly number[]): string {
    return this.weights(Float32Array.from(values), shape, "single");
  }

  /**
   * A float32 constant, stored as `precision` says.
   *
   * Halves stand behind a Cast, which runtimes compute once, when the graph is loaded. So they
   * spare bytes, not time, and every operator sees float32.
   */
  weights(values: Float32Array, shape: readonly number[], precision: WeightPrecision): string {
    const name = this.#nextName("weights");
    if (precision === "single" || values.length < HALF_FROM_COUNT) {
      this.#constants.push(describeConstant(name, shape, DATA_TYPE.float32, values));
      return name;
    }
    const halves = encodeHalves(values);
    this.#constants.push(describeConstant(name, shape, DATA_TYPE.float16, halves));
    return this.add("Cast", [name], { to: DATA_TYPE.float32 });
  }

  /**
   * A float32 constant of whole numbers `byte − zero`, stored as bytes.
   *
   * Like halves, they stand behind operators that runtimes compute once. DequantizeLinear would
   * say the same, but ONNX Runtime computes it in each run: 14 ms instead of 5 for 6 MB.
   */
  bytes(values: Uint8Array, shape: readonly number[], zero: number): string {
    const name = this.#nextName("bytes");
    this.#constants.push(describeConstant(name, shape, DATA_TYPE.uint8, values));
    const numbers = this.add("Cast", [name], { to: DATA_TYPE.float32 });
    return this.add("Sub", [numbers, this.numbers([zero], [])]);
  }

  /** The whole model as the bytes of an .onnx file. */
  toBytes(): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, this.#name);
    for (const constant of this.#constants) graph.message(5, constant);
    for (const input of this.#inputs) graph.message(11, input);
    for (const output of this.#outputs) graph.message(12, output);
    const standardOperators = new ProtobufWriter().text(1, "").integer(2, OPSET);
    return new ProtobufWriter()
      .integer(1, IR_VERSION)
      .text(2, PRODUCER)
      .message(7, graph)
      .message(8, standardOperators)
      .toBytes();
  }

  #nextName(kind: string): string {
    return `${kind}_${this.#valueCount++}`;
  }

  #node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: OnnxAttributes = {},
  ): void {
    const node = new ProtobufWriter();
    for (const input of inputs) node.text(1, input);
    node.text(2, output).text(3, output).text(4, operator);
    for (const [name, value] of Object.entries(attributes)) {
      node.message(5, describeAttribute(name, value));
    }
    this.#nodes.push(node);
  }
}

function describeAttribute(name: string, value: OnnxAttributes[string]): ProtobufWriter {
  const attribute = new ProtobufWriter().text(1, name);
  if (typeof value === "number") return attribute.integer(3, value).integer(20, ATTRIBUTE_TYPE.int);
  if (typeof value === "string") return attribute.text(4, value).integer(20, ATTRIBUTE_TYPE.string);
  for (const element of value) attribute.integer(8, element);
  return attribute.integer(20, ATTRIBUTE_TYPE.ints);
}

function describeConstant(
  name: string,
  shape: readonly number[],
  dataType: number,
  values: Float32Array | Uint8Array | Uint16Array | BigInt64Array,
): ProtobufWriter {
  const tensor = new ProtobufWriter();
  for (const size of shape) tensor.integer(1, size);
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return tensor.integer(2, dataType).text(8, name).bytes(9, raw);
}

function describeValue(name: string, shape: OnnxShape): ProtobufWriter {
  const dimensions = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    if (typeof size === "string") dimension.text(2, size);
    else dimension.integer(1, size);
    dimensions.message(1, dimension);
  }
  const tensor = new ProtobufWriter().integer(1, DATA_TYPE.float32).message(2, dimensions);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
