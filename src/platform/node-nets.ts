/**
 * @file Networks by ONNX Runtime: the native one where it is installed, else WebAssembly.
 *
 * Both run the same files and agree to about 1e-4; WebAssembly takes six times as long.
 */
import { isMainThread } from "node:worker_threads";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import type { AssetName, Assets, Net, Nets } from "../base/ports.js";

/** What native and WebAssembly builds have in common. */
export interface Runtime {
  readonly isNative: boolean;
  readonly InferenceSession: {
    /** @param model - Its bytes; the native runtime also takes a path. */
    create(
      model: Uint8Array | string,
      options: InferenceSession.SessionOptions,
    ): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
}

/** Opens networks from assets, each once. @param kind - "wasm" leaves the native runtime alone. */
export function openNets(assets: Assets, kind: "native" | "wasm" = "native"): Nets {
  const open = new Map<AssetName, Promise<Net>>();
  let runtime: Promise<Runtime> | undefined;
  return {
    open(name) {
      runtime ??= loadRuntime(kind);
      const net = open.get(name) ?? openNet(runtime, assets.read(name));
      open.set(name, net);
      return net;
    },
  };
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

/** Two threads that sleep while they wait: where another process is at work, spinning costs more than it gains. */
const TWO_THREADS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 2,
  extra: { session: { intra_op: { allow_spinning: "0" } } },
};

async function openNet(runtime: Promise<Runtime>, bytes: Promise<Uint8Array>): Promise<Net> {
  const { Tensor, isNative } = await runtime;
  const session = await openSession(await runtime, await bytes, isNative ? TWO_THREADS : {});
  const inputName = session.inputNames[0] as string;
  return {
    async run(input, shape) {
      const results = await session.run({ [inputName]: new Tensor("float32", input, shape) });
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
  };
}

/**
 * Loads a network, to be run on one thread if nothing else is said.
 *
 * @param model - Its bytes, or for the native runtime its path.
 * @param options - Beside those that all networks have.
 */
export function openSession(
  { InferenceSession }: Runtime,
  model: Uint8Array | string,
  options: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  return withoutGlobalWorker(() =>
    InferenceSession.create(model, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Memory kept for the next run would stay for the whole film; networks run before it.
      enableCpuMemArena: false,
      ...options,
    }),
  );
}

/**
 * Starting the WebAssembly runtime leaves a `Worker` on the global object, by which other packages
 * (@mediabunny/aac-encoder) then take Node for a browser.
 */
async function withoutGlobalWorker<T>(work: () => Promise<T>): Promise<T> {
  const wasThere = "Worker" in globalThis;
  try {
    return await work();
  } finally {
    if (!wasThere) Reflect.deleteProperty(globalThis, "Worker");
  }
}
