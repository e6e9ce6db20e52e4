/** @file Effort: whispers and shouts, on voices made up. */
import { expect, test } from "vitest";
import { readEffort } from "../../src/performance/effort.js";
import { readPhrasing } from "../../src/performance/phrases.js";
import { pause, type Sound, talk, voiceOf } from "./voices.js";

const effortOf = (sounds: readonly Sound[]) => {
  const voice = voiceOf(sounds);
  return readEffort(voice, readPhrasing(voice));
};
const mean = (curve: Float32Array, from: number, to: number) =>
  curve.subarray(from, to).reduce((sum, value) => sum + value, 0) / (to - from);

test("an ordinary voice is neither whispered nor shouted", () => {
  const { jaw, lips } = effortOf(talk(12));
  for (const curve of [jaw, lips]) {
    expect(Math.min(...curve.subarray(100, 1100))).toBeGreaterThan(0.9);
    expect(Math.max(...curve)).toBeLessThan(1.15);
  }
});

test("a whisper has a smaller jaw and livelier lips", () => {
  const whispered = talk(8).map((sound) => ({ ...sound, pitchHz: 0 }));
  const { jaw, lips } = effortOf(whispered);
  expect(mean(jaw, 200, 600)).toBeLessThan(0.88);
  expect(mean(lips, 200, 600)).toBeGreaterThan(1.06);
});

test("a shout opens the jaw, where it is and nowhere else", () => {
  const calm = talk(20);
  const shouted = talk(9, 2).map((sound) =>
    sound.name === "sil" ? sound : { ...sound, levelDb: -12, pitchHz: 260 },
  );
  const { jaw } = effortOf([...calm, ...shouted, pause(50)]);
  expect(mean(jaw, 2150, 2400)).toBeGreaterThan(1.12);
  expect(mean(jaw, 200, 1500)).toBeLessThan(1.03);
});
