/** @file Text → a recording in a page, by a synthesiser in a worker of its own. */
import { FilmError } from "../base/errors.js";
import type { Recording } from "../base/recording.js";
import { startThread } from "./browser-thread.js";
import {
  orderSpeech,
  recordingOfSpeech,
  type SpeechOrder,
  type SpeechWish,
  type SpokenSamples,
} from "./speech.js";
import { callsTo } from "./worker-calls.js";

/** A synthesiser in a page. */
export interface Speech {
  /** @throws FilmError `speech_invalid`; `speech_missing` where its files are not there, or no network is. */
  speak(wish: SpeechWish): Promise<Recording>;
}

/**
 * Prepares to speak. Its files, 24 MB, are fetched with the first text.
 *
 * @param module - Address of the package's module, beside which its data lies.
 */
export function openSpeech(
  module: URL = new URL("./espeak-ng/espeak-ng.js", import.meta.url),
): Speech {
  let asking: ((order: SpeechOrder) => Promise<SpokenSamples>) | undefined;
  const start = () => {
    const script = new URL("./browser-speech-thread.js", import.meta.url);
    const worker = new Worker(script, { type: "module" });
    const { thread } = startThread(worker, { module: module.href });
    return callsTo<SpeechOrder, SpokenSamples>(thread, "the speaking worker has ended").ask;
  };
  return {
    async speak(wish) {
      const order = orderSpeech(wish);
      asking ??= start();
      const spoken = await asking(order).catch((cause: unknown) => {
        // The next text begins anew: the network may be back.
        asking = undefined;
        const message = "The files that speak could not be loaded.";
        throw new FilmError("speech_missing", message, {}, { cause });
      });
      return recordingOfSpeech(spoken);
    },
  };
}
