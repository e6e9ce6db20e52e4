/** @file What makers of films ask for: alpha, backgrounds, crops, sizes, rates, pictures one by one. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readRig } from "ritratto";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { FAILURES, type FailureCode } from "../../src/base/errors.js";
import type { Picture } from "../../src/base/picture.js";
import { readFormat } from "../../src/cli/pictures.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { inspect, makeFolder, watch } from "../media/material.js";
import { cutVoice, writeFace, writeTwoFaces, writeWav } from "../support/inputs.js";
import { decode, sample } from "../support/machine.js";
import { linesOf, type Ran, ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();
const run = (...words: string[]) => ritrattoHere(words, file("."));
const FRAMES = 3;

/** The words before the output. */
const render = (...words: string[]) => ["render", file("face.rig"), file("take.json"), ...words];

beforeAll(async () => {
  await registerCodecs("native");
  await writeFace(file("face.png"));
  await writeTwoFaces(file("alike.png"));
  const red = { create: { width: 256, height: 256, channels: 3, background: "#ff6040" } } as const;
  const tint = { input: await sharp(red).png().toBuffer(), left: 0, top: 84 };
  await sharp(file("alike.png"))
    .composite([{ ...tint, blend: "multiply" }])
    .toFile(file("two.png"));
  writeWav(file("voice.wav"), cutVoice(8.2, 8.4));
  await sharp({ create: { width: 600, height: 200, channels: 3, background: "#c08040" } })
    .png()
    .toFile(file("beach.png"));
  const rigged = await run("rig", file("face.png"), "-o", file("face.rig"), "--size=256");
  expect(rigged.code, rigged.err).toBe(0);
  const heard = await run("listen", file("voice.wav"), "-o", file("take.json"), "--fps=15");
  expect(heard.code, heard.err).toBe(0);
});

function succeeded(ran: Ran, files: readonly string[]): Ran {
  expect({ code: ran.code, files: ran.files }, ran.err).toEqual({ code: 0, files });
  return ran;
}

/** Mean of red less blue. */
function rednessOf({ data }: Picture): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += data[i]! - data[i + 2]!;
  return (4 * sum) / data.length;
}

describe("a film", () => {
  test("with alpha is webm that says so", async () => {
    const { path } = succeeded(await run(...render("-o", "f.webm", "--alpha")), ["f.webm"]);
    const { pictures } = await inspect(path("f.webm"));
    expect(pictures).toHaveLength(FRAMES);
    for (const { sideData } of pictures) expect(sideData.alpha?.length).toBeGreaterThan(20);
  });

  test("of pictures lies in its folder with its sound; the folder is told", async () => {
    const words = ["--audio", file("voice.wav"), "--alpha", "-o", "frames/", "--json"];
    const { path, out } = succeeded(await run(...render(...words)), ["frames"]);
    const names = ["00001.png", "00002.png", "00003.png", "sound.wav"];
    expect(readdirSync(path("frames"))).toEqual(names);
    expect(JSON.parse(out)).toMatchObject({ film: path("frames/%05d.png"), frameCount: FRAMES });
    const { data } = await decode(path("frames/00002.png"));
    expect([data[3], data[4 * (128 * 256 + 128) + 3]]).toEqual([0, 255]);
  });

  test("has up to 60 frames a second", async () => {
    const words = ["speak", file("face.png"), file("voice.wav"), "--size=256", "--fps=60"];
    const { path } = succeeded(await run(...words, "-o", "f.mp4"), ["f.mp4"]);
    const { pictures, videoSeconds } = await inspect(path("f.mp4"));
    expect(pictures).toHaveLength(12);
    expect(videoSeconds).toBeCloseTo(0.2, 3);
  });

  test("of a picture of 4K is that large", async () => {
    // A wide picture, for fewer pixels.
    const aside = { left: 640, right: 640, background: "#8a8a90" };
    const wide = sharp(sample("astronaut.png")).resize(1280, 1280).extend(aside);
    await wide.jpeg().toFile(file("large.jpg"));
    const words = ["speak", file("large.jpg"), file("voice.wav"), "--fps=10", "--quality=draft"];
    const ran = await run(...words, "--size=4k", "-o", "f.mp4");
    const { out, path } = succeeded(ran, ["f.mp4"]);
    expect(out).toContain("3840 × 1920");
    const { timestamps, frames } = await watch(path("f.mp4"));
    expect(timestamps).toHaveLength(2);
    expect(frames[0]).toHaveLength((3840 * 1920 * 3) / 2);
  }, 120_000);
});

describe("a rig", () => {
  const rigOf = async (...words: string[]) => {
    const { path, err } = succeeded(await run("rig", ...words, "-o", "f.rig"), ["f.rig"]);
    const rig = readRig(new Uint8Array(readFileSync(path("f.rig"))));
    return { rig, err };
  };

  test("of a small picture is enlarged, its face found", async () => {
    const { rig } = await rigOf(file("face.png"));
    expect([rig.picture.width, rig.picture.height]).toEqual([512, 512]);
  });

  test("with --crop shows the face that --face means in the whole picture, and says which are there", async () => {
    const crop = (...words: string[]) =>
      rigOf(file("two.png"), "--crop=face", "--size=300", ...words);
    const [large, small] = [await crop(), await crop("--face=2")];
    expect(large.err).toContain("2 faces; the largest was taken");
    expect(small.err).not.toContain("faces");
    for (const { rig } of [large, small]) {
      expect([rig.picture.width, rig.picture.height]).toEqual([300, 300]);
    }
    expect(rednessOf(small.rig.picture)).toBeGreaterThan(rednessOf(large.rig.picture) + 20);
    const none = await run("rig", file("two.png"), "-o", "f.rig", "--crop=face", "--face=3");
    expect({ code: none.code, files: none.files }).toEqual({ code: 2, files: [] });
    expect(none.err).toContain("Face 3 was asked for, but the picture shows 2.");
  });
});

