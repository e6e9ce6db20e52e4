/**
 * @file How well a network hears speakers that it has never heard: `npm run train:evaluate --
 * [--work DIR] [--net FILE]`.
 *
 * Prints frames right on speechocean762's test part (all, adults and children apart), on synthetic
 * languages one by one, and on each kind of copy. Synthetic speech was learned from: its figures
 * only compare languages.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readCorpus, type StoredUtterance } from "../data/corpus.js";
import { openGraph } from "../runtime.js";
import { describe, scoreNet } from "./score.js";

/** Years from which on a speaker is an adult. */
const ADULT = 16;
/** Utterances of each synthetic language, and of each kind. */
const PER_LANGUAGE = 12;
const PER_KIND = 120;

const { values } = parseArgs({
  options: {
    work: { type: "string", default: "out/training" },
    net: { type: "string", default: "assets/articulation.onnx" },
    every: { type: "string", default: "1" },
  },
});
const net = await openGraph(new Uint8Array(await readFile(values.net)));
const test = await readPart("speechocean-test", Number(values.every));
await tell("unseen speakers", test);
const isAdult = ({ age }: StoredUtterance) => (age ?? 0) >= ADULT;
await tell("  adults", test.filter(isAdult));
await tell(
  "  children",
  test.filter((one) => !isAdult(one)),
);
await tell("  A and @ counted as one", test, true);
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

async function readPart(name: string, every: number): Promise<StoredUtterance[]> {
  const path = join(values.work, `${name}.corpus`);
  if (!existsSync(path)) return [];
  return (await readCorpus(path)).filter((_, i) => i % every === 0);
}
