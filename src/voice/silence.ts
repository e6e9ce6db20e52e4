/** @file How loud a recording is where it is loud, and where nobody can be heard at all. */
import { smoothstep } from "../base/curves.js";

/** The level of silence, dB. */
export const SILENCE_DB = -100;
/** Silence is below this, dB of full scale … */
const FAINT_DB = -60;
/** … and as much below the loud hops, dB. */
const UNDER_LOUD_DB = 45;
/** Half of the range over which sound becomes silence, dB. */
const DOUBT_DB = 3;
/** Silence lasts: the closure of a stop is silent too, but for less than twice this, hops. */
const LASTING = 15;

/**
 * Level of the loud hops: what is exceeded for a second and a hundredth of the recording, or for a
 * quarter of a short one. Neither clicks nor long silences move it.
 *
 * @param levels - Per hop, any logarithmic unit, shape [hops].
 */
export function loudLevel(levels: Float32Array): number {
  const rank = Math.min(100 + levels.length / 100, levels.length / 4);
  return levels.slice().sort()[levels.length - 1 - Math.floor(rank)];
}

/**
 * Where nobody can be heard, whatever a network thinks it hears: 1 = certainly silent, 0 = sound
 * within 0.15 s.
 *
 * @param levelDb - Shape [hops].
 * @returns Shape [hops], 0..1.
 */
export function silenceOf(levelDb: Float32Array): Float32Array {
  const limit = Math.min(FAINT_DB, loudLevel(levelDb) - UNDER_LOUD_DB);
  return largestAround(levelDb, LASTING).map((db) =>
    db <= SILENCE_DB ? 1 : smoothstep(limit + DOUBT_DB, limit - DOUBT_DB, db),
  );
}

/** The largest value within `reach` of each. */
function largestAround(values: Float32Array, reach: number): Float32Array {
  return values.map((_, i) => Math.max(...values.subarray(Math.max(0, i - reach), i + reach + 1)));
}
