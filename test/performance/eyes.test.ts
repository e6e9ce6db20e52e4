/** @file Blinks, glances and brows. */
import { describe, expect, test } from "vitest";
import { perform } from "../../src/performance/performance.js";
import type { Take } from "../../src/performance/take.js";
import { blinksOf, curveOf, frameAt, gazeOf, largest, mean, spread, turnOf } from "./takes.js";
import { stressed, talk, voiceOf } from "./voices.js";

const SEEDS = [1, 2, 3, 4];
const VOICE = voiceOf(talk(60));
const TAKES = SEEDS.map((seed) => perform(VOICE, { seed }));
const STRESSED = stressed(15);
const STRESSED_VOICE = voiceOf(STRESSED.sounds);
const STRESSED_TAKES = SEEDS.map((seed) => perform(STRESSED_VOICE, { seed }));

/** How far the lids come down in each blink. */
function depthsOf(take: Take): number[] {
  return blinksOf(take).map(({ depth }) => depth);
}

/** Times between blinks, seconds. */
function gapsOf(take: Take): number[] {
  const blinks = blinksOf(take);
  return blinks.slice(1).map(({ from }, i) => from - blinks[i].from);
}

describe("blinks", () => {
  test("come 10 to 28 times a minute with every seed, and about 20 times on the average", () => {
    const counts = TAKES.map((take) => blinksOf(take).length);
    for (const count of counts) {
      expect(count).toBeGreaterThanOrEqual(10);
      expect(count).toBeLessThanOrEqual(28);
    }
    expect(mean(counts)).toBeGreaterThan(14);
    expect(mean(counts)).toBeLessThan(22);
  });

  test("come at irregular intervals, never in a volley and never after half a minute", () => {
    const gaps = TAKES.flatMap(gapsOf);
    expect(spread(gaps) / mean(gaps)).toBeGreaterThan(0.45);
    expect(Math.min(...gaps)).toBeGreaterThan(0.3);
    expect(Math.max(...gaps)).toBeLessThan(12);
  });

  test.each([24, 60])("last 100 to 400 ms, closing faster than opening, at %i fps", (fps) => {
    const take = perform(VOICE, { fps, seed: 3 });
    const curve = curveOf(take, "eyeBlinkLeft");
    for (const { from, to, depth } of blinksOf(take)) {
      expect(to - from).toBeGreaterThan(0.1);
      expect(to - from).toBeLessThan(0.4);
      const first = Math.round(from * fps);
      const deepest = curve.indexOf(depth, first);
      const last = curve.lastIndexOf(depth, Math.round(to * fps));
      expect(deepest - first).toBeLessThanOrEqual(Math.round(to * fps) - last);
    }
  });

  test.each([12.5, 60])("shut the eye on a frame, but for a few half ones, at %d fps", (fps) => {
    const depths = [1, 2].flatMap((seed) => depthsOf(perform(VOICE, { fps, seed })));
    expect(Math.min(...depths)).toBeGreaterThan(0.7);
    expect(depths.filter((depth) => depth === 1).length / depths.length).toBeGreaterThan(0.7);
  });

  test("are shut in three of four cases and more", () => {
    const depths = TAKES.flatMap(depthsOf);
    expect(depths.filter((depth) => depth === 1).length / depths.length).toBeGreaterThan(0.75);
  });

  test("are of both eyes at once", () => {
    for (const take of TAKES) {
      const left = blinksOf(take, "eyeBlinkLeft");
      const right = blinksOf(take, "eyeBlinkRight");
      expect(right).toHaveLength(left.length);
      left.forEach(({ from, to }, i) => {
        expect(Math.abs(from - right[i].from)).toBeLessThanOrEqual(0.04);
        expect(Math.abs(to - right[i].to)).toBeLessThanOrEqual(0.04);
      });
    }
  });

  test("spare the accents", () => {
    const shut = STRESSED_TAKES.flatMap((take) => {
      const curve = curveOf(take, "eyeBlinkLeft");
      return STRESSED.accents.map((seconds) => curve[frameAt(take, seconds)]);
    });
    expect(shut.filter((closed) => closed > 0.5).length / shut.length).toBeLessThan(0.02);
  });

  test("follow the wish: none at 0, about twice as many at 2", () => {
    expect(largest(curveOf(perform(VOICE, { blink: 0 }), "eyeBlinkLeft"))).toBe(0);
    const twice = [1, 2].map((seed) => blinksOf(perform(VOICE, { blink: 2, seed })).length);
    expect(mean(twice)).toBeGreaterThan(1.5 * mean(TAKES.map((take) => blinksOf(take).length)));
  });
});

/** How far the eyes look past the viewer, degrees, the head's turn taken into account. */
function pastViewer(take: Take): number[] {
  const [yaw, pitch] = [gazeOf(take, "yaw"), gazeOf(take, "pitch")];
  const [turn, bow] = [turnOf(take, "yaw"), turnOf(take, "pitch")];
  return yaw.map((_, i) => Math.hypot(yaw[i] + turn[i], pitch[i] + bow[i]));
}

