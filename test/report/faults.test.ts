/** @file A sound film passes; each fault fails the measure that names it, and no other. */
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import type { Picture } from "../../src/base/picture.js";
import { randomOf } from "../../src/base/random.js";
import type { Recording } from "../../src/base/recording.js";
import { renderFrames } from "../../src/frames/frames.js";
import { perform } from "../../src/performance/performance.js";
import { readAudio } from "../../src/platform/node-files.js";
import { readPicture } from "../../src/platform/node-picture.js";
import { readPortrait } from "../../src/portrait/portrait.js";
import type { MeasureName, Verdict } from "../../src/report/measure.js";
import { type FilmReport, reportFilm } from "../../src/report/report.js";
import { buildRig } from "../../src/rig/rig.js";
import { analyzeVoice } from "../../src/voice/voice.js";
import { samplesOf } from "../media/material.js";
import {
  blurred,
  FOOTAGE_FPS,
  footageOf,
  moved,
  plain,
  rememberingNets,
  soundOf,
  squashed,
} from "../support/footage.js";
import { cutVoice, HEAD, VOICE_HZ } from "../support/inputs.js";
import { assets, nets, sample } from "../support/machine.js";

const on = { nets: rememberingNets(nets), assets };

/** Sentences with five sure p, b or m, and a pause that is drawn out so that lips can rest in it. */
const voice = soundOf(cutVoice(14.3, 16.45), 0.4, cutVoice(16.45, 21.6));
const SECONDS = voice.durationSeconds;

let face: Picture;
let pictures: readonly Picture[];

beforeAll(async () => {
  const image = sharp(sample("astronaut.png")).extract(HEAD);
  face = await readPicture(await image.png().toBuffer(), { sizePx: 256 });
  const rig = await buildRig(await readPortrait(face, on), on);
  const take = perform(await analyzeVoice(voice, on), { seed: 1 });
  const drawn: Picture[] = [];
  for await (const { picture } of renderFrames(rig, take)) {
    drawn.push({ ...picture, data: picture.data.slice() });
  }
  pictures = drawn;
});

/** The voice's samples. */
async function spoken(): Promise<Float32Array> {
  return (await samplesOf(voice))[0];
}

function named({ measures }: FilmReport, verdict: Verdict): MeasureName[] {
  return measures.filter((measure) => measure.verdict === verdict).map(({ name }) => name);
}

function measured({ measures }: FilmReport, name: MeasureName): number | undefined {
  return measures.find((measure) => measure.name === name)?.value;
}

describe("the film as it was made", () => {
  let report: FilmReport;

  beforeAll(async () => {
    report = await reportFilm({ film: footageOf(pictures, voice), portrait: face, voice }, on);
  });

  test("passes in all that can be measured of eight seconds", () => {
    expect(named(report, "fail")).toEqual([]);
    expect(named(report, "warn")).toEqual([]);
    expect(report.verdict).toBe("pass");
    expect(report.moments).toEqual([]);
    expect(named(report, "not measured")).toEqual([
      ...["blinkRate", "blinkLength", "blinkRegularity"],
      ...["headSlow", "headFast", "headLead", "beatAlign"],
    ]);
  });

  test("leaves the background alone to the byte, and keeps to its voice", () => {
    expect(measured(report, "backgroundDifference")).toBe(0);
    expect(measured(report, "voiceShift")).toBe(0);
  });

  test("is as long as its pictures", () => {
    expect(report).toMatchObject({ fps: FOOTAGE_FPS, width: 256, height: 256 });
    expect(report.durationSeconds).toBeCloseTo(pictures.length / FOOTAGE_FPS, 9);
  });
});

test("without sound the lips are measured by the voice that is given, else not at all", async () => {
  const lips = ["lipOffset", "lipMatch", "closureRecall", "silenceGap"];
  const mute = await reportFilm({ film: footageOf(pictures) }, on);
  expect(named(mute, "fail")).toEqual([]);
  expect(named(mute, "not measured")).toEqual(
    expect.arrayContaining([...lips, "streamDifference", "voiceShift", "backgroundDifference"]),
  );
  const dubbed = await reportFilm({ film: footageOf(pictures), voice, portrait: face }, on);
  expect(named(dubbed, "fail")).toEqual([]);
  expect(named(dubbed, "pass")).toEqual(expect.arrayContaining(lips));
});

test("a frozen picture with sound fails as frozen, and is blamed for nothing that follows", async () => {
  const sound = soundOf((await spoken()).slice(0, 4 * VOICE_HZ));
  const film = footageOf(Array(4 * FOOTAGE_FPS).fill(pictures[0]), sound);
  const report = await reportFilm({ film, portrait: face, voice: sound }, on);
  expect(named(report, "fail")).toEqual(["frozenFrames"]);
  expect(named(report, "warn")).toEqual([]);
  expect(measured(report, "frozenFrames")).toBe(100);
});

