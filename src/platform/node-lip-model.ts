/**
 * @file Somebody else's mouth from files: an ONNX network and the JSON document that describes it.
 *
 * Weights may lie beside the network, as exporters leave those of large ones: model.onnx.data or
 * model.onnx_data.
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import { FilmError } from "../base/errors.js";
import { type LipModel, type LipNet, openLipModel } from "../voice/lip-model.js";
import { readLipModelDescription } from "../voice/lip-model-file.js";
import { readBytes, requireFile } from "./node-files.js";
import { loadRuntime } from "./node-nets.js";
import { openSession, type Runtime } from "./onnx-nets.js";

/** How a network is run. */
export interface LipModelOptions {
  /** False leaves native code alone: WebAssembly runs the network, several times slower. */
  readonly native?: boolean | undefined;
}

/** Ends of the names of files with weights. */
const WEIGHTS = [".data", "_data"] as const;

/**
 * Loads a network that is to move the mouth, and tries it on a second of silence.
 *
 * @param path - The network, described in the .json file with the same name; or that file.
 * @throws FilmError `file_missing`, `lip_model_invalid`, `lip_model_failed`.
 */
export async function readLipModel(path: string, options: LipModelOptions = {}): Promise<LipModel> {
  const isDescription = extname(path).toLowerCase() === ".json";
  if (!isDescription) await requireFile(path, "lip_model_invalid");
  const descriptionPath = isDescription ? path : renamed(path, ".json");
  const description = readLipModelDescription(await readText(descriptionPath, isDescription));
  const { model = basename(renamed(path, ".onnx")) } = description;
  const modelPath = isDescription ? resolve(dirname(path), model) : path;
  await requireFile(modelPath, "lip_model_invalid");
  const net = await openNet(modelPath, options.native === false ? "wasm" : "native");
  return openLipModel(net, description);
}

function renamed(path: string, extension: string): string {
  return path.slice(0, path.length - extname(path).length) + extension;
}

/** @param isAsked - Whether the user named this file; else it is missed beside a network. */
async function readText(path: string, isAsked: boolean): Promise<string> {
  try {
    return new TextDecoder().decode(await readBytes(path, "lip_model_invalid"));
  } catch (cause) {
    if (isAsked || !(cause instanceof FilmError) || cause.code !== "file_missing") throw cause;
    const message = `The lip model is not described: there is no file “${path}” beside it.`;
    throw new FilmError("lip_model_invalid", message, {}, { cause });
  }
}

async function openNet(path: string, kind: "native" | "wasm"): Promise<LipNet> {
  const runtime = await loadRuntime(kind);
  let session: InferenceSession;
  try {
    session = await sessionOf(runtime, path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    const message = `“${path}” cannot be loaded as an ONNX network: ${reason}`;
    throw new FilmError("lip_model_invalid", message, {}, { cause });
  }
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(inputs, outputName) {
      const feeds: Record<string, Tensor> = {};
      for (const [name, { values, shape }] of Object.entries(inputs)) {
        feeds[name] = new runtime.Tensor("float32", values, shape);
      }
      const { [outputName]: output } = await session.run(feeds, [outputName]);
      if (!(output?.data instanceof Float32Array)) {
        throw new Error(`its output “${outputName}” is ${output?.type ?? "missing"}, not float32.`);
      }
      return { values: output.data, shape: output.dims };
    },
  };
}

/** The native runtime reads files itself and finds weights beside them; WebAssembly is given both. */
async function sessionOf(runtime: Runtime, path: string): Promise<InferenceSession> {
  if (runtime.isNative) return openSession(runtime, path);
  const externalData = [];
  for (const end of WEIGHTS) {
    const data = await readFile(path + end).catch(() => undefined);
    if (data !== undefined) externalData.push({ path: basename(path) + end, data });
  }
  return openSession(runtime, await readBytes(path, "lip_model_invalid"), { externalData });
}
