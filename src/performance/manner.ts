/**
 * @file How somebody makes each sound: how far the lips open and how wide the mouth is, against what is
 * told from the voice alone.
 *
 * A voice does not say everything: people round, spread and open for the same sound by different
 * amounts, and one network for all says their mean. A manner is a linear correction by the sounds that
 * are heard now, just before and just after, learned from film (capture/manner.ts).
 */

import type { Channel } from "../base/channels.js";
import { columnOf } from "../base/columns.js";
import { clamp, gaussianSmooth } from "../base/curves.js";
import { CLASS_COUNT, CLASS_INDEX } from "../voice/classes.js";
import { LIP_CHANNELS, LIP_COUNT } from "../voice/lip-channels.js";
import type { Sounds } from "../voice/voice.js";

/** Hops of what is heard: before, now, after. */
const AROUND_HOPS = [-8, 0, 8] as const;
/** Smoothing of what is heard, hops: mouths do not jump. */
const HEARD_SIGMA = 4;
/** Numbers that say what is heard around a hop. */
export const HEARD_SIZE = AROUND_HOPS.length * CLASS_COUNT;
/** Numbers of a correction: of what is told, then of what is heard. */
export const MANNER_SIZE = 1 + HEARD_SIZE;
/** How much opening and width that are told vary, standard deviation, cm on the canonical face. */
export const TOLD_CM = { opening: 0.5, width: 0.45 } as const;

/** A mouth in two numbers: how far the lips are apart, and how wide it is. */
export type MouthMeasure = "opening" | "width";

/** A manner of speaking; for each measure a correction, shape [67], and its size. */
export type Manner = Readonly<Record<MouthMeasure, MannerOf>>;

/** One correction. Result in units of `TOLD_CM`: gain · Σ by[i] · x[i]. */
export interface MannerOf {
  readonly by: Float32Array;
  /** Doubt makes corrections small; this makes the mouth as large again as it was told to be. */
  readonly gain: number;
}

/** What a weight of 1 makes of lips and mouth, cm on the canonical face; names without their side: each side. */
export const CENTIMETRES: Readonly<Record<MouthMeasure, Readonly<Record<string, number>>>> = {
  opening: { jawOpen: 3.01, mouthFunnel: 1.22, mouthLowerDown: 0.3, mouthUpperUp: 0.62 },
  width: {
    jawOpen: -0.21,
    mouthFunnel: -1.95,
    mouthPucker: -2.47,
    mouthSmile: 1.15,
    mouthStretch: 0.71,
    mouthDimple: 0.48,
  },
};

/** How a wider opening is shared out: cm of each for one cm. */
const OPENED = { jawOpen: 0.75, mouthLowerDown: 0.15, mouthUpperUp: 0.1 } as const;
/** Likewise a wider and a narrower mouth. */
const SPREAD = { mouthStretch: 0.6, mouthSmile: 0.4 } as const;
const ROUNDED = { mouthPucker: 0.75, mouthFunnel: 0.25 } as const;
/** What is taken away first, before the opposite is done. */
const OPENING = ["jawOpen", "mouthLowerDown", "mouthUpperUp"] as const;
const SPREADING = ["mouthStretch", "mouthSmile", "mouthDimple"] as const;
const ROUNDING = ["mouthPucker", "mouthFunnel"] as const;
/** Lips do not come nearer by more than this share: else they would seem to meet where nobody says p. */
const LESS_MOST = 0.4;
/** A mouth is not made wider or narrower by more, cm. */
const WIDTH_MOST_CM = 0.9;

/** Columns of `LIP_CHANNELS` by name, sides together. */
const COLUMNS = new Map<string, number[]>();
LIP_CHANNELS.forEach((name: Channel, column) => {
  const stem = /^mouth(Left|Right)$/.test(name) ? name : name.replace(/(Left|Right)$/, "");
  COLUMNS.set(stem, [...(COLUMNS.get(stem) ?? []), column]);
});

/** What all columns of a name make together at weight 1, cm. */
function reachOf(measure: MouthMeasure, name: string): number {
  return (CENTIMETRES[measure][name] ?? 0) * (COLUMNS.get(name) ?? []).length;
}

