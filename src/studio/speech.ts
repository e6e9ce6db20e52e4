/** @file Words that are typed become the voice: a robot's. */
import {
  openSpeech,
  SPEECH_LANGUAGE_NAMES,
  SPEECH_PACE,
  type SpeechLanguage,
  TEXT_MOST,
} from "../platform/browser.js";
import { part } from "./dom.js";
import type { VoiceSource } from "./jobs.js";
import type { Words } from "./words.js";

/** What is told of texts. */
export interface SpeechEvents {
  voice(source: VoiceSource, name: string): void;
  failed(error: unknown): void;
}

/** Listens to the field and its button; the synthesiser is fetched with the first text. */
export function openTexts({ language, say }: Words, events: SpeechEvents): void {
  const text = part<HTMLTextAreaElement>("text");
  const languages = part<HTMLSelectElement>("text-language");
  const timbre = part<HTMLSelectElement>("text-timbre");
  const pace = part<HTMLInputElement>("text-pace");
  const button = part<HTMLButtonElement>("text-speak");
  const speech = openSpeech();
  text.maxLength = TEXT_MOST;
  const names = new Intl.DisplayNames([language], { type: "language" });
  const options = SPEECH_LANGUAGE_NAMES.map((tag) => new Option(names.of(tag) ?? tag, tag));
  options.sort((a, b) => a.text.localeCompare(b.text, language));
  languages.append(...options);
  languages.value = language;
  timbre.append(new Option(say("timbre_low"), "low"), new Option(say("timbre_high"), "high"));
  Object.assign(pace, { min: SPEECH_PACE.least, max: SPEECH_PACE.most, step: 5 });
  pace.valueAsNumber = SPEECH_PACE.usual;
  const tellPace = () => {
    part("text-pace-said").textContent = pace.value;
  };
  pace.addEventListener("input", tellPace);
  tellPace();
  const canSpeak = () => {
    button.disabled = text.value.trim() === "";
  };
  text.addEventListener("input", canSpeak);
  canSpeak();
  const speak = async () => {
    const recording = await speech.speak({
      text: text.value,
      language: languages.value as SpeechLanguage,
      timbre: timbre.value === "high" ? "high" : "low",
      wordsPerMinute: pace.valueAsNumber,
    });
    for await (const [channel] of recording.blocks()) {
      if (channel === undefined) continue;
      const { sampleRateHz } = recording;
      events.voice({ samples: channel.slice(), sampleRateHz }, say("textVoice"));
    }
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = say("textSpeaking");
    await speak().catch((error: unknown) => events.failed(error));
    button.textContent = say("textSpeak");
    canSpeak();
  });
}
