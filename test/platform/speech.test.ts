/** @file Texts that are spoken: what is refused, and what the synthesiser makes of the rest. */
import { describe, expect, test } from "vitest";
import { FilmError } from "../../src/base/errors.js";
import { type EspeakPackage, speakOrder } from "../../src/platform/espeak.js";
import { speakText } from "../../src/platform/node-speech.js";
import {
  orderSpeech,
  readVoiceName,
  recordingOfSpeech,
  SPEECH_LANGUAGES,
} from "../../src/platform/speech.js";

/** Without types, hence loaded by a name that the compiler does not see. */
const PACKAGE: string = "@echogarden/espeak-ng-emscripten";
const codeOf = (does: () => unknown) => {
  try {
    does();
  } catch (error) {
    return error instanceof FilmError ? error.code : error;
  }
  return "nothing was thrown";
};

describe("what is wished", () => {
  test("is a text, a language, a height and a pace", () => {
    const wish = { text: "  Ciao. ", ...readVoiceName("IT:high"), wordsPerMinute: 200 };
    expect(orderSpeech(wish)).toEqual({ text: "Ciao.", voice: "roa/it+f3", wordsPerMinute: 200 });
    expect(orderSpeech({ text: "Hi", language: "en" })).toMatchObject({
      ...{ voice: "gmw/en-US", wordsPerMinute: 150 },
    });
  });

  test.each([
    ["no text", { text: " \n " }],
    ["a text that is too long", { text: "a".repeat(10_001) }],
    ["a pace that is too slow", { text: "a", wordsPerMinute: 79 }],
    ["a pace that is no number", { text: "a", wordsPerMinute: Number.NaN }],
  ])("is refused if it is %s", (_, wish) => {
    expect(codeOf(() => orderSpeech({ language: "en", ...wish }))).toBe("speech_invalid");
  });

  test.each(["", "xx", "it:", "it:higher", "it:high:low", "toString", "../it"])(
    "is refused if the voice is called “%s”",
    (name) => {
      expect(codeOf(() => readVoiceName(name))).toBe("speech_invalid");
    },
  );
});

test("a synthesiser that is not installed is named", async () => {
  const speaking = speakText({ text: "Hi", language: "en" }, {}, "@ritratto/no-such-package");
  await expect(speaking).rejects.toMatchObject({
    ...{ code: "speech_missing", details: { package: "@ritratto/no-such-package" } },
  });
});

describe("the synthesiser", () => {
  const say = async (text: string, voice: string, wordsPerMinute = 150) => {
    const order = orderSpeech({ text, ...readVoiceName(voice), wordsPerMinute });
    return recordingOfSpeech(await speakOrder((await import(PACKAGE)) as EspeakPackage, order));
  };
  const samplesOf = async (...said: Parameters<typeof say>) => {
    for await (const [samples] of (await say(...said)).blocks()) return samples as Float32Array;
    throw new Error("no sound");
  };

  test("knows every language by the name that it is asked for", async () => {
    const { default: load } = (await import(PACKAGE)) as {
      default(options: object): Promise<{
        eSpeakNGWorker: new () => { list_voices(): { identifier: string }[] };
      }>;
    };
    const voices = new (await load({})).eSpeakNGWorker().list_voices();
    const known = new Set(voices.map(({ identifier }) => identifier));
    expect(Object.values(SPEECH_LANGUAGES).filter((voice) => !known.has(voice))).toEqual([]);
  });

  test("speaks the same text alike, another language, height and pace otherwise", async () => {
    const usual = await samplesOf("Sono un ritratto.", "it");
    expect(usual.length / 22_050).toBeGreaterThan(0.8);
    const loudest = usual.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest).toBeGreaterThan(0.1);
    expect(loudest).toBeLessThanOrEqual(1);
    expect((await samplesOf("Sono un ritratto.", "it")).every((x, i) => x === usual[i])).toBe(true);
    expect(await samplesOf("Sono un ritratto.", "de")).not.toEqual(usual);
    expect(await samplesOf("Sono un ritratto.", "it:high")).not.toEqual(usual);
    const fast = await samplesOf("Sono un ritratto.", "it", 300);
    expect(fast.length).toBeLessThan(0.7 * usual.length);
  });

  test("says so where there is nothing to say", async () => {
    await expect(say("…", "en")).rejects.toMatchObject({ code: "speech_invalid" });
  });
});
