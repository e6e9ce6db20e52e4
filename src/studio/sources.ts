/** @file Where portraits and voices come from: chosen, dropped, recorded, or the samples. */
import { type Microphone, openMicrophone } from "../platform/browser.js";
import { part } from "./dom.js";
import type { VoiceSource } from "./jobs.js";
import type { Word, Words } from "./words.js";

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

/** Listens to buttons, drops and the microphone. */
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
  listenToRecorder(words, events);
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

/** What to say where no microphone could be opened. */
function microphoneWord(error: unknown): Word {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "microphoneRefused";
  if (name === "NotFoundError") return "microphoneMissing";
  return name === "NotReadableError" ? "microphoneBusy" : "noMicrophone";
}

function listenToRecorder({ say }: Words, events: SourceEvents): void {
  const button = part<HTMLButtonElement>("record");
  const name = part("voice-name");
  let microphone: Microphone | undefined;
  let samples = 0;
  const begin = async () => {
    samples = 0;
    microphone = await openMicrophone((block) => {
      samples += block.length;
      const seconds = samples / (microphone?.sampleRateHz ?? 48000);
      name.textContent = `${say("recording")} ${seconds.toFixed(1)} s`;
    });
    button.textContent = say("stopRecording");
    button.classList.add("recording");
  };
  const end = async (open: Microphone) => {
    microphone = undefined;
    button.textContent = say("record");
    button.classList.remove("recording");
    const recording = await open.stop();
    for await (const [channel] of recording.blocks()) {
      if (channel === undefined) continue;
      const { sampleRateHz } = recording;
      events.voice({ samples: channel.slice(), sampleRateHz }, say("microphone"));
    }
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    await (microphone === undefined ? begin() : end(microphone)).catch((error) => {
      events.problem(say(microphoneWord(error)));
    });
    button.disabled = false;
  });
}
