/** @file Raw sound: 16 bits, little-endian, mono. */

/** Samples, −1..1; an odd last byte is left. */
export function samplesOfPcm(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from(
    { length: bytes.length >> 1 },
    (_, i) => view.getInt16(2 * i, true) / 32_768,
  );
}
