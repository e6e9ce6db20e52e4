/** @file What singing and rapping do to head, brows and lids. */
import { describe, expect, test } from "vitest";
import { perform } from "../../src/performance/performance.js";
import type { Voice } from "../../src/voice/voice.js";
import { curveOf, frameAt, mean, spread, turnOf } from "./takes.js";
import { pause, type Sound, say, voiceOf } from "./voices.js";

/** A voice over a drum that beats every `hops`. */
function withDrum(sounds: readonly Sound[], hops: number): Voice {
  const voice = voiceOf(sounds);
  const onsets = voice.onsets.map((_, hop) => 6 * Math.exp(-0.5 * ((hop % hops) / 2) ** 2));
  return { ...voice, onsets };
}

const PHRASE = [...say("DD E NN A LL O DD E NN A LL O", 12), pause(50)];
const SOUNDS = [pause(60), ...PHRASE, ...PHRASE, ...PHRASE, ...PHRASE, ...PHRASE, ...PHRASE];
const BEAT = 60;
const VOICE = withDrum(SOUNDS, BEAT);

/** The mean bow so many hops after each beat. */
function bowAfter(mode: "rap" | "song" | "speech", hops: number): number {
  return mean(
    [1, 2, 3, 4].flatMap((seed) => {
      const take = perform(VOICE, { mode, seed });
      const bow = turnOf(take, "pitch");
      const beats = Array.from({ length: 14 }, (_, k) => (k + 1) * BEAT);
      return beats.map((beat) => bow[frameAt(take, (beat + hops) / 100)]);
    }),
  );
}

describe("on the beat", () => {
  test.each([
    ["song", 0.5],
    ["rap", 1.2],
  ] as const)("%s nods, lowest on it, by %d degrees and more", (mode, least) => {
    expect(bowAfter(mode, 0) - bowAfter(mode, 30)).toBeGreaterThan(least);
    expect(bowAfter(mode, 0)).toBeGreaterThan(bowAfter(mode, -12));
    expect(bowAfter(mode, 0)).toBeGreaterThan(bowAfter(mode, 14));
  });

  test("speech does not", () => {
    expect(Math.abs(bowAfter("speech", 0) - bowAfter("speech", 30))).toBeLessThan(0.6);
    const plain = perform(voiceOf(SOUNDS), { mode: "speech" });
    expect(perform(VOICE, { mode: "speech" })).toEqual(plain);
  });

  test("song sways from side to side over four beats", () => {
    const sway = (seed: number) => turnOf(perform(VOICE, { mode: "song", seed }), "roll");
    const plain = (seed: number) =>
      turnOf(perform(voiceOf(SOUNDS), { mode: "song", seed }), "roll");
    const both = [1, 2, 3].map((seed) => {
      const still = plain(seed);
      return spread(sway(seed).map((angle, i) => angle - still[i]));
    });
    expect(mean(both)).toBeGreaterThan(1);
    expect(mean(both)).toBeLessThan(3);
  });

  test("nothing happens where there is no beat", () => {
    const even = { ...VOICE, onsets: VOICE.onsets.map(() => 1) };
    expect(perform(even, { mode: "rap" }).head).toEqual(
      perform(voiceOf(SOUNDS), { mode: "rap" }).head,
    );
  });
});

describe("a long high note", () => {
  const sounds: Sound[] = [
    pause(60),
    ...say("DD E NN A LL O DD E NN A LL O DD E NN A LL O DD E NN A LL O DD E", 14),
    ...say("DD E NN A LL O DD E NN A LL O DD E NN A", 14),
    { name: "A", hops: 160, levelDb: -20, pitchHz: 210 },
    pause(80),
  ];
  const voice = voiceOf(sounds);
  const takes = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => perform(voice, { mode: "song", seed }));
  const spoken = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => perform(voice, { mode: "speech", seed }));
  const at = (take: (typeof takes)[number], curve: number[], seconds: number) =>
    curve[frameAt(take, seconds)];

  test("puts the head back and the brows up", () => {
    const more = (of: (take: (typeof takes)[number]) => number) =>
      mean(takes.map(of)) - mean(spoken.map(of));
    expect(more((take) => at(take, turnOf(take, "pitch"), 7.2))).toBeLessThan(-1.5);
    expect(more((take) => at(take, curveOf(take, "browInnerUp"), 7.2))).toBeGreaterThan(0.15);
  });

  test("shuts the eyes with some seeds and not with others, and opens them again", () => {
    const lids = takes.map((take) => at(take, curveOf(take, "eyeBlinkLeft"), 7.1));
    expect(lids.filter((lid) => lid > 0.8).length).toBeGreaterThanOrEqual(2);
    const after = takes.map((take) => at(take, curveOf(take, "eyeBlinkLeft"), 8.2));
    expect(after.filter((lid) => lid < 0.2).length).toBeGreaterThanOrEqual(5);
  });
});
