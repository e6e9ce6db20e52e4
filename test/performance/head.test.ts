/** @file How the head moves, and the chest. */
import { describe, expect, test } from "vitest";
import { perform } from "../../src/performance/performance.js";
import { openDefaultStyle } from "../../src/performance/style.js";
import { HEAD_SIZE, type Take } from "../../src/performance/take.js";
import { assets } from "../support/machine.js";
import {
  changes,
  frameAt,
  largest,
  mean,
  range,
  shareAbove,
  spread,
  TURNS,
  turnOf,
} from "./takes.js";
import { pause, say, stressed, talk, voiceOf } from "./voices.js";

const SEEDS = [1, 2, 3, 4];
const VOICE = voiceOf(talk(60));
const style = await openDefaultStyle(assets);

/** How far the three turns range together in windows of two seconds, degrees; the stillest. */
function stillest(take: Take): number {
  const turns = TURNS.map((name) => turnOf(take, name));
  const size = Math.round(2 * take.fps);
  let least = Number.POSITIVE_INFINITY;
  for (let first = 0; first + size <= take.frameCount; first += Math.round(take.fps / 5)) {
    const ranges = turns.map((turn) => range(turn.slice(first, first + size)));
    least = Math.min(least, Math.max(...ranges));
  }
  return least;
}

describe.each([
  { manner: "by rule", style: undefined, nod: 1 },
  { manner: "in the default style", style, nod: 0.7 },
])("a head that speaks $manner", ({ style, nod }) => {
  const TAKES = SEEDS.map((seed) => perform(VOICE, { seed, style }));

  // Spreads of ten talkers, and of one who was tracked by phone: .86° of roll.
  test.each([
    ["pitch", 1, 4.6],
    ["yaw", 1.2, 8.3],
    ["roll", 0.7, 7.2],
  ] as const)("spreads its %s by %d to %d degrees", (name, least, most) => {
    for (const take of TAKES) {
      expect(spread(turnOf(take, name))).toBeGreaterThan(least);
      expect(spread(turnOf(take, name))).toBeLessThan(most);
    }
  });

  test("stays within what a single portrait can show", () => {
    for (const take of TAKES) {
      expect(largest(turnOf(take, "pitch"))).toBeLessThan(12);
      expect(largest(turnOf(take, "yaw"))).toBeLessThan(12);
      expect(largest(turnOf(take, "roll"))).toBeLessThan(8);
      expect(largest(take.head.filter((_, i) => i % HEAD_SIZE >= 3))).toBeLessThan(1.5);
    }
  });

  test("faces the viewer on the average", () => {
    for (const name of TURNS) {
      for (const take of TAKES) expect(Math.abs(mean(turnOf(take, name)))).toBeLessThan(2);
    }
  });

  test("is never frozen, not for two seconds", () => {
    for (const take of TAKES) expect(stillest(take)).toBeGreaterThan(0.6);
  });

  test.each([25, 60])("never jitters at %i fps: what is faster than 5 Hz is nothing", (fps) => {
    const take = perform(voiceOf(talk(20, 2)), { fps, seed: 5, style });
    for (const name of TURNS) {
      const turn = turnOf(take, name);
      expect(shareAbove(turn, fps, 5)).toBeLessThan(0.002);
      expect(shareAbove(turn, fps, 3)).toBeLessThan(0.02);
      expect(largest(changes(turn, fps))).toBeLessThan(60);
      expect(largest(changes(changes(turn, fps), fps))).toBeLessThan(800);
    }
  });

  test("moves slowly for the most part: below half a hertz", () => {
    for (const name of TURNS) {
      for (const take of TAKES) {
        const slow = 1 - shareAbove(turnOf(take, name), take.fps, 0.5);
        expect(slow).toBeGreaterThan(0.55);
        expect(slow).toBeLessThan(0.98);
      }
    }
  });

  test("moves more than a listening one", () => {
    const speed = (take: Take) =>
      mean(TURNS.map((name) => mean(changes(turnOf(take, name), 25).map(Math.abs))));
    const quiet = SEEDS.map((seed) => speed(perform(voiceOf([pause(3000)]), { seed, style })));
    expect(mean(TAKES.map(speed))).toBeGreaterThan(1.4 * mean(quiet));
  });

  test("nods with the accents, a little ahead of them", () => {
    const { sounds, accents } = stressed(12);
    const voice = voiceOf(sounds);
    const takes = [1, 2, 3, 4, 5, 6].map((seed) => perform(voice, { seed, style }));
    const bows = takes.map((take) => turnOf(take, "pitch"));
    const meanBow = (after: number) =>
      mean(takes.flatMap((take, k) => accents.map((at) => bows[k][frameAt(take, at + after)])));
    const [before, later] = [meanBow(-0.5), meanBow(0.5)];
    /** The mean bow so many seconds after an accent, against the way from before it to after it. */
    const bowAt = (after: number) => meanBow(after) - before - (later - before) * (after + 0.5);
    const times = Array.from({ length: 26 }, (_, i) => -0.5 + i / 25);
    const lowest = times.reduce((best, t) => (bowAt(t) > bowAt(best) ? t : best));
    expect(lowest).toBeGreaterThan(-0.2);
    expect(lowest).toBeLessThan(0.1);
    expect(bowAt(lowest)).toBeGreaterThan(nod);
    expect(bowAt(lowest)).toBeLessThan(4.5);
    // It has begun before the accent and has not begun long before it.
    expect(bowAt(-0.1)).toBeGreaterThan(0.2 * nod);
    expect(Math.abs(bowAt(-0.35))).toBeLessThan(0.6 * nod);
  });

  test("takes another posture for another phrase", () => {
    const phrase = [pause(60), ...say("DD E NN A LL O DD E NN A LL O", 12)];
    const voice = voiceOf([...phrase, ...phrase, ...phrase, ...phrase, ...phrase, pause(60)]);
    const seconds = phrase.reduce((sum, { hops }) => sum + hops, 0) / 100;
    const apart = SEEDS.flatMap((seed) => {
      const take = perform(voice, { seed, style });
      const yaw = turnOf(take, "yaw");
      const during = [0, 1, 2, 3, 4].map((k) =>
        mean(yaw.slice(frameAt(take, k * seconds + 0.9), frameAt(take, (k + 1) * seconds))),
      );
      return during.slice(1).map((angle, k) => Math.abs(angle - during[k]));
    });
    expect(mean(apart)).toBeGreaterThan(0.8);
  });
});

