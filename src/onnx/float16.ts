/**
 * @file Half precision: IEEE 754 binary16 bits ↔ numbers.
 *
 * Node 20 has no `Float16Array`. Halves are exact in float32, so decoding and encoding again gives
 * the same bits back; encoding a float32 rounds to the nearest half, ties to even.
 */

/** Largest finite half is 65504; from half a step above it, numbers become infinite. */
const INFINITE_FROM = 65520;
/** Smallest normal half; below it halves are whole multiples of 2⁻²⁴. */
const SMALLEST_NORMAL = 2 ** -14;
const SUBNORMALS_PER_ONE = 2 ** 24;

/** @param bits - Halves as their 16 bits. */
export function decodeHalves(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half >> 15 === 0 ? 1 : -1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return (sign * fraction) / SUBNORMALS_PER_ONE;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** @returns The nearest halves as their 16 bits. */
export function encodeHalves(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, (value) => {
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const magnitude = Math.abs(value);
    if (Number.isNaN(value)) return 0x7e00;
    if (magnitude >= INFINITE_FROM) return sign | 0x7c00;
    if (magnitude < SMALLEST_NORMAL) return sign | roundToEven(magnitude * SUBNORMALS_PER_ONE);
    const exponent = Math.floor(Math.log2(magnitude));
    // A fraction that rounds up to 1024 carries into the exponent, as it should.
    return sign | (((exponent + 15) << 10) + roundToEven((magnitude / 2 ** exponent - 1) * 1024));
  });
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const above = value - floor;
  return above > 0.5 || (above === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
