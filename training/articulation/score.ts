/** @file How well a network hears: frames right, and the sounds that close the lips. */
import type { Graph } from "../../src/learn/trainer.js";
import { CLASS_COUNT, CLASS_INDEX } from "../../src/voice/classes.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { measureScales, normalizeRows } from "../../src/voice/normalize.js";
import { melOf, type StoredUtterance, UNKNOWN_CLASS } from "../data/corpus.js";

/** What can be said of some recordings. */
export interface Score {
  /** Hops in which somebody speaks, and of these, the share of right classes. */
  readonly spokenHops: number;
  readonly accuracy: number;
  /** Of silent hops, the share heard as silent. */
  readonly silence: number;
  /** Of hops that are p b m, the share heard so; and of those heard so, the share that are. */
  readonly closureRecall: number;
  readonly closurePrecision: number;
  /** The precision where the probability's threshold finds three quarters of them. */
  readonly closurePrecisionAt75: number;
  readonly bittenRecall: number;
}

/** Classes of one recording, shape [hops, 22]. */
export async function hearMel(net: Graph, mel: Float32Array): Promise<Float32Array> {
  const hops = mel.length / MEL_BANDS;
  const even = 2 * Math.ceil(hops / 2);
  const rows = new Float32Array(even * MEL_BANDS);
  const scales = measureScales(mel);
  if (scales === undefined) {
    return new Float32Array(hops * CLASS_COUNT).map((_, i) => (i % CLASS_COUNT === 0 ? 1 : 0));
  }
  normalizeRows(mel, scales, 0, rows);
  const { post } = await net.run({ mel: { data: rows, shape: [1, even, MEL_BANDS] } });
  return post.subarray(0, hops * CLASS_COUNT);
}

/**
 * Scores a network.
 *
 * @param net - mel [1, hops, 64] → post [1, hops, 22].
 * @param mergesSchwa - Counts A and @ as one: labels differ in what they call an unstressed ʌ.
 */
export async function scoreNet(
  net: Graph,
  utterances: readonly StoredUtterance[],
  mergesSchwa = false,
): Promise<Score> {
  const tally = makeTally();
  const { A, "@": schwa } = CLASS_INDEX;
  for (const utterance of utterances) {
    const chances = await hearMel(net, melOf(utterance));
    let { classes } = utterance;
    if (mergesSchwa) {
      for (let i = 0; i < chances.length; i += CLASS_COUNT) {
        chances[i + A] += chances[i + schwa];
        chances[i + schwa] = 0;
      }
      classes = classes.map((k) => (k === schwa ? A : k));
    }
    tally.add(chances, classes);
  }
  return tally.score();
}

/** Counts hops. */
export function makeTally() {
  const { PP, FF, sil } = CLASS_INDEX;
  let [spoken, right, silent, hushed, bitten, bittenRight] = [0, 0, 0, 0, 0, 0];
  let [heardShut, shut, both] = [0, 0, 0];
  const sure: { chance: number; isShut: boolean }[] = [];
  return {
    /** Adds a recording. @param chances - Shape [hops, 22]. */
    add(chances: Float32Array, classes: Uint8Array): void {
      classes.forEach((own, hop) => {
        if (own === UNKNOWN_CLASS) return;
        const row = chances.subarray(hop * CLASS_COUNT, (hop + 1) * CLASS_COUNT);
        let best = 0;
        for (let k = 1; k < CLASS_COUNT; k++) if (row[k] > row[best]) best = k;
        if (own === sil) {
          silent++;
          if (best === sil) hushed++;
        } else {
          spoken++;
          if (best === own) right++;
        }
        if (own === FF) {
          bitten++;
          if (best === FF) bittenRight++;
        }
        if (own === PP) shut++;
        if (best === PP) heardShut++;
        if (own === PP && best === PP) both++;
        if (row[PP] > 0.02) sure.push({ chance: row[PP], isShut: own === PP });
      });
    },
    score(): Score {
      sure.sort((a, b) => b.chance - a.chance);
      let [found, count] = [0, 0];
      while (count < sure.length && found < 0.75 * shut) if (sure[count++].isShut) found++;
      return {
        spokenHops: spoken,
        accuracy: right / spoken,
        silence: hushed / silent,
        closureRecall: both / shut,
        closurePrecision: both / heardShut,
        closurePrecisionAt75: found >= 0.75 * shut ? found / count : Number.NaN,
        bittenRecall: bittenRight / bitten,
      };
    },
  };
}

/** A score in one line. */
export function describe(score: Score): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  return [
    `frames ${percent(score.accuracy)} %`,
    `silence ${percent(score.silence)} %`,
    `p b m ${percent(score.closureRecall)} / ${percent(score.closurePrecision)} %`,
    `at 75 % recall ${percent(score.closurePrecisionAt75)} %`,
    `f v ${percent(score.bittenRecall)} %`,
  ].join(", ");
}
