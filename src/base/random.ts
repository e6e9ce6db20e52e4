/** @file Chance from a seed. Nothing in the core calls Math.random: same seed, same film. */

/** A stream of chance. Every draw advances it. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Normal with mean 0 and standard deviation 1. */
  normal(): number;
}

/**
 * A stream for one purpose. Streams of different purposes are independent, so that drawing more
 * blinks does not change the nods of the same seed.
 *
 * @param seed - Any integer.
 * @param purpose - Name of the stream.
 * @source xmur3 string hash and sfc32 generator, public domain designs (B. Bryc; C. Doty-Humphrey,
 *   PractRand). Normals by Box & Muller 1958.
 */
export function randomOf(seed: number, purpose: string): Random {
  const next = sfc32(hash32(`${purpose}:${seed}`));
  const uniform = () => next() / 2 ** 32;
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** Four words of state from a text. */
function hash32(text: string): [number, number, number, number] {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  const word = () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return h >>> 0;
  };
  return [word(), word(), word(), word()];
}

/** Small fast counting generator: 32-bit unsigned integers. */
function sfc32([a, b, c, d]: [number, number, number, number]): () => number {
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
}
