/** @file What sizes films are offered in, and how long they are said to take. */
import { describe, expect, test } from "vitest";
import { learnPace, secondsFor, sizesFor, USUAL_PACE } from "../../src/studio/estimates.js";

const said = (width: number, height: number) =>
  sizesFor({ width, height }).map(({ size, name }) => `${size.width}x${size.height} ${name ?? ""}`);

describe("sizes", () => {
  test("go up to what the portrait gives, by the names of their short sides", () => {
    expect(said(1700, 1700)).toEqual([
      ...["512x512 ", "720x720 720p", "1080x1080 1080p", "1440x1440 1440p", "1700x1700 "],
    ]);
    expect(said(1920, 1080)).toEqual(["512x288 ", "1280x720 720p", "1920x1080 1080p"]);
  });

  test("are never larger than 4K, nor smaller than what is seen, nor nearly the same twice", () => {
    expect(said(6000, 6000).at(-1)).toBe("2160x2160 4K");
    expect(said(300, 300)).toEqual(["512x512 "]);
    expect(said(530, 530)).toEqual(["512x512 "]);
    expect(said(750, 750)).toEqual(["512x512 ", "720x720 720p"]);
  });

  test("are even, as films are", () => {
    for (const { size } of sizesFor({ width: 1501, height: 1003 })) {
      expect([size.width % 2, size.height % 2]).toEqual([0, 0]);
    }
  });
});

describe("estimates", () => {
  const size = { width: 1000, height: 1000 };

  test("grow with pixels and frames, and with a portrait that must be got ready", () => {
    const film = { isSeen: true, by: "film" } as const;
    expect(secondsFor(size, 100, film, USUAL_PACE)).toBeCloseTo(100 * USUAL_PACE.film, 6);
    expect(secondsFor(size, 100, { ...film, isSeen: false }, USUAL_PACE)).toBeCloseTo(
      100 * USUAL_PACE.film + USUAL_PACE.setup,
      6,
    );
  });

  test("learn from what a film took, pictures apart from films, and not from one frame", () => {
    const learned = learnPace(USUAL_PACE, size, 50, { drawnInSeconds: 100, by: "pictures" });
    expect(learned).toEqual({ ...USUAL_PACE, pictures: 2 });
    expect(learnPace(USUAL_PACE, size, 1, { drawnInSeconds: 9, by: "pictures" })).toBe(USUAL_PACE);
  });
});
