/** @file Voice → phrases, pauses and accents. */
import { describe, expect, test } from "vitest";
import { readPhrasing } from "../../src/performance/phrases.js";
import { pause, say, stressed, voiceOf } from "./voices.js";

const HALLO = say("HH A LL O", 9);

/** Where phrases begin and end, hops. */
const phrasesOf = (...sounds: Parameters<typeof voiceOf>[0][]) =>
  readPhrasing(voiceOf(sounds.flat())).phrases.map(({ start, end }) => [start, end]);

describe("phrases", () => {
  test("are what lies between long pauses, to the hop", () => {
    const spans = phrasesOf([pause(50)], HALLO, [pause(45)], HALLO, HALLO, [pause(80)]);
    expect(spans).toEqual([
      [50, 86],
      [131, 203],
    ]);
  });

  test.each([4, 10, 20])("go on over a gap of %i0 ms: a stop, or a hesitation", (hops) => {
    expect(phrasesOf([pause(30)], HALLO, [pause(hops)], HALLO, [pause(60)])).toHaveLength(1);
  });

  test.each([30, 60, 300])("end at a silence of %i0 ms", (hops) => {
    expect(phrasesOf([pause(30)], HALLO, [pause(hops)], HALLO, [pause(60)])).toHaveLength(2);
  });

  test("may fill a voice that begins and ends in the middle of a word", () => {
    expect(phrasesOf(HALLO)).toEqual([[0, 36]]);
  });

  test("are not made of clicks", () => {
    expect(phrasesOf([pause(60)], say("KK", 3), [pause(60)])).toEqual([]);
  });

  test("are none in silence, and then nothing is stressed", () => {
    const phrasing = readPhrasing(voiceOf([pause(400)]));
    expect(phrasing.phrases).toEqual([]);
    expect(phrasing.accents).toEqual([]);
    expect(phrasing.speech.every((value) => value === 0)).toBe(true);
    expect(phrasing.loudness.every((value) => value === 0)).toBe(true);
  });
});

describe("accents", () => {
  const { sounds, accents } = stressed(8);
  const found = readPhrasing(voiceOf(sounds)).accents;

  test("are the syllables that are louder and higher than the others, and no others", () => {
    const strong = found.filter(({ strength }) => strength > 0.5);
    expect(strong).toHaveLength(accents.length);
    strong.forEach(({ hop }, i) => {
      expect(Math.abs(hop / 100 - accents[i])).toBeLessThan(0.08);
    });
  });

  test("say how far the melody rises: here by seven semitones", () => {
    for (const { rise } of found) expect(rise).toBeCloseTo(12 * Math.log2(175 / 115), 1);
  });

  test("do not depend on the loudness of the recording nor on how high the voice is", () => {
    const soft = sounds.map((sound) => ({
      ...sound,
      levelDb: (sound.levelDb ?? -70) - 12,
      pitchHz: 1.7 * (sound.pitchHz ?? 0),
    }));
    const again = readPhrasing(voiceOf(soft)).accents;
    expect(again.map(({ hop }) => hop)).toEqual(found.map(({ hop }) => hop));
    again.forEach(({ strength }, i) => {
      expect(strength).toBeCloseTo(found[i].strength, 3);
    });
  });

  test("are none in a voice that drones", () => {
    const drone = voiceOf([pause(50), ...Array(10).fill(say("A E O", 12)).flat(), pause(50)]);
    const inside = readPhrasing(drone).accents.filter(({ hop }) => hop > 80 && hop < 380);
    expect(inside).toEqual([]);
  });
});

test("loudness is measured against the speaker's own range", () => {
  const at = (levelDb: number) => ({ name: "A" as const, hops: 30, levelDb });
  const { loudness } = readPhrasing(voiceOf([pause(40), at(-40), at(-30), at(-20), pause(40)]));
  expect(loudness[20]).toBe(0);
  expect(loudness[55]).toBeLessThan(0.05);
  expect(loudness[85]).toBeGreaterThan(0.4);
  expect(loudness[85]).toBeLessThan(0.6);
  expect(loudness[115]).toBeGreaterThan(0.95);
});