describe("a background is", () => {
  const read = async (background: string) =>
    (await readFormat({ output: "f.mp4", quality: "good", background })).background;

  test.each([
    ["a colour", "#ff8000", { color: [255, 128, 0] }],
    ["a name", "teal", { color: [0, 128, 128] }],
    ["a usual blur", "blur", { blur: 0.03 }],
    ["a blur of some size", "blur:.1", { blur: 0.1 }],
  ])("%s", async (_, text, wanted) => {
    expect(await read(text)).toEqual(wanted);
  });

  test("a picture, as large as films can be", async () => {
    const huge = { width: 5000, height: 300, channels: 3, background: "#c08040" } as const;
    await sharp({ create: huge }).png().toFile(file("huge.png"));
    expect(await read(file("huge.png"))).toMatchObject({ picture: { width: 4096 } });
  });
});

describe("what cannot be made is refused, and leaves nothing", () => {
  const speak = (...words: string[]) => ["speak", file("face.png"), file("voice.wav"), ...words];

  test.each<[string, () => string[], RegExp, FailureCode?]>([
    ["alpha in mp4", () => speak("-o", "f.mp4", "--alpha"), /mp4 with h264 cannot hold alpha/],
    ["alpha in AV1", () => speak("-o", "f.webm", "--alpha", "--codec=av1"), /cannot hold alpha/],
    ["H.264 in webm", () => speak("-o", "f.webm", "--codec=h264"), /webm cannot hold h264/],
    [
      "alpha and a background",
      () => speak("-o", "f.webm", "--alpha", "--background=red"),
      /has no background/,
    ],
    ["a background that is nothing", () => speak("-o", "f.mp4", "--background=rot"), /“rot” is no/],
    ["an empty background", () => speak("-o", "f.mp4", "--background="), /“” is no background/],
    [
      "a background that is no picture",
      () => speak("-o", "f.mp4", "--background", file("voice.wav")),
      /“voice\.wav” cannot be read/,
      "picture_unreadable",
    ],
    ["too much blur", () => speak("-o", "f.mp4", "--background=blur:0.6"), /at most 0\.5 .* 0\.6/],
    ["a blur in words", () => speak("-o", "f.mp4", "--background=blur:x"), /“blur:x” is no/],
    ["pictures with a codec", () => speak("-o", "frames/", "--codec=vp9"), /have no --codec/],
    ["one picture", () => speak("-o", "frame.png"), /no place for the frame's number/],
    ["a folder without its slash", () => speak("-o", "frames"), /in \/ or %05d\.png/],
    [
      "pictures in no folder",
      () => speak("-o", "no/frames/"),
      /there is no folder/,
      "file_unwritable",
    ],
    ["no frames a second", () => speak("-o", "f.mp4", "--fps=0"), /'0'.*from 1 to 60/],
    ["too many", () => speak("-o", "f.mp4", "--fps=61"), /'61'.*from 1 to 60/],
    ["frames that are no number", () => speak("-o", "f.mp4", "--fps=NaN"), /'NaN'.*from 1 to 60/],
    ["no size", () => speak("-o", "f.mp4", "--size=0"), /'0'.*from 128 to 4096, or 4k/],
    ["too large a size", () => speak("-o", "f.mp4", "--size=8k"), /'8k'.*from 128 to 4096, or 4k/],
    ["half a pixel", () => speak("-o", "f.mp4", "--size=300.5"), /'300\.5'.*whole number/],
    ["an unknown crop", () => speak("-o", "f.mp4", "--crop=round"), /'round'.*square, portrait/],
    [
      "a crop without a face",
      () => ["rig", file("beach.png"), "-o", "f.rig", "--crop=face"],
      /^No face was found/,
      "face_missing",
    ],
  ])("%s", async (_, words, says, failed = "option_invalid") => {
    const { code, out, err, files } = await run(...words());
    expect({ code, out, files }, err).toEqual({ code: 2, out: "", files: [] });
    expect(linesOf(err).at(-2)).toMatch(says);
    expect(linesOf(err).at(-1)).toBe(FAILURES[failed]);
  });

  test("pictures where an older film lies: it is left as it was", async () => {
    mkdirSync(file("old"));
    writeFileSync(file("old/00007.png"), "old");
    const { code, err } = await run(...speak("-o", `${file("old")}/`));
    expect(code).toBe(2);
    expect(err).toMatch(/already holds “00007\.png”/);
    expect(readdirSync(file("old"))).toEqual(["00007.png"]);
  });

  test("alpha without the native encoder, and what would work is said", async () => {
    const words = render("-o", "f.webm", "--alpha", "--no-native");
    // In this process native codecs are at work already.
    const { code, files, err } = await ritratto(words, file("."));
    expect({ code, files }).toEqual({ code: 2, files: [] });
    expect(err).toMatch(/no encoder for vp9.* PNG pictures need none/);
  });
});
