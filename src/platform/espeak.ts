/**
 * @file The inside of the synthesiser's process or worker: eSpeak NG, as the package gives it.
 *
 * Together with the package this is a program under the GPL-3.0; nothing else of ours may import it.
 */
import { joinBlocks } from "../base/join.js";
import type { SpeechOrder, SpokenSamples } from "./speech.js";

/** The package's voice box, as far as it is needed. */
interface EspeakVoice {
  rate: number;
  readonly samplerate: number;
  set_voice(name: string, language: string, gender: number, age: number, variant: number): number;
  synthesize(text: string, onBlock: (samples: Int16Array) => boolean): void;
}

/** What the package exports. */
export interface EspeakPackage {
  default(options: object): Promise<{ readonly eSpeakNGWorker: new () => EspeakVoice }>;
}

/**
 * Speaks a text; voice and pace must have been checked. The synthesiser is opened anew each time: what it
 * said before changes how it goes on, and the same text must give the same samples.
 */
export async function speakOrder(
  { default: load }: EspeakPackage,
  { text, voice: name, wordsPerMinute }: SpeechOrder,
): Promise<SpokenSamples> {
  const voice = new (await load({})).eSpeakNGWorker();
  voice.set_voice(name, "", 0, 0, 0);
  voice.rate = wordsPerMinute;
  const blocks: Float32Array[] = [];
  voice.synthesize(text, (samples) => {
    blocks.push(Float32Array.from(samples, (sample) => sample / 32768));
    return false;
  });
  return { samples: joinBlocks(blocks), sampleRateHz: voice.samplerate };
}
