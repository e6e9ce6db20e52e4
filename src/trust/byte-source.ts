/** @file Bytes that are read where they are: files need not be in memory. */

/** A file, or an array. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Bytes from `from` up to, not including, `to`; both within the size. */
  read(from: number, to: number): Uint8Array;
}

/** An array as a source. */
export function bytesAsSource(bytes: Uint8Array): ByteSource {
  return { sizeBytes: bytes.length, read: (from, to) => bytes.subarray(from, to) };
}
