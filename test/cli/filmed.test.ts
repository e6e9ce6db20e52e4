/** @file Films of people that are not as they should be: tracked and acted all the same, or refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { readTake } from "ritratto";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNEL_INDEX } from "../../src/base/channels.js";
import { FAILURES, type FailureCode } from "../../src/base/errors.js";
import type { Picture } from "../../src/base/picture.js";
import { recordingOf } from "../../src/base/recording.js";
import { renderFrames } from "../../src/frames/frames.js";
import { makeTake, type Take } from "../../src/performance/take.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { readPortrait } from "../../src/portrait/portrait.js";
import { buildRig } from "../../src/rig/rig.js";
import { inspect, makeFolder } from "../media/material.js";
import { curveOf } from "../performance/takes.js";
import { beside, copyFilm, writeFilm } from "../support/films.js";
import { FOOTAGE_FPS, plain } from "../support/footage.js";
import { cutVoice, VOICE_HZ, writeFace } from "../support/inputs.js";
import { assets, decode, nets } from "../support/machine.js";
import { linesOf, type Ran, ritrattoHere } from "../support/program.js";

const file = makeFolder();
const run = (...words: string[]) => ritrattoHere(words, file("."));
const FRAMES = 30;
const SECONDS = FRAMES / FOOTAGE_FPS;
/** When the mouth opens, and for how long about, seconds. */
const OPENS = [0.35, 0.85] as const;
const HILL = 0.2;
/** A jaw that is opened by 0.7 is seen to open by more than this. */
const OPEN = 0.1;

beforeAll(async () => {
  await registerCodecs("native");
  await writeFace(file("face.png"));
  const face = await decode(file("face.png"));
  const portrait = await readPortrait(face, { nets, assets });
  const talk: Picture[] = [];
  for await (const { picture } of renderFrames(await buildRig(portrait, { assets }), opening())) {
    talk.push({ ...picture, data: picture.data.slice() });
  }
  const sound = recordingOf([cutVoice(8.2, 8.2 + SECONDS)], VOICE_HZ);
  await writeFilm(file("talk.mp4"), talk, sound);
  await copyFilm(file("talk.mp4"), file("mute.mp4"), { isMute: true });
  await copyFilm(file("talk.mp4"), file("uneven.mp4"), { clock: uneven });
  const { data, info } = await sharp(file("face.png"))
    .resize(340)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const large = { ...info, data: Uint8ClampedArray.from(data) };
  const two = talk.map((small) => beside(small, large));
  await writeFilm(file("two.mp4"), two);
  const empty = plain(256, 256, [90, 120, 90]);
  const seen = (from: number, to: number) =>
    talk.map((picture, frame) => (frame < from || frame >= to ? empty : picture));
  await writeFilm(file("empty.mp4"), seen(0, 0).slice(0, 8));
  await writeFilm(file("seldom.mp4"), seen(0, 0.4 * FRAMES));
  await writeFilm(file("mostly.mp4"), seen(0, 0.6 * FRAMES));
  await writeFilm(file("long.mp4"), [...talk, ...talk]);
  const cut = (film: string, to: string, share: number) => {
    const bytes = readFileSync(file(film));
    writeFileSync(file(to), bytes.subarray(0, share * bytes.length));
  };
  cut("mute.mp4", "torn.mp4", 0.92);
  cut("long.mp4", "cut.mp4", 0.7);
});

/** A mouth that opens twice. */
function opening(): Take {
  const take = makeTake(FOOTAGE_FPS, FRAMES);
  for (let frame = 0; frame < FRAMES; frame++) {
    const seconds = (frame + 0.5) / FOOTAGE_FPS;
    const jaw = OPENS.reduce((sum, at) => sum + Math.exp(-2 * ((seconds - at) / HILL) ** 2), 0);
    take.weights[frame * CHANNEL_COUNT + CHANNEL_INDEX.jawOpen] = 0.7 * jaw;
  }
  return take;
}

/** Frames follow each other quickly at first, then slowly, and never evenly. */
function uneven(seconds: number): number {
  const turn = SECONDS / 2;
  const shaken = seconds + 0.008 * Math.sin(40 * seconds);
  return seconds < turn ? 0.5 * shaken : 0.5 * turn + 1.5 * (shaken - turn);
}

const takeIn = (ran: Ran, name: string) => readTake(readFileSync(ran.path(name), "utf8"));

async function track(film: string, ...words: string[]): Promise<{ take: Take; ran: Ran }> {
  const ran = await run("track", file(film), "-o", "t.json", ...words);
  expect({ code: ran.code, files: ran.files }, ran.err).toEqual({ code: 0, files: ["t.json"] });
  return { take: takeIn(ran, "t.json"), ran };
}

