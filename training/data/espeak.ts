/**
 * @file Speech of eSpeak NG, whose phones and their times are known exactly.
 *
 * eSpeak reports a plosive at its burst, so that the closure before it counts to the phone before.
 * That would teach a network that closed lips are a vowel: here the closure is given back.
 */
import { assert } from "../../src/base/assert.js";
import { CLASS_INDEX } from "../../src/voice/classes.js";
import { HEARING_HZ } from "../../src/voice/mel.js";
import { classesOfIpa, type Span } from "./phones.js";
import { atHearingRate, joined } from "./sound.js";

/** How something is spoken. */
export interface SpeakingStyle {
  /** A language or accent: "de", "en-gb-x-rp". */
  readonly voice: string;
  /** Another timbre: "Annie", "klatt2"; "" for the voice as it is. */
  readonly variant: string;
  /** 80..450. */
  readonly wordsPerMinute: number;
  /** 0..99; 50 is normal. */
  readonly pitch: number;
  /** 0..99, how much the pitch moves; 50 is normal. */
  readonly range: number;
}

/** Speech and what is said in it. */
export interface Speech {
  /** 16 kHz, −1..1. */
  readonly samples: Float32Array;
  /** Without gaps from 0 to the end; without classes where a symbol is not known. */
  readonly spans: readonly Span[];
  /** The symbols of the spans, for reports: "" is silence. */
  readonly symbols: readonly string[];
}

/** A synthesiser. */
export interface Espeak {
  /** Names of languages and accents that `speak` takes. */
  readonly voices: ReadonlySet<string>;
  speak(text: string, style: SpeakingStyle): Speech;
}

/** What the package gives, as far as it is needed. */
interface EspeakWorker {
  rate: number;
  pitch: number;
  range: number;
  readonly samplerate: number;
  set_voice(name: string, language: string, gender: number, age: number, variant: number): number;
  list_voices(): { identifier: string; languages: { name: string }[] }[];
  synthesize(text: string, onBlock: (samples: Int16Array, events: EspeakEvent[]) => boolean): void;
}

interface EspeakEvent {
  readonly type: string;
  /** Milliseconds from the beginning. */
  readonly audio_position: number;
  readonly id: string | number | undefined;
}

interface EspeakPackage {
  default(options: object): Promise<{ eSpeakNGWorker: new () => EspeakWorker }>;
}

/** Without types, hence loaded by a name that the compiler does not see. */
const PACKAGE: string = "@echogarden/espeak-ng-emscripten";

/** Loads the synthesiser. */
export async function openEspeak(): Promise<Espeak> {
  const { default: load }: EspeakPackage = await import(PACKAGE);
  const worker = new (await load({})).eSpeakNGWorker();
  // Some names of languages are not understood as voices; the names of their files always are.
  const fileOf = new Map(
    worker
      .list_voices()
      .flatMap(({ identifier, languages }) => languages.map(({ name }) => [name, identifier])),
  );
  return {
    voices: new Set(fileOf.keys()),
    speak(text, style) {
      const file = fileOf.get(style.voice);
      assert(file !== undefined, `a voice of eSpeak, got ${style.voice}`);
      const variant = style.variant === "" ? "" : `+${style.variant}`;
      worker.set_voice(file + variant, "", 0, 0, 0);
      worker.rate = style.wordsPerMinute;
      worker.pitch = style.pitch;
      worker.range = style.range;
      const blocks: Float32Array[] = [];
      const phones: EspeakEvent[] = [];
      worker.synthesize(text, (samples, events) => {
        blocks.push(Float32Array.from(samples, (sample) => sample / 32768));
        phones.push(...events.filter(isPhone));
        return false;
      });
      return toSpeech(atHearingRate(joined(blocks), worker.samplerate), phones, style.voice);
    },
  };
}

/** Names in brackets say that the words of another language follow, and take no time. */
function isPhone({ type, id }: EspeakEvent): boolean {
  return type === "phoneme" && !String(id).startsWith("(");
}

/** A phone on its way to a span. */
interface Phone {
  readonly symbol: string;
  start: number;
  end: number;
}

