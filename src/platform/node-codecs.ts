/**
 * @file Which codecs this process has. Mediabunny keeps one list of coders per process and takes
 * the first that fits, so this is done once, before anything is opened.
 *
 * Native code is FFmpeg's, in optional packages, for it is under the GPL; without it films still
 * come out, as H.264 and AAC from WebAssembly.
 */
import { createRequire } from "node:module";
import { registerAacEncoder } from "@mediabunny/aac-encoder";
import { Logging, LogLevel, registerDecoder, registerEncoder } from "mediabunny";
import { assert } from "../base/assert.js";
import { nativeAudioDecoder } from "./node-audio.js";
import { nativeAudioEncoder } from "./node-audio-encoder.js";
import { type NodeAv, nativeVideoEncoder } from "./node-video.js";
import { nativeVideoDecoder } from "./node-video-decoder.js";
import { wasmAudioDecoder } from "./wasm-audio.js";
import { WasmH264Encoder } from "./wasm-h264.js";

/** How codecs are chosen. */
export interface CodecOptions {
  /** Threads of one video encoder, ≥ 1; 2 by default. The same number gives the same bytes. */
  readonly threads?: number;
}

/** What came of it. */
export interface RegisteredCodecs {
  /** False if the optional packages are not there, or were not wanted. */
  readonly native: boolean;
  /** Why native codecs that were wanted could not be had, in the words of the module loader. */
  readonly reason?: string;
}

let registered: { readonly kind: string; readonly codecs: Promise<RegisteredCodecs> } | undefined;

/**
 * Makes coders known to mediabunny. Later calls change nothing and give the first answer.
 *
 * @param kind - "native" takes FFmpeg's if it is installed, else WebAssembly; "wasm" never looks.
 */
export function registerCodecs(
  kind: "native" | "wasm",
  { threads = 2 }: CodecOptions = {},
): Promise<RegisteredCodecs> {
  assert(Number.isInteger(threads) && threads >= 1, `at least 1 thread, got ${threads}`);
  assert(registered === undefined || registered.kind === kind, "one kind of codecs per process");
  // What matters is thrown; on a terminal its warnings would stand between our own lines.
  Logging.level = LogLevel.Silent;
  registered ??= { kind, codecs: kind === "native" ? registerNative(threads) : registerWasm() };
  return registered.codecs;
}

async function registerNative(threads: number): Promise<RegisteredCodecs> {
  const packages = await loadNative();
  if (typeof packages === "string") return { ...(await registerWasm()), reason: packages };
  const { av, server } = packages;
  // Ours first: of two that fit, mediabunny takes the earlier.
  registerEncoder(nativeVideoEncoder(av, threads));
  registerEncoder(nativeAudioEncoder(av));
  registerDecoder(nativeAudioDecoder(av));
  registerDecoder(nativeVideoDecoder(av, server));
  // Without a hardware context nothing probes the machine's GPUs.
  server.registerMediabunnyServer({ hardwareContext: null });
  // What goes wrong is thrown; FFmpeg would also write it to the terminal.
  av.Log.setLevel(av.AV_LOG_FATAL);
  return { native: true };
}

/** The optional packages, or why one cannot be had: not installed, no binary for this machine. */
async function loadNative() {
  try {
    const av: NodeAv = await import("node-av");
    av.Log.setLevel(av.AV_LOG_ERROR);
    return { av, server: await import("@mediabunny/server") };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

class H264Encoder extends WasmH264Encoder {
  // Loaders disagree about how `import` shows the names of this package.
  protected override load = async () => createRequire(import.meta.url)("h264-mp4-encoder");
}

async function registerWasm(): Promise<RegisteredCodecs> {
  registerEncoder(H264Encoder);
  registerAacEncoder();
  registerDecoder(wasmAudioDecoder());
  return { native: false };
}
