/** @file Networks by ONNX Runtime, whichever build of it the machine has. */
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

/** Opens networks from assets, each once. @param load - Asked once, at the first network. */
export function openNetsWith(assets: Assets, load: () => Promise<Runtime>): Nets {
  const open = new Map<AssetName, Promise<Net>>();
  let runtime: Promise<Runtime> | undefined;
  return {
    open(name) {
      runtime ??= load();
      const net = open.get(name) ?? openNet(runtime, assets.read(name));
      open.set(name, net);
      return net;
    },
  };
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
 * On Node, starting the WebAssembly runtime leaves a `Worker` on the global object, by which other
 * packages (@mediabunny/aac-encoder) then take Node for a browser.
 */
async function withoutGlobalWorker<T>(work: () => Promise<T>): Promise<T> {
  const wasThere = "Worker" in globalThis;
  try {
    return await work();
  } finally {
    if (!wasThere) Reflect.deleteProperty(globalThis, "Worker");
  }
}