/** Opening or width that lips are told to have, cm, shape [hops]. @param lips - Shape [hops, 28]. */
export function measureLips(lips: Float32Array, measure: MouthMeasure): Float32Array {
  const shares = Object.entries(CENTIMETRES[measure]).flatMap(([name, share]) =>
    (COLUMNS.get(name) ?? []).map((column) => ({ column, share })),
  );
  return Float32Array.from({ length: lips.length / LIP_COUNT }, (_, hop) =>
    shares.reduce((sum, { column, share }) => sum + share * lips[hop * LIP_COUNT + column], 0),
  );
}

/** What is heard around each hop, shape [hops, 66]. */
export function heardAround({
  classes,
  hopCount,
}: Pick<Sounds, "classes" | "hopCount">): Float32Array {
  const out = new Float32Array(hopCount * HEARD_SIZE);
  for (let c = 0; c < CLASS_COUNT; c++) {
    const curve = gaussianSmooth(columnOf(classes, CLASS_COUNT, c), HEARD_SIGMA);
    AROUND_HOPS.forEach((by, k) => {
      for (let hop = 0; hop < hopCount; hop++) {
        const from = clamp(hop + by, 0, hopCount - 1);
        out[hop * HEARD_SIZE + k * CLASS_COUNT + c] = curve[from];
      }
    });
  }
  return out;
}

/**
 * Makes a mouth speak in somebody's manner, in place. In silence nothing changes.
 *
 * @param lips - Columns as in `LIP_CHANNELS`, shape [hops, 28].
 */
export function bendLips(
  lips: Float32Array,
  voice: Pick<Sounds, "classes" | "hopCount">,
  manner: Manner,
): void {
  const heard = heardAround(voice);
  const [opening, width] = (["opening", "width"] as const).map((measure) => {
    const told = measureLips(lips, measure);
    return told.map(
      (value, hop) => correctedBy(manner[measure], value, measure, heard, hop) - value,
    );
  });
  for (let hop = 0; hop < voice.hopCount; hop++) {
    const row = lips.subarray(hop * LIP_COUNT, (hop + 1) * LIP_COUNT);
    const wider = clamp(width[hop], -WIDTH_MOST_CM, WIDTH_MOST_CM);
    if (wider > 0) shareOut(row, "width", SPREAD, wider - takeAway(row, "width", ROUNDING, -wider));
    else shareOut(row, "width", ROUNDED, wider - takeAway(row, "width", SPREADING, -wider));
    if (opening[hop] > 0) shareOut(row, "opening", OPENED, opening[hop]);
    else takeAway(row, "opening", OPENING, -opening[hop], LESS_MOST);
  }
}

/** What a measure ought to be, cm. */
function correctedBy(
  { by, gain }: MannerOf,
  told: number,
  measure: MouthMeasure,
  heard: Float32Array,
  hop: number,
): number {
  let sum = (by[0] * told) / TOLD_CM[measure];
  for (let i = 0; i < HEARD_SIZE; i++) sum += by[1 + i] * heard[hop * HEARD_SIZE + i];
  for (let k = 0; k < AROUND_HOPS.length; k++) sum -= by[1 + k * CLASS_COUNT + CLASS_INDEX.sil];
  return gain * sum * TOLD_CM[measure];
}

/**
 * Takes some of what columns do away, in proportion.
 *
 * @param wanted - cm; below 0 for what makes a mouth narrow.
 * @returns How much the measure changed, cm.
 */
function takeAway(
  row: Float32Array,
  measure: MouthMeasure,
  names: readonly string[],
  wanted: number,
  most = 1,
): number {
  let have = 0;
  for (const name of names) {
    for (const column of COLUMNS.get(name) ?? []) have += row[column] * CENTIMETRES[measure][name];
  }
  const share = have === 0 ? 0 : clamp(wanted / have, 0, most);
  for (const name of names) {
    for (const column of COLUMNS.get(name) ?? []) row[column] *= 1 - share;
  }
  return -share * have;
}

/** Shares a change of a measure out, cm. */
function shareOut(
  row: Float32Array,
  measure: MouthMeasure,
  shares: Readonly<Record<string, number>>,
  wanted: number,
): void {
  for (const [name, share] of Object.entries(shares)) {
    const weight = (share * wanted) / reachOf(measure, name);
    for (const column of COLUMNS.get(name) ?? []) row[column] = Math.min(1, row[column] + weight);
  }
}
