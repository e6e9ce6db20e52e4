/** @file Blinks, likeness and variety, on faces that do as told. */
import { describe, expect, test } from "vitest";
import { blinksOf, measureFace } from "../../src/report/face.js";
import type { MeasureName } from "../../src/report/measure.js";
import type { Track } from "../../src/report/track.js";
import { lids, lips, type Move, still, trackOf } from "./tracks.js";

const FPS = 25;

/** Eyes that shut for some frames at each of these. */
function blinking(starts: readonly number[], frames = 5): Move {
  return lids((frame) =>
    starts.some((start) => frame >= start && frame < start + frames) ? 0.1 : 1,
  );
}

function findingIn(track: Track, name: MeasureName) {
  return measureFace(track).findings.find((finding) => finding.name === name);
}

describe("blinks", () => {
  test("are found where they are, as long as they are", () => {
    const blinks = blinksOf(trackOf(300, blinking([50, 121, 260])));
    expect(blinks.map(({ startSeconds }) => Math.round(startSeconds * FPS))).toEqual([
      50, 121, 260,
    ]);
    expect(blinks.map(({ endSeconds }) => Math.round(endSeconds * FPS))).toEqual([55, 126, 265]);
  });

  test("that only half shut the eyes count, a squint does not", () => {
    const closing = (open: number) => lids((frame) => (frame >= 100 && frame < 104 ? open : 1));
    expect(blinksOf(trackOf(300, closing(0.55)))).toHaveLength(1);
    expect(blinksOf(trackOf(300, closing(0.7)))).toHaveLength(0);
  });

  test("count where shut lids are taken for half open ones, if they come down quickly", () => {
    const seen = (frame: number) => (frame >= 100 && frame < 104 ? 0.62 : 0.95);
    expect(blinksOf(trackOf(300, lids(seen)))).toHaveLength(1);
    const slowly = (frame: number) => 0.8 + 0.2 * Math.cos(frame / 30);
    expect(blinksOf(trackOf(600, lids(slowly)))).toEqual([]);
  });

  test("are none where eyes stay shut for a second, or close with the film", () => {
    expect(blinksOf(trackOf(300, blinking([100], 25)))).toEqual([]);
    expect(blinksOf(trackOf(300, blinking([296])))).toEqual([]);
  });

  test("are counted a minute, and told by length and regularity", () => {
    const starts = [30, 80, 180, 210, 340];
    const track = trackOf(375, blinking(starts));
    expect(findingIn(track, "blinkRate")?.value).toBeCloseTo(20, 9);
    expect(findingIn(track, "blinkLength")?.value).toBeCloseTo(200, 6);
    // Gaps of 50, 100, 30 and 130 frames.
    expect(findingIn(track, "blinkRegularity")?.value).toBeCloseTo(Math.sqrt(1569) / 77.5, 2);
  });

  test("like a clock's have no variation", () => {
    const track = trackOf(375, blinking([40, 100, 160, 220, 280]));
    expect(findingIn(track, "blinkRegularity")?.value).toBeCloseTo(0, 6);
  });

  test("are not asked for in ten seconds' time, and are 0 in more", () => {
    expect(findingIn(trackOf(249, still), "blinkRate")?.value).toBeUndefined();
    expect(findingIn(trackOf(250, still), "blinkRate")?.value).toBe(0);
    expect(findingIn(trackOf(250, still), "blinkLength")).toEqual({
      name: "blinkLength",
      note: "Only 0 blinks in the film.",
    });
  });
});

describe("likeness", () => {
  const withDistances = (distances: readonly number[]) =>
    trackOf(5 * distances.length, still, {
      identity: distances.map((distance, i) => ({ frame: 5 * i, distance })),
    });

  test("is told by its median, its worst and its drift", () => {
    const track = withDistances([
      ...Array(6).fill(0.1),
      ...Array(6).fill(0.2),
      ...Array(6).fill(0.4),
    ]);
    expect(findingIn(track, "identityMedian")?.value).toBeCloseTo(0.2, 9);
    expect(findingIn(track, "identityWorst")?.value).toBeCloseTo(0.4, 9);
    expect(findingIn(track, "identityDrift")?.value).toBeCloseTo(0.3, 9);
  });

  test("has its worst moment", () => {
    const distances = Array(20).fill(0.2);
    distances[13] = 0.7;
    expect(measureFace(withDistances(distances)).moments).toEqual([
      expect.objectContaining({ name: "identityWorst", seconds: (5 * 13) / FPS }),
    ]);
  });

  test("is not told by nine looks", () => {
    expect(findingIn(withDistances(Array(9).fill(0.9)), "identityMedian")?.value).toBeUndefined();
    expect(findingIn(withDistances(Array(10).fill(0.9)), "identityMedian")?.value).toBe(0.9);
  });
});

describe("variety", () => {
  test("of a face that stands still is 0, wherever its head goes", () => {
    const track = trackOf(100, (frame, _, x, y) => [x + frame, y - frame, 0]);
    expect(findingIn(track, "mouthVariety")?.value).toBeCloseTo(0, 4);
    expect(findingIn(track, "browVariety")?.value).toBeCloseTo(0, 4);
  });

  test("of a mouth is the deviation of its gap among its three distances, in percent", () => {
    const track = trackOf(
      100,
      lips((frame) => 6 + 4 * Math.sin((2 * Math.PI * frame) / 25)),
    );
    expect(findingIn(track, "mouthVariety")?.value).toBeCloseTo(
      (4 * Math.SQRT1_2) / Math.sqrt(3),
      2,
    );
  });

  test("of brows is that of slow motion: a tremble does not count", () => {
    const raised =
      (period: number): Move =>
      (frame, landmark, x, y) => {
        const isBrow = [105, 66, 334, 296].includes(landmark);
        return [x, isBrow ? y - 3 * Math.sin((2 * Math.PI * frame) / period) : y, 0];
      };
    expect(findingIn(trackOf(250, raised(50)), "browVariety")?.value).toBeGreaterThan(1.5);
    expect(findingIn(trackOf(250, raised(3)), "browVariety")?.value).toBeLessThan(0.1);
  });
});
