/**
 * @file The default style, out of films whose licence allows it: `tsx training/motion/build-style.ts
 * --films FOLDER [--out FILE]`.
 *
 * Writes numbers only: how heads, brows and lids of several people moved, what was heard then, and how
 * their mouths made the sounds. Everybody's motion is brought to the same size, so that no loud mover
 * rules the style. Prints how mouths go with filmed ones, for each person by a manner learned from the
 * others, and by that person's own.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { captureFace } from "../../src/capture/capture.js";
import {
  addSums,
  compareMouths,
  type MouthSums,
  mannerOfPeople,
  matchOf,
  matchOfOwn,
} from "../../src/capture/manner.js";
import { clipsOf } from "../../src/capture/motion-clip.js";
import { takeOfCapture } from "../../src/capture/take.js";
import {
  type MotionClip,
  STYLE_FPS,
  type StyleSource,
  writeStyle,
} from "../../src/performance/style.js";
import { openNode, readFootage } from "../../src/platform/node.js";
import { readBasis } from "../../src/rig/basis.js";
import { analyzeVoice } from "../../src/voice/voice.js";
import { filmsIn, type LicensedFilm, licenceOf } from "../films.js";

/** Sentences of three seconds, read in a studio, say nothing of how heads move. */
const STILL = /^grid/;
/** Shorter than this nobody is judged by, seconds. */
const LEAST_SECONDS = 8;

interface Person {
  readonly isLicensed: boolean;
  readonly parts: MouthSums[];
}

const { values } = parseArgs({
  options: {
    films: { type: "string", multiple: true, default: [] },
    out: { type: "string", default: "assets/default.style" },
  },
});
const machine = await openNode();
const basis = await readBasis(machine.assets);
const clips: MotionClip[] = [];
const sources: StyleSource[] = [];
const people = new Map<string, Person>();
for (const { name, path } of await filmsIn(values.films)) {
  await learnFrom(path, name, licenceOf(name));
}
const licensed = [...people.values()].filter(({ isLicensed }) => isLicensed);
const manner = mannerOfPeople(licensed.map(wholeOf));
const bytes = writeStyle({ name: "default", manner, clips, sources });
await writeFile(values.out, bytes);
const seconds = clips.reduce((sum, { frameCount }) => sum + frameCount, 0) / STYLE_FPS;
console.log(`${values.out}: ${clips.length} clips, ${seconds.toFixed(0)} s, ${bytes.length} bytes`);
judge();

async function learnFrom(path: string, name: string, known?: LicensedFilm): Promise<void> {
  const footage = await readFootage(path);
  try {
    const { sound } = footage;
    if (sound === undefined) return;
    const voice = await analyzeVoice(sound, machine);
    const capture = await captureFace(footage, machine);
    const startSeconds = footage.audio?.startSeconds ?? 0;
    const filmed = takeOfCapture(capture, { fps: STYLE_FPS, startSeconds });
    const mouth = compareMouths(filmed, voice, basis);
    const speaker = known?.speaker ?? name;
    const person = people.get(speaker) ?? { isLicensed: known !== undefined, parts: [] };
    people.set(speaker, person);
    person.parts.push(...(mouth ?? []));
    console.log(`${name}: ${mouth === undefined ? "the mouth says something else" : "learned"}`);
    if (known === undefined || STILL.test(known.speaker)) return;
    const own = clipsOf(capture, voice, startSeconds, "same");
    clips.push(...own);
    const count = own.reduce((sum, { frameCount }) => sum + frameCount, 0);
    if (count > 0) sources.push({ name, licence: known.licence, seconds: count / STYLE_FPS });
  } finally {
    footage.close();
  }
}

function wholeOf({ parts }: Person): MouthSums {
  return addSums(parts);
}

/** A table: by the voice alone, by a manner learned from everybody else, by one's own. */
function judge(): void {
  console.log("correlation with filmed lips, opening and width: voice, others' manner, own manner");
  const rows: number[][] = [];
  for (const [speaker, person] of people) {
    if (wholeOf(person).frames < LEAST_SECONDS * STYLE_FPS) continue;
    const others = licensed.filter((other) => other !== person);
    const usual = mannerOfPeople(others.map(wholeOf));
    const whole = wholeOf(person);
    const [told, before] = [undefined, usual].map((by) => matchOf([{ sums: whole, manner: by }]));
    const own = matchOfOwn(person.parts, usual);
    const row = [told.opening, before.opening, own.opening, told.width, before.width, own.width];
    rows.push(row);
    const length = `${Math.round(whole.frames / STYLE_FPS)} s`.padStart(6);
    const name = `${speaker}${person.isLicensed ? "" : " (never learned from)"}`.padEnd(44);
    console.log(name, length, row.map((r) => r.toFixed(2)).join("  "));
  }
  const mean = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
  console.log("mean".padEnd(51), mean.map((r) => r.toFixed(3)).join(" "));
}
