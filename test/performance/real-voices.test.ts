/** @file The two recordings in samples/, heard by the real network, acted and worn by a real rig. */
import { beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_COUNT } from "../../src/base/channels.js";
import { gaussianSmooth } from "../../src/base/curves.js";
import { makeDeformer } from "../../src/frames/deform.js";
import { perform } from "../../src/performance/performance.js";
import { openDefaultStyle } from "../../src/performance/style.js";
import type { Take } from "../../src/performance/take.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { readAudio } from "../../src/platform/node-files.js";
import { INNER_LOWER, INNER_UPPER } from "../../src/rig/topology.js";
import { analyzeVoice, type Voice } from "../../src/voice/voice.js";
import { assets, astronautRig, nets, sample } from "../support/machine.js";
import {
  blinksOf,
  changes,
  correlation,
  framesIn,
  lipsMeet,
  mean,
  mouthRests,
  openingAt,
  shutAt,
  spread,
  TURNS,
  timeOf,
  turnOf,
} from "./takes.js";
import type { Stretch } from "./voices.js";

const style = await openDefaultStyle(assets);

/** The voice of a sample, and how it is acted. */
async function heard(name: string): Promise<{ voice: Voice; take: Take }> {
  await registerCodecs("native");
  const voice = await analyzeVoice(await readAudio(sample(name)), { nets });
  return { voice, take: perform(voice) };
}

/** Where nothing is heard for long: by the level alone, so that no network has a say. */
function quietStretches({ levelDb, hopSeconds }: Voice, belowDb: number, seconds: number) {
  const loud = levelDb.toSorted()[Math.floor(0.9 * levelDb.length)];
  const stretches: Stretch[] = [];
  let first = 0;
  for (let hop = 0; hop <= levelDb.length; hop++) {
    if (hop < levelDb.length && levelDb[hop] < loud - belowDb) continue;
    if ((hop - first) * hopSeconds > seconds) {
      stretches.push({ from: first * hopSeconds, to: hop * hopSeconds });
    }
    first = hop + 1;
  }
  return stretches;
}

/** How often the lips come together. */
function closuresOf(take: Take): number {
  const shut = Array.from({ length: take.frameCount }, (_, frame) => lipsMeet(take, frame));
  return shut.filter((isShut, frame) => isShut && !shut[frame - 1]).length;
}

/** Correlation of the mouth's opening with the level so many seconds later. */
function togetherness({ voice, take }: { voice: Voice; take: Take }, later: number): number {
  const opening = Array.from({ length: take.frameCount }, (_, frame) => openingAt(take, frame));
  return correlation(opening, levelsAt(voice, take, later));
}

/** The level so many seconds after each frame, dB, at least −60. */
function levelsAt(voice: Voice, take: Take, later: number): number[] {
  return Array.from({ length: take.frameCount }, (_, frame) => {
    const hop = Math.round((timeOf(take, frame) + later) / voice.hopSeconds - 0.5);
    return Math.max(-60, voice.levelDb[Math.min(voice.hopCount - 1, Math.max(0, hop))]);
  });
}

