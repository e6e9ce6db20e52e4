/**
 * @file What people on film did with their lips, as articulators: the rules' guess, bent until the
 * gap between the lips and the mouth's width are those that were seen.
 */
import { clamp } from "../../src/base/curves.js";
import { peakOf } from "../../src/report/lip-sync.js";
import { syllablesOf } from "../../src/report/speech.js";
import { ARTICULATOR_COUNT, ARTICULATORS, type Articulator } from "../../src/voice/lip-channels.js";
import type { StoredUtterance } from "../data/corpus.js";
import type { LipUtterance } from "../data/facegood.js";
import type { Talker } from "./talkers.js";
import { curvesByRule } from "./teacher.js";

type Shares = Readonly<Partial<Record<Articulator, number>>>;

/** How each articulator parts the lips, and widens the mouth. */
export const OPENING: Shares = { jaw: 1, lowerDown: 0.5, upperUp: 0.4, roll: -0.4, press: -0.3 };
export const WIDENING: Shares = { spread: 1, pucker: -1, funnel: -0.6 };

/** How a gap that is missing, and a width, are shared out: each sums to 1 by the shares above. */
const PARTED: Shares = { jaw: 0.75, lowerDown: 0.3, upperUp: 0.25 };
const WIDENED: Shares = { spread: 0.5, pucker: -0.3, funnel: -1 / 3 };

/**
 * A film's lips as articulators. Films differ by their editing, faces by their size: the curves are
 * moved to where they fit the rules' guess best, and sized to its mean and spread.
 *
 * @param chances - Of the classes, shape [hops, 22].
 * @returns Nothing, if the lips do not go with the sound.
 */
export function teachByFilm(
  utterance: StoredUtterance,
  chances: Float32Array,
  talker: Talker,
): LipUtterance | undefined {
  const curves = curvesByRule(utterance, chances);
  const opening = combine(curves, OPENING);
  const sync = peakOf(syllablesOf(Float32Array.from(talker.aperture)), syllablesOf(opening));
  if (sync === undefined || sync.r < LEAST_MATCH) return undefined;
  bend(curves, opening, shifted(talker.aperture, sync.lag), PARTED);
  bend(curves, combine(curves, WIDENING), shifted(talker.width, sync.lag), WIDENED);
  return { ...utterance, curves };
}

/** Lips that match the sound less are another's, or hidden. */
const LEAST_MATCH = 0.35;

/** A weighted sum of articulators, shape [hops]. */
export function combine(curves: Float32Array, shares: Shares): Float32Array {
  const weights = ARTICULATORS.map((name) => shares[name] ?? 0);
  return Float32Array.from({ length: curves.length / ARTICULATOR_COUNT }, (_, hop) =>
    weights.reduce((sum, w, k) => sum + w * curves[hop * ARTICULATOR_COUNT + k], 0),
  );
}

/** Adds what is missing between a guess and what was seen, in place. */
function bend(curves: Float32Array, guess: Float32Array, seen: Float32Array, shares: Shares): void {
  const [have, want] = [momentsOf(guess), momentsOf(seen)];
  seen.forEach((value, hop) => {
    const sized = have.mean + ((value - want.mean) / want.spread) * have.spread;
    const missing = sized - guess[hop];
    ARTICULATORS.forEach((name, k) => {
      const at = hop * ARTICULATOR_COUNT + k;
      curves[at] = clamp(curves[at] + (shares[name] ?? 0) * missing, 0, 1);
    });
  });
}

function momentsOf(curve: Float32Array): { mean: number; spread: number } {
  const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
  const power = curve.reduce((sum, value) => sum + (value - mean) ** 2, 0) / curve.length;
  return { mean, spread: Math.max(Math.sqrt(power), 1e-4) };
}

/** A curve read so many hops later. */
function shifted(curve: readonly number[], lag: number): Float32Array {
  return Float32Array.from(curve, (_, hop) => curve[clamp(hop + lag, 0, curve.length - 1)]);
}
