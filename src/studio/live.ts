/**
 * @file The microphone: what is said into it is recorded, and the portrait says it along, if it may.
 *
 * Blocks go to the worker one after another, frames come back and are shown behind those that are known. When it
 * is stopped, what was said becomes the voice, and is acted as any other.
 */
import { type LiveQueue, queueLive, type Take } from "../index.js";
import { type Microphone, openMicrophone } from "../platform/browser.js";
import { part } from "./dom.js";
import type { Settings, VoiceSource } from "./jobs.js";
import type { LiveShow } from "./live-show.js";
import type { StudioThread } from "./thread-calls.js";
import type { Word, Words } from "./words.js";

/** What the microphone needs to know, and what it tells. */
export interface LiveEvents {
  /** Whether there is a portrait, and it may speak. */
  maySpeak(): boolean;
  settings(): Settings;
  /** Nothing else is played from now on. */
  begin(): LiveShow;
  voice(source: VoiceSource, name: string): void;
  /** It was begun or stopped. */
  changed(): void;
  problem(text: string): void;
  failed(error: unknown): void;
}

/** The microphone, as the rest of the page knows it. */
export interface Live {
  readonly isOn: boolean;
  /** Begins, or stops and keeps what was said. */
  toggle(): void;
  /** Sliders have moved. */
  direct(): void;
  /** Says on the button what it would do. */
  showReadiness(): void;
}

/** How much louder than silence is seen, dB. */
const METER_DB = 50;

/** Listens to the button. */
export function openLive(thread: StudioThread, { say }: Words, events: LiveEvents): Live {
  const button = part<HTMLButtonElement>("record");
  const name = part("voice-name");
  let microphone: Microphone | undefined;
  let queue: LiveQueue | undefined;
  let show: LiveShow | undefined;
  let before = "";

  /** The worker, as a live performance. */
  const acting = {
    push: (samples: Float32Array) => thread.ask("liveHear", { samples }).result,
    finish: () => thread.ask("liveEnd", {}).result,
  };
  const begin = async () => {
    let samples = 0;
    before = name.textContent ?? "";
    const opened = await openMicrophone(
      (block) => {
        samples += block.length;
        const seconds = samples / (microphone?.sampleRateHz ?? 48_000);
        name.textContent = `${say("recording")} ${seconds.toFixed(1)} s`;
        button.style.setProperty("--level", levelOf(block).toFixed(2));
        show?.heard(seconds);
        queue?.push(block.slice());
      },
      () => void toggle(),
    );
    if (events.maySpeak()) {
      const { sampleRateHz } = opened;
      await thread.ask("liveBegin", { sampleRateHz, settings: events.settings() }).result;
      const shown = events.begin();
      show = shown;
      queue = queueLive(acting, (take: Take) => shown.append(take));
    }
    microphone = opened;
  };
  const end = async (open: Microphone) => {
    microphone = undefined;
    const [shown, left] = [show, queue];
    [show, queue] = [undefined, undefined];
    const recording = await open.stop();
    await left?.finish();
    shown?.end();
    name.textContent = before;
    for await (const [channel] of recording.blocks()) {
      if (channel === undefined || channel.length === 0) continue;
      const { sampleRateHz } = recording;
      events.voice({ samples: channel.slice(), sampleRateHz }, say("microphone"));
    }
  };
  const toggle = async () => {
    if (button.disabled) return;
    button.disabled = true;
    try {
      await (microphone === undefined ? begin() : end(microphone));
    } catch (error) {
      if (error instanceof DOMException) events.problem(say(microphoneWord(error)));
      else events.failed(error);
    }
    button.disabled = false;
    events.changed();
  };
  const showReadiness = () => {
    const isOn = microphone !== undefined;
    const word: Word = isOn ? "stopRecording" : events.maySpeak() ? "speakLive" : "record";
    button.textContent = say(word);
    button.classList.toggle("recording", isOn);
    button.setAttribute("aria-pressed", String(isOn));
    if (!isOn) button.style.removeProperty("--level");
  };
  button.addEventListener("click", () => void toggle());
  return {
    get isOn() {
      return microphone !== undefined;
    },
    toggle: () => void toggle(),
    direct() {
      if (show !== undefined) {
        thread.ask("liveDirect", events.settings()).result.catch(events.failed);
      }
    },
    showReadiness,
  };
}

/** What to say where no microphone could be opened. */
function microphoneWord({ name }: DOMException): Word {
  if (name === "NotAllowedError") return "microphoneRefused";
  if (name === "NotFoundError") return "microphoneMissing";
  return name === "NotReadableError" ? "microphoneBusy" : "noMicrophone";
}

/** How loud a block is, 0..1. */
function levelOf(block: Float32Array): number {
  let sum = 0;
  for (const value of block) sum += value * value;
  const db = 10 * Math.log10(sum / Math.max(1, block.length) + 1e-9);
  return Math.max(0, Math.min(1, 1 + db / METER_DB));
}