describe.each([
  { name: "austen.wav", seconds: 26.63, pauses: 3, closures: [15, 40] },
  { name: "kennedy.wav", seconds: 11, pauses: 2, closures: [2, 20] },
])("$name", ({ name, seconds, pauses, closures }) => {
  let acted: { voice: Voice; take: Take };

  beforeAll(async () => {
    acted = await heard(name);
  });

  test("opens the mouth in speech, now more, now less", () => {
    const { voice, take } = acted;
    const loud = voice.levelDb.toSorted()[Math.floor(0.75 * voice.hopCount)];
    const openings = Array.from({ length: take.frameCount }, (_, frame) => frame)
      .filter((frame) => voice.levelDb[Math.round(timeOf(take, frame) * 100 - 0.5)] > loud)
      .map((frame) => openingAt(take, frame));
    expect(mean(openings)).toBeGreaterThan(0.1);
    expect(spread(openings)).toBeGreaterThan(0.04);
    expect(Math.max(...openings)).toBeGreaterThan(0.35);
    expect(Math.max(...openings)).toBeLessThan(0.8);
  });

  test("is speech, if nobody says otherwise", () => {
    expect(perform(acted.voice, { mode: "speech" })).toEqual(acted.take);
  });

  test("shuts it in every long pause, hiss or not", () => {
    const { voice, take } = acted;
    const quiet = quietStretches(voice, 25, 0.7);
    expect(quiet.length).toBeGreaterThanOrEqual(pauses);
    for (const { from, to } of quiet) {
      const frames = framesIn(take, { from: from + 0.32, to: to - 0.32 });
      expect(frames.filter((frame) => !mouthRests(take, frame))).toEqual([]);
    }
  });

  test("brings the lips together as often as a text has p, b and m", () => {
    const count = closuresOf(acted.take);
    expect(count).toBeGreaterThanOrEqual(closures[0]);
    expect(count).toBeLessThanOrEqual(closures[1]);
  });

  test("moves the mouth with the sound: best together within 80 ms, much less half a second off", () => {
    const lags = Array.from({ length: 21 }, (_, i) => (i - 10) * 0.04);
    const best = lags.reduce((a, b) => (togetherness(acted, b) > togetherness(acted, a) ? b : a));
    expect(Math.abs(best)).toBeLessThanOrEqual(0.08);
    expect(togetherness(acted, 0)).toBeGreaterThan(0.45);
    for (const later of [-0.5, 0.5]) {
      expect(togetherness(acted, later)).toBeLessThan(togetherness(acted, 0) - 0.2);
    }
  });

  test("turns the head quickly where the voice is loud, and before it is", () => {
    const r = (later: number) =>
      mean([1, 2, 3, 4, 5].map((seed) => pace(perform(acted.voice, { seed, style }), later)));
    const pace = (take: Take, later: number) => {
      const turns = TURNS.map((name) => changes(turnOf(take, name), take.fps));
      const speed = turns[0].map((_, i) => Math.hypot(...turns.map((turn) => turn[i])));
      const smooth = [...gaussianSmooth(Float32Array.from(speed), 2.5)];
      return correlation(smooth, levelsAt(acted.voice, take, later).slice(0, smooth.length));
    };
    expect(r(0.12)).toBeGreaterThan(0.28);
    expect(r(0.12)).toBeGreaterThan(r(-0.2) + 0.05);
  });

  test("is acted to its end, with blinks", () => {
    const { take } = acted;
    expect(take.frameCount).toBe(Math.round(seconds * 25));
    expect(blinksOf(take).length).toBeGreaterThanOrEqual(2);
    expect(take.weights.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
  });
});

test("the astronaut, who smiles with parted lips, shuts them for every closure of Austen", async () => {
  const { take } = await heard("austen.wav");
  const deformer = makeDeformer(await astronautRig());
  /** The widest gap between her lips, cm. */
  const gapAt = (frame: number) => {
    const points = deformer.deform(
      take.weights.subarray(frame * CHANNEL_COUNT, (frame + 1) * CHANNEL_COUNT),
    );
    return Math.max(
      ...INNER_UPPER.slice(1, -1).map(
        (upper, k) => points[3 * upper + 1] - points[3 * INNER_LOWER[k + 1] + 1],
      ),
    );
  };
  const frames = Array.from({ length: take.frameCount }, (_, frame) => frame);
  const shut = frames.filter((frame) => lipsMeet(take, frame));
  const open = frames.filter((frame) => openingAt(take, frame) > 0.2 && shutAt(take, frame) === 0);
  expect(shut.length).toBeGreaterThan(15);
  expect(open.length).toBeGreaterThan(50);
  for (const frame of shut) expect(gapAt(frame)).toBeLessThan(0.03);
  for (const frame of open) expect(gapAt(frame)).toBeGreaterThan(0.15);
});
