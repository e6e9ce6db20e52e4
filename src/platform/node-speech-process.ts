/**
 * @file A process that speaks one text and ends. It loads the synthesiser, so that it is, as a whole, a program
 * under the GPL-3.0; it is told a text and gives samples.
 */
import { type EspeakPackage, speakOrder } from "./espeak.js";
import type { SpeechNews, SpeechTask } from "./node-speech.js";

function tellEnd(news: SpeechNews): void {
  process.send?.(news, () => process.exit(0));
}

process.on("disconnect", () => process.exit(1));
process.once("message", async (message) => {
  const { order, module } = message as SpeechTask;
  try {
    tellEnd({ spoken: await speakOrder((await import(module)) as EspeakPackage, order) });
  } catch (error) {
    tellEnd({ fault: error instanceof Error ? error.message : String(error) });
  }
});