describe("the wish", () => {
  test("for a still head is fulfilled", () => {
    expect(largest(perform(VOICE, { head: 0 }).head)).toBe(0);
    expect(largest(perform(VOICE, { head: 0, style }).head)).toBe(0);
  });

  test("for a livelier head is fulfilled in proportion", () => {
    const twice = perform(VOICE, { head: 2, seed: 1 }).head;
    perform(VOICE, { seed: 1 }).head.forEach((value, i) => {
      expect(twice[i]).toBeCloseTo(2 * value, 3);
    });
  });
});

describe("every frame rate that can be wished for", () => {
  const voice = voiceOf(talk(15, 3));
  const reference = perform(voice, { fps: 100 });

  test.each([1, 1.5, 2, 5, 12.5, 24, 29.97, 120])("%d shows the same motion", (fps) => {
    const take = perform(voice, { fps });
    for (const name of TURNS) {
      const expected = turnOf(reference, name);
      turnOf(take, name).forEach((angle, i) => {
        const near = expected[frameAt(reference, (i + 0.5) / fps)];
        expect(Math.abs(angle - near)).toBeLessThan(1);
      });
    }
    expect(largest(take.breath)).toBeLessThanOrEqual(1);
  });
});

describe("the chest", () => {
  const sounds = [pause(150), ...say("DD E NN A LL O DD E NN A LL O", 20), pause(200)];
  const take = perform(voiceOf([...sounds, ...sounds]), { fps: 50 });

  test("is between empty and full", () => {
    expect(take.breath.every((level) => level >= 0 && level <= 1)).toBe(true);
  });

  test.each([1.5, 7.4])("fills before the phrase at %d s and empties while it lasts", (start) => {
    const at = (seconds: number) => take.breath[frameAt(take, seconds)];
    expect(at(start)).toBeGreaterThan(at(start - 0.5) + 0.15);
    expect(at(start + 2.2)).toBeLessThan(0.5 * at(start));
  });

  test("rises and falls in silence too, without a jerk", () => {
    const idle = perform(voiceOf([pause(1500)]), { fps: 50 });
    const levels = Array.from(idle.breath);
    for (let first = 0; first + 250 <= levels.length; first += 50) {
      expect(range(levels.slice(first, first + 250))).toBeGreaterThan(0.04);
    }
    expect(largest(changes(Array.from(take.breath), 50))).toBeLessThan(4);
  });
});
