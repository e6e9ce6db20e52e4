/** @file What the lip decoder learns from. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Graph } from "../../src/learn/trainer.js";
import { readLearnable } from "../articulation/material.js";
import { hearMel } from "../articulation/score.js";
import { melOf, readCorpus } from "../data/corpus.js";
import type { LipUtterance } from "../data/facegood.js";
import { teachByFilm } from "./film-teacher.js";
import type { Talker } from "./talkers.js";
import { teach } from "./teacher.js";

/** Every so many utterances of these corpora are taught by rule. */
const TAUGHT = {
  "speechocean-train": 3,
  espeak: 6,
  fast: 6,
  sung: 8,
  whispered: 12,
} as const;

/**
 * Films whose licence allows it: addresses by officers of the United States (public domain), films
 * of contracted models and of developers themselves (Apache-2.0), sample data (MIT). All others
 * only judge.
 */
const LICENSED = /^(obama_|styletalk_|latentsync_|opendubbing_|azure_avatar_)/;

/** Whether a film may be learned from. */
export function isLearnedFrom(name: string): boolean {
  return LICENSED.test(name);
}

/** Voices whose lips nobody has seen, by rule. */
export async function readTaught(work: string): Promise<LipUtterance[]> {
  const taught: LipUtterance[] = [];
  for (const [name, every] of Object.entries(TAUGHT)) {
    const [corpus = []] = await readLearnable(work, name);
    taught.push(...corpus.filter((_, i) => i % every === 0).map(teach));
  }
  return taught;
}

/** People on film, if they were tracked. @param ear - Gives `post`. */
export async function readFilmed(work: string, ear: Graph): Promise<LipUtterance[]> {
  const path = join(work, "talkers.json");
  if (!existsSync(path)) {
    console.warn("no films were tracked: none are learned from");
    return [];
  }
  const talkers: readonly Talker[] = JSON.parse(await readFile(path, "utf8"));
  const corpus = await readCorpus(join(work, "talkers.corpus"));
  const filmed: LipUtterance[] = [];
  for (const [i, utterance] of corpus.entries()) {
    if (!isLearnedFrom(utterance.id)) continue;
    const chances = await hearMel(ear, melOf(utterance));
    const one = teachByFilm(utterance, chances, talkers[i]);
    if (one !== undefined) filmed.push(one);
  }
  return filmed;
}