describe("gaze", () => {
  test("never goes further than eyes comfortably do", () => {
    for (const take of TAKES) {
      expect(largest(gazeOf(take, "yaw"))).toBeLessThan(22);
      expect(largest(gazeOf(take, "pitch"))).toBeLessThan(15);
    }
  });

  test("is with the viewer most of the time, and away for a while now and then", () => {
    const away = TAKES.map((take) => mean(pastViewer(take).map((far) => (far > 3 ? 1 : 0))));
    for (const share of away) {
      expect(share).toBeGreaterThan(0.04);
      expect(share).toBeLessThan(0.35);
    }
    expect(mean(away)).toBeGreaterThan(0.08);
    expect(mean(away)).toBeLessThan(0.25);
  });

  test("stays with the viewer if the viewer is to be looked at, however the head turns", () => {
    for (const seed of [1, 2]) {
      const take = perform(VOICE, { gaze: "camera", seed, head: 1.5 });
      expect(largest(pastViewer(take))).toBeLessThan(3);
    }
  });

  test("jumps: eyes are never seen between two places for longer than 40 ms", () => {
    const far = pastViewer(perform(VOICE, { fps: 100, seed: 2 }));
    let home = 0;
    const journeys = far.flatMap((degrees, frame) => {
      if (degrees < 2.2) home = frame;
      return degrees >= 3.2 && far[frame - 1] < 3.2 ? [(frame - home) / 100] : [];
    });
    expect(journeys.length).toBeGreaterThan(6);
    expect(Math.max(...journeys)).toBeLessThanOrEqual(0.04);
  });

  test("flickers even when it rests on the viewer: eyes are never painted", () => {
    for (const seed of [1, 2]) {
      const yaw = gazeOf(perform(VOICE, { gaze: "camera", head: 0, seed }), "yaw");
      for (let first = 0; first + 75 <= yaw.length; first += 25) {
        expect(spread(yaw.slice(first, first + 75))).toBeGreaterThan(0.02);
      }
    }
  });

  test("is written alike for rigs that turn irises and for rigs that have only channels", () => {
    const take = TAKES[0];
    const yaw = gazeOf(take, "yaw");
    const pitch = gazeOf(take, "pitch");
    const at = (name: Parameters<typeof curveOf>[1]) => curveOf(take, name);
    const [outLeft, inLeft] = [at("eyeLookOutLeft"), at("eyeLookInLeft")];
    const [down, up] = [at("eyeLookDownLeft"), at("eyeLookUpLeft")];
    expect(at("eyeLookInRight")).toEqual(outLeft);
    expect(at("eyeLookOutRight")).toEqual(inLeft);
    yaw.forEach((angle, i) => {
      // Positive is to the subject's left and down.
      expect(outLeft[i] - inLeft[i]).toBeCloseTo(angle / 30, 3);
      expect(outLeft[i] * inLeft[i]).toBe(0);
      expect(down[i] * up[i]).toBe(0);
      if (Math.abs(pitch[i]) > 0.1) expect(down[i] > up[i]).toBe(pitch[i] > 0);
    });
  });
});

describe("brows", () => {
  const { accents } = STRESSED;
  /** The brow at each accent of a take. */
  const lifts = (take: Take) => {
    const curve = curveOf(take, "browInnerUp");
    return accents.map((seconds) => curve[frameAt(take, seconds)]);
  };

  test("rise with accents, and on some only", () => {
    const heights = STRESSED_TAKES.flatMap(lifts);
    const share = mean(heights.map((height) => (height > 0.15 ? 1 : 0)));
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
    const between = STRESSED_TAKES.flatMap((take) => {
      const curve = curveOf(take, "browInnerUp");
      return accents.map((seconds) => curve[frameAt(take, seconds + 1)]);
    });
    expect(mean(heights)).toBeGreaterThan(3 * mean(between));
  });

  test("come back within a second", () => {
    for (const take of STRESSED_TAKES) {
      const curve = curveOf(take, "browInnerUp");
      for (const seconds of accents) {
        expect(curve[frameAt(take, seconds + 0.9)]).toBeLessThan(0.1);
      }
    }
  });

  test("move slowly enough to be seen moving", () => {
    const curve = curveOf(perform(STRESSED_VOICE, { fps: 100 }), "browInnerUp");
    const fastest = largest(curve.slice(1).map((value, i) => (value - curve[i]) * 100));
    expect(fastest).toBeGreaterThan(1);
    expect(fastest).toBeLessThan(12);
  });

  test("are not quite alike left and right, and never far apart", () => {
    const take = STRESSED_TAKES[1];
    const left = curveOf(take, "browOuterUpLeft");
    const right = curveOf(take, "browOuterUpRight");
    const apart = largest(left.map((value, i) => value - right[i]));
    expect(apart).toBeGreaterThan(0.01);
    expect(apart).toBeLessThan(0.35);
  });

  test("follow the wish: still at 0, higher at 2", () => {
    const still = perform(STRESSED_VOICE, { expression: 0 });
    for (const name of ["browInnerUp", "browOuterUpLeft", "browDownLeft", "eyeWideLeft"] as const) {
      expect(largest(curveOf(still, name))).toBe(0);
    }
    const twice = perform(STRESSED_VOICE, { expression: 2, seed: 1 });
    expect(mean(lifts(twice))).toBeGreaterThan(1.6 * mean(lifts(STRESSED_TAKES[0])));
  });
});