describe("sound that is shifted by 200 ms", () => {
  const shifts: [what: string, lateSeconds: number, shift: () => Promise<[Recording, number]>][] = [
    ["late in its stream", 0.2, async () => [soundOf(0.2, (await spoken()).slice(0, -SHIFT)), 0]],
    ["late by its clock", 0.2, async () => [soundOf((await spoken()).slice(0, -SHIFT)), 0.2]],
    ["early", -0.2, async () => [soundOf((await spoken()).slice(SHIFT), 0.2), 0]],
  ];
  const SHIFT = 0.2 * VOICE_HZ;

  test.each(shifts)("%s fails as shifted alone", async (_, lateSeconds, shift) => {
    const film = footageOf(pictures, ...(await shift()));
    const report = await reportFilm({ film, portrait: face, voice }, on);
    expect(named(report, "fail")).toEqual(["lipOffset", "voiceShift"]);
    expect(measured(report, "voiceShift")).toBeCloseTo(1000 * lateSeconds, 6);
    // Lips that run before late sound are early, and a little so by nature.
    const natural = measured(report, "lipOffset")! + 1000 * lateSeconds;
    expect(natural).toBeGreaterThan(-60);
    expect(natural).toBeLessThan(20);
    expect(named(report, "pass")).toEqual(
      expect.arrayContaining(["closureRecall", "closurePrecision", "silenceGap", "silenceMotion"]),
    );
  });

  test("fails by the lips alone where no voice is given", async () => {
    const film = footageOf(pictures, ...(await shifts[1][2]()));
    const report = await reportFilm({ film, portrait: face }, on);
    expect(named(report, "fail")).toEqual(["lipOffset"]);
  });
});

describe("the mouth of another sentence", () => {
  /** What follows from lips that do not belong to the sound. */
  const LIPS = [
    ...["lipMatch", "closureRecall", "closurePrecision", "silenceGap", "silenceMotion"],
  ] as readonly string[];

  const sounds: [whose: string, other: () => Promise<Float32Array>][] = [
    ["the same voice elsewhere", async () => cutVoice(4, 4 + SECONDS)],
    [
      "another voice",
      async () => {
        const [other] = await samplesOf(await readAudio(sample("kennedy.wav")));
        return other.slice(0, SECONDS * VOICE_HZ);
      },
    ],
  ];

  test.each(sounds)("fails as no match, and nothing is said of any shift: %s", async (_, other) => {
    const film = footageOf(pictures, soundOf(await other()));
    const report = await reportFilm({ film, portrait: face, voice }, on);
    const failing = named(report, "fail");
    expect(failing).toContain("lipMatchOverChance");
    const others = failing.filter((name) => name !== "lipMatchOverChance");
    expect(others.filter((name) => !LIPS.includes(name))).toEqual([]);
    expect(named(report, "not measured")).toEqual(
      expect.arrayContaining(["lipOffset", "voiceShift"]),
    );
  });
});

test("a film that shakes by two pixels fails as shaken alone", async () => {
  const random = randomOf(5, "shake");
  const step = () => Math.round(4 * random.uniform() - 2);
  const film = footageOf(
    pictures.map((picture) => moved(picture, step(), step())),
    voice,
  );
  const report = await reportFilm({ film, voice }, on);
  expect(named(report, "fail")).toEqual(["jitter"]);
  expect(report.moments.map(({ name }) => name)).toContain("jitter");
});

test("a film of another face fails as another's alone", async () => {
  // To the network she is another when she is half as high.
  const film = footageOf(pictures.map(squashed), voice);
  const report = await reportFilm({ film, portrait: face, voice }, on);
  expect(named(report, "fail")).toEqual(["identityMedian", "identityWorst"]);
  expect(named(report, "not measured")).toContain("backgroundDifference");
});

test("a film that goes out of focus fails as drifting alone", async () => {
  const from = Math.floor((2 / 3) * pictures.length);
  const film = footageOf(
    pictures.map((picture, i) => (i < from ? picture : blurred(picture, 0.8))),
    voice,
  );
  const report = await reportFilm({ film, portrait: face, voice }, on);
  expect(named(report, "fail")).toEqual(["sharpnessDrift"]);
});

test("half a second of black fails as black alone", async () => {
  const black = plain(256, 256, [0, 0, 0]);
  const film = footageOf(
    pictures.map((picture, i) => (i >= 100 && i < 113 ? black : picture)),
    voice,
  );
  const report = await reportFilm({ film, portrait: face, voice }, on);
  expect(named(report, "fail")).toEqual(["blackFrames"]);
  expect(named(report, "warn")).toEqual(["lostFace"]);
});

test("sound that ends half a second early fails as cut short alone", async () => {
  const sound = soundOf((await spoken()).slice(0, -VOICE_HZ / 2));
  const film = footageOf(pictures, sound);
  const report = await reportFilm({ film, portrait: face, voice }, on);
  expect(named(report, "fail")).toEqual(["streamDifference"]);
  expect(measured(report, "streamDifference")).toBeGreaterThan(480);
});

test("a film without any face is refused, with the number of its frames", async () => {
  const grey = plain(64, 64, [120, 120, 120]);
  await expect(reportFilm({ film: footageOf([grey, grey, grey]) }, on)).rejects.toMatchObject({
    code: "face_missing",
    details: { frames: 3, lost: 3 },
  });
});
