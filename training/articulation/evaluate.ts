/**
 * @file How well a network hears speakers that it has never heard: `npm run train:evaluate --
 * [--work DIR] [--net FILE] [--aligner FILE]`.
 *
 * Prints frames right on speechocean762's test part (all, adults and children apart), on synthetic
 * languages one by one, and on each kind of copy. Synthetic speech was learned from: its figures
 * only compare languages. An external aligner's times are doubtful; so the same utterances are
 * scored again with their sounds placed anew by the network of `--aligner`, by default the judged
 * one itself, which flatters it.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { melOf, readCorpus, type StoredUtterance } from "../data/corpus.js";
import { openGraph } from "../runtime.js";
import { alignClasses } from "./align.js";
import { describe, hearMel, scoreNet } from "./score.js";

/** Years from which on a speaker is an adult. */
const ADULT = 16;
/** Utterances of each synthetic language, and of each kind. */
const PER_LANGUAGE = 12;
const PER_KIND = 120;

const { values } = parseArgs({
  options: {
    work: { type: "string", default: "out/training" },
    net: { type: "string", default: "assets/articulation.onnx" },
    aligner: { type: "string" },
    every: { type: "string", default: "1" },
  },
});
const net = await openNet(values.net);
const test = await readPart("speechocean-test", Number(values.every));
await tell("unseen speakers", test);
const isAdult = ({ age }: StoredUtterance) => (age ?? 0) >= ADULT;
await tell("  adults", test.filter(isAdult));
await tell(
  "  children",
  test.filter((one) => !isAdult(one)),
);
await tell("  A and @ counted as one", test, true);
const aligner = values.aligner === undefined ? net : await openNet(values.aligner);
const placed = await Promise.all(
  test.map(async (one) => {
    return { ...one, classes: alignClasses(await hearMel(aligner, melOf(one)), one.classes) };
  }),
);
await tell("  sounds placed anew", placed);
await tell("  … A and @ counted as one", placed, true);
for (const name of ["flite", "fast", "hurried", "sung", "whispered"]) {
  const all = await readPart(name, 1);
  await tell(
    name,
    all.filter((_, i) => i % Math.ceil(all.length / PER_KIND) === 0),
  );
}
const espeak = await readPart("espeak", 1);
for (const language of [...new Set(espeak.map((one) => one.language))].sort()) {
  const own = espeak.filter((one) => one.language === language).slice(0, PER_LANGUAGE);
  await tell(`espeak ${language}`, own);
}

async function tell(
  name: string,
  utterances: readonly StoredUtterance[],
  mergesSchwa = false,
): Promise<void> {
  if (utterances.length === 0) return;
  console.log(`${name}: ${describe(await scoreNet(net, utterances, mergesSchwa))}`);
}

async function openNet(path: string) {
  return openGraph(new Uint8Array(await readFile(path)));
}

async function readPart(name: string, every: number): Promise<StoredUtterance[]> {
  const path = join(values.work, `${name}.corpus`);
  if (!existsSync(path)) return [];
  return (await readCorpus(path)).filter((_, i) => i % every === 0);
}
