/**
 * @file What lips, jaw and tongue aim at in each class of sounds, and how firmly.
 *
 * A row per class: the aim (0..1) and its dominance (0..1): how far it prevails over its
 * neighbours. Sounds made by the tongue alone have low dominance over the lips and borrow their
 * shape. Amplitudes are those of real speech, about half of what animators' tables say.
 *
 * @source Classes and aims after JALI (Edwards et al. 2016) and Cohen & Massaro 1993; sizes from
 *   measured speech (FACEGOOD recordings, median jaw .16, 95 % .44).
 */
import type { SoundClass } from "../../src/voice/classes.js";
import type { Articulator } from "../../src/voice/lip-channels.js";

type Row = Readonly<Record<Articulator, readonly [aim: number, dominance: number]>>;

function row(
  jaw: readonly [number, number],
  funnel: readonly [number, number],
  pucker: readonly [number, number],
  spread: readonly [number, number],
  lowerDown: readonly [number, number],
  upperUp: readonly [number, number],
  tongue: readonly [number, number] = [0, 0.3],
  roll: readonly [number, number] = [0, 0.5],
  press: readonly [number, number] = [0, 0.5],
): Row {
  return { jaw, funnel, pucker, spread, lowerDown, upperUp, tongue, roll, press };
}

/** Plain consonants of the tongue differ only in how far the jaw opens. */
const tongueOnly = (jaw: number, lowerDown: number, tongue = 0.06): Row =>
  row([jaw, 0.4], [0, 0.1], [0, 0.1], [0, 0.1], [lowerDown, 0.3], [0, 0.2], [tongue, 0.6]);

/** Aims and dominances of every class. */
export const VISEMES: Readonly<Record<SoundClass, Row>> = {
  sil: row([0, 0.5], [0, 0.4], [0, 0.4], [0, 0.4], [0, 0.5], [0, 0.5]),
  PP: row(
    [0.03, 1],
    [0, 0.15],
    [0.03, 0.2],
    [0, 0.2],
    [0, 0.8],
    [0, 0.8],
    [0, 0.3],
    [0.2, 1],
    [0.15, 1],
  ),
  FF: row(
    [0.05, 0.9],
    [0, 0.2],
    [0, 0.3],
    [0.05, 0.2],
    [0.03, 0.6],
    [0.14, 0.7],
    [0, 0.3],
    [0.3, 1],
  ),
  TH: row([0.11, 0.5], [0, 0.15], [0, 0.15], [0.06, 0.15], [0.13, 0.4], [0.02, 0.3], [0.3, 0.9]),
  DD: tongueOnly(0.09, 0.1),
  NN: tongueOnly(0.09, 0.1),
  LL: tongueOnly(0.11, 0.1, 0.12),
  RR: row([0.08, 0.5], [0.16, 0.4], [0.14, 0.4], [0, 0.2], [0.06, 0.3], [0.03, 0.3]),
  TR: tongueOnly(0.1, 0.07),
  SS: row([0.04, 0.8], [0, 0.25], [0, 0.3], [0.2, 0.45], [0.16, 0.5], [0.07, 0.5]),
  CH: row([0.06, 0.8], [0.34, 0.7], [0.16, 0.6], [0, 0.3], [0.13, 0.5], [0.1, 0.5]),
  J: row([0.07, 0.4], [0, 0.2], [0, 0.2], [0.14, 0.3], [0.06, 0.3], [0, 0.3]),
  W: row([0.05, 0.7], [0.18, 0.8], [0.5, 1], [0, 0.8], [0, 0.5], [0, 0.5]),
  KK: row([0.11, 0.25], [0, 0.08], [0, 0.08], [0, 0.08], [0.06, 0.2], [0, 0.2]),
  HH: row([0.12, 0.1], [0, 0.05], [0, 0.05], [0, 0.05], [0.06, 0.1], [0, 0.1]),
  A: row([0.34, 0.9], [0, 0.5], [0, 0.5], [0.06, 0.4], [0.17, 0.6], [0.06, 0.6]),
  E: row([0.2, 0.7], [0, 0.5], [0, 0.5], [0.17, 0.5], [0.13, 0.6], [0.06, 0.6]),
  I: row([0.09, 0.6], [0, 0.5], [0, 0.5], [0.28, 0.6], [0.1, 0.6], [0.03, 0.6]),
  O: row([0.21, 0.8], [0.3, 0.8], [0.24, 0.8], [0, 0.6], [0.03, 0.6], [0, 0.6]),
  U: row([0.08, 0.7], [0.24, 0.8], [0.44, 1], [0, 0.8], [0, 0.6], [0, 0.6]),
  Y: row([0.08, 0.7], [0.2, 0.8], [0.4, 1], [0, 0.8], [0, 0.6], [0, 0.6]),
  "@": row([0.14, 0.5], [0.03, 0.3], [0, 0.3], [0, 0.3], [0.09, 0.4], [0, 0.4]),
};

/** How long before its sound a shape begins, and how long after it ends, in hops (10 ms). */
export const SPREAD_HOPS: Readonly<Record<Articulator, { before: number; after: number }>> = {
  jaw: { before: 4, after: 4 },
  funnel: { before: 9, after: 6 },
  pucker: { before: 9, after: 6 },
  spread: { before: 6, after: 5 },
  lowerDown: { before: 4, after: 4 },
  upperUp: { before: 4, after: 4 },
  tongue: { before: 3, after: 3 },
  roll: { before: 2, after: 2 },
  press: { before: 2, after: 2 },
};
