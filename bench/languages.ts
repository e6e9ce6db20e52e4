/**
 * @file `npm run bench:languages [-- FOLDER]`: what lips do in each language, as a table.
 *
 * Recordings of FOLDER, by the languages that a `manifest.tsv` beside it names, and a sentence or
 * two of sixteen languages by a synthesiser whose sounds are known. Closures are counted in frames
 * of the take at 25 a second: of the p b m that are known, or heard for certain, how many shut the
 * lips, and of the shut lips how many have such a reason.
 */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CHANNEL_COUNT, CHANNEL_INDEX, type Channel } from "../src/base/channels.js";
import {
  analyzeVoice,
  perform,
  type Recording,
  recordingOf,
  type Take,
  type Voice,
} from "../src/index.js";
import { openNode, readAudio } from "../src/platform/node.js";
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "../src/voice/classes.js";
import { HEARING_HZ } from "../src/voice/mel.js";
import { openEspeak } from "../training/data/espeak.js";
import { LANGUAGES, sentencesIn } from "../training/data/languages.js";
import { type Span, spansToClasses } from "../training/data/phones.js";

const SPOKEN = "en-us it de fr-fr es pt-br nl pl ru tr hi ar sw ko ja cmn".split(" ");
const SENTENCES = 4;
/** A closure may lie this far from its sound, seconds. */
const NEAR_SECONDS = 0.06;
const ROUND: readonly SoundClass[] = ["W", "U", "O", "Y"];
const SPREAD: readonly SoundClass[] = ["A", "E", "I"];

/** Counts of a language. */
interface Tally {
  seconds: number;
  wanted: number;
  met: number;
  made: number;
  reasoned: number;
  round: number[];
  spread: number[];
  silent: number[];
}

const machine = await openNode();
const table = new Map<string, Tally>();
const folder = process.argv[2];
if (folder !== undefined) {
  const languages = await readLanguages(join(dirname(folder), "manifest.tsv"));
  for (const name of (await readdir(folder)).sort()) {
    const language = languages.get(name) ?? basename(name);
    await listen(`${language}, recorded`, await readAudio(join(folder, name)));
  }
}
const espeak = await openEspeak();
const english = { voice: "en-us", text: "eng" };
for (const language of [english, ...LANGUAGES].filter(({ voice }) => SPOKEN.includes(voice))) {
  for (const text of (await sentencesIn(language)).slice(3, 3 + SENTENCES)) {
    const style = { variant: "", wordsPerMinute: 165, pitch: 50, range: 50 };
    const { samples, spans } = espeak.speak(text, { voice: language.voice, ...style });
    await listen(`${language.voice}, spoken by rule`, recordingOf([samples], HEARING_HZ), spans);
  }
}
console.log("| language | s | p b m shut | shut for a reason | rounding | else | jaw in silence |");
console.log("|---|---|---|---|---|---|---|");
for (const [name, tally] of table) console.log(lineOf(name, tally));

