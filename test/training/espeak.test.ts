/** @file eSpeak's phones and their times. */
import { expect, test } from "vitest";
import { CLASS_INDEX, SOUND_CLASSES } from "../../src/voice/classes.js";
import { openEspeak } from "../../training/data/espeak.js";

test("a sentence has its phones in order, and lips are closed while a p is silent", async () => {
  const espeak = await openEspeak();
  const style = { voice: "it", variant: "", wordsPerMinute: 150, pitch: 50, range: 50 };
  const { samples, spans } = espeak.speak("Papa", style);
  const said = spans.flatMap(({ classes }) => classes.map((which) => SOUND_CLASSES[which]));
  expect(said.filter((name) => name !== "sil")).toEqual(["PP", "A", "PP", "A"]);
  spans.forEach(({ start }, i) => {
    if (i > 0) expect(start).toBe(spans[i - 1].end);
  });
  expect(spans.at(-1)?.end).toBe(samples.length / 16000);
  const second = spans.filter(({ classes }) => classes[0] === CLASS_INDEX.PP)[1];
  expect(second.end - second.start).toBeGreaterThan(0.05);
  // The first half of it is the closure.
  const middle = (second.start + second.end) / 2;
  const closure = samples.subarray((second.start + 0.005) * 16000, middle * 16000);
  expect(Math.max(...closure.map(Math.abs))).toBeLessThan(0.01);
});

test("a voice that is not there is refused", async () => {
  const espeak = await openEspeak();
  const style = { voice: "xx", variant: "", wordsPerMinute: 150, pitch: 50, range: 50 };
  expect(() => espeak.speak("Papa", style)).toThrow("xx");
});
