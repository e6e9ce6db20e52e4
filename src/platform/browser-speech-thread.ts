/**
 * @file The inside of the speaking worker. It loads the synthesiser from the files beside it, so that it is, as
 * a whole, a program under the GPL-3.0; it is told texts and gives samples.
 */
import { serve } from "./browser-thread.js";
import { type EspeakPackage, speakOrder } from "./espeak.js";
import type { SpeechOrder, SpokenSamples } from "./speech.js";

serve<{ readonly module: string }, SpeechOrder, SpokenSamples>(({ module }) => {
  return async (order) => {
    const answer = await speakOrder((await import(module)) as EspeakPackage, order);
    return { answer, transfer: [answer.samples.buffer] };
  };
});
