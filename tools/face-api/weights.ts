/**
 * @file A face-api weight file → its tensors by name.
 *
 * A manifest (JSON) lists names and shapes in the order in which the numbers stand in one file:
 * float32, little-endian, or bytes that mean `byte · scale + min`.
 *
 * @source https://github.com/tensorflow/tfjs, tfjs-core/src/io/types.ts (WeightsManifestConfig)
 */
import assert from "node:assert/strict";
import { elementCount } from "../tflite/constant.js";

/** A tensor as it is stored; row-major. A number is `(value − zero) · step`. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** What is stored: real numbers, or whole ones from 0 to 255. */
  readonly values: Float32Array | Uint8Array;
  /** The stored value that means 0; whole if the tensor has numbers of both signs. */
  readonly zero: number;
  /** Between neighbouring stored values; 1 for real numbers. */
  readonly step: number;
}

interface ManifestGroup {
  readonly weights: readonly ManifestEntry[];
}

interface ManifestEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
}

/** How far a zero may be from a whole number: `min` and `scale` are rounded themselves. */
const WHOLE_WITHIN = 1e-4;

/**
 * Reads all tensors.
 *
 * @param manifest - The bytes of …-weights_manifest.json, with one group.
 * @param file - The bytes that it describes, to the last one.
 */
export function readWeights(manifest: Uint8Array, file: Uint8Array): Map<string, StoredTensor> {
  const groups: readonly ManifestGroup[] = JSON.parse(Buffer.from(manifest).toString());
  assert(groups.length === 1, `one group of weights, got ${groups.length}`);
  const tensors = new Map<string, StoredTensor>();
  let at = 0;
  for (const entry of groups[0].weights) {
    const end = at + elementCount(entry.shape) * (entry.quantization ? 1 : 4);
    assert(end <= file.length, `weights ${entry.name}: past the end of the file`);
    tensors.set(entry.name, readTensor(entry, Uint8Array.from(file.subarray(at, end))));
    at = end;
  }
  assert(at === file.length, `${file.length - at} bytes that are no weights`);
  return tensors;
}

/** The numbers that a tensor means. */
export function numbersOf({ values, zero, step }: StoredTensor): number[] {
  return Array.from(values, (value) => (value - zero) * step);
}

function readTensor(entry: ManifestEntry, bytes: Uint8Array): StoredTensor {
  const { name, shape, dtype, quantization } = entry;
  assert(dtype === "float32", `weights ${name}: real numbers, got ${dtype}`);
  if (quantization === undefined) {
    return { shape, values: new Float32Array(bytes.buffer), zero: 0, step: 1 };
  }
  const { scale, min } = quantization;
  assert(quantization.dtype === "uint8", `weights ${name}: bytes, got ${quantization.dtype}`);
  const zero = -min / scale;
  const isWhole = Math.abs(zero - Math.round(zero)) < WHOLE_WITHIN;
  return { shape, values: bytes, zero: isWhole ? Math.round(zero) : zero, step: scale };
}
