/**
 * @file `npm run bench:closures [-- SHARED [COUNT]]`: do rendered lips meet where somebody says p, b
 * or m, and nowhere else?
 *
 * Speakers of speechocean762's test part, whom nothing was learned from and whose sounds were
 * aligned with the text; a landmark network looks at the rendered pixels. Lips are shut where the
 * gap is under 15 % of its range in the film. Mispronounced and misaligned sounds count as misses;
 * so everything is counted again with the same sounds placed in time by our own ear, which is
 * right where the aligner was off, and flatters us where the ear is.
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quantile, sampleAt } from "../src/base/curves.js";
import { analyzeVoice, openDefaultStyle, perform, recordingOf } from "../src/index.js";
import { openNode } from "../src/platform/node.js";
import { CLASS_INDEX, SOUND_CLASSES } from "../src/voice/classes.js";
import { HEARING_HZ } from "../src/voice/mel.js";
import { alignClasses } from "../training/articulation/align.js";
import { spansToClasses } from "../training/data/phones.js";
import { readSpeechocean } from "../training/data/speechocean.js";
import { openStage } from "./stage.js";

const SHUT = 0.15;
/** Lips may meet so much before or after the sound, hops. */
const NEAR = 6;
/** Shorter utterances are single words, seconds. */
const LEAST_SECONDS = 2.5;

const shared = process.argv[2] ?? fileURLToPath(new URL("../../shared", import.meta.url));
const count = Number(process.argv[3] ?? 40);
const machine = await openNode();
const stage = await openStage(machine);
const style = await openDefaultStyle(machine.assets);
const folder = join(shared, "training", "speechocean762");
const speakers = new Set<string>();
const aligned = makeCount();
const placed = makeCount();
const needless = new Map<string, number>();
for await (const { id, speaker, samples, spans } of readSpeechocean(folder, "test")) {
  if (speakers.size >= count) break;
  if (speakers.has(speaker) || samples.length < LEAST_SECONDS * HEARING_HZ) continue;
  speakers.add(speaker);
  const voice = await analyzeVoice(recordingOf([samples], HEARING_HZ), machine);
  const classes = spansToClasses(spans, voice.hopCount);
  const take = perform(voice, { mode: "speech", style, head: 0, expression: 0 });
  const { apertures } = await stage.watch(take);
  const [low, high] = [quantile(apertures, 0.02), quantile(apertures, 0.95)];
  const gap = Float32Array.from(classes, (_, hop) => {
    const frame = (hop + 0.5) * voice.hopSeconds * take.fps - 0.5;
    return (sampleAt(apertures, frame) - low) / Math.max(high - low, 1e-4);
  });
  const found = countClosures(classes, gap);
  addTo(aligned, found);
  const anew = countClosures(alignClasses(voice.classes, classes), gap, (sound) => {
    needless.set(sound, (needless.get(sound) ?? 0) + 1);
  });
  addTo(placed, anew);
  console.log(`${id}: ${lineOf(found)}`);
}
console.log(`${speakers.size} speakers: ${lineOf(aligned)}`);
console.log(`sounds placed by the ear: ${lineOf(placed)}`);
console.log(`closures without a reason: ${[...needless].map((one) => one.join(" ")).join(", ")}`);

function makeCount() {
  return { wanted: 0, met: 0, made: 0, reasoned: 0, narrow: 0 };
}

type Count = ReturnType<typeof makeCount>;

function addTo(sum: Count, found: Count): void {
  for (const key of Object.keys(sum) as (keyof Count)[]) sum[key] += found[key];
}

/**
 * @param gap - Between the lips, 0 = shut, 1 = wide, shape [hops].
 * @param told - Told the sound in the middle of each closure that has no reason.
 */
function countClosures(
  classes: Uint8Array,
  gap: Float32Array,
  told?: (sound: string) => void,
): Count {
  const found = makeCount();
  const within = (from: number, to: number, is: (hop: number) => boolean) => {
    for (let hop = Math.max(0, from - NEAR); hop < Math.min(gap.length, to + NEAR); hop++) {
      if (is(hop)) return true;
    }
    return false;
  };
  const { PP, FF, W, sil } = CLASS_INDEX;
  for (const { start, end } of runsOf(classes.length, (hop) => classes[hop] === PP)) {
    found.wanted++;
    if (within(start, end, (hop) => gap[hop] < SHUT)) found.met++;
  }
  for (const { start, end } of runsOf(gap.length, (hop) => gap[hop] < SHUT)) {
    // Lips that rest are no closure.
    if (within(start, end, (hop) => classes[hop] === sil)) continue;
    found.made++;
    if (within(start, end, (hop) => classes[hop] === PP)) found.reasoned++;
    else if (within(start, end, (hop) => classes[hop] === FF || classes[hop] === W)) found.narrow++;
    else told?.(SOUND_CLASSES[classes[(start + end) >> 1]] ?? "unknown");
  }
  return found;
}

function runsOf(length: number, is: (index: number) => boolean) {
  const runs: { start: number; end: number }[] = [];
  for (let start = 0; start < length; start++) {
    let end = start;
    while (end < length && is(end)) end++;
    if (end > start) runs.push({ start, end });
    start = end;
  }
  return runs;
}

function lineOf({ wanted, met, made, reasoned, narrow }: Count): string {
  return `p b m shut ${met} of ${wanted}; of ${made} closures ${reasoned} are p b m, ${narrow} f v w`;
}
