/** @file The teachers of lips: rules, and people on film. */
import { describe, expect, test } from "vitest";
import type { Channel } from "../../src/base/channels.js";
import { CLASS_COUNT, CLASS_INDEX, type SoundClass } from "../../src/voice/classes.js";
import {
  ARTICULATOR_COUNT,
  ARTICULATORS,
  channelsOfArticulators,
  LIP_CHANNELS,
  LIP_COUNT,
} from "../../src/voice/lip-channels.js";
import { MEL_BANDS } from "../../src/voice/mel.js";
import { scaleMel } from "../../training/data/corpus.js";
import { combine, OPENING, teachByFilm } from "../../training/lips/film-teacher.js";
import { columnOf, correlation } from "../../training/lips/judge.js";
import { teach } from "../../training/lips/teacher.js";

/** A recording that says these sounds, 16 hops each. */
function saying(...names: SoundClass[]) {
  const hops = names.length * 16;
  const classes = Uint8Array.from({ length: hops }, (_, i) => CLASS_INDEX[names[i >> 4]]);
  const mel = Float32Array.from({ length: hops * MEL_BANDS }, (_, i) =>
    classes[Math.floor(i / MEL_BANDS)] === 0 ? -12 : -2,
  );
  const facts = { id: "x", speaker: "x", language: "en", kind: "real" as const };
  return { ...facts, hops, scaledMel: scaleMel(mel), classes };
}

/** An articulator in the middle of sound `index`. */
const at = (curves: Float32Array, index: number, name: (typeof ARTICULATORS)[number]) =>
  columnOf(curves, name)[index * 16 + 8];

describe("the rules", () => {
  const { curves } = teach(saying("sil", "A", "PP", "A", "U", "I", "FF", "A", "TH", "sil", "sil"));

  test("open for A, shut for p b m, round for U, spread for I", () => {
    expect(at(curves, 1, "jaw")).toBeGreaterThan(0.1);
    expect(at(curves, 2, "jaw")).toBeLessThan(0.4 * at(curves, 1, "jaw"));
    expect(at(curves, 2, "press")).toBeGreaterThan(0.1);
    expect(at(curves, 4, "pucker")).toBeGreaterThan(3 * at(curves, 1, "pucker"));
    expect(at(curves, 5, "spread")).toBeGreaterThan(3 * at(curves, 4, "spread"));
    expect(at(curves, 6, "roll")).toBeGreaterThan(0.2);
    expect(at(curves, 8, "tongue")).toBeGreaterThan(0.15);
  });

  test("rest in silence", () => {
    for (const name of ARTICULATORS) expect(at(curves, 10, name)).toBeLessThan(0.03);
  });
});

describe("people on film", () => {
  const spoken = saying(
    "sil",
    ...("A PP E DD O NN I A PP A SS E U LL A".split(" ") as SoundClass[]),
    ...("A PP I DD A NN O E PP A SS I U LL A sil".split(" ") as SoundClass[]),
  );
  const chances = new Float32Array(spoken.hops * CLASS_COUNT);
  spoken.classes.forEach((k, hop) => {
    chances[hop * CLASS_COUNT + k] = 1;
  });
  const guess = combine(teach(spoken).curves, OPENING);
  const width = Array.from(guess, () => 0.6);
  // Somebody who opens twice for every other sound and is 50 ms late on film.
  const seen = Array.from(guess, (_, hop) => {
    const late = Math.max(0, hop - 5);
    return 0.02 + 0.1 * guess[late] * (1 + 0.6 * Math.sin(late / 11));
  });

  test("give their own opening, at the time of the sound", () => {
    const filmed = teachByFilm(spoken, chances, { name: "x", aperture: seen, width });
    const opening = combine(filmed?.curves ?? new Float32Array(0), OPENING);
    const shifted = seen.slice(5);
    const by = (curve: ArrayLike<number>) => correlation(shifted, Array.from(curve));
    expect(by(opening)).toBeGreaterThan(0.97);
    expect(by(opening)).toBeGreaterThan(by(guess) + 0.02);
  });

  test("are left out where the lips do not go with the sound", () => {
    const other = seen.map((_, i) => 0.1 + 0.05 * Math.sin(i * i));
    expect(teachByFilm(spoken, chances, { name: "x", aperture: other, width })).toBeUndefined();
  });
});

test("articulators become channels of both sides, and never less than nothing", () => {
  const rows = new Float32Array(2 * ARTICULATOR_COUNT);
  rows[ARTICULATORS.indexOf("jaw")] = 0.4;
  rows[ARTICULATORS.indexOf("lowerDown")] = 0.2;
  rows[ARTICULATOR_COUNT + ARTICULATORS.indexOf("jaw")] = -0.1;
  const lips = channelsOfArticulators(rows);
  const value = (hop: number, name: Channel) => lips[hop * LIP_COUNT + LIP_CHANNELS.indexOf(name)];
  expect(lips).toHaveLength(2 * LIP_COUNT);
  expect(value(0, "jawOpen")).toBeGreaterThan(0.4);
  expect(value(0, "jawOpen")).toBeLessThanOrEqual(1);
  expect(value(0, "mouthLowerDownLeft")).toBeGreaterThan(0.1);
  expect(value(0, "mouthLowerDownRight")).toBe(value(0, "mouthLowerDownLeft"));
  expect(value(0, "mouthPucker")).toBe(0);
  expect(value(1, "jawOpen")).toBe(0);
});
