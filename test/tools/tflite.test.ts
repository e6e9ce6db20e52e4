/** @file The readers, the writer and the converter, by value on cases made by hand. */
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { OnnxGraph } from "../../src/onnx/onnx-graph.js";
import { readProtobuf } from "../../src/onnx/protobuf.js";
import { shortestFloat32 } from "../../tools/assets/canonical-face.js";
import { permute } from "../../tools/tflite/constant.js";
import { type ConversionPlan, convertGraph } from "../../tools/tflite/convert.js";
import { readFlexMap } from "../../tools/tflite/flexbuffer.js";
import type { TfliteGraph, TfliteTensor } from "../../tools/tflite/tflite-model.js";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("FlexBuffers", () => {
  test("a map of integers, floats and integer vectors", () => {
    const keys = "61 00 62 00 63 00"; // a, b, c at 0, 2, 4
    const vector = "02 00 fe ff 2c 01"; // at 6: count 2; -2, 300 as i16, first at 8
    const keyVector = "03 0d 0c 0b"; // at 12: count 3; from 13, 14, 15 back to 0, 2, 4
    // At 16: back 3 to the keys at 13, offsets of keys are 1 byte wide, count 3; values from 28,
    // the last of which stands at 36 and leads back 28 to the vector's first element at 8.
    const values = "03000000 01000000 03000000 fbffffff 0000c03f 1c000000";
    const types = "06 0e 2d"; // int, float, vector of 2-byte ints; at 40
    const root = "0f 26 01"; // at 43: back 15 to 28; map of 4-byte values; 1 byte wide
    const bytes = hex(`${keys} ${vector} ${keyVector} ${values} ${types} ${root}`);
    expect(readFlexMap(bytes)).toEqual({ a: -5, b: 1.5, c: [-2, 300] });
  });

  test("refuses what is no map, and kinds it does not know", () => {
    expect(() => readFlexMap(hex("05 04 01"))).toThrow("got kind 1");
    expect(() => readFlexMap(hex("61 00 01 03 01 01 01 07 68 02 24 01"))).toThrow("kind 26");
  });
});

test("permuting axes moves every number to its new place", () => {
  const values = Float32Array.from({ length: 24 }, (_, i) => i);
  const permuted = permute({ shape: [2, 3, 4], values, isHalf: false }, [2, 0, 1]);
  expect(permuted.shape).toEqual([4, 2, 3]);
  const at = (c: number, a: number, b: number) => permuted.values[(c * 2 + a) * 3 + b];
  expect([at(0, 0, 0), at(3, 0, 0), at(0, 1, 2), at(2, 1, 1)]).toEqual([0, 3, 20, 18]);
});

test("shortest decimals give the same float32 again", () => {
  const numbers = [0.1, 1 / 3, -4.445859, 16_777_215, 1e-30].map(Math.fround);
  expect(numbers.map(shortestFloat32).map(Math.fround)).toEqual(numbers);
  expect(numbers.slice(0, 3).map(shortestFloat32)).toEqual([0.1, 0.33333334, -4.445859]);
});

test("a graph made by hand runs, its halves widened", async () => {
  const graph = new OnnxGraph("by hand");
  const image = graph.input("image", [1, 40]);
  const steps = graph.weights(
    Float32Array.from({ length: 40 }, (_, i) => i / 8),
    [40],
    "half",
  );
  graph.output("sum", [40], graph.add("Add", [image, steps]));
  const { sum } = await run(graph.toBytes(), Float32Array.from({ length: 40 }).fill(1), [1, 40]);
  expect(sum).toEqual(Array.from({ length: 40 }, (_, i) => 1 + i / 8));
});

