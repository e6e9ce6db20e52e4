/**
 * @file Lips told from the voice against those of real people on film, whom nothing was learned
 * from: `tsx training/lips/judge-talkers.ts [--work DIR] [--net FILE]`.
 *
 * Prints for each film how the gap between the lips correlates with the opening that is told, and
 * the mouth's width with rounding and spreading, each at its best lag within 0.4 s (films differ by
 * their editing); for the learned lips, and for those by rule from the same network's sounds.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { quantile } from "../../src/base/curves.js";
import { peakOf } from "../../src/report/lip-sync.js";
import { syllablesOf } from "../../src/report/speech.js";
import { hearMel } from "../articulation/score.js";
import { melOf, readCorpus, type StoredUtterance } from "../data/corpus.js";
import { openGraph } from "../runtime.js";
import { combine, OPENING, WIDENING } from "./film-teacher.js";
import { tellLips } from "./judge.js";
import { isLearnedFrom } from "./material.js";
import type { Talker } from "./talkers.js";
import { curvesByRule } from "./teacher.js";

const { values } = parseArgs({
  options: {
    work: { type: "string", default: "out/training" },
    net: { type: "string", default: "assets/articulation.onnx" },
  },
});
const net = await openGraph(new Uint8Array(await readFile(values.net)));
const corpus = await readCorpus(join(values.work, "talkers.corpus"));
const talkers = JSON.parse(
  await readFile(join(values.work, "talkers.json"), "utf8"),
) as readonly Talker[];
const rows: { opening: number; width: number; ruleOpening: number; ruleWidth: number }[] = [];
for (const [i, talker] of talkers.entries()) {
  const row = await judge(talker, corpus[i]);
  if (row === undefined) continue;
  const isLearned = isLearnedFrom(talker.name);
  if (!isLearned) rows.push(row);
  console.log(`${(isLearned ? "* " : "  ") + talker.name.padEnd(46)} ${lineOf(row)}`);
}
const median = (of: (row: (typeof rows)[number]) => number) => quantile(rows.map(of), 0.5);
console.log(
  `${"median of films not learned from (no *)".padEnd(48)} ${lineOf({
    opening: median(({ opening }) => opening),
    width: median(({ width }) => width),
    ruleOpening: median(({ ruleOpening }) => ruleOpening),
    ruleWidth: median(({ ruleWidth }) => ruleWidth),
  })}`,
);

async function judge(talker: Talker, utterance: StoredUtterance) {
  const told = await tellLips(net, utterance);
  const ruled = curvesByRule(utterance, await hearMel(net, melOf(utterance)));
  const opening = combine(told, OPENING);
  const aperture = syllablesOf(Float32Array.from(talker.aperture));
  const width = syllablesOf(Float32Array.from(talker.width));
  const r = (real: Float32Array, ours: Float32Array) => peakOf(real, syllablesOf(ours))?.r;
  const found = {
    opening: r(aperture, opening),
    width: r(width, combine(told, WIDENING)),
    ruleOpening: r(aperture, combine(ruled, OPENING)),
    ruleWidth: r(width, combine(ruled, WIDENING)),
  };
  const { opening: a, width: b, ruleOpening: c, ruleWidth: d } = found;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  return { opening: a, width: b, ruleOpening: c, ruleWidth: d };
}

function lineOf(row: (typeof rows)[number]): string {
  const r = (value: number) => value.toFixed(2).padStart(5);
  return `opening ${r(row.opening)} (by rule ${r(row.ruleOpening)})  width ${r(row.width)} (by rule ${r(row.ruleWidth)})`;
}
