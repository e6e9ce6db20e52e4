/**
 * @file Lips of real people, to judge ours by: `tsx training/lips/track-talkers.ts --films FOLDER
 * [--work DIR]`.
 *
 * Writes `talkers.corpus` (what is heard, classes unknown) and `talkers.json` (how far the inner
 * lips are apart and how wide the mouth is, per hop, both over the eyes' distance). Nothing is
 * learned from them.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sampleAt } from "../../src/base/curves.js";
import { openNode, readFootage } from "../../src/platform/node.js";
import { apertureOf, distanceOf, eyesOf, type Track, watchFilm } from "../../src/report/track.js";
import { HOP_SECONDS } from "../../src/voice/hops.js";
import { UNKNOWN_CLASS, type Utterance, writeCorpus } from "../data/corpus.js";
import { hearWhole, melOfSamples } from "../data/sound.js";
import type { Talker } from "./talkers.js";

/** Corners of the mouth. */
const CORNERS = [61, 291] as const;
/** Shorter films say little. */
const LEAST_SECONDS = 2.5;

const { values } = parseArgs({
  options: {
    films: { type: "string", multiple: true, default: [] },
    work: { type: "string", default: "out/training" },
  },
});
const machine = await openNode();
const talkers: Talker[] = [];
await writeCorpus(join(values.work, "talkers.corpus"), trackAll());
await writeFile(join(values.work, "talkers.json"), JSON.stringify(talkers));

async function* trackAll(): AsyncGenerator<Utterance> {
  for (const folder of values.films) {
    for (const name of (await readdir(folder)).sort()) {
      if (!/\.(mp4|mov|webm|mkv)$/i.test(name)) continue;
      try {
        const made = await trackOne(join(folder, name), name);
        if (made !== undefined) yield made;
      } catch (error) {
        console.log(`${name}: left out: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}

async function trackOne(path: string, name: string): Promise<Utterance | undefined> {
  const film = await readFootage(path);
  try {
    const { sound } = film;
    if (sound === undefined || sound.durationSeconds < LEAST_SECONDS) return undefined;
    const { hops, mel } = melOfSamples(await hearWhole(sound));
    const track = await watchFilm(film, machine);
    const eyes = eyesOf(track);
    const width = eyes.map((size, frame) => distanceOf(track, frame, ...CORNERS) / size);
    const start = film.audio?.startSeconds ?? 0;
    talkers.push({
      name,
      aperture: onHops(track, apertureOf(track), start, hops),
      width: onHops(track, width, start, hops),
    });
    console.log(`${name}: ${(hops * HOP_SECONDS).toFixed(1)} s`);
    const classes = new Uint8Array(hops).fill(UNKNOWN_CLASS);
    return { id: name, speaker: name, language: "", kind: "real", hops, mel, classes };
  } finally {
    film.close();
  }
}

/** A curve of the frames on the hops of the sound, rounded. */
function onHops({ times }: Track, curve: Float32Array, start: number, hops: number): number[] {
  const frame = (times[times.length - 1] - times[0]) / Math.max(1, times.length - 1);
  let at = 0;
  return Array.from({ length: hops }, (_, hop) => {
    // A frame shows the instant in its middle.
    const seconds = start + (hop + 0.5) * HOP_SECONDS - frame / 2;
    while (at + 2 < times.length && times[at + 1] <= seconds) at++;
    const step = Math.max(times[at + 1] - times[at], 1e-6);
    return Math.round(1e4 * sampleAt(curve, at + (seconds - times[at]) / step)) / 1e4;
  });
}