describe("conversion", () => {
  const PICTURE = Float32Array.from({ length: 16 }, (_, i) => i + 1); // 4×4, one channel

  test("a run of picture operators is transposed once at each end", async () => {
    const onnx = convertGraph(
      {
        tensors: [
          computed("in", [1, 2, 2, 2]),
          wholeNumbers("paddings", [4, 2], [0, 0, 0, 0, 0, 0, 0, 1]),
          computed("padded", [1, 2, 2, 3]),
          realNumbers("slopes", [1, 1, 3], [1, 0.5, 0]),
          computed("bent", [1, 2, 2, 3]),
          computed("out", [1, 2, 2, 3]),
        ],
        operators: [
          operator("PAD", [0, 1], [2]),
          operator("PRELU", [2, 3], [4]),
          operator("ADD", [4, 2], [5]),
        ],
        inputs: [0],
        outputs: [5],
      },
      planFor("out", [1, 2, 2, 3]),
    );
    expect(operatorsOf(onnx).filter((kind) => kind === "Transpose")).toHaveLength(2);
    const { out } = await run(onnx, Float32Array.of(1, -2, 3, -4, -5, 6, 7, -8), [1, 2, 2, 2]);
    expect(out).toEqual([2, -3, 0, 6, -6, 0, -10, 12, 0, 14, -12, 0]);
  });

  test("a cut follows its matrix, and is zero outside the picture", async () => {
    const shiftBy = async (x: number, y: number) => {
      const matrix = [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, 0, 0, 0, 0, 1];
      const onnx = convertGraph(
        {
          tensors: [
            computed("picture", [1, 4, 4, 1]),
            realNumbers("matrix", [1, 4, 4], matrix),
            computed("cut", [1, 2, 2, 1]),
          ],
          operators: [operator("TransformTensorBilinear", [0, 1], [2])],
          inputs: [0],
          outputs: [2],
        },
        planFor("cut", [1, 2, 2, 1]),
      );
      return (await run(onnx, PICTURE, [1, 4, 4, 1])).cut;
    };
    expect(await shiftBy(1, 2)).toEqual([10, 11, 14, 15]);
    expect(await shiftBy(0.5, 0)).toEqual([1.5, 2.5, 5.5, 6.5]);
    expect(await shiftBy(3, 0)).toEqual([4, 0, 8, 0]);
  });

  test("landmarks of a cut are carried back by its matrix", async () => {
    const turnedAndDoubled = [0, -2, 0, 5, 2, 0, 0, 7, 0, 0, 1, 0, 0, 0, 0, 1];
    const onnx = convertGraph(
      {
        tensors: [
          computed("cut", [1, 2, 2]),
          realNumbers("matrix", [1, 4, 4], turnedAndDoubled),
          computed("whole", [1, 2, 2]),
        ],
        operators: [operator("TransformLandmarks", [0, 1], [2])],
        inputs: [0],
        outputs: [2],
      },
      planFor("whole", [2, 2]),
    );
    const { whole } = await run(onnx, Float32Array.of(0, 0, 1, 3), [1, 2, 2]);
    expect(whole).toEqual([5, 7, -1, 9]);
  });

  test("an operator that is not known stops the conversion by name", () => {
    const graph: TfliteGraph = {
      tensors: [computed("in", [1]), computed("out", [1])],
      operators: [operator("WHILE", [0], [1])],
      inputs: [0],
      outputs: [1],
    };
    expect(() => convertGraph(graph, planFor("out", [1]))).toThrow("WHILE is not supported");
  });
});

function computed(name: string, shape: number[]): TfliteTensor {
  return { name, shape, type: "float32", data: new Uint8Array() };
}

function realNumbers(name: string, shape: number[], values: number[]): TfliteTensor {
  const data = new Uint8Array(Float32Array.from(values).buffer);
  return { name, shape, type: "float32", data };
}

function wholeNumbers(name: string, shape: number[], values: number[]): TfliteTensor {
  return { name, shape, type: "int32", data: new Uint8Array(Int32Array.from(values).buffer) };
}

function operator(kind: string, inputs: number[], outputs: number[]) {
  return { kind, inputs, outputs, options: undefined, customOptions: new Uint8Array() };
}

function planFor(tensor: string, shape: number[]): ConversionPlan {
  const outputs = [{ tensor, name: tensor, shape }];
  return { name: "by hand", input: "image", outputs, weights: "asStored" };
}

/** The kinds of an ONNX file's operators: model field 7, graph field 1, node field 4. */
function operatorsOf(onnx: Uint8Array): string[] {
  const inner = (message: Uint8Array, field: number) =>
    readProtobuf(message).flatMap((each) =>
      each.field === field && each.kind === "bytes" ? [each.value] : [],
    );
  const nodes = inner(onnx, 7).flatMap((graph) => inner(graph, 1));
  return nodes.flatMap((node) => inner(node, 4)).map((kind) => new TextDecoder().decode(kind));
}

async function run(onnx: Uint8Array, image: Float32Array, shape: number[]) {
  const session = await ort.InferenceSession.create(onnx);
  const outputs = await session.run({ image: new ort.Tensor("float32", image, shape) });
  const numbers = Object.entries(outputs).map(([name, { data }]) => {
    if (!(data instanceof Float32Array)) throw new TypeError(`${name} is not float32`);
    return [name, [...data]];
  });
  return Object.fromEntries(numbers) as Record<string, number[]>;
}
