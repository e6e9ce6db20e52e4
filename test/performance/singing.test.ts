/** @file Lips that sing and rap: what lasts, what shakes, what opens, what stays distinct. */
import { describe, expect, test } from "vitest";
import { gaussianSmooth } from "../../src/base/curves.js";
import { breathScale, RAP_QUICKNESS, shapeRap, shapeSong } from "../../src/performance/singing.js";
import { LIP_CHANNELS, LIP_COUNT } from "../../src/voice/lip-channels.js";
import { findHeld } from "../../src/voice/singing.js";
import type { Voice } from "../../src/voice/voice.js";
import { pause, type Sound, voiceOf } from "./voices.js";

const JAW = LIP_CHANNELS.indexOf("jawOpen");
const PUCKER = LIP_CHANNELS.indexOf("mouthPucker");
const ROLL = LIP_CHANNELS.indexOf("mouthRollLower");

/** Rows in which one column is a curve and all others are 0. */
function rowsOf(hops: number, column: number, at: (hop: number) => number): Float32Array {
  const rows = new Float32Array(hops * LIP_COUNT);
  for (let hop = 0; hop < hops; hop++) rows[hop * LIP_COUNT + column] = at(hop);
  return rows;
}

function columnOf(rows: Float32Array, column: number): Float32Array {
  return Float32Array.from(
    { length: rows.length / LIP_COUNT },
    (_, i) => rows[i * LIP_COUNT + column],
  );
}

const wave = (hz: number) => (hop: number) => Math.sin((2 * Math.PI * hz * hop) / 100);
const range = (curve: Float32Array, from: number, to: number) => {
  const part = curve.subarray(from, to);
  return Math.max(...part) - Math.min(...part);
};

/** Notes of a second from hop 50, 250, 450, …, each after and before silence. */
function notesOf(...notes: readonly Omit<Sound, "hops">[]): Voice {
  return voiceOf([pause(50), ...notes.flatMap((note) => [{ ...note, hops: 100 }, pause(100)])]);
}

/** A jaw that is open while there is sound, and opens and closes within 60 ms. */
const openJaw = (hop: number) => {
  const into = (hop - 50) % 200;
  return hop < 50 ? 0 : 0.4 * Math.max(0, Math.min(1, (into + 1) / 6, (100 - into) / 6));
};

