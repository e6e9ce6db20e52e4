/** @file The take as a whole: chance, silence, frame rates, voices of every length. */
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNELS } from "../../src/base/channels.js";
import { type Direction, perform } from "../../src/performance/performance.js";
import type { Take } from "../../src/performance/take.js";
import {
  blinksOf,
  curveOf,
  framesIn,
  gazeOf,
  largest,
  MOUTH,
  mean,
  mouthRests,
  range,
  TURNS,
  turnOf,
} from "./takes.js";
import { pause, type Sound, say, talk, voiceOf } from "./voices.js";

const SECONDS = 12;
const VOICE = voiceOf(talk(SECONDS));

/** The largest distance of two curves. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return largest(Array.from(a, (value, i) => value - b[i]));
}

/** Whether all that a take holds is a number within its bounds. */
function expectSound(take: Take): void {
  expect(take.weights).toHaveLength(take.frameCount * CHANNEL_COUNT);
  expect(take.weights.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
  expect(take.head.every(Number.isFinite)).toBe(true);
  expect(take.gaze.every(Number.isFinite)).toBe(true);
  expect(take.breath.every((level) => level >= 0 && level <= 1)).toBe(true);
}

describe("chance", () => {
  test("comes from the seed alone: the same voice and seed give the same take", () => {
    expect(perform(VOICE, { seed: 7 })).toEqual(perform(VOICE, { seed: 7 }));
    expect(perform(voiceOf(talk(SECONDS)), { seed: 7 })).toEqual(perform(VOICE, { seed: 7 }));
  });

  test("moves head, eyes and lids otherwise with another seed, and lips the same", () => {
    const one = perform(VOICE, { seed: 1 });
    const other = perform(VOICE, { seed: 2 });
    for (const name of MOUTH) expect(curveOf(other, name)).toEqual(curveOf(one, name));
    for (const name of TURNS)
      expect(apart(turnOf(one, name), turnOf(other, name))).toBeGreaterThan(1);
    expect(apart(curveOf(one, "eyeBlinkLeft"), curveOf(other, "eyeBlinkLeft"))).toBe(1);
    expect(apart(gazeOf(one, "yaw"), gazeOf(other, "yaw"))).toBeGreaterThan(3);
  });

  test("of one part does not hang on another: without blinks the head moves the same", () => {
    const one = perform(VOICE, { seed: 3 });
    const other = perform(VOICE, { seed: 3, blink: 0, expression: 0, mouth: 0 });
    expect(other.head).toEqual(one.head);
    expect(other.gaze).toEqual(one.gaze);
  });

  test("leaves the voice as it was", () => {
    const voice = voiceOf(talk(5));
    perform(voice, { mouth: 2 });
    expect(voice).toEqual(voiceOf(talk(5)));
  });
});

describe("a minute of silence", () => {
  const take = perform(voiceOf([pause(6000)]), { seed: 4 });

  test("keeps the mouth as in the portrait, and goes on blinking", () => {
    for (let frame = 0; frame < take.frameCount; frame++)
      expect(mouthRests(take, frame)).toBe(true);
    expect(blinksOf(take).length).toBeGreaterThan(8);
    expect(blinksOf(take).length).toBeLessThan(28);
  });

  test("never freezes head nor eyes", () => {
    const turns = TURNS.map((name) => turnOf(take, name));
    const yaw = gazeOf(take, "yaw");
    for (let first = 0; first + 50 <= take.frameCount; first += 10) {
      const ranges = turns.map((turn) => range(turn.slice(first, first + 50)));
      expect(Math.max(...ranges)).toBeGreaterThan(0.4);
      expect(range(yaw.slice(first, first + 50))).toBeGreaterThan(0.1);
    }
  });
});

describe("frame rates", () => {
  test("three times as high show the same lips at the same instants", () => {
    const slow = perform(VOICE, { fps: 25 });
    const fast = perform(VOICE, { fps: 75 });
    for (const name of MOUTH) {
      const curve = curveOf(slow, name);
      const same = curveOf(fast, name).filter((_, frame) => frame % 3 === 1);
      // A frame of a short closure is shut on purpose: that may move the lips by some percent.
      expect(apart(curve, same)).toBeLessThan(0.08);
      expect(mean(same.map((value, i) => Math.abs(value - curve[i])))).toBeLessThan(1e-3);
    }
  });

  test("twice as high show lips that the lower rate's lie between", () => {
    const slow = perform(VOICE, { fps: 50 });
    const fast = perform(VOICE, { fps: 100 });
    for (const name of MOUTH) {
      const curve = curveOf(fast, name);
      const between = curveOf(slow, name).map((_, i) => (curve[2 * i] + curve[2 * i + 1]) / 2);
      expect(apart(curveOf(slow, name), between)).toBeLessThan(0.08);
    }
  });

  test.each([1, 12.5, 23.976, 25, 29.97, 60, 120])(
    "of %d make the film as long as the voice",
    (fps) => {
      const take = perform(VOICE, { fps });
      expect(Math.abs(take.frameCount / fps - SECONDS)).toBeLessThanOrEqual(0.5 / fps);
      expect(take.fps).toBe(fps);
      expectSound(take);
    },
  );

  test("are 25 if nothing is said, and the seed is 1", () => {
    expect(perform(VOICE)).toEqual(perform(VOICE, { fps: 25, seed: 1 }));
  });
});

describe("every wish at its limit", () => {
  test.each<Direction>([
    { mouth: 2, head: 2, expression: 2, blink: 3 },
    { mouth: 0, head: 0, expression: 0, blink: 0, gaze: "camera" },
    { seed: 0 },
    { seed: 2 ** 31 },
  ])("%o gives a sound take", (direction) => {
    expectSound(perform(VOICE, direction));
  });

  test("a take without any movement but the lips' is possible", () => {
    const take = perform(VOICE, { head: 0, expression: 0, blink: 0, gaze: "camera" });
    const still = CHANNELS.filter((name) => /^(brow|cheek|nose|eyeBlink|eyeWide)/.test(name));
    for (const name of still) expect(largest(curveOf(take, name))).toBe(0);
    expect(largest(take.head)).toBe(0);
    expect(largest(curveOf(take, "jawOpen"))).toBeGreaterThan(0.3);
  });
});

describe("voices of every length", () => {
  test.each([1, 2, 3, 7, 25])("of %i0 ms are acted", (hops) => {
    for (const name of ["sil", "A", "PP"] as const) {
      const take = perform(voiceOf([{ name, hops }]));
      expect(take.frameCount).toBeGreaterThanOrEqual(1);
      expectSound(take);
    }
  });

  test("that start and end in the middle of speech are acted", () => {
    const cut: Sound[] = say("PP A PP O FF U PP", 12);
    const take = perform(voiceOf(cut), { fps: 50 });
    expectSound(take);
    expect(
      largest(framesIn(take, { from: 0.12, to: 0.24 }).map((f) => curveOf(take, "jawOpen")[f])),
    ).toBeGreaterThan(0.1);
  });

  test("that last a little longer than what was heard hold their last frame", () => {
    const voice = { ...voiceOf([...say("A O", 20), pause(60)]), durationSeconds: 1.04 };
    const take = perform(voice);
    expect(take.frameCount).toBe(26);
    expectSound(take);
    expect(mouthRests(take, 25)).toBe(true);
  });
});