async function listen(name: string, sound: Recording, spans?: readonly Span[]): Promise<void> {
  const voice = await analyzeVoice(sound, machine);
  const take = perform(voice, { mode: "auto" });
  const tally = table.get(name) ?? emptyTally();
  table.set(name, tally);
  tally.seconds += voice.durationSeconds;
  const known = spans && spansToClasses(spans, voice.hopCount);
  const shut = shutFrames(take);
  const wanted = known
    ? runsOf(voice.hopCount, (hop) => known[hop] === CLASS_INDEX.PP)
    : sureRuns(voice);
  const near = Math.round(NEAR_SECONDS * take.fps);
  const frameOf = (hop: number) => Math.floor((hop + 0.5) * voice.hopSeconds * take.fps);
  for (const { start, end } of wanted) {
    tally.wanted++;
    const frames = shut.subarray(Math.max(0, frameOf(start) - near), frameOf(end) + near + 1);
    if (frames.includes(1)) tally.met++;
  }
  const chance = (hop: number, sound: SoundClass) =>
    known
      ? Number(known[hop] === CLASS_INDEX[sound])
      : voice.classes[hop * CLASS_COUNT + CLASS_INDEX[sound]];
  for (const { start, end } of runsOf(take.frameCount, (frame) => shut[frame] === 1)) {
    const hopAt = (frame: number) => Math.round(frame / take.fps / voice.hopSeconds);
    tally.made++;
    let reason = 0;
    for (
      let hop = Math.max(0, hopAt(start) - 6);
      hop < Math.min(voice.hopCount, hopAt(end) + 6);
      hop++
    ) {
      reason = Math.max(reason, chance(hop, "PP"));
    }
    if (reason > 0.2) tally.reasoned++;
  }
  for (let frame = 0; frame < take.frameCount; frame++) {
    const hop = Math.min(
      voice.hopCount - 1,
      Math.round((frame + 0.5) / take.fps / voice.hopSeconds - 0.5),
    );
    const at = (name: Channel) => take.weights[frame * CHANNEL_COUNT + CHANNEL_INDEX[name]];
    const round = at("mouthFunnel") + at("mouthPucker");
    if (ROUND.some((sound) => chance(hop, sound) > 0.5)) tally.round.push(round);
    if (SPREAD.some((sound) => chance(hop, sound) > 0.5)) tally.spread.push(round);
    if (isLongSilence(voice, hop)) tally.silent.push(at("jawOpen"));
  }
}

function emptyTally(): Tally {
  return { seconds: 0, wanted: 0, met: 0, made: 0, reasoned: 0, round: [], spread: [], silent: [] };
}

/** 1 where the lips touch: the rig closes what `mouthClose` is of the jaw. */
function shutFrames({ weights, frameCount }: Take): Uint8Array {
  return Uint8Array.from({ length: frameCount }, (_, frame) => {
    const at = (name: Channel) => weights[frame * CHANNEL_COUNT + CHANNEL_INDEX[name]];
    return at("mouthClose") >= 0.85 * Math.max(at("jawOpen"), 0.04) ? 1 : 0;
  });
}

interface Run {
  readonly start: number;
  readonly end: number;
}

function runsOf(count: number, is: (index: number) => boolean): Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < count; start++) {
    let end = start;
    while (end < count && is(end)) end++;
    if (end > start) runs.push({ start, end });
    start = end;
  }
  return runs;
}

/** Sounds that are p b m without doubt. */
function sureRuns({ classes, hopCount }: Voice): Run[] {
  const chance = (hop: number) => classes[hop * CLASS_COUNT + CLASS_INDEX.PP];
  return runsOf(hopCount, (hop) => chance(hop) > 0.2).filter(({ start, end }) => {
    const peak = Math.max(...Array.from({ length: end - start }, (_, i) => chance(start + i)));
    return end - start >= 4 && peak > 0.6;
  });
}

/** Inside 0.4 s of silence. */
function isLongSilence({ classes, hopCount }: Voice, hop: number): boolean {
  for (let near = Math.max(0, hop - 25); near < Math.min(hopCount, hop + 15); near++) {
    if (classes[near * CLASS_COUNT + CLASS_INDEX.sil] < 0.8) return false;
  }
  return true;
}

/** Languages of files by their names. */
async function readLanguages(path: string): Promise<Map<string, string>> {
  const [head, ...rows] = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const column = head.split("\t").indexOf("language");
  return new Map(
    rows.map((row) => row.split("\t")).map((cells) => [basename(cells[0]), cells[column]] as const),
  );
}

function lineOf(name: string, tally: Tally): string {
  const share = (part: number, all: number) => (all > 0 ? `${part} of ${all}` : "–");
  const mean = (values: readonly number[]) =>
    values.length > 0 ? (values.reduce((a, b) => a + b) / values.length).toFixed(2) : "–";
  const { seconds, met, wanted, reasoned, made, round, spread, silent } = tally;
  return `| ${[name, seconds.toFixed(0), share(met, wanted), share(reasoned, made), mean(round), mean(spread), mean(silent)].join(" | ")} |`;
}
