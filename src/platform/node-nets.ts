/**
 * @file Networks by ONNX Runtime: the native one where it is installed, else WebAssembly.
 *
 * Both run the same files and agree to about 1e-4; WebAssembly takes six times as long.
 */
import { isMainThread } from "node:worker_threads";
import type { Assets, Nets } from "../base/ports.js";
import { openNetsWith, type Runtime } from "./onnx-nets.js";

/** Opens networks from assets, each once. @param kind - "wasm" leaves the native runtime alone. */
export function openNets(assets: Assets, kind: "native" | "wasm" = "native"): Nets {
  return openNetsWith(assets, () => loadRuntime(kind));
}

/** Loads the native runtime if it may be used and is there, else WebAssembly. */
export async function loadRuntime(kind: "native" | "wasm"): Promise<Runtime> {
  if (kind === "native" && forbidTelemetry()) {
    try {
      const native = await import("onnxruntime-node");
      const { InferenceSession, Tensor } = native as unknown as Runtime;
      return { InferenceSession, Tensor, isNative: true };
    } catch {
      // Optional package: not installed, or not built for this machine.
    }
  }
  const web = await import("onnxruntime-web/wasm");
  web.env.wasm.numThreads = 1;
  const { InferenceSession, Tensor } = web as unknown as Runtime;
  return { InferenceSession, Tensor, isNative: false };
}

/**
 * Keeps the native runtime from reporting its use to its maker, which it does unless told otherwise
 * before it is loaded. Worker threads only have a copy of the environment that it looks at.
 *
 * @returns False if it would report nevertheless.
 */
export function forbidTelemetry(): boolean {
  if (isMainThread) process.env.ORT_DISABLE_TELEMETRY = "1";
  return process.env.ORT_DISABLE_TELEMETRY === "1";
}
