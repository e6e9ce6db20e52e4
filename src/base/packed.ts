/**
 * @file Plain data with typed arrays as one block of bytes, read back without copying.
 *
 * | bytes    | what                                                             |
 * |----------|------------------------------------------------------------------|
 * | 0 … 7    | a magic word, 8 ASCII letters                                    |
 * | 8 … 11   | version of the content, uint32, little-endian like all below     |
 * | 12 … 15  | CRC-32 of everything from byte 16                                |
 * | 16 … 19  | length of the tree, uint32                                       |
 * | 20 …     | the tree: ASCII JSON in which an array is {"$": type, at, length} |
 * | then     | the arrays, each from a multiple of 8, at its `at`               |
 */
import { bytesOf, textOf } from "./text.js";

/** What can be packed. */
export type Packable =
  | null
  | undefined
  | string
  | number
  | boolean
  | ArrayBufferView
  | readonly Packable[]
  | { readonly [key: string]: Packable };

const ARRAY_TYPES = {
  f32: Float32Array,
  f64: Float64Array,
  u8: Uint8Array,
  u8c: Uint8ClampedArray,
  u16: Uint16Array,
  u32: Uint32Array,
} as const;
type ArrayType = keyof typeof ARRAY_TYPES;
type PackedArray = InstanceType<(typeof ARRAY_TYPES)[ArrayType]>;

const HEADER_BYTES = 20;

/** Why bytes cannot be unpacked. */
export type UnpackProblem = "magic" | "version" | "damaged";

/** Packs a tree of plain data. @param magic - 8 ASCII letters. */
export function pack(magic: string, version: number, value: Packable): Uint8Array {
  const arrays: { array: PackedArray; at: number }[] = [];
  let at = 0;
  const tree = JSON.stringify(value, (_, node: unknown) => {
    const type = arrayType(node);
    if (type === undefined) return node;
    const array = node as PackedArray;
    const place = { $: type, at, length: array.length };
    arrays.push({ array, at });
    at += (array.byteLength + 7) & ~7;
    return place;
  });
  const text = bytesOf(escapeNonAscii(tree));
  const start = (HEADER_BYTES + text.length + 7) & ~7;
  const bytes = new Uint8Array(start + at);
  bytes.set(bytesOf(magic), 0);
  bytes.set(text, HEADER_BYTES);
  for (const { array, at: place } of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + place);
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(8, version, true);
  view.setUint32(16, text.length, true);
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

/**
 * Unpacks a tree; its arrays are views into `bytes`, which must start at a multiple of 8.
 *
 * @returns The tree, or why there is none.
 */
export function unpack(
  magic: string,
  version: number,
  bytes: Uint8Array,
): { readonly value: unknown } | { readonly problem: UnpackProblem } {
  if (bytes.length < HEADER_BYTES || textOf(bytes.subarray(0, 8)) !== magic) {
    return { problem: "magic" };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8, true) !== version) return { problem: "version" };
  if (view.getUint32(12, true) !== crc32(bytes.subarray(16))) return { problem: "damaged" };
  const length = view.getUint32(16, true);
  const start = (HEADER_BYTES + length + 7) & ~7;
  const text = textOf(bytes.subarray(HEADER_BYTES, HEADER_BYTES + length));
  try {
    const value: unknown = JSON.parse(text, (_, node: unknown) => {
      if (typeof node !== "object" || node === null || !("$" in node)) return node;
      const { $: type, at, length: count } = node as { $: ArrayType; at: number; length: number };
      const from = bytes.byteOffset + start + at;
      return new ARRAY_TYPES[type](bytes.buffer as ArrayBuffer, from, count);
    });
    return { value };
  } catch {
    // A check sum can be made to fit: no JSON, no such type, beyond the end.
    return { problem: "damaged" };
  }
}

function arrayType(node: unknown): ArrayType | undefined {
  for (const [type, Kind] of Object.entries(ARRAY_TYPES)) {
    if (node instanceof Kind) return type as ArrayType;
  }
  return undefined;
}

function escapeNonAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** CRC-32 (ISO 3309, reflected, polynomial 0xEDB88320), four bytes a step. */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = CRC_TABLES;
  let crc = 0xffffffff;
  let i = 0;
  for (const end = bytes.length - 3; i < end; i += 4) {
    crc ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    crc = t3[crc & 255] ^ t2[(crc >>> 8) & 255] ^ t1[(crc >>> 16) & 255] ^ t0[crc >>> 24];
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

const CRC_TABLES = crcTables();

function crcTables(): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const tables = [0, 1, 2, 3].map(() => new Uint32Array(256));
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    tables[0][n] = c;
  }
  for (let k = 1; k < 4; k++) {
    for (let n = 0; n < 256; n++) {
      const last = tables[k - 1][n];
      tables[k][n] = tables[0][last & 255] ^ (last >>> 8);
    }
  }
  return [tables[0], tables[1], tables[2], tables[3]];
}
