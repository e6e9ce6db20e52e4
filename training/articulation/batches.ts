/** @file Batches: clips drawn from the corpora, and what the network should say of each hop. */
import { type Random, randomOf } from "../../src/base/random.js";
import type { Feed } from "../../src/learn/trainer.js";
import { CLASS_COUNT } from "../../src/voice/classes.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { type StoredUtterance, UNKNOWN_CLASS } from "../data/corpus.js";
import { makeClip, type Surroundings } from "./augment.js";
import { SIZE } from "./network.js";

/** Clips in a batch, and hops of each. */
export const BATCH = 10;
export const CLIP_HOPS = 400;

/** One corpus, and its share of the clips. */
export interface Source {
  readonly utterances: readonly StoredUtterance[];
  readonly share: number;
}

/** Everything batches are drawn from. */
export interface Sources extends Surroundings {
  readonly sources: readonly Source[];
}

/** Makes batch `index`; the same index gives the same batch. */
export type BatchMaker = (index: number) => Record<string, Feed>;

/** From this batch on clips are changed less: most recordings are clean in the end. */
const CALM = { from: 15500, disturbance: 0.5 } as const;
/** Doubt about where a sound begins, and about everything. */
const EDGE_DOUBT = 0.1;
const SMOOTHING = 0.04;
/** Rare sounds count more: (all / own) to this power. */
const RARITY = 0.25;
/** A mouth that moves in silence is seen at once: silence counts more than that. */
const SILENCE_COUNTS = 1.6;
/** Longer utterances are drawn more often, up to this many hops. */
const LENGTH_MOST = 900;
/** Share of the embedding's channels that a clip does without. */
const DROPPED = 0.1;

/** Makes batches of some sources. @param seed - Of all chance. */
export function makeBatches(from: Sources, seed: number): BatchMaker {
  const weightOf = classWeights(from.sources);
  const sources = from.sources.map(({ utterances, share }) => ({
    draw: drawer(utterances),
    share,
  }));
  const total = sources.reduce((sum, { share }) => sum + share, 0);
  return (index) => {
    const random = randomOf(seed, `batch ${index}`);
    const mel = new Float32Array(BATCH * CLIP_HOPS * MEL_BANDS);
    const wanted = new Float32Array(BATCH * CLIP_HOPS * CLASS_COUNT);
    const weight = new Float32Array(BATCH * CLIP_HOPS);
    const disturbance = index < CALM.from ? 1 : CALM.disturbance;
    for (let row = 0; row < BATCH; row++) {
      const utterance = pickByShare(sources, random.uniform() * total).draw(random);
      const { rows, classes } = makeClip(utterance, CLIP_HOPS, random, from, disturbance);
      const first = row * CLIP_HOPS;
      mel.set(rows, first * MEL_BANDS);
      label(classes, weightOf, wanted.subarray(first * CLASS_COUNT), weight.subarray(first));
    }
    const sum = weight.reduce((a, b) => a + b, 0);
    return {
      mel: { data: mel, shape: [BATCH, CLIP_HOPS, MEL_BANDS] },
      wanted: { data: wanted, shape: [BATCH, CLIP_HOPS, CLASS_COUNT] },
      weight: { data: weight.map((w) => w / sum), shape: [BATCH, CLIP_HOPS, 1] },
      keep: { data: drawKept(random), shape: [BATCH, 1, SIZE.channels] },
    };
  };
}

function pickByShare<T extends { readonly share: number }>(list: readonly T[], at: number): T {
  let sum = 0;
  for (const one of list) {
    sum += one.share;
    if (at < sum) return one;
  }
  return list[0];
}

/** Draws utterances by their length. */
function drawer(utterances: readonly StoredUtterance[]): (random: Random) => StoredUtterance {
  const ends = new Float64Array(utterances.length);
  utterances.forEach(({ hops }, i) => {
    ends[i] = (i > 0 ? ends[i - 1] : 0) + Math.min(hops, LENGTH_MOST);
  });
  return (random) => {
    const at = random.uniform() * ends[ends.length - 1];
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] > at) high = middle;
      else low = middle + 1;
    }
    return utterances[low];
  };
}

function classWeights(sources: readonly Source[]): Float64Array {
  const counts = new Float64Array(CLASS_COUNT).fill(1000);
  for (const { utterances } of sources) {
    for (const { classes } of utterances) {
      for (const k of classes) if (k !== UNKNOWN_CLASS) counts[k]++;
    }
  }
  const all = counts.reduce((a, b) => a + b);
  return counts.map((count, k) => (k === 0 ? SILENCE_COUNTS : 1) * (all / count) ** RARITY);
}

function label(
  classes: Uint8Array,
  weightOf: Float64Array,
  wanted: Float32Array,
  weight: Float32Array,
): void {
  classes.forEach((own, hop) => {
    if (own === UNKNOWN_CLASS) return;
    const row = wanted.subarray(hop * CLASS_COUNT, (hop + 1) * CLASS_COUNT);
    row.fill(SMOOTHING / CLASS_COUNT);
    const known = (k: number | undefined) => (k === undefined || k === UNKNOWN_CLASS ? own : k);
    const certain = 1 - SMOOTHING;
    row[own] += certain * (1 - 2 * EDGE_DOUBT);
    row[known(classes[hop - 1])] += certain * EDGE_DOUBT;
    row[known(classes[hop + 1])] += certain * EDGE_DOUBT;
    weight[hop] = weightOf[own];
  });
}

function drawKept(random: Random): Float32Array {
  return Float32Array.from({ length: BATCH * SIZE.channels }, () =>
    random.uniform() < DROPPED ? 0 : 1 / (1 - DROPPED),
  );
}