/** When the mouth is widest, before and after a time, seconds. */
function widest(take: Take, apart: number): number[] {
  const jaw = curveOf(take, "jawOpen");
  const cut = Math.round(apart * take.fps);
  return [jaw.slice(0, cut), jaw.slice(cut)].map((part, k) => {
    const most = Math.max(...part);
    expect(most).toBeGreaterThan(OPEN);
    return (k * cut + part.indexOf(most) + 0.5) / take.fps;
  });
}

describe("the motion is where it was filmed", () => {
  test("without sound", async () => {
    const { take } = await track("mute.mp4");
    expect([take.fps, take.frameCount]).toEqual([FOOTAGE_FPS, FRAMES]);
    widest(take, SECONDS / 2).forEach((seconds, k) => {
      expect(Math.abs(seconds - OPENS[k])).toBeLessThan(0.06);
    });
    expect(Math.max(...take.breath)).toBe(0);
  });

  test("on a clock that is uneven, at another rate", async () => {
    const { take } = await track("uneven.mp4", "--fps", "50");
    expect(take.fps).toBe(50);
    expect(take.frameCount / take.fps).toBeCloseTo(SECONDS, 1);
    widest(take, uneven(SECONDS / 2)).forEach((seconds, k) => {
      expect(Math.abs(seconds - uneven(OPENS[k]))).toBeLessThan(0.07);
    });
  });

  test("where most of the frames show it; elsewhere it rests", async () => {
    const { take } = await track("mostly.mp4");
    const jaw = curveOf(take, "jawOpen");
    expect(Math.max(...jaw.slice(0, 0.5 * FRAMES))).toBeGreaterThan(OPEN);
    expect(Math.max(...jaw.slice(-4))).toBeLessThan(0.05);
  });
});

test("of what is left of a film, and it is said that some is missing", async () => {
  const { take, ran } = await track("torn.mp4");
  expect(take.frameCount).toBeLessThan(FRAMES);
  expect(ran.err).toMatch(/“torn\.mp4” is damaged: \d+ of its 30 frames are missing/);
});

describe("of several people", () => {
  test("the largest is followed, and it is said how to choose", async () => {
    const { take, ran } = await track("two.mp4");
    expect(Math.max(...curveOf(take, "jawOpen"))).toBeLessThan(0.05);
    expect(ran.err).toMatch(/“two\.mp4” shows 2 faces; the largest .* --face N .* --driver-face N/);
  });

  test("another one can be chosen, and nothing needs to be said", async () => {
    const { take, ran } = await track("two.mp4", "--face", "2");
    expect(Math.max(...curveOf(take, "jawOpen"))).toBeGreaterThan(OPEN);
    expect(ran.err).not.toMatch(/faces/);
  });

  test("a portrait acts the one that is chosen, in silence if there is no sound", async () => {
    const words = ["--driver-face", "2", "--save-take", "act.json", "-o", "act.mp4"];
    const ran = await ritrattoHere(
      ["act", file("face.png"), "--size=256", file("two.mp4"), ...words],
      file("."),
    );
    expect({ code: ran.code, files: ran.files }, ran.err).toEqual({
      code: 0,
      files: ["act.json", "act.mp4"],
    });
    const { pictures, audioCodec } = await inspect(ran.path("act.mp4"));
    expect({ frames: pictures.length, audioCodec }).toEqual({ frames: FRAMES, audioCodec: null });
    expect(Math.max(...curveOf(takeIn(ran, "act.json"), "jawOpen"))).toBeGreaterThan(OPEN);
  });
});

describe("is refused, and leaves nothing:", () => {
  test.each<[string, string[], RegExp, FailureCode]>([
    [
      "a face that is not there",
      ["two.mp4", "--face=3"],
      /^Face 3 .* “two\.mp4” shows 2\.$/,
      "face_not_there",
    ],
    ["no face", ["empty.mp4", "--face=1"], /face 1 in 0 of 8 frames/, "face_missing"],
    ["a face that is seldom seen", ["seldom.mp4"], /in 1[23] of 30 frames; half/, "face_missing"],
    [
      "a film that is cut short",
      ["cut.mp4"],
      /“cut\.mp4” is damaged or cut short: \d\d of its 60 frames/,
      "film_unreadable",
    ],
  ])("%s", async (_, [film, ...words], says, code) => {
    const ran = await run("track", file(film), "-o", "t.json", ...words);
    expect({ code: ran.code, files: ran.files, out: ran.out }, ran.err).toEqual({
      ...{ code: 2, files: [], out: "" },
    });
    expect(linesOf(ran.err).at(-2)).toMatch(says);
    expect(linesOf(ran.err).at(-1)).toBe(FAILURES[code]);
  });
});
