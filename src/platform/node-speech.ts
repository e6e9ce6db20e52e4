/** @file Text → a recording on Node, by a synthesiser in a process of its own. */
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FilmError } from "../base/errors.js";
import type { Recording } from "../base/recording.js";
import {
  orderSpeech,
  recordingOfSpeech,
  type SpeechOrder,
  type SpeechWish,
  type SpokenSamples,
} from "./speech.js";

/** Optional, under the GPL-3.0; its address is told to the process, and nothing of it is loaded here. */
const PACKAGE = "@echogarden/espeak-ng-emscripten";

/** What the process is told. */
export interface SpeechTask {
  readonly order: SpeechOrder;
  /** Address of the synthesiser's module. */
  readonly module: string;
}

/** What the process tells. */
export type SpeechNews = { readonly spoken: SpokenSamples } | { readonly fault: string };

/**
 * Speaks a text with a robot's voice. The same wish gives the same samples.
 *
 * @param signal - Ends the process.
 * @param name - Of the package that speaks.
 * @throws FilmError `speech_missing` where the package is not installed, `speech_invalid`, and
 *   `speech_failed` if the process dies.
 */
export async function speakText(
  wish: SpeechWish,
  { signal }: { readonly signal?: AbortSignal } = {},
  name = PACKAGE,
): Promise<Recording> {
  const order = orderSpeech(wish);
  const task: SpeechTask = { order, module: moduleOf(name) };
  signal?.throwIfAborted();
  const child = fork(fileURLToPath(new URL("./node-speech-process.js", import.meta.url)), [], {
    // What it would print is nobody's business; samples come as they are.
    ...{ stdio: ["ignore", "ignore", "ignore", "ipc"], serialization: "advanced", execArgv: [] },
  });
  const stop = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const news = await new Promise<SpeechNews>((resolve) => {
      child.once("message", (message) => resolve(message as SpeechNews));
      child.once("error", ({ message }) => resolve({ fault: message }));
      child.once("exit", (code, by) => resolve({ fault: `it ended with ${by ?? code}` }));
      child.send(task, () => undefined);
    });
    signal?.throwIfAborted();
    if ("spoken" in news) return recordingOfSpeech(news.spoken);
    throw new FilmError("speech_failed", `The synthesiser broke: ${news.fault}.`);
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

function moduleOf(name: string): string {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
  } catch (cause) {
    const message = `The package ${name}, which speaks, is not installed.`;
    throw new FilmError("speech_missing", message, { package: name }, { cause });
  }
}
