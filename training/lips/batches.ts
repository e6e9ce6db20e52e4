/** @file Batches for the lip decoder: clips of what is heard, and how lips moved. */
import { sampleAt } from "../../src/base/curves.js";
import { randomOf } from "../../src/base/random.js";
import type { Feed } from "../../src/learn/trainer.js";
import { ARTICULATOR_COUNT } from "../../src/voice/lip-channels.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { makeClip, type Surroundings } from "../articulation/augment.js";
import type { LipUtterance } from "../data/facegood.js";

/** Clips in a batch, and hops of each. */
export const BATCH = 8;
export const CLIP_HOPS = 400;

/** Recordings whose lips are known. */
export interface LipSources extends Surroundings {
  /** Real lips: captured, and filmed. */
  readonly captured: readonly LipUtterance[];
  readonly filmed: readonly LipUtterance[];
  /** Lips by rule. */
  readonly taught: readonly LipUtterance[];
}

/** Share of the clips with captured and with filmed lips; the others keep the mouth general. */
const CAPTURED = 0.25;
const FILMED = 0.12;

/** What a miss costs, by articulator: what moves less costs more. */
export type Costs = Float32Array;

/** Makes batch `index`; the same index gives the same batch. */
export function makeLipBatches(from: LipSources, costs: Costs, seed: number) {
  return (index: number): Record<string, Feed> => {
    const random = randomOf(seed, `lips ${index}`);
    const mel = new Float32Array(BATCH * CLIP_HOPS * MEL_BANDS);
    const wanted = new Float32Array(BATCH * CLIP_HOPS * ARTICULATOR_COUNT);
    const weight = new Float32Array(wanted.length);
    for (let row = 0; row < BATCH; row++) {
      const pool = choosePool(from, random.uniform());
      const utterance = pool[Math.floor(random.uniform() * pool.length)];
      const { rows, places } = makeClip(utterance, CLIP_HOPS, random, from);
      mel.set(rows, row * CLIP_HOPS * MEL_BANDS);
      const first = row * CLIP_HOPS * ARTICULATOR_COUNT;
      fill(utterance, places, costs, wanted.subarray(first), weight.subarray(first));
    }
    const scale = 1 / (BATCH * CLIP_HOPS * ARTICULATOR_COUNT);
    const shape = [BATCH, CLIP_HOPS, ARTICULATOR_COUNT];
    return {
      mel: { data: mel, shape: [BATCH, CLIP_HOPS, MEL_BANDS] },
      wanted: { data: wanted, shape },
      weight: { data: weight.map((w) => w * scale), shape },
      // A change is known where both hops are.
      changeWeight: { data: weight.map((w, i) => bothKnown(weight, i) * w * scale), shape },
    };
  };
}

function choosePool({ captured, filmed, taught }: LipSources, chance: number) {
  if (chance < CAPTURED) return captured.length > 0 ? captured : taught;
  return chance < CAPTURED + FILMED && filmed.length > 0 ? filmed : taught;
}

function fill(
  { curves }: LipUtterance,
  places: Float32Array,
  costs: Costs,
  wanted: Float32Array,
  weight: Float32Array,
): void {
  for (let column = 0; column < ARTICULATOR_COUNT; column++) {
    const curve = curves.filter((_, i) => i % ARTICULATOR_COUNT === column);
    if (Number.isNaN(curve[0])) continue;
    places.forEach((place, hop) => {
      // Nobody speaks in clips of music alone, and beyond the end: lips rest.
      const at = hop * ARTICULATOR_COUNT + column;
      wanted[at] = Number.isNaN(place) ? 0 : sampleAt(curve, place);
      weight[at] = costs[column];
    });
  }
}

function bothKnown(weight: Float32Array, i: number): number {
  const before = i - ARTICULATOR_COUNT;
  const isFirst = i % (CLIP_HOPS * ARTICULATOR_COUNT) < ARTICULATOR_COUNT;
  return !isFirst && weight[before] > 0 ? 1 : 0;
}

/** Costs by the spread of each articulator's curve, mean of both kinds. */
export function costsOf(utterances: readonly LipUtterance[]): Costs {
  return Float32Array.from({ length: ARTICULATOR_COUNT }, (_, column) => {
    let [n, sum, squares] = [0, 0, 0];
    for (const { curves } of utterances) {
      for (let i = column; i < curves.length; i += ARTICULATOR_COUNT) {
        if (Number.isNaN(curves[i])) continue;
        n++;
        sum += curves[i];
        squares += curves[i] ** 2;
      }
    }
    const spread = Math.sqrt(squares / n - (sum / n) ** 2);
    return 1 / Math.max(spread, 0.02) ** 2;
  });
}
