/** @file The corpora of the articulatory network: which are learned from, which only judge. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readCorpus, type StoredUtterance } from "../data/corpus.js";
import type { Sources } from "./batches.js";

/** Share of the clips that each corpus gives. */
export const SHARES: Readonly<Record<string, number>> = {
  "speechocean-train": 0.46,
  espeak: 0.27,
  flite: 0.06,
  fast: 0.05,
  hurried: 0.03,
  sung: 0.09,
  whispered: 0.04,
};
/** One in so many speakers of the real recordings is not learned from: they tell when to stop. */
const HELD_BACK = 15;

/** What the name of a corpus has in addition when its sounds were placed anew, see realign.ts. */
export const ALIGNED_SUFFIX = "-aligned";

/**
 * A corpus to learn from. Where its sounds were placed anew, both placings are given: they differ
 * where nobody knows, and a network that learns from both says so.
 *
 * @returns One list per placing; none, if the corpus was not built.
 */
export async function readLearnable(work: string, name: string): Promise<StoredUtterance[][]> {
  const paths = [ALIGNED_SUFFIX, ""].map((suffix) => join(work, `${name}${suffix}.corpus`));
  return Promise.all(paths.filter((path) => existsSync(path)).map(readCorpus));
}

/** Recordings to learn from, as far as they are there. @param work - Folder of the corpora. */
export async function readSources(work: string): Promise<Sources> {
  const sources = [];
  for (const [name, share] of Object.entries(SHARES)) {
    const placings = await readLearnable(work, name);
    if (placings.length === 0) console.warn(`${name} is not there and is left out`);
    for (const utterances of placings) {
      sources.push({ utterances: utterances.filter(isLearned), share: share / placings.length });
    }
  }
  if (sources.length === 0) throw new Error(`there is no corpus in ${work}`);
  const music = await readCorpus(join(work, "music.corpus"));
  const talkers = sources.flatMap(({ utterances }) => utterances.filter((_, i) => i % 7 === 0));
  return { sources, music, talkers };
}

/** Recordings of speakers that are held back, of the training part. */
export async function readHeldBack(work: string): Promise<StoredUtterance[]> {
  const all = await readCorpus(join(work, "speechocean-train.corpus"));
  return all.filter((utterance) => !isLearned(utterance));
}

function isLearned({ speaker }: StoredUtterance): boolean {
  let sum = 0;
  for (const letter of speaker) sum = (31 * sum + letter.charCodeAt(0)) % 1_000_003;
  return sum % HELD_BACK !== 0;
}
