/**
 * @file FlexBuffers: the self-describing options of a custom operator → names with numbers.
 *
 * Layout, little endian, read from the end: the last byte is the width of the root value in bytes,
 * the byte before it the root's packed type, before that the root value itself. A packed type is
 * `kind << 2 | log2(width)`. Scalars stand in place; all else is reached by an offset counted
 * backwards from where it stands, and the type's width is then that of the elements it leads to.
 * A vector has its count one width before its first element. A map is a vector of values with one
 * packed type per value behind the last, and two words in front: the offset to its vector of keys
 * (offsets again, each to a text that ends with 0), and the width of those offsets.
 *
 * Not here: nested maps, texts, mixed vectors and unsigned kinds. The options of our networks are
 * one flat map of integers, floats and integer vectors; other kinds are refused by number.
 *
 * @source https://flatbuffers.dev/flexbuffers/ and https://flatbuffers.dev/internals/
 */
import assert from "node:assert/strict";

/** The options of one operator. */
export type FlexMap = Record<string, number | number[]>;

const KIND_INT = 1;
const KIND_FLOAT = 3;
const KIND_MAP = 9;
const KIND_INT_VECTOR = 11;

/** Reads a FlexBuffer whose root is a flat map. */
export function readFlexMap(bytes: Uint8Array): FlexMap {
  assert(bytes.length >= 3, `a FlexBuffer has at least 3 bytes, got ${bytes.length}`);
  const reader = new FlexReader(bytes);
  const rootWidth = bytes[bytes.length - 1];
  const rootType = bytes[bytes.length - 2];
  assert(rootType >> 2 === KIND_MAP, `a FlexBuffer map, got kind ${rootType >> 2}`);
  const rootAt = bytes.length - 2 - rootWidth;
  return reader.map(reader.follow(rootAt, rootWidth), 1 << (rootType & 3));
}

class FlexReader {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns The place to which the offset at `at` leads. */
  follow(at: number, width: number): number {
    return at - this.#unsigned(at, width);
  }

  /** @param start - Place of the first value; `width` is that of every value. */
  map(start: number, width: number): FlexMap {
    const count = this.#unsigned(start - width, width);
    const keys = this.follow(start - 3 * width, width);
    const keyWidth = this.#unsigned(start - 2 * width, width);
    const types = start + count * width;
    const entries: [string, number | number[]][] = [];
    for (let i = 0; i < count; i++) {
      const key = this.#key(this.follow(keys + i * keyWidth, keyWidth));
      entries.push([key, this.#value(start + i * width, width, this.#view.getUint8(types + i))]);
    }
    return Object.fromEntries(entries);
  }

  #value(at: number, width: number, packedType: number): number | number[] {
    const kind = packedType >> 2;
    if (kind === KIND_INT) return this.#signed(at, width);
    if (kind === KIND_FLOAT) return this.#float(at, width);
    assert(kind === KIND_INT_VECTOR, `FlexBuffers kind ${kind} is not supported`);
    return this.#signedVector(this.follow(at, width), 1 << (packedType & 3));
  }

  #signedVector(start: number, width: number): number[] {
    const count = this.#unsigned(start - width, width);
    return Array.from({ length: count }, (_, i) => this.#signed(start + i * width, width));
  }

  #key(start: number): string {
    let end = start;
    while (this.#view.getUint8(end) !== 0) end++;
    const { buffer, byteOffset } = this.#view;
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + start, end - start));
  }

  #unsigned(at: number, width: number): number {
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at, true);
    assert(width === 4, `offsets and counts have 1, 2 or 4 bytes, got ${width}`);
    return this.#view.getUint32(at, true);
  }

  #signed(at: number, width: number): number {
    if (width === 1) return this.#view.getInt8(at);
    if (width === 2) return this.#view.getInt16(at, true);
    assert(width === 4, `integers have 1, 2 or 4 bytes, got ${width}`);
    return this.#view.getInt32(at, true);
  }

  #float(at: number, width: number): number {
    assert(width === 4, `floats have 4 bytes, got ${width}`);
    return this.#view.getFloat32(at, true);
  }
}
