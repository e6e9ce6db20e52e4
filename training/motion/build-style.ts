/**
 * @file The default style, out of films whose licence allows it: `tsx training/motion/build-style.ts
 * --films FOLDER [--out FILE]`.
 *
 * Writes numbers only: how heads, brows and lids of several people moved, and what was heard then.
 * Everybody's motion is brought to the same size, so that no loud mover rules the style.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { captureFace } from "../../src/capture/capture.js";
import { clipsOf } from "../../src/capture/motion-clip.js";
import {
  type MotionClip,
  STYLE_FPS,
  type StyleSource,
  writeStyle,
} from "../../src/performance/style.js";
import { openNode, readFootage } from "../../src/platform/node.js";
import { analyzeVoice } from "../../src/voice/voice.js";
import { licenceOf } from "../films.js";

/** Sentences of three seconds, read in a studio, say nothing of how heads move. */
const STILL = /^grid/;

const { values } = parseArgs({
  options: {
    films: { type: "string", multiple: true, default: [] },
    out: { type: "string", default: "assets/default.style" },
  },
});
const machine = await openNode();
const clips: MotionClip[] = [];
const sources: StyleSource[] = [];
for (const folder of values.films) {
  for (const name of (await readdir(folder)).sort()) {
    const known = licenceOf(name);
    if (known === undefined || STILL.test(known.speaker)) continue;
    await learnFrom(join(folder, name), name, known.licence);
  }
}
const bytes = writeStyle({ name: "default", clips, sources });
await writeFile(values.out, bytes);
const seconds = clips.reduce((sum, { frameCount }) => sum + frameCount, 0) / STYLE_FPS;
console.log(`${values.out}: ${clips.length} clips, ${seconds.toFixed(0)} s, ${bytes.length} bytes`);

async function learnFrom(path: string, name: string, licence: string): Promise<void> {
  const footage = await readFootage(path);
  try {
    const { sound } = footage;
    if (sound === undefined) return;
    const voice = await analyzeVoice(sound, machine);
    const capture = await captureFace(footage, machine);
    const own = clipsOf(capture, voice, footage.audio?.startSeconds ?? 0, "same");
    clips.push(...own);
    const count = own.reduce((sum, { frameCount }) => sum + frameCount, 0);
    if (count > 0) sources.push({ name, licence, seconds: count / STYLE_FPS });
    console.log(`${name}: ${(count / STYLE_FPS).toFixed(1)} s`);
  } finally {
    footage.close();
  }
}
