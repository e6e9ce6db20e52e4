/** @file Networks that could be somebody else's mouth: loudness as curves. */
import { OnnxGraph } from "../../src/onnx/onnx-graph.js";
import { ProtobufWriter } from "../../src/onnx/protobuf.js";

/** How a network of `loudnessNet` is made. */
export interface LoudnessOptions {
  /** Samples that each frame is the mean of; 640 by default: 25 frames a second at 16 kHz. */
  readonly frameSamples?: number;
  /** Frames that each frame is averaged with, odd; what lies beyond the ends counts as silence. */
  readonly context?: number;
  /** Another input, shape [1, 2], the first number of which is added to all curves. */
  readonly bias?: string;
  /** Another output, of no use. */
  readonly extra?: string;
}

/** Columns of `loudnessNet` and what they multiply the loudness by. */
export const LOUDNESS = [
  ["eyeBlinkLeft", 1],
  ["jawOpen", 2],
  ["mouthFunnel", 1],
  ["mouthSmileLeft", -1],
] as const;

/** audio [1, samples] → curves [1, frames, 4]: means of absolute samples, times `LOUDNESS`. */
export function loudnessNet(options: LoudnessOptions = {}): Uint8Array {
  const { frameSamples = 640, context = 1, bias, extra } = options;
  const graph = new OnnxGraph("loudness");
  const audio = graph.input("audio", [1, "samples"]);
  const row = graph.add("Reshape", [graph.add("Abs", [audio]), graph.indices([1, 1, -1])]);
  let loudness = graph.add("AveragePool", [row], {
    kernel_shape: [frameSamples],
    strides: [frameSamples],
  });
  if (context > 1) {
    const side = (context - 1) / 2;
    const pool = { kernel_shape: [context], pads: [side, side], count_include_pad: 1 };
    loudness = graph.add("AveragePool", [loudness], pool);
  }
  const column = graph.add("Transpose", [loudness], { perm: [0, 2, 1] });
  const factors = graph.numbers(
    LOUDNESS.map(([, factor]) => factor),
    [1, 1, LOUDNESS.length],
  );
  let curves = graph.add("Mul", [column, factors]);
  if (bias !== undefined) {
    const input = graph.input(bias, [1, 2]);
    const first = graph.add("Slice", [input, ...[0, 1, 1].map((at) => graph.indices([at]))]);
    curves = graph.add("Add", [curves, graph.add("Reshape", [first, graph.indices([1, 1, 1])])]);
  }
  if (extra !== undefined) graph.output(extra, [1, "frames"], column);
  graph.output("curves", [1, "frames", LOUDNESS.length], curves);
  return graph.toBytes();
}

/** The description of `loudnessNet`, as JSON. @param changes - Fields to add or to replace. */
export function loudnessDescription(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    format: "ritratto-lip-model",
    version: 1,
    sampleRateHz: 16_000,
    framesPerSecond: 25,
    channels: LOUDNESS.map(([name]) => name),
    ...changes,
  });
}

/** audio [1, samples] → curves [1, frames, 1], always the numbers of a file of floats beside it. */
export function netWithWeightsIn(file: string, frameCount: number): Uint8Array {
  const shape = [1, frameCount, 1];
  const entry = (key: string, value: string) => new ProtobufWriter().text(1, key).text(2, value);
  const weights = new ProtobufWriter();
  for (const side of shape) weights.integer(1, side);
  weights.integer(2, 1).text(8, "weights").message(13, entry("location", file)).integer(14, 1);
  const value = (name: string, sides: readonly number[]) => {
    const dimensions = new ProtobufWriter();
    for (const side of sides) dimensions.message(1, new ProtobufWriter().integer(1, side));
    const tensor = new ProtobufWriter().integer(1, 1).message(2, dimensions);
    return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
  };
  const graph = new ProtobufWriter()
    .message(1, new ProtobufWriter().text(1, "weights").text(2, "curves").text(4, "Identity"))
    .text(2, "constant")
    .message(5, weights)
    .message(11, value("audio", [1, 16_000]))
    .message(12, value("curves", shape));
  const operators = new ProtobufWriter().text(1, "").integer(2, 16);
  return new ProtobufWriter().integer(1, 8).message(7, graph).message(8, operators).toBytes();
}
