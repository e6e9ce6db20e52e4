/** @file The inside of the networks' worker: ONNX Runtime as WebAssembly. */
import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { assetsAt } from "./browser-assets.js";
import type { NetsStart } from "./browser-nets.js";
import { serve } from "./browser-thread.js";
import { type AnsweredNet, type AskedNet, answerNet } from "./nets-calls.js";
import { openNetsWith, type Runtime } from "./onnx-nets.js";

/** More gain nothing with networks as small as ours. */
const THREADS_MAX = 4;
/** The runtime's own files; without a name of theirs they would be looked for beside this script. */
const RUNTIME = "ort-wasm-simd-threaded";

serve<NetsStart, AskedNet, AnsweredNet>(({ files }) => {
  const nets = openNetsWith(assetsAt(new URL("assets/", files)), async () => loadRuntime(files));
  return async (asked) => ({ answer: await answerNet(nets, asked) });
});

function loadRuntime(files: string): Runtime {
  env.wasm.wasmPaths = {
    mjs: new URL(`${RUNTIME}.mjs`, files).href,
    wasm: new URL(`${RUNTIME}.wasm`, files).href,
  };
  // Threads need memory that is shared, which pages have only if they are isolated from others.
  env.wasm.numThreads = crossOriginIsolated
    ? Math.min(THREADS_MAX, navigator.hardwareConcurrency)
    : 1;
  return { InferenceSession, Tensor, isNative: false } as unknown as Runtime;
}
