/** @file A voice acted while it is still spoken: the same lips, a quarter of a second later. */
import { describe, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX, type Channel } from "../../src/base/channels.js";
import { recordingOf } from "../../src/base/recording.js";
import { LOOK_AHEAD_SECONDS, performLive } from "../../src/performance/live.js";
import { perform } from "../../src/performance/performance.js";
import { openDefaultStyle } from "../../src/performance/style.js";
import type { Take } from "../../src/performance/take.js";
import { analyzeVoice } from "../../src/voice/voice.js";
import { cutVoice, VOICE_HZ } from "../support/inputs.js";
import { assets, nets } from "../support/machine.js";
import { changes, correlation, curveOf, largest, turnOf } from "./takes.js";

const VOICE = cutVoice(2, 9);
const style = await openDefaultStyle(assets);
const offline = perform(await analyzeVoice(recordingOf([VOICE], VOICE_HZ), { nets }), {
  mode: "speech",
});

interface Lived {
  readonly takes: readonly Take[];
  /** Sound that was known when each take came, seconds. */
  readonly known: readonly number[];
}

async function live(samples: Float32Array, block: number, styled = true): Promise<Lived> {
  const acting = performLive(VOICE_HZ, { nets }, styled ? { style } : {});
  const takes: Take[] = [];
  const known: number[] = [];
  const add = (take: Take | undefined, at: number) => {
    if (take === undefined) return;
    takes.push(take);
    known.push(at / VOICE_HZ);
  };
  for (let at = 0; at < samples.length; at += block) {
    const end = Math.min(samples.length, at + block);
    add(await acting.push(samples.subarray(at, end)), end);
  }
  add(await acting.finish(), Number.POSITIVE_INFINITY);
  return { takes, known };
}

const curve = ({ takes }: Lived, name: Channel) => takes.flatMap((take) => curveOf(take, name));

describe("a live voice", async () => {
  const lived = await live(VOICE, 1600);

  test("has as many frames as the whole one, each given in time", () => {
    expect(lived.takes.reduce((sum, { frameCount }) => sum + frameCount, 0)).toBe(
      offline.frameCount,
    );
    let given = 0;
    lived.takes.forEach(({ frameCount }, k) => {
      given += frameCount;
      const known = lived.known[k] ?? 0;
      if (!Number.isFinite(known)) return;
      // Never before the sound it needs, and at most a block and a frame later.
      expect(given / 25).toBeLessThanOrEqual(known - LOOK_AHEAD_SECONDS + 1e-6);
      expect(given / 25).toBeGreaterThan(known - LOOK_AHEAD_SECONDS - 0.1 - 0.04);
    });
  });

  // Sounds that are less sure, with a quarter of a second to come, also bend the mouth less.
  test.each([
    ["jawOpen", 0.91],
    ["mouthFunnel", 0.89],
    ["mouthPucker", 0.87],
    ["mouthRollLower", 0.85],
  ] as const)("moves %s as offline, r over %d", (name, least) => {
    expect(correlation(curve(lived, name), curveOf(offline, name))).toBeGreaterThan(least);
  });

  test("does not shake: no jaw jumps further than offline", () => {
    const most = largest(changes(curveOf(offline, "jawOpen"), 25));
    expect(largest(changes(curve(lived, "jawOpen"), 25))).toBeLessThan(1.4 * most);
  });

  test("moves its head in its style without a jump, and blinks", () => {
    const yaw = lived.takes.flatMap((take) => turnOf(take, "yaw"));
    expect(Math.max(...yaw) - Math.min(...yaw)).toBeGreaterThan(1);
    expect(largest(changes(yaw, 25))).toBeLessThan(60);
    expect(largest(curve(lived, "eyeBlinkLeft"))).toBeGreaterThan(0.9);
  });

  test("is nearly the same in other blocks", async () => {
    const other = await live(VOICE.subarray(0, 3 * VOICE_HZ), 700);
    const [a, b] = [curve(other, "jawOpen"), curve(lived, "jawOpen")];
    expect(correlation(a, b.slice(0, a.length))).toBeGreaterThan(0.96);
  });
});

test("a feeling is shown, and what only silence shows is not", async () => {
  const emotion = [{ seconds: 0, mix: { surprised: 1 } }];
  const acting = performLive(VOICE_HZ, { nets }, { emotion });
  const felt = await acting.push(new Float32Array(VOICE_HZ));
  if (felt === undefined) throw new Error("frames");
  expect(Math.min(...curveOf(felt, "browOuterUpLeft"))).toBeGreaterThan(0.25);
  expect(largest(curveOf(felt, "jawOpen"))).toBe(0);
});

test("a live voice without a style moves by rule", async () => {
  const { takes } = await live(VOICE.subarray(0, 2 * VOICE_HZ), 3200, false);
  expect(largest(takes.flatMap((take) => turnOf(take, "pitch")))).toBeGreaterThan(0.2);
});

test("nothing pushed gives nothing", async () => {
  const acting = performLive(VOICE_HZ, { nets });
  expect(await acting.push(new Float32Array(0))).toBeUndefined();
  expect(await acting.finish()).toBeUndefined();
});

test("silence rests", async () => {
  const { takes } = await live(new Float32Array(2 * VOICE_HZ), 1600);
  const jaws = takes.flatMap(({ weights }) =>
    [...weights].filter((_, i) => i % CHANNEL_COUNT === CHANNEL_INDEX.jawOpen),
  );
  expect(jaws).toHaveLength(50);
  expect(largest(jaws)).toBe(0);
});