describe("song", () => {
  test("vibrato and tremolo of 6 Hz leave less than a tenth of their ripple on the jaw", () => {
    const calm = notesOf({ name: "A" });
    const shaken: Voice = {
      ...calm,
      pitchHz: calm.pitchHz.map((hz, hop) => hz * 2 ** ((0.8 * wave(6)(hop)) / 12)),
      levelDb: calm.levelDb.map((db, hop) => db + (db > -60 ? 3 * wave(6)(hop) : 0)),
    };
    const lips = rowsOf(calm.hopCount, JAW, (hop) => openJaw(hop) * (1 + 0.25 * wave(6)(hop)));
    const jaw = columnOf(shapeSong(lips, shaken, findHeld(shaken)), JAW);
    expect(range(columnOf(lips, JAW), 60, 140)).toBeGreaterThan(0.19);
    expect(range(jaw, 62, 148)).toBeLessThan(0.02);
    expect(jaw[100]).toBeCloseTo(0.4, 1);
  });

  test("a mouth that closes early stays open to the end of the note, and is shut 0.15 s later", () => {
    const voice = notesOf({ name: "A" });
    const lips = rowsOf(voice.hopCount, JAW, (hop) => (hop < 120 ? openJaw(hop) : 0));
    const jaw = columnOf(shapeSong(lips, voice, findHeld(voice)), JAW);
    expect(jaw[148]).toBeGreaterThan(0.9 * jaw[100]);
    expect(jaw[100]).toBeGreaterThan(0.2);
    expect(jaw[165]).toBe(0);
  });

  test("a voice that goes on after its pitch has fallen keeps the mouth open", () => {
    const fall = (hop: number) => (hop < 130 ? 1 : 2 ** ((-12 * (hop - 130)) / 100));
    const even = notesOf({ name: "A" });
    const voice = { ...even, pitchHz: even.pitchHz.map((hz, hop) => hz * fall(hop)) };
    const held = findHeld(voice);
    expect(held[148]).toBeLessThan(0.5);
    const lips = rowsOf(voice.hopCount, JAW, (hop) => (hop < 120 ? openJaw(hop) : 0));
    const jaw = columnOf(shapeSong(lips, voice, held), JAW);
    expect(jaw[148]).toBeGreaterThan(0.9 * jaw[100]);
  });

  test("the jaw opens by a third more an octave up, wider when loud, narrower when soft", () => {
    const voice = notesOf(
      { name: "A", pitchHz: 200 },
      { name: "A", pitchHz: 400 },
      { name: "A", pitchHz: 200, levelDb: -14 },
      { name: "A", pitchHz: 200, levelDb: -34 },
      { name: "A", pitchHz: 120 },
    );
    const jaw = columnOf(
      shapeSong(rowsOf(voice.hopCount, JAW, openJaw), voice, findHeld(voice)),
      JAW,
    );
    const [middle, high, loud, soft, low] = [100, 300, 500, 700, 900].map((hop) => jaw[hop]);
    expect(middle).toBeCloseTo(0.4, 2);
    expect(high / middle).toBeCloseTo(1.35, 2);
    expect(loud / middle).toBeCloseTo(1.2, 2);
    expect(soft / middle).toBeCloseTo(0.8, 2);
    expect(low).toBeCloseTo(middle, 2);
  });

  test("only the jaw grows with pitch", () => {
    const voice = notesOf({ name: "U", pitchHz: 200 }, { name: "U", pitchHz: 400 });
    const lips = rowsOf(voice.hopCount, PUCKER, openJaw);
    const pucker = columnOf(shapeSong(lips, voice, findHeld(voice)), PUCKER);
    expect(pucker[300]).toBeCloseTo(pucker[100], 4);
  });

  test("a doubtful or short other vowel does not change a note's shape; a lasting one does", () => {
    const jawWith = (hops: number) => {
      const sounds: Sound[] = [pause(50), { name: "A", hops: 70 }];
      const other: Sound[] = [
        { name: "U", hops, pitchHz: 120 },
        { name: "A", hops: 60 },
      ];
      const voice = voiceOf([...sounds, ...other, pause(50)]);
      const isOther = (hop: number) => hop >= 120 && hop < 120 + hops;
      const lips = rowsOf(voice.hopCount, JAW, (hop) => (isOther(hop) ? 0.1 : 0.4));
      return columnOf(shapeSong(lips, voice, findHeld(voice)), JAW);
    };
    expect(range(jawWith(10), 62, 170)).toBeLessThan(0.01);
    const changed = jawWith(50);
    expect(changed[145]).toBeLessThan(0.15);
    expect(changed[90]).toBeGreaterThan(0.35);
    expect(changed[200]).toBeGreaterThan(0.35);
    expect(range(changed, 116, 120)).toBeLessThan(0.2);
  });

  test("outside notes nothing changes, and the input is left alone", () => {
    const voice = voiceOf([pause(50), { name: "A", hops: 15 }, { name: "PP", hops: 8 }, pause(50)]);
    const lips = rowsOf(voice.hopCount, JAW, (hop) => 0.3 + 0.2 * wave(6)(hop));
    const before = lips.slice();
    expect(shapeSong(lips, voice, findHeld(voice))).toEqual(before);
    const note = notesOf({ name: "A" });
    const noteLips = rowsOf(note.hopCount, JAW, openJaw);
    const noteBefore = noteLips.slice();
    const out = shapeSong(noteLips, note, findHeld(note));
    expect(noteLips).toEqual(noteBefore);
    expect(out.subarray(0, 45 * LIP_COUNT)).toEqual(noteBefore.subarray(0, 45 * LIP_COUNT));
    expect(out.subarray(170 * LIP_COUNT)).toEqual(noteBefore.subarray(170 * LIP_COUNT));
  });

  test("no weight leaves 0..1 and nothing jumps", () => {
    const voice = notesOf({ name: "A", pitchHz: 200 }, { name: "A", pitchHz: 900, levelDb: -4 });
    const lips = rowsOf(voice.hopCount, JAW, (hop) => (openJaw(hop) > 0 ? 0.9 : 0));
    const jaw = columnOf(shapeSong(lips, voice, findHeld(voice)), JAW);
    expect(Math.max(...jaw)).toBeLessThanOrEqual(1);
    expect(Math.min(...jaw)).toBeGreaterThanOrEqual(0);
    for (let hop = 150; hop < 170; hop++) expect(jaw[hop - 1] - jaw[hop]).toBeLessThan(0.16);
  });
});

