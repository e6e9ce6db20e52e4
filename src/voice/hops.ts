/**
 * @file The grid that everything heard lies on: hop i is centred at (i + ½) · 10 ms.
 *
 * Cuts a stream of samples into overlapping windows around those centres.
 */
import { assert } from "../base/assert.js";

/** Time between hops, seconds. */
export const HOP_SECONDS = 0.01;

/** Sees one window: `samples[start]` and the following ones, valid during the call only. */
export type Visit = (samples: Float32Array, start: number, hop: number) => void;

/** A stream being cut into windows. */
export interface Windows {
  /** Takes the next samples and visits every window they complete. */
  push(block: Float32Array): void;
  /** Visits the windows up to hop `hopCount`, as if silence followed. The last call. */
  flush(hopCount: number): void;
}

/** Samples buffered beyond one window; any number gives the same windows. */
const ROOM = 4096;

/**
 * Windows around the centres of the hops, with silence before the first sample and after the last.
 *
 * @param length - Samples of a window; even, if the hop is.
 * @param hop - Samples from one window to the next.
 */
export function makeWindows(length: number, hop: number, visit: Visit): Windows {
  assert(length >= hop && (length - hop) % 2 === 0, "windows that lie evenly around their hop");
  const held = new Float32Array(length + ROOM);
  // Silence before the first sample.
  let filled = (length - hop) / 2;
  let start = 0;
  let visited = 0;
  const visitReady = (limit: number) => {
    for (; start + length <= filled && visited < limit; start += hop) visit(held, start, visited++);
    held.copyWithin(0, start, filled);
    filled -= start;
    start = 0;
  };
  const push = (block: Float32Array, limit: number) => {
    for (let at = 0; at < block.length; ) {
      const taken = block.subarray(at, at + held.length - filled);
      held.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      visitReady(limit);
    }
  };
  return {
    push: (block) => push(block, Number.POSITIVE_INFINITY),
    flush(hopCount) {
      const silence = new Float32Array(length);
      while (visited < hopCount) push(silence, hopCount);
    },
  };
}

/** Rows of numbers that grow with a stream. */
export interface Rows {
  /** All rows and perhaps some room; may be another array after `add`. */
  readonly values: Float32Array;
  /** How many rows there are. */
  readonly count: number;
  /** Appends a row of zeros. @returns Where it begins in `values`. */
  add(): number;
  /** Drops so many of the first rows; the others move up. */
  drop(rows: number): void;
}

/**
 * Makes an empty list of rows.
 *
 * @param width - Numbers in a row.
 * @param expected - Rows to make room for; there may be more or fewer.
 */
export function makeRows(width: number, expected = 0): Rows {
  let values = new Float32Array(width * Math.max(expected, 16));
  let count = 0;
  return {
    get values() {
      return values;
    },
    get count() {
      return count;
    },
    drop(rows) {
      values.copyWithin(0, rows * width, count * width);
      values.fill(0, (count - rows) * width, count * width);
      count -= rows;
    },
    add() {
      if (count * width === values.length) {
        const larger = new Float32Array(2 * values.length);
        larger.set(values);
        values = larger;
      }
      return width * count++;
    },
  };
}
