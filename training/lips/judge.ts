/** @file How well lips are told from a voice, against real ones. */
import type { Graph } from "../../src/learn/trainer.js";
import { ARTICULATOR_COUNT, ARTICULATORS, type Articulator } from "../../src/voice/lip-channels.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { measureScales, normalizeRows } from "../../src/voice/normalize.js";
import { melOf, type StoredUtterance } from "../data/corpus.js";
import type { LipUtterance } from "../data/facegood.js";

/** Articulators of a recording, shape [hops, 9]. @param net - Gives `lips`. */
export async function tellLips(net: Graph, utterance: StoredUtterance): Promise<Float32Array> {
  const mel = melOf(utterance);
  const scales = measureScales(mel);
  const hops = utterance.hops;
  if (scales === undefined) return new Float32Array(hops * ARTICULATOR_COUNT);
  const rows = new Float32Array(2 * Math.ceil(hops / 2) * MEL_BANDS);
  normalizeRows(mel, scales, 0, rows);
  const shape = [1, rows.length / MEL_BANDS, MEL_BANDS];
  const { lips } = await net.run({ mel: { data: rows, shape } });
  return lips.slice(0, hops * ARTICULATOR_COUNT);
}

/** One articulator of rows. */
export function columnOf(rows: Float32Array, articulator: Articulator): Float32Array {
  const column = ARTICULATORS.indexOf(articulator);
  return rows.filter((_, i) => i % ARTICULATOR_COUNT === column);
}

/** Pearson's r by articulator; NaN where a real curve does not move. */
export async function compareLips(
  net: Graph,
  real: LipUtterance,
): Promise<Readonly<Record<Articulator, number>>> {
  const told = await tellLips(net, real);
  return Object.fromEntries(
    ARTICULATORS.map((name) => [
      name,
      correlation(columnOf(told, name), columnOf(real.curves, name)),
    ]),
  ) as Record<Articulator, number>;
}

/** Pearson's r. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = Math.min(a.length, b.length);
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    sa += a[i];
    sb += b[i];
    saa += a[i] ** 2;
    sbb += b[i] ** 2;
    sab += a[i] * b[i];
  }
  const spread = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n);
  return spread > 1e-9 ? (sab - (sa * sb) / n) / Math.sqrt(spread) : Number.NaN;
}
