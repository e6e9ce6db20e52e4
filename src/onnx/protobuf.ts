/**
 * @file Protocol Buffers: numbers and texts ↔ the bytes of one message.
 *
 * A message is a row of fields: a varint `field << 3 | wire type`, then the value. Wire types here:
 * 0 varint (seven bits a byte, lowest first, the high bit says that more follow), 2 bytes with
 * their length in front (texts and inner messages too), 5 four little-endian bytes.
 *
 * @source https://protobuf.dev/programming-guides/encoding/
 */
import { assert } from "../base/assert.js";
import { bytesOf } from "../base/text.js";

const WIRE = { varint: 0, bytes: 2, fixed32: 5 } as const;

/** Writes one message, field by field, in the order of the calls. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  /** @param value - A whole number; negative ones take ten bytes. */
  integer(field: number, value: number): this {
    this.#varint(field * 8 + WIRE.varint);
    this.#varint(value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint(field * 8 + WIRE.bytes);
    this.#varint(value.length);
    this.#parts.push(value);
    return this;
  }

  /** @param value - ASCII: names are. */
  text(field: number, value: string): this {
    return this.bytes(field, bytesOf(value));
  }

  message(field: number, inner: ProtobufWriter): this {
    return this.bytes(field, inner.toBytes());
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #varint(value: number): void {
    assert(Number.isSafeInteger(value), `a whole number, got ${value}`);
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.#parts.push(Uint8Array.from(bytes));
  }
}

/** One field of a message; inner messages are bytes until they are read in turn. */
export type ProtobufField =
  | { readonly field: number; readonly kind: "integer"; readonly value: number }
  | { readonly field: number; readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly field: number; readonly kind: "float32"; readonly value: number };

/** Reads the fields of one message in file order; bytes are views into `message`. */
export function readProtobuf(message: Uint8Array): ProtobufField[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const fields: ProtobufField[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 127) * factor;
      assert(Number.isSafeInteger(value), "a varint below 2⁵³");
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === WIRE.varint) {
      fields.push({ field, kind: "integer", value: varint() });
    } else if (wire === WIRE.bytes) {
      const end = varint() + at;
      fields.push({ field, kind: "bytes", value: message.subarray(at, end) });
      at = end;
    } else {
      assert(wire === WIRE.fixed32, `wire type ${wire} is not supported`);
      fields.push({ field, kind: "float32", value: view.getFloat32(at, true) });
      at += 4;
    }
  }
  return fields;
}
