/**
 * @file The channels that a voice moves: jaw, lips and tongue, as rows over time; and the few
 * movements that speech is made of.
 */
import { CHANNELS, type Channel } from "../base/channels.js";

/** Channels of jaw, lips and tongue in the order of `CHANNELS`: columns of `Voice.lips`. */
export const LIP_CHANNELS: readonly Channel[] = CHANNELS.filter((name) =>
  /^(jaw|mouth|tongue)/.test(name),
);

/** How many there are: 28. */
export const LIP_COUNT = LIP_CHANNELS.length;

/** What speech is made of; left and right move together. */
export const ARTICULATORS = [
  "jaw",
  "funnel",
  "pucker",
  "spread",
  "lowerDown",
  "upperUp",
  "tongue",
  "roll",
  "press",
] as const;

/** Name of an articulator. */
export type Articulator = (typeof ARTICULATORS)[number];

/** How many there are. */
export const ARTICULATOR_COUNT = ARTICULATORS.length;

/**
 * Channels of each articulator, and how much of it they are.
 *
 * Larger than 1, because what is told from a voice is averaged by doubt, and faces differ from the one
 * that was captured: chosen so that rendered mouths vary as those of people do (`mouthVariety` of the
 * report, docs/measurements.md).
 */
const CHANNELS_OF: Readonly<Record<Articulator, Readonly<Record<string, number>>>> = {
  jaw: { jawOpen: 2.4 },
  funnel: { mouthFunnel: 1.5 },
  pucker: { mouthPucker: 1.7 },
  spread: { mouthStretch: 1, mouthSmile: 0.55, mouthDimple: 0.25 },
  lowerDown: { mouthLowerDown: 1.6 },
  upperUp: { mouthUpperUp: 1.3 },
  tongue: { tongueOut: 2.5 },
  roll: { mouthRollLower: 1, mouthRollUpper: 0.5 },
  press: { mouthPress: 1 },
};

/** Columns of `Voice.lips` that each articulator writes, with their shares. */
const COLUMNS = ARTICULATORS.map((articulator) =>
  Object.entries(CHANNELS_OF[articulator]).flatMap(([stem, share]) =>
    [stem, `${stem}Left`, `${stem}Right`]
      .map((name) => LIP_CHANNELS.indexOf(name as Channel))
      .filter((column) => column >= 0)
      .map((column) => ({ column, share })),
  ),
);

/**
 * Articulators → channels.
 *
 * @param rows - In the order of `ARTICULATORS`, shape [hops, 9].
 * @returns In the order of `LIP_CHANNELS`, each at least 0, shape [hops, 28].
 */
export function channelsOfArticulators(rows: Float32Array): Float32Array {
  const hops = rows.length / ARTICULATOR_COUNT;
  const lips = new Float32Array(hops * LIP_COUNT);
  for (let hop = 0; hop < hops; hop++) {
    COLUMNS.forEach((columns, i) => {
      const value = Math.max(0, rows[hop * ARTICULATOR_COUNT + i]);
      for (const { column, share } of columns) {
        const at = hop * LIP_COUNT + column;
        lips[at] = Math.min(1, lips[at] + share * value);
      }
    });
  }
  return lips;
}