function toSpeech(samples: Float32Array, events: readonly EspeakEvent[], voice: string): Speech {
  const duration = samples.length / HEARING_HZ;
  const starts = events.map(({ audio_position }) => Math.min(duration, audio_position / 1000));
  const phones = events
    .map(({ id }, i): Phone => {
      const end = starts[i + 1] ?? duration;
      return { symbol: String(id ?? "").replace(/^_:?$/, ""), start: starts[i], end };
    })
    .filter(({ start, end }) => end > start);
  if ((phones[0]?.start ?? duration) > 0) {
    phones.unshift({ symbol: "", start: 0, end: phones[0]?.start ?? duration });
  }
  giveClosures(samples, phones);
  const spans = phones.map(({ symbol, start, end }): Span => {
    const classes = symbol === "" ? [CLASS_INDEX.sil] : classesOfEspeak(symbol, voice);
    return { start, end, classes };
  });
  return { samples, spans, symbols: phones.map(({ symbol }) => symbol) };
}

type Rewriting = readonly (readonly [RegExp, string])[];

/** What eSpeak writes otherwise than IPA: in every language, then in some. */
const OWN_SYMBOLS: Rewriting = [
  [/^[ˈˌ]?ʲ$/u, "j"],
  [/(?<=[ptkscɕ.])h/gu, "ʰ"],
  [/s\./g, "ʂ"],
  [/z\./g, "ʐ"],
  [/ε/g, "ɛ"],
  [/A/g, "a"],
];
const OWN_SYMBOLS_OF: Readonly<Record<string, Rewriting>> = {
  cmn: [
    [/ər/g, "ɚ"],
    [/o-/g, "ɤ"],
    [/i\./g, "ɨ"],
    [/nɡ/g, "ŋ"],
  ],
  sv: [[/sx/g, "ɧ"]],
  vi: [[/y/g, "ɯ"]],
  yue: [
    [/nɡ/g, "ŋ"],
    [/oe/g, "œ"],
    [/eo/g, "ɵ"],
    [/yu/g, "y"],
    [/z|c/g, "ts"],
  ],
};

/** Classes of a symbol of eSpeak's; none if a part of it is not known. */
export function classesOfEspeak(symbol: string, voice: string): readonly number[] {
  const rules = [...OWN_SYMBOLS, ...(OWN_SYMBOLS_OF[voice] ?? [])];
  const ipa = rules.reduce((text, [from, to]) => text.replace(from, to), symbol);
  const { classes, unmapped } = classesOfIpa(ipa);
  return unmapped.length === 0 ? classes : [];
}

/** Plosives and affricates: what begins with a closure that may be silent. */
const CLOSES_FIRST = /^[ˈˌ]?[pbtdʈɖckɡgqɟ]/u;
/** A piece of sound that is looked at, samples and seconds. */
const PIECE = 80;
const PIECE_SECONDS = PIECE / HEARING_HZ;
/** Sound this far below the loudest piece is a closure. */
const CLOSED_DB = -38;
/** Silence shorter than this between phones is no pause: the mouth does not go to rest in it. */
const PAUSE_SECONDS = 0.06;
/** How long before its burst a plosive after a pause closes, seconds. */
const FIRST_CLOSURE_SECONDS = 0.05;

/** Moves the ends of phones to where the closure of the next one begins, in place. */
function giveClosures(samples: Float32Array, phones: Phone[]): void {
  const power = piecePowers(samples);
  const closed = Math.max(1e-9, ...power) * 10 ** (CLOSED_DB / 10);
  for (let i = 1; i < phones.length; i++) {
    const before = phones[i - 1];
    const here = phones[i];
    const length = before.end - before.start;
    const closes = CLOSES_FIRST.test(here.symbol);
    let edge = before.end;
    if (before.symbol === "" && i > 1 && here.symbol !== "" && length < PAUSE_SECONDS) {
      const share = closes ? 0 : 0.5;
      edge = before.start + share * length;
      phones[i - 2].end = edge;
      before.start = edge;
    } else if (before.symbol === "" && closes) {
      edge = before.end - Math.min(FIRST_CLOSURE_SECONDS, length / 2);
    } else if (closes) {
      let piece = Math.floor(before.end / PIECE_SECONDS);
      // The piece in which the burst begins may already sound.
      if (power[piece] > closed) piece--;
      while (piece * PIECE_SECONDS > before.start && power[piece] <= closed) piece--;
      edge = Math.min(before.end, Math.max(before.start, (piece + 1) * PIECE_SECONDS));
    }
    before.end = edge;
    here.start = edge;
  }
}

function piecePowers(samples: Float32Array): Float64Array {
  const power = new Float64Array(Math.floor(samples.length / PIECE));
  for (let i = 0; i < power.length * PIECE; i++) {
    power[Math.floor(i / PIECE)] += samples[i] * samples[i];
  }
  return power;
}
