/** @file What training runs on: ONNX Runtime for graphs with several inputs, and threads. */
import { Worker } from "node:worker_threads";
import type { Feed, Graph } from "../src/learn/trainer.js";
import { forbidTelemetry } from "../src/platform/node-nets.js";

/** Loads a graph. @param bytes - An .onnx file. */
export async function openGraph(bytes: Uint8Array): Promise<Graph> {
  forbidTelemetry();
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const tensorOf = ({ data, shape }: Feed) => new Tensor("float32", data, shape);
  return {
    async run(feeds) {
      const given = Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)] as const);
      const results = await session.run(Object.fromEntries(given));
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
  };
}

/** Starts a thread from TypeScript: Node 20 does not hand tsx down to threads. */
export function openThread(file: URL, workerData: unknown): Worker {
  const start = `import("tsx/esm/api").then(({ register }) => {
    register();
    return import(${JSON.stringify(file.href)});
  })`;
  return new Worker(start, { eval: true, workerData });
}
