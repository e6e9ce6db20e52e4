/** @file Styles of people who were never filmed: habits, what is held back, how much is enough. */
import { describe, expect, test } from "vitest";
import { readLessons, writeLessons } from "../../src/capture/lessons.js";
import type { MouthSums } from "../../src/capture/manner.js";
import { type FilmLesson, makeStyle } from "../../src/capture/style.js";
import { HEARD_SIZE } from "../../src/performance/manner.js";
import { perform } from "../../src/performance/performance.js";
import { MOTION_SIZE, readStyle, SOUND_SIZE, writeStyle } from "../../src/performance/style.js";
import { blinksOf, curveOf, spread } from "../performance/takes.js";
import { talk, voiceOf } from "../performance/voices.js";

/** A mouth of a size against what is usual, that goes with its voice by r .5; sounds tell nothing. */
function mouth(seconds: number, size: number): MouthSums {
  const frames = Math.round(25 * seconds);
  const row = 2 + HEARD_SIZE;
  const [told, filmed] = [
    [0.2, 0.3],
    [(0.2 * size) / 1.23, (0.3 * size) / 1.23],
  ];
  const gram = new Float64Array(row * row);
  const cross = new Float64Array(row * 2);
  told.forEach((spreadCm, k) => {
    gram[k * (row + 1)] = frames * spreadCm ** 2;
    cross[3 * k] = frames * 0.5 * spreadCm * filmed[k];
  });
  return { frames, gram, cross, squares: Float64Array.from(filmed, (cm) => frames * cm ** 2) };
}

/** A minute of it, in five parts of which the last is of another size. */
const mouths = (seconds: number, size: number, lastSize: number) => [
  ...Array.from({ length: 4 }, () => mouth(0.2 * seconds, size)),
  mouth(0.2 * seconds, lastSize),
];

function lesson(seconds: number, more: Partial<FilmLesson> = {}): FilmLesson {
  const frameCount = Math.round(25 * seconds);
  return {
    source: { name: "a.mp4", licence: "my own", seconds, sha256: "ab" },
    clips: [
      {
        frameCount,
        motion: Float32Array.from({ length: frameCount * MOTION_SIZE }, (_, i) => Math.sin(i) / 50),
        sound: new Float32Array(frameCount * SOUND_SIZE).fill(0.5),
      },
    ],
    ...{ seenSeconds: seconds, blinks: Math.round((22 * seconds) / 60) },
    ...more,
  };
}

describe("habits", () => {
  const habitsOf = (size: number, heldSize: number, seconds = 60) => {
    return makeStyle("a", "my own", [lesson(seconds, { mouth: mouths(seconds, size, heldSize) })]);
  };

  test("of a usual person are none", () => {
    const { style, score } = habitsOf(1, 1);
    expect(style.habits?.jaw).toBeCloseTo(1, 2);
    expect(style.habits?.lips).toBeCloseTo(1, 2);
    expect(style.habits?.blinksPerMinute).toBeCloseTo(22, 0);
    expect(score?.opening[0]).toBeCloseTo(1, 2);
  });

  test("of a large mouth are larger, the more so the more was seen", () => {
    const [minute, hour] = [habitsOf(1.4, 1.4), habitsOf(1.4, 1.4, 600)];
    expect(minute.style.habits?.jaw).toBeGreaterThan(1.15);
    expect(minute.style.habits?.jaw).toBeLessThan(1.3);
    expect(hour.style.habits?.jaw).toBeGreaterThan(1.35);
    // Ours was too small before, and is less so after, where nothing was learned.
    expect(minute.score?.opening[0]).toBeCloseTo(1 / 1.4, 2);
    expect(minute.score?.opening[1]).toBeGreaterThan(0.8);
  });

  test("that do not hold where they were not learned are dropped", () => {
    expect(habitsOf(1.4, 0.8).style.habits?.jaw).toBe(1);
  });

  test("have limits", () => {
    expect(habitsOf(9, 9, 600).style.habits?.jaw).toBe(1.6);
  });

  test("of the lids: who never blinks in a minute blinks less", () => {
    const { style } = makeStyle("a", "my own", [lesson(60, { blinks: 0 })]);
    expect(style.habits?.blinksPerMinute).toBeCloseTo(11, 0);
    expect(style.habits?.jaw).toBe(1);
  });

  test("reach the performance", () => {
    const { style } = habitsOf(1, 1, 120);
    const voice = voiceOf(talk(60));
    const as = (jaw: number, blinksPerMinute: number) =>
      perform(voice, { style: { ...style, habits: { jaw, lips: 1, blinksPerMinute } } });
    const [usual, other] = [as(1, 22), as(1.4, 6)];
    expect(spread(curveOf(other, "jawOpen"))).toBeGreaterThan(
      1.2 * spread(curveOf(usual, "jawOpen")),
    );
    expect(blinksOf(other).length).toBeLessThan(0.6 * blinksOf(usual).length);
  });
});

test("too little of a face that speaks is refused, with what is there", () => {
  expect(() => makeStyle("a", "my own", [lesson(6), lesson(7)])).toThrow(/13 s .* 20 s/);
  expect(() => makeStyle("a", "my own", [])).toThrow(
    expect.objectContaining({ code: "style_too_short" }),
  );
});

test("an hour of film gives a style under 1 MB that names its sources", () => {
  const { style } = makeStyle(
    "anna",
    "her consent",
    Array.from({ length: 60 }, () => lesson(60)),
  );
  const bytes = writeStyle(style);
  expect(bytes.length).toBeLessThan(1_000_000);
  const read = readStyle(bytes);
  expect(read).toMatchObject({ name: "anna", basis: "her consent", habits: style.habits });
  expect(read.sources).toHaveLength(60);
  expect(read.sources[0]).toEqual({ name: "a.mp4", licence: "my own", seconds: 60, sha256: "ab" });
});

test("lessons go through a file; what is none gives none", () => {
  const lessons = [lesson(60, { mouth: mouths(60, 1.1, 1.2) }), lesson(3)];
  expect(readLessons(writeLessons(lessons))).toEqual(lessons);
  expect(readLessons(new TextEncoder().encode("no lessons at all, but text"))).toEqual([]);
});
