/**
 * @file What a mark says ↔ the bits that are drawn, so that a fifth of them may be lost.
 *
 * 48 bits of id, 8 of flags and a CRC-24 of both; behind them 6 zeros. A convolutional code of
 * constraint length 7 makes three bits of each.
 *
 * @source Code 133, 171, 165 (octal): the best of its length, Larsen 1973. Viterbi 1967. CRC-24: RFC 9580.
 */
import { assert } from "../base/assert.js";
import type { MarkPayload } from "./mark.js";

const ID_DIGITS = 12;
const FLAG_BITS = 8;
const DATA_BITS = 4 * ID_DIGITS + FLAG_BITS;
const CRC_BITS = 24;
const CRC_START = 0xb704ce;
const CRC_POLYNOMIAL = 0x864cfb;
/** Zeros that bring the code back to where it began. */
const TAIL_BITS = 6;
const PLAIN_BITS = DATA_BITS + CRC_BITS + TAIL_BITS;
const STATES = 1 << TAIL_BITS;
const GENERATORS = [0o133, 0o171, 0o165] as const;

/** Bits that are drawn. */
export const CODED_BITS = PLAIN_BITS * GENERATORS.length;

/** What the code gives for a state and the next bit, as signs, shape [2 · states, 3]. */
const SIGNS = Float64Array.from({ length: 2 * STATES * GENERATORS.length }, (_, i) =>
  parity(Math.floor(i / GENERATORS.length) & GENERATORS[i % GENERATORS.length]) === 1 ? 1 : -1,
);

/** @returns Bits as 0 and 1, shape [CODED_BITS]. */
export function encodePayload({ id, flags }: MarkPayload): Uint8Array {
  assert(/^[0-9a-f]{12}$/.test(id), "an id of twelve hexadecimal digits");
  assert(Number.isInteger(flags) && flags >= 0 && flags < 1 << FLAG_BITS, "flags of eight bits");
  const plain = new Uint8Array(PLAIN_BITS);
  for (let i = 0; i < ID_DIGITS; i++) writeBits(plain, 4 * i, 4, Number.parseInt(id[i], 16));
  writeBits(plain, 4 * ID_DIGITS, FLAG_BITS, flags);
  writeBits(plain, DATA_BITS, CRC_BITS, crcOf(plain));
  const coded = new Uint8Array(CODED_BITS);
  let state = 0;
  for (let i = 0; i < PLAIN_BITS; i++) {
    const word = (state << 1) | plain[i];
    for (let k = 0; k < GENERATORS.length; k++) {
      coded[GENERATORS.length * i + k] = parity(word & GENERATORS[k]);
    }
    state = word & (STATES - 1);
  }
  return coded;
}

/**
 * Finds the likeliest payload.
 *
 * @param soft - For each bit how sure it is 1 (above 0) or 0 (below), any unit, shape [CODED_BITS].
 * @returns Nothing, if its CRC is wrong.
 */
export function decodePayload(soft: Float64Array): MarkPayload | undefined {
  assert(soft.length === CODED_BITS, `${CODED_BITS} bits`);
  const plain = likeliestBits(soft);
  if (readBits(plain, DATA_BITS, CRC_BITS) !== crcOf(plain)) return undefined;
  let id = "";
  for (let i = 0; i < ID_DIGITS; i++) id += readBits(plain, 4 * i, 4).toString(16);
  return { id, flags: readBits(plain, 4 * ID_DIGITS, FLAG_BITS) };
}

/** Viterbi's algorithm, from state 0 to state 0. */
function likeliestBits(soft: Float64Array): Uint8Array {
  let scores = new Float64Array(STATES).fill(-Infinity);
  let next = new Float64Array(STATES);
  scores[0] = 0;
  /** The bit that fell out of the state on the way there. */
  const gone = new Uint8Array(PLAIN_BITS * STATES);
  for (let i = 0; i < PLAIN_BITS; i++) {
    const [a, b, c] = soft.subarray(GENERATORS.length * i, GENERATORS.length * (i + 1));
    next.fill(-Infinity);
    for (let word = 0; word < 2 * STATES; word++) {
      const signs = GENERATORS.length * word;
      const gain = a * SIGNS[signs] + b * SIGNS[signs + 1] + c * SIGNS[signs + 2];
      const score = scores[word >> 1] + gain;
      const state = word & (STATES - 1);
      if (score <= next[state]) continue;
      next[state] = score;
      gone[i * STATES + state] = word >> TAIL_BITS;
    }
    [scores, next] = [next, scores];
  }
  const plain = new Uint8Array(PLAIN_BITS);
  let state = 0;
  for (let i = PLAIN_BITS - 1; i >= 0; i--) {
    plain[i] = state & 1;
    state = (state >> 1) | (gone[i * STATES + state] << (TAIL_BITS - 1));
  }
  return plain;
}

/** Of the data bits. */
function crcOf(plain: Uint8Array): number {
  let crc = CRC_START;
  for (let i = 0; i < DATA_BITS; i++) {
    const feedback = (crc >> (CRC_BITS - 1)) ^ plain[i];
    crc = (crc << 1) & ((1 << CRC_BITS) - 1);
    if (feedback === 1) crc ^= CRC_POLYNOMIAL;
  }
  return crc;
}

function parity(word: number): number {
  let ones = 0;
  for (let rest = word; rest !== 0; rest >>= 1) ones ^= rest & 1;
  return ones;
}

function writeBits(bits: Uint8Array, at: number, count: number, value: number): void {
  for (let i = 0; i < count; i++) bits[at + i] = (value >> (count - 1 - i)) & 1;
}

function readBits(bits: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value = (value << 1) | bits[at + i];
  return value;
}
