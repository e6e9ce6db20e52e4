/**
 * @file FlatBuffers: the bytes of a file → its tables, read field by field on demand.
 *
 * Layout, little endian: a u32 at 0 points to the root table. A table begins with an i32, the
 * distance back to its vtable: u16 byte length of the vtable, u16 byte length of the table, then
 * one u16 per field slot, the field's place inside the table (0 or missing = field absent).
 * Strings, vectors and sub-tables are reached by a u32 relative to the place it stands at;
 * a vector begins with a u32 count.
 *
 * Only what the TFLite schema needs: no structs, no unions by type, no verification of offsets
 * (a wrong one throws `RangeError`; the sources are checked by hash before they come here).
 *
 * @source https://flatbuffers.dev/internals/
 */

const VTABLE_HEADER_BYTES = 4;
const OFFSET_BYTES = 4;

/** One table. Fields are named by their slot, the order of declaration in the schema. */
export class FlatTable {
  readonly #view: DataView;
  readonly #start: number;

  private constructor(view: DataView, start: number) {
    this.#view = view;
    this.#start = start;
  }

  /** The root table of a FlatBuffers file. */
  static root(file: Uint8Array): FlatTable {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** A signed byte; enums and booleans of the schema are stored so. */
  int8(slot: number, absent = 0): number {
    const at = this.#field(slot);
    return at === undefined ? absent : this.#view.getInt8(at);
  }

  /** A signed 32-bit number; counts and indices of the schema fit in it. */
  int32(slot: number, absent = 0): number {
    const at = this.#field(slot);
    return at === undefined ? absent : this.#view.getInt32(at, true);
  }

  /** A single-precision number. */
  float32(slot: number, absent = 0): number {
    const at = this.#field(slot);
    return at === undefined ? absent : this.#view.getFloat32(at, true);
  }

  /** A string; "" where the file has none. */
  text(slot: number): string {
    return new TextDecoder().decode(this.bytes(slot));
  }

  /** A vector of bytes, a view into the file; empty where the file has none. */
  bytes(slot: number): Uint8Array {
    const { start, count } = this.#vector(slot);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, count);
  }

  /** A vector of i32; empty where the file has none. */
  int32s(slot: number): number[] {
    const { start, count } = this.#vector(slot);
    return Array.from({ length: count }, (_, i) => this.#view.getInt32(start + 4 * i, true));
  }

  /** A sub-table, or nothing where the file has none. */
  table(slot: number): FlatTable | undefined {
    const at = this.#field(slot);
    return at === undefined ? undefined : this.#follow(at);
  }

  /** A vector of sub-tables; empty where the file has none. */
  tables(slot: number): FlatTable[] {
    const { start, count } = this.#vector(slot);
    return Array.from({ length: count }, (_, i) => this.#follow(start + OFFSET_BYTES * i));
  }

  /** How many elements a vector of any type has; 0 where the file has none. */
  count(slot: number): number {
    return this.#vector(slot).count;
  }

  #follow(at: number): FlatTable {
    return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  #field(slot: number): number | undefined {
    const vtable = this.#start - this.#view.getInt32(this.#start, true);
    const entry = VTABLE_HEADER_BYTES + 2 * slot;
    if (entry >= this.#view.getUint16(vtable, true)) return undefined;
    const distance = this.#view.getUint16(vtable + entry, true);
    return distance === 0 ? undefined : this.#start + distance;
  }

  #vector(slot: number): { start: number; count: number } {
    const at = this.#field(slot);
    if (at === undefined) return { start: 0, count: 0 };
    const vector = at + this.#view.getUint32(at, true);
    return { start: vector + OFFSET_BYTES, count: this.#view.getUint32(vector, true) };
  }
}
