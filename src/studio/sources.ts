/** @file Where portraits and voices come from: chosen, dropped, or the samples. */
import { part } from "./dom.js";
import type { VoiceSource } from "./jobs.js";
import type { Words } from "./words.js";

/** What is told of what was given. */
export interface SourceEvents {
  portrait(file: Blob, name: string): void;
  voice(source: VoiceSource, name: string): void;
  /** Both, to be tried at once. */
  samples(portrait: Blob, voice: Blob): void;
  problem(text: string): void;
}

const SAMPLES = { portrait: "samples/astronaut.png", voice: "samples/austen.wav" } as const;
const SOUND_NAME = /\.(?:wav|mp3|m4a|aac|ogg|oga|opus|flac|mp4|mov|webm|mkv)$/i;
const PICTURE_NAME = /\.(?:jpe?g|png|webp|avif|gif)$/i;

/** Listens to buttons and drops. */
export function openSources(words: Words, events: SourceEvents): void {
  const portraitFile = part<HTMLInputElement>("portrait-file");
  const voiceFile = part<HTMLInputElement>("voice-file");
  const choosers = [
    ["choose-first", portraitFile],
    ["choose-portrait", portraitFile],
    ["choose-voice", voiceFile],
  ] as const;
  for (const [id, input] of choosers) part(id).addEventListener("click", () => input.click());
  const chosen = (input: HTMLInputElement, use: (file: File) => void) => {
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file !== undefined) use(file);
      // The same file can be chosen again.
      input.value = "";
    });
  };
  chosen(portraitFile, (file) => events.portrait(file, file.name));
  chosen(voiceFile, (file) => events.voice({ file }, file.name));
  part("sample").addEventListener("click", () => {
    const read = async (path: string) => (await fetch(new URL(path, document.baseURI))).blob();
    Promise.all([read(SAMPLES.portrait), read(SAMPLES.voice)]).then(
      ([portrait, voice]) => events.samples(portrait, voice),
      (error: unknown) => events.problem(String(error)),
    );
  });
  listenToDrops(words, events);
}

function listenToDrops(words: Words, events: SourceEvents): void {
  const over = (isOver: boolean) => document.body.classList.toggle("over", isOver);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) over(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    for (const file of event.dataTransfer?.files ?? []) {
      const { name, type } = file;
      if (type.startsWith("image/") || PICTURE_NAME.test(name)) events.portrait(file, name);
      else if (/^(?:audio|video)\//.test(type) || SOUND_NAME.test(name)) {
        events.voice({ file }, name);
      } else events.problem(words.say("notTaken", { name }));
    }
  });
}
