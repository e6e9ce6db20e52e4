/**
 * @file The corpora that the articulatory network learns from.
 *
 * `tsx training/data/build-corpora.ts --shared ../shared --work out/training [--hours 4]
 * [--only espeak,fast]`. Corpora that are there already are left alone. Same seed, same
 * corpora, but for the breath of some of eSpeak's voices, whose chance is not ours.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Random, randomOf } from "../../src/base/random.js";
import { CLASS_INDEX } from "../../src/voice/classes.js";
import { hoursOf, readCorpus, writeCorpus } from "./corpus.js";
import { openEspeak } from "./espeak.js";
import { openFlite, speakFlite } from "./flite.js";
import {
  COPIED_VOICES,
  ENGLISH_ACCENTS,
  FAST_VOICES,
  LANGUAGES,
  sentencesIn,
} from "./languages.js";
import { playMusic } from "./music.js";
import { type SpokenUtterance, toUtterance } from "./sound.js";
import { readSpeechocean, readTranscripts, type SpeechoceanPart } from "./speechocean.js";
import { type SpeakingPlan, speakMuch } from "./synthetic.js";
import { hurry, type Spoken, sing, whisper } from "./vocoder.js";

const SEED = 1;
/** How much English there is among the synthetic languages, seconds. */
const ENGLISH_SECONDS = 20 * 60;
const FAST_SECONDS = 30 * 60;
const FLITE_SECONDS = 45 * 60;
const MUSIC_PIECES = 60;
const MUSIC_SECONDS = 20;
/** Words per minute: of speech, and of rap. */
const SPEECH_RATE = [120, 240] as const;
const FAST_RATE = [280, 420] as const;

const { values: flags } = parseArgs({
  options: {
    shared: { type: "string", default: "../shared" },
    work: { type: "string", default: "out/training" },
    hours: { type: "string", default: "4" },
    only: { type: "string" },
  },
});
const speechocean = join(flags.shared, "training", "speechocean762");

/** Every corpus, in the order in which they are made. */
const CORPORA: Readonly<Record<string, () => AsyncIterable<SpokenUtterance>>> = {
  "speechocean-train": () => realSpeech("train"),
  "speechocean-test": () => realSpeech("test"),
  espeak: speakAll,
  fast: speakFast,
  sung: () => copies({ name: "sung", copy: sing, realShare: 0.19, espeakSeconds: 16 * 60 }),
  whispered: () =>
    copies({ name: "whispered", copy: whisper, realShare: 0.12, espeakSeconds: 9 * 60 }),
  hurried: () => copies({ name: "fast", copy: hurry, realShare: 0.16, espeakSeconds: 0 }),
  flite: speakWithFlite,
  music: playAll,
};

await mkdir(flags.work, { recursive: true });
const wanted = flags.only?.split(",") ?? Object.keys(CORPORA);
for (const name of wanted) await build(name);

async function build(name: string): Promise<void> {
  const path = join(flags.work, `${name}.corpus`);
  const started = performance.now();
  if (!existsSync(path)) await writeCorpus(path, asUtterances(CORPORA[name]()));
  const utterances = await readCorpus(path);
  const languages = [...new Set(utterances.map(({ language }) => language))];
  console.log(
    `${path}: ${hoursOf(utterances).toFixed(2)} h, ${utterances.length} utterances, ` +
      `${languages.length} languages (${languages.join(" ")}), ` +
      `${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
}

async function* asUtterances(spoken: AsyncIterable<SpokenUtterance>) {
  for await (const utterance of spoken) yield toUtterance(utterance);
}

function realSpeech(part: SpeechoceanPart): AsyncIterable<SpokenUtterance> {
  return readSpeechocean(speechocean, part);
}

/** What is said in English: the Declaration and, more often, what speakers of "train" read. */
async function englishSentences(): Promise<string[]> {
  const declaration = await sentencesIn({ voice: "en-us", text: "eng" });
  return [...declaration, ...(await readTranscripts(speechocean, "train"))];
}

async function* speakAll(): AsyncGenerator<SpokenUtterance> {
  const seconds = (Number(flags.hours) * 3600 - ENGLISH_SECONDS) / LANGUAGES.length;
  const style = { kind: "synthetic", rate: SPEECH_RATE } as const;
  yield* speak([
    ...ENGLISH_ACCENTS.map(({ voice, share }) => {
      return { voice, seconds: share * ENGLISH_SECONDS, ...style };
    }),
    ...LANGUAGES.map(({ voice }) => ({ voice, seconds, ...style })),
  ]);
}

function speakFast(): AsyncGenerator<SpokenUtterance> {
  const seconds = FAST_SECONDS / FAST_VOICES.length;
  return speak(FAST_VOICES.map((voice) => ({ voice, seconds, kind: "fast", rate: FAST_RATE })));
}

/** Speaks with eSpeak, one voice after the other. */
async function* speak(
  plans: readonly Omit<SpeakingPlan, "sentences">[],
): AsyncGenerator<SpokenUtterance> {
  const espeak = await openEspeak();
  const english = await englishSentences();
  for (const plan of plans) {
    const language = LANGUAGES.find(({ voice }) => voice === plan.voice);
    const sentences = language === undefined ? english : await sentencesIn(language);
    const manner = plan.kind === "synthetic" ? "" : `${plan.kind} `;
    const random = randomOf(SEED, `speak ${manner}${plan.voice}`);
    yield* speakMuch(espeak, { ...plan, sentences }, random);
  }
}

async function* speakWithFlite(): AsyncGenerator<SpokenUtterance> {
  const flite = await openFlite();
  yield* speakFlite(flite, await englishSentences(), FLITE_SECONDS, randomOf(SEED, "flite"));
}

/** Music without voices, in which nothing is said. */
async function* playAll(): AsyncGenerator<SpokenUtterance> {
  for (let number = 0; number < MUSIC_PIECES; number++) {
    const samples = playMusic(MUSIC_SECONDS, randomOf(SEED, `music ${number}`));
    yield {
      ...{ id: `music-${number}`, speaker: "music", language: "", kind: "music", samples },
      spans: [{ start: 0, end: MUSIC_SECONDS, classes: [CLASS_INDEX.sil] }],
    };
  }
}

/** What becomes of speech, and of how much. */
interface CopyPlan {
  readonly name: "fast" | "sung" | "whispered";
  /** Undefined where there is nothing to copy. */
  readonly copy: (spoken: Spoken, random: Random) => Spoken | undefined;
  /** Share of speechocean's train part. */
  readonly realShare: number;
  /** Seconds of eSpeak, before they are copied. */
  readonly espeakSeconds: number;
}

async function* copies(plan: CopyPlan): AsyncGenerator<SpokenUtterance> {
  const random = randomOf(SEED, `copies ${plan.name}`);
  for await (const utterance of originals(plan, random)) {
    const copy = plan.copy(utterance, random);
    if (copy === undefined) continue;
    const { samples, spans } = copy;
    yield { ...utterance, id: `${plan.name}-${utterance.id}`, kind: plan.name, samples, spans };
  }
}

async function* originals(plan: CopyPlan, random: Random): AsyncGenerator<SpokenUtterance> {
  for await (const utterance of realSpeech("train")) {
    if (random.uniform() < plan.realShare) yield utterance;
  }
  if (plan.espeakSeconds === 0) return;
  const seconds = plan.espeakSeconds / COPIED_VOICES.length;
  yield* speak(
    COPIED_VOICES.map((voice) => ({ voice, seconds, kind: plan.name, rate: SPEECH_RATE })),
  );
}
