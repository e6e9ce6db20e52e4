/** @file Sounds that tests make themselves. */

/** Sums of what is said about each sample. @param at - Of time in seconds and sample index. */
export function sound(seconds: number, hz: number, at: (t: number, i: number) => number) {
  return Float32Array.from({ length: Math.round(seconds * hz) }, (_, i) => at(i / hz, i));
}

/** A sine of amplitude ½. */
export function tone(seconds: number, hz: number, toneHz: number): Float32Array {
  return sound(seconds, hz, (t) => 0.5 * Math.sin(2 * Math.PI * toneHz * t));
}

/** White noise, uniform in ±amplitude, the same at every call. */
export function noise(seconds: number, hz: number, amplitude: number): Float32Array {
  const chance = lcg();
  return sound(seconds, hz, () => 2 * amplitude * (chance() - 0.5));
}

/**
 * A voice at 16 kHz: harmonics up to 7 kHz of a pitch that may change.
 *
 * @param pitchHz - Of time.
 * @param weight - Of harmonic 1, 2, … at a time; 1/k by default.
 */
export function sung(
  seconds: number,
  pitchHz: (t: number) => number,
  weight: (k: number, t: number) => number = (k) => 1 / k,
): Float32Array {
  let turns = 0;
  return sound(seconds, 16000, (t) => {
    const hz = pitchHz(t);
    turns += hz / 16000;
    let sum = 0;
    for (let k = 1; k * hz < 7000 && k <= 40; k++) {
      sum += weight(k, t) * Math.sin(2 * Math.PI * k * turns);
    }
    return 0.1 * sum;
  });
}

/** What sounds like talking to the front end: syllables of changing colour, again every 4 s. */
export function babble(seconds: number): Float32Array {
  period ??= babbleOnce();
  const once = period;
  return sound(seconds, 16000, (_, i) => once[i % once.length]);
}

let period: Float32Array | undefined;

function babbleOnce(): Float32Array {
  const chance = lcg();
  const hiss = noise(4, 16000, 0.015);
  const colours = Array.from({ length: 16 }, () => 300 + 2500 * chance());
  return sound(4, 16000, (t, i) => {
    const colour = colours[Math.floor(t * 4)];
    const open = Math.sin(Math.PI * ((t * 4) % 1)) ** 2;
    let sum = 0;
    for (let k = 1; k <= 24; k++) {
      const away = (150 * k - colour) / 400;
      sum += (Math.sin(2 * Math.PI * 150 * k * t) / k) * (0.2 + Math.exp(-away * away) * k);
    }
    return 0.05 * open * sum + (1.001 - open) * hiss[i];
  });
}

/** The signal of golden-front-end.json, described there. */
export function goldenSignal(): Float32Array {
  const chance = lcg(12345);
  return sound(1.28, 16000, (t) => {
    const hiss = chance() - 0.5;
    let sum = 0;
    for (let k = 1; k <= 10; k++) sum += Math.sin(2 * Math.PI * 150 * k * t) / k;
    return 0.15 * (0.5 - 0.5 * Math.cos(2 * Math.PI * 4 * t)) * sum + 0.02 * hiss;
  });
}

/** A generator of [0, 1), described in golden-front-end.json. */
function lcg(state = 1): () => number {
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Pieces in a row. */
export function concat(...pieces: Float32Array[]): Float32Array {
  const out = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** Feeds a signal in blocks of sizes that repeat. */
export function feed(
  samples: Float32Array,
  sizes: readonly number[],
  push: (block: Float32Array) => void,
): void {
  for (let at = 0, i = 0; at < samples.length; at += sizes[i++ % sizes.length]) {
    push(samples.subarray(at, at + sizes[i % sizes.length]));
  }
}

/** The largest difference of two lists that are equally long. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
