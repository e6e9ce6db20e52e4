/**
 * @file Places the sounds of real recordings anew, by a network that learned from their first
 * labels: `tsx training/articulation/realign.ts [--work DIR] [--net FILE]`.
 *
 * Writes NAME-aligned.corpus beside each corpus that holds real speech; training learns from both. An
 * aligner's times are off by some hops nearly everywhere, which a network averages out and so
 * knows better. Synthetic speech has true times and is left as it is; so is the test part.
 *
 * Once is enough: placed a second time, by a network that learned from the first placing alone, the
 * sounds drift to what it believes already (an independent network's agreement fell from 64.4 to
 * 63.2 % of frames while its own rose).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  melOf,
  readCorpus,
  type StoredUtterance,
  UNKNOWN_CLASS,
  type Utterance,
  writeCorpus,
} from "../data/corpus.js";
import { openGraph } from "../runtime.js";
import { alignClasses } from "./align.js";
import { ALIGNED_SUFFIX } from "./material.js";
import { hearMel } from "./score.js";

/** Corpora with real speech, and copies of it. */
const REAL = ["hurried", "sung", "whispered", "speechocean-train"];

const { values } = parseArgs({
  options: {
    work: { type: "string", default: "out/training" },
    net: { type: "string" },
  },
});
const path = values.net ?? join(values.work, "articulation.onnx");
const net = await openGraph(new Uint8Array(await readFile(path)));
for (const name of REAL) {
  const told = { hops: 0, moved: 0, unheard: 0 };
  await writeCorpus(
    join(values.work, `${name}${ALIGNED_SUFFIX}.corpus`),
    realign(await readCorpus(join(values.work, `${name}.corpus`)), told),
  );
  const share = (count: number) => `${((100 * count) / told.hops).toFixed(1)} %`;
  console.log(`${name}: ${share(told.moved)} of hops moved, ${share(told.unheard)} not heard`);
}

async function* realign(
  utterances: readonly StoredUtterance[],
  told: { hops: number; moved: number; unheard: number },
): AsyncGenerator<Utterance> {
  for (const { scaledMel, ...utterance } of utterances) {
    const mel = melOf({ scaledMel, ...utterance });
    const isReal = utterance.id.includes("speechocean-");
    if (!isReal) {
      yield { ...utterance, mel };
      continue;
    }
    const classes = alignClasses(await hearMel(net, mel), utterance.classes);
    told.hops += classes.length;
    classes.forEach((own, hop) => {
      if (own === UNKNOWN_CLASS) told.unheard++;
      else if (own !== utterance.classes[hop]) told.moved++;
    });
    yield { ...utterance, mel, classes };
  }
}