describe("rap", () => {
  const voice = voiceOf([{ name: "A", hops: 600 }]);
  const rapped = (hz: number) => {
    const lips = rowsOf(600, JAW, (hop) => 0.4 + 0.3 * wave(hz)(hop));
    return columnOf(shapeRap(lips, voice), JAW);
  };
  /** Depth of what is left, against its mean, as a share of what was there. */
  const depthOf = (curve: Float32Array) => {
    const part = curve.subarray(150, 450);
    const middle = part.reduce((sum, value) => sum + value, 0) / part.length;
    return range(part, 0, part.length) / 2 / middle / (0.3 / 0.4);
  };

  /** What a critically damped spring keeps of a movement. */
  const kept = (hz: number, springHz: number) => 1 / (1 + (hz / springHz) ** 2);

  test.each([4, 6, 7, 8])("%i syllables a second keep most of their depth when smoothed", (hz) => {
    const jaw = rapped(hz);
    const behindSpring = depthOf(jaw) * kept(hz, 7 * RAP_QUICKNESS);
    const behindGaussian = depthOf(gaussianSmooth(jaw, 2 / RAP_QUICKNESS));
    expect(behindSpring).toBeGreaterThan(0.65);
    expect(behindGaussian).toBeGreaterThan(0.65);
    expect(Math.max(behindSpring, behindGaussian)).toBeLessThan(1.3);
  });

  test.each([14, 20, 30])("nothing flutters at %i Hz", (hz) => {
    expect(depthOf(rapped(hz))).toBeLessThan(0.15);
  });

  test("the mouth opens by seven tenths; what shuts the lips does so fully", () => {
    const still = (column: number) =>
      shapeRap(
        rowsOf(600, column, () => 0.5),
        voice,
      );
    expect(columnOf(still(JAW), JAW)[300]).toBeCloseTo(0.35, 4);
    expect(columnOf(still(PUCKER), PUCKER)[300]).toBeCloseTo(0.35, 4);
    expect(columnOf(still(ROLL), ROLL)[300]).toBeCloseTo(0.5, 4);
  });

  test("one syllable stays where it is and no weight is negative", () => {
    const lips = rowsOf(600, JAW, (hop) => Math.max(0, 0.6 - 0.15 * Math.abs(hop - 300)));
    const jaw = columnOf(shapeRap(lips, voice), JAW);
    expect(jaw.indexOf(Math.max(...jaw))).toBe(300);
    expect(Math.min(...jaw)).toBeGreaterThanOrEqual(0);
    expect(jaw[250]).toBe(0);
  });
});

test("singers breathe deeper than speakers", () => {
  expect(breathScale("speech")).toBe(1);
  expect(breathScale("song")).toBeGreaterThan(1.4);
  expect(breathScale("rap")).toBeLessThan(1);
});
