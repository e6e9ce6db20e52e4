/** @file Spectra of windows of sound and of pictures, without allocating. */
import { assert } from "./assert.js";

/** Fills `re` and `im`, shape [size / 2 + 1] each, with the spectrum of `samples`, shape [size]. */
export type RealTransform = (samples: Float64Array, re: Float64Array, im: Float64Array) => void;

/**
 * Makes the discrete Fourier transform of real samples: Σ samples[n] exp(−2πi k n / size).
 *
 * The even samples are the real and the odd ones the imaginary part of a transform of half the
 * size, whose two halves are then told apart by their symmetry.
 *
 * @param size - Samples, a power of two ≥ 4.
 * @source Cooley & Tukey 1965; real input by Cooley, Lewis & Welch 1970.
 */
export function makeRealTransform(size: number): RealTransform {
  assert(size >= 4 && (size & (size - 1)) === 0, "a size that is a power of two");
  const half = size / 2;
  const cosines = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sines = Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  const reversed = bitReversal(half);
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  return (samples, outRe, outIm) => {
    for (let k = 0; k < half; k++) {
      const from = 2 * reversed[k];
      re[k] = samples[from];
      im[k] = samples[from + 1];
    }
    transform(re, im, cosines, sines);
    outRe[0] = re[0] + im[0];
    outRe[half] = re[0] - im[0];
    outIm[0] = 0;
    outIm[half] = 0;
    for (let k = 1; k < half; k++) {
      const mirror = half - k;
      const oddRe = (im[k] + im[mirror]) / 2;
      const oddIm = (re[mirror] - re[k]) / 2;
      outRe[k] = (re[k] + re[mirror]) / 2 + oddRe * cosines[k] - oddIm * sines[k];
      outIm[k] = (im[k] - im[mirror]) / 2 + oddRe * sines[k] + oddIm * cosines[k];
    }
  };
}

/**
 * Makes a function that gives |spectrum|² of real samples.
 *
 * @param size - Samples, a power of two ≥ 4.
 * @returns (samples [size], out [size / 2 + 1]) → out; out[k] is the power at k / size of the
 *   sample rate. Σ samples² = (out[0] + 2 Σ out[1 … size / 2 − 1] + out[size / 2]) / size.
 */
export function makePowerSpectrum(
  size: number,
): (samples: Float64Array, out: Float64Array) => Float64Array {
  const transformReal = makeRealTransform(size);
  const re = new Float64Array(size / 2 + 1);
  const im = new Float64Array(size / 2 + 1);
  return (samples, out) => {
    transformReal(samples, re, im);
    for (let k = 0; k < out.length; k++) out[k] = re[k] * re[k] + im[k] * im[k];
    return out;
  };
}

/** Replaces a complex picture, shape [size, size] each, by its spectrum, or a spectrum by its picture. */
export interface SquareTransform {
  forward(re: Float64Array, im: Float64Array): void;
  /** Undoes `forward`, in place. */
  inverse(re: Float64Array, im: Float64Array): void;
}

/**
 * Makes the discrete Fourier transform of squares: rows first, then columns; in place.
 *
 * @param size - Side, a power of two ≥ 2.
 */
export function makeSquareTransform(size: number): SquareTransform {
  assert(size >= 2 && (size & (size - 1)) === 0, "a size that is a power of two");
  const cosines = Float64Array.from({ length: size }, (_, k) => Math.cos((Math.PI * k) / size));
  const sines = Float64Array.from({ length: size }, (_, k) => -Math.sin((Math.PI * k) / size));
  const reversed = bitReversal(size);
  const lineRe = new Float64Array(size);
  const lineIm = new Float64Array(size);
  const lines = (re: Float64Array, im: Float64Array, next: number, step: number) => {
    for (let line = 0, first = 0; line < size; line++, first += next) {
      for (let k = 0; k < size; k++) {
        const from = first + reversed[k] * step;
        lineRe[k] = re[from];
        lineIm[k] = im[from];
      }
      transform(lineRe, lineIm, cosines, sines);
      for (let k = 0, to = first; k < size; k++, to += step) {
        re[to] = lineRe[k];
        im[to] = lineIm[k];
      }
    }
  };
  const forward = (re: Float64Array, im: Float64Array) => {
    lines(re, im, size, 1);
    lines(re, im, 1, size);
  };
  return {
    forward,
    inverse(re, im) {
      // With both parts exchanged, the transform is the inverse but for its scale.
      forward(im, re);
      const scale = 1 / (size * size);
      for (let i = 0; i < re.length; i++) {
        re[i] *= scale;
        im[i] *= scale;
      }
    },
  };
}

/** Complex transform of bit-reversed values, in place; twiddles are of twice its size. */
function transform(
  re: Float64Array,
  im: Float64Array,
  cosines: Float64Array,
  sines: Float64Array,
): void {
  const size = re.length;
  for (let span = 1; span < size; span *= 2) {
    const stride = size / span;
    for (let offset = 0; offset < span; offset++) {
      const c = cosines[offset * stride];
      const s = sines[offset * stride];
      for (let a = offset; a < size; a += 2 * span) {
        const b = a + span;
        const real = re[b] * c - im[b] * s;
        const imaginary = re[b] * s + im[b] * c;
        re[b] = re[a] - real;
        im[b] = im[a] - imaginary;
        re[a] += real;
        im[a] += imaginary;
      }
    }
  }
}

/** Where each value comes from: the index with its bits in reverse order. */
function bitReversal(size: number): Uint32Array {
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i++) {
    reversed[i] = (reversed[i >> 1] >> 1) | ((i & 1) * (size >> 1));
  }
  return reversed;
}
