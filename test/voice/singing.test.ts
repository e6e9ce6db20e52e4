/** @file Held notes and what a voice does as a whole, on voices whose notes are known. */
import { describe, expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import type { SoundClass } from "../../src/voice/classes.js";
import { findHeld, findMode, measureMode, songScore } from "../../src/voice/singing.js";
import type { Voice } from "../../src/voice/voice.js";
import { pause, type Sound, talk, voiceOf } from "../performance/voices.js";

/** A voice whose pitch is a curve over its sounds. @param pitchAt - Factor at a hop. */
function withPitch(sounds: readonly Sound[], pitchAt: (hop: number) => number): Voice {
  const voice = voiceOf(sounds);
  return { ...voice, pitchHz: voice.pitchHz.map((hz, hop) => hz * pitchAt(hop)) };
}

const semitones = (count: number) => 2 ** (count / 12);
const vibrato = (hz: number, depth: number) => (hop: number) =>
  semitones(depth * Math.sin((2 * Math.PI * hz * hop) / 100));
const largest = (curve: Float32Array, from: number, to: number) =>
  Math.max(...curve.subarray(from, to));
const mean = (curve: Float32Array, from: number, to: number) =>
  curve.subarray(from, to).reduce((sum, value) => sum + value, 0) / (to - from);

/** A melody: syllables of `la` on the notes of a scale. */
function melody(noteCount: number, hops: number): Sound[] {
  const scale = [0, 4, 7, 5, 2, 9, 4, 0];
  const vowels: SoundClass[] = ["A", "O", "E", "A"];
  const notes = Array.from({ length: noteCount }, (_, i): Sound[] => [
    { name: "DD", hops: 7 },
    { name: vowels[i % 4], hops, pitchHz: 220 * semitones(scale[i % 8]) },
  ]);
  return [pause(40), ...notes.flat(), pause(40)];
}

/** Speech whose vowels glide by some semitones a second, up or down. */
function gliding(seconds: number, speed: number): Voice {
  return withPitch(talk(seconds), (hop) => semitones((speed * (hop % 50)) / 100));
}

/** Syllables of one length with each fourth stressed, or of irregular lengths and stress. */
function syllables(count: number, hops: number, isEven: boolean): Voice {
  const chance = randomOf(7, "rap");
  const vowels: SoundClass[] = ["A", "I", "E", "O", "@"];
  const sounds = Array.from({ length: count }, (_, i): Sound[] => {
    const length = isEven ? hops : Math.round(hops * (0.6 + 0.8 * chance.uniform()));
    const isStressed = isEven ? i % 4 === 0 : chance.uniform() < 0.25;
    const closed = Math.round(0.45 * length);
    const levelDb = isStressed ? -18 : -27;
    const pitchHz = 130 * semitones(6 * chance.uniform() - 3);
    return [
      { name: "DD", hops: closed, levelDb: -38 },
      { name: vowels[i % 5], hops: length - closed, levelDb, pitchHz },
    ];
  }).flat();
  return withPitch(sounds, (hop) => semitones((10 * (hop % 40)) / 100));
}

describe("held notes", () => {
  const around = (hops: number) => [pause(30), { name: "A", hops } as Sound, pause(30)];

  test.each([5, 6, 7])("a note of a second with vibrato of %i Hz is held throughout", (hz) => {
    const held = findHeld(withPitch(around(100), vibrato(hz, 0.8)));
    expect(Math.min(...held.subarray(36, 124))).toBeGreaterThan(0.95);
    expect(largest(held, 0, 22)).toBe(0);
    expect(largest(held, 138, 160)).toBe(0);
  });

  test("a vowel of 0.2 s is no note, of 0.35 s half a one, of 0.5 s a whole one", () => {
    const middle = (hops: number) => findHeld(voiceOf(around(hops)))[30 + (hops >> 1)];
    expect(middle(20)).toBe(0);
    expect(middle(35)).toBeCloseTo(0.5, 1);
    expect(middle(50)).toBeGreaterThan(0.95);
  });

  test("a long vowel that glides by 8 semitones a second is no note", () => {
    const held = findHeld(withPitch(around(80), (hop) => semitones((-8 * hop) / 100)));
    expect(largest(held, 0, held.length)).toBeLessThan(0.15);
  });

  test("two notes a tone apart are both held", () => {
    const sounds: Sound[] = [
      { name: "A", hops: 70, pitchHz: 220 },
      { name: "A", hops: 70, pitchHz: 247 },
    ];
    const held = findHeld(voiceOf(sounds));
    expect(mean(held, 10, 50)).toBeGreaterThan(0.9);
    expect(mean(held, 90, 130)).toBeGreaterThan(0.9);
  });

  test("a monotone with consonants in it is no note", () => {
    const sounds = Array.from({ length: 10 }, (): Sound[] => [
      { name: "NN", hops: 8, levelDb: -38, pitchHz: 120 },
      { name: "A", hops: 14, levelDb: -22, pitchHz: 120 },
    ]).flat();
    expect(largest(findHeld(voiceOf(sounds)), 0, 220)).toBeLessThan(0.1);
  });

  test("silence and single hops of voice are no notes", () => {
    expect(largest(findHeld(voiceOf([pause(100)])), 0, 100)).toBe(0);
    expect(findHeld(voiceOf([{ name: "A", hops: 1 }]))).toHaveLength(1);
  });
});

describe("modes", () => {
  test("a melody is a song, with and without vibrato", () => {
    expect(findMode(voiceOf(melody(16, 50)))).toBe("song");
    expect(findMode(withPitch(melody(16, 50), vibrato(6, 0.7)))).toBe("song");
  });

  test.each([-12, 12])("talk whose pitch moves by %i semitones a second is speech", (speed) => {
    expect(findMode(gliding(30, speed))).toBe("speech");
  });

  test("one long note in talk leaves it speech", () => {
    const um: Sound = { name: "@", hops: 80, pitchHz: 110 };
    const voice = withPitch([...talk(12), um, ...talk(12, 2)], (hop) =>
      semitones((9 * (hop % 40)) / 100),
    );
    expect(findMode(voice)).toBe("speech");
  });

  test("eight syllables a second on a beat are rap; as fast without a beat is speech", () => {
    expect(findMode(syllables(100, 13, true))).toBe("rap");
    expect(findMode(syllables(100, 13, false))).toBe("speech");
  });

  test("slow syllables on a beat are speech", () => {
    expect(findMode(syllables(60, 24, true))).toBe("speech");
  });

  test("what is too short or silent is speech", () => {
    expect(findMode(voiceOf(melody(1, 50)))).toBe("speech");
    expect(findMode(voiceOf([pause(300)]))).toBe("speech");
    expect(findMode(voiceOf([pause(1)]))).toBe("speech");
  });

  test("the measures say what is there", () => {
    const song = measureMode(voiceOf(melody(16, 50)));
    expect(song.held).toBeGreaterThan(0.8);
    expect(song.still).toBeGreaterThan(0.8);
    expect(song.density).toBe(1);
    const rap = measureMode(syllables(100, 13, true));
    expect(rap.rate).toBeCloseTo(100 / 13, 0);
    expect(rap.beat).toBeGreaterThan(0.6);
    expect(songScore(rap)).toBeLessThan(songScore(song) - 0.8);
  });
});
