/** @file How the mode of a voice changes the mouth, in whole takes. */
import { describe, expect, test } from "vitest";
import { perform } from "../../src/performance/performance.js";
import { LIP_COUNT } from "../../src/voice/lip-channels.js";
import { curveOf, largest } from "./takes.js";
import { pause, type Sound, talk, voiceOf } from "./voices.js";

describe("--mode", () => {
  // One vowel held for two seconds; its pitch and its loudness shake 6 times a second.
  const note: Sound[] = [pause(60), { name: "NN", hops: 6 }, { name: "A", hops: 200 }, pause(60)];
  const voice = voiceOf(note);
  for (let hop = 66; hop < 266; hop++) {
    const shake = Math.sin((2 * Math.PI * 6 * hop) / 100);
    voice.pitchHz[hop] = 220 * 2 ** ((0.4 * shake) / 12);
    for (let column = 0; column < LIP_COUNT; column++) {
      voice.lips[hop * LIP_COUNT + column] *= 1 + 0.3 * shake;
    }
  }
  /** How much the jaw moves in the middle of the note, against how far it is open. */
  const ripple = (mode: "song" | "speech") => {
    const jaw = curveOf(perform(voice, { mode, fps: 50 }), "jawOpen").slice(60, 115);
    return (largest(jaw) - Math.min(...jaw)) / largest(jaw);
  };

  test("song keeps the jaw still on a note that shakes", () => {
    expect(ripple("song")).toBeLessThan(0.08);
    expect(ripple("speech")).toBeGreaterThan(2 * ripple("song"));
  });

  test("rap is another performance than speech", () => {
    const talking = voiceOf(talk(20, 6));
    const weights = (mode: "rap" | "speech") => perform(talking, { mode }).weights;
    expect(weights("rap")).not.toEqual(weights("speech"));
  });
});
