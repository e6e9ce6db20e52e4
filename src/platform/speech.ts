/**
 * @file Text → a recording: what may be wished of a synthesiser, and what it is told.
 *
 * The synthesiser, eSpeak NG, is somebody else's program under the GPL-3.0. It is never a part of ours: it
 * runs in a process (Node) or worker (browser) of its own, and is told text and gives samples. It is a robot's
 * voice, and is meant to sound like one.
 */
import { FilmError } from "../base/errors.js";
import { type Recording, recordingOf } from "../base/recording.js";

/** Languages that can be spoken, as BCP 47 writes them, and the synthesiser's names of their voices. */
export const SPEECH_LANGUAGES = {
  ...{ af: "gmw/af", am: "sem/am", ar: "sem/ar", az: "trk/az", be: "zle/be", bg: "zls/bg" },
  ...{ bn: "inc/bn", bs: "zls/bs", ca: "roa/ca", cs: "zlw/cs", cy: "cel/cy", da: "gmq/da" },
  ...{ de: "gmw/de", el: "grk/el", en: "gmw/en-US", "en-gb": "gmw/en", eo: "art/eo" },
  ...{ es: "roa/es", "es-419": "roa/es-419", et: "urj/et", eu: "eu", fa: "ira/fa" },
  ...{ fi: "urj/fi", fr: "roa/fr", ga: "cel/ga", gu: "inc/gu", he: "sem/he", hi: "inc/hi" },
  ...{ hr: "zls/hr", hu: "urj/hu", hy: "ine/hy", id: "poz/id", is: "gmq/is", it: "roa/it" },
  ...{ ka: "ccs/ka", kk: "trk/kk", kn: "dra/kn", ko: "ko", la: "itc/la", lb: "gmw/lb" },
  ...{ lt: "bat/lt", lv: "bat/lv", mk: "zls/mk", ml: "dra/ml", mr: "inc/mr", ms: "poz/ms" },
  ...{ mt: "sem/mt", nb: "gmq/nb", ne: "inc/ne", nl: "gmw/nl", pa: "inc/pa", pl: "zlw/pl" },
  ...{ pt: "roa/pt", "pt-br": "roa/pt-BR", ro: "roa/ro", ru: "zle/ru", sk: "zlw/sk" },
  ...{ sl: "zls/sl", sq: "ine/sq", sr: "zls/sr", sv: "gmq/sv", sw: "bnt/sw", ta: "dra/ta" },
  ...{ te: "dra/te", th: "tai/th", tr: "trk/tr", uk: "zle/uk", ur: "inc/ur", uz: "trk/uz" },
  ...{ vi: "aav/vi", yue: "sit/yue", zh: "sit/cmn" },
} as const;

/** A language that can be spoken. */
export type SpeechLanguage = keyof typeof SPEECH_LANGUAGES;

/** All of them, in the order of their tags. */
export const SPEECH_LANGUAGE_NAMES = Object.keys(SPEECH_LANGUAGES) as readonly SpeechLanguage[];

/** How high voices are, and the synthesiser's variant of each. */
export const SPEECH_TIMBRES = { low: "", high: "+f3" } as const;

/** How high a voice is. */
export type SpeechTimbre = keyof typeof SPEECH_TIMBRES;

/** How fast is spoken, words a minute: slower than 80 is not known to the synthesiser. */
export const SPEECH_PACE = { least: 80, usual: 150, most: 350 } as const;

/** Characters of a text at most: a quarter of an hour. */
export const TEXT_MOST = 10_000;
/** What lasts no longer than this has no words in it, seconds. */
const SPEECH_LEAST_SECONDS = 0.1;

/** What is to be spoken, and how. */
export interface SpeechWish {
  /** Up to `TEXT_MOST` characters. */
  readonly text: string;
  readonly language: SpeechLanguage;
  /** "low" if not given. */
  readonly timbre?: SpeechTimbre | undefined;
  /** 80..350; 150 if not given. */
  readonly wordsPerMinute?: number | undefined;
}

/** What the synthesiser is told. */
export interface SpeechOrder {
  readonly text: string;
  /** Its own name of the voice. */
  readonly voice: string;
  readonly wordsPerMinute: number;
}

/** What the synthesiser gives. */
export interface SpokenSamples {
  /** Mono, −1..1. */
  readonly samples: Float32Array<ArrayBuffer>;
  readonly sampleRateHz: number;
}

/**
 * A voice by its name: a language, and how high it is: "it", "en-gb:high".
 *
 * @throws FilmError `speech_invalid`.
 */
export function readVoiceName(name: string): Pick<SpeechWish, "language" | "timbre"> {
  const [tag = "", height = "low", ...more] = name.trim().toLowerCase().split(":");
  const language = SPEECH_LANGUAGE_NAMES.find((each) => each === tag);
  if (language === undefined || more.length > 0 || !(height === "low" || height === "high")) {
    const message = `“${name}” is no voice: a language (${SPEECH_LANGUAGE_NAMES.join(", ")}), with :high for a higher one.`;
    throw new FilmError("speech_invalid", message, { voice: name });
  }
  return { language, timbre: height };
}

/** What the synthesiser is told. @throws FilmError `speech_invalid`, for texts without words or too long, and odd speeds. */
export function orderSpeech(wish: SpeechWish): SpeechOrder {
  const { language, timbre = "low", wordsPerMinute = SPEECH_PACE.usual } = wish;
  const text = wish.text.trim();
  if (text === "") throw new FilmError("speech_invalid", "There is no text.");
  if (text.length > TEXT_MOST) {
    const message = `The text has ${text.length} characters; ${TEXT_MOST} are the most.`;
    throw new FilmError("speech_invalid", message, { characters: text.length });
  }
  const { least, most } = SPEECH_PACE;
  if (!(wordsPerMinute >= least && wordsPerMinute <= most)) {
    const message = `${wordsPerMinute} words a minute cannot be spoken; ${least} to ${most} can.`;
    throw new FilmError("speech_invalid", message, { wordsPerMinute });
  }
  return { text, voice: SPEECH_LANGUAGES[language] + SPEECH_TIMBRES[timbre], wordsPerMinute };
}

/** @throws FilmError `speech_invalid` where nothing was said, as of a text of signs alone. */
export function recordingOfSpeech({ samples, sampleRateHz }: SpokenSamples): Recording {
  const recording = recordingOf([samples], sampleRateHz);
  if (recording.durationSeconds >= SPEECH_LEAST_SECONDS) return recording;
  throw new FilmError("speech_invalid", "There is nothing in the text that can be spoken.");
}
