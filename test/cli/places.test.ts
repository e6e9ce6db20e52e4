/** @file Places that cannot be written, and rigs and takes that cannot be rendered. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Mp4OutputFormat } from "mediabunny";
import { beforeAll, describe, expect, test } from "vitest";
import { FAILURES, type FailureCode } from "../../src/base/errors.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { glide, makeFolder, writeSound } from "../media/material.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { linesOf, ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();
const run = (...words: string[]) => ritratto(words, file("."));
const say = (...words: string[]) => ritrattoHere(words, file("."));

beforeAll(async () => {
  await writeFace(file("face.png"));
  writeWav(file("voice.wav"), cutVoice(8.2, 8.7));
});

async function expectRefusal(
  words: string[],
  says: RegExp,
  code: FailureCode,
  how = say,
): Promise<void> {
  const { code: exit, out, err, files } = await how(...words);
  expect({ exit, out, files }, err).toEqual({ exit: 2, out: "", files: [] });
  expect(linesOf(err).at(-2)).toMatch(says);
  expect(linesOf(err).at(-1)).toBe(FAILURES[code]);
}

describe("what cannot be written is refused before any work", () => {
  const speak = (...words: string[]) => ["speak", file("face.png"), file("voice.wav"), ...words];

  test.each([
    ["a film in no folder", () => speak("-o", "no/film.mp4"), /there is no folder “.*no”/],
    ["a film in a file", () => speak("-o", file("face.png/film.mp4")), /is not a folder/],
    [
      "a take in no folder, with a film that could be",
      () => speak("-o", "film.mp4", "--save-take", "no/take.json"),
      /there is no folder/,
    ],
    [
      "a sheet in no folder, with a rig that could be",
      () => ["rig", file("face.png"), "-o", "face.rig", "--sheet", "no/sheet.png"],
      /there is no folder/,
    ],
    ["a take on a folder", () => ["listen", file("voice.wav"), "-o", "."], /” is a folder/],
  ])("%s", async (_, words, says) => {
    await expectRefusal(words(), says, "file_unwritable");
  });

  test("to the shell, too", async () => {
    await expectRefusal(speak("-o", "no/film.mp4"), /there is no folder/, "file_unwritable", run);
  });

  test("a film on a folder", async () => {
    mkdirSync(file("folder.mp4"));
    const words = speak("-o", file("folder.mp4"));
    await expectRefusal(words, /folder\.mp4” is a folder/, "file_unwritable");
    expect(readdirSync(file("folder.mp4"))).toEqual([]);
  });

  // Root may write everywhere, and Windows has other means.
  test.skipIf(process.getuid === undefined || process.getuid() === 0)(
    "a film in a folder that is read-only",
    async () => {
      mkdirSync(file("locked"));
      chmodSync(file("locked"), 0o555);
      const words = speak("-o", file("locked/film.mp4"));
      await expectRefusal(words, /locked” may not be written to/, "file_unwritable");
      expect(readdirSync(file("locked"))).toEqual([]);
    },
  );

  test("and a film that was there is left as it was", async () => {
    writeFileSync(file("old.mp4"), "old");
    const { code } = await run(
      "speak",
      file("nowhere.png"),
      file("voice.wav"),
      "-o",
      file("old.mp4"),
    );
    expect(code).toBe(2);
    expect(readFileSync(file("old.mp4"), "utf8")).toBe("old");
    expect(readdirSync(file(".")).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("what cannot be rendered is refused", () => {
  const render = (rig: string, take: string) => ["render", file(rig), file(take), "-o", "film.mp4"];

  beforeAll(async () => {
    const made = await say("rig", file("face.png"), "--size=256", "-o", file("face.rig"));
    expect(made.code, made.err).toBe(0);
    const heard = await say("listen", file("voice.wav"), "-o", file("take.json"));
    expect(heard.code, heard.err).toBe(0);
    const rig = readFileSync(file("face.rig"));
    writeFileSync(file("half.rig"), rig.subarray(0, rig.length >> 1));
    const other = Buffer.from(rig);
    other.writeUInt32LE(99, 8);
    writeFileSync(file("other.rig"), other);
    rig[rig.length >> 1]! ^= 1;
    writeFileSync(file("bit.rig"), rig);
    writeFileSync(file("text.json"), "{ this is no take");
    const text = readFileSync(file("take.json"), "utf8");
    for (const [name, change] of Object.entries(CHANGES)) {
      const take = JSON.parse(text);
      change(take);
      writeFileSync(file(`${name}.json`), JSON.stringify(take));
    }
  });

  test.each<[string, string, RegExp]>([
    ["half a rig", "half.rig", /rig is damaged/],
    ["a rig with one bit turned", "bit.rig", /rig is damaged/],
    ["a rig of another version", "other.rig", /another version than \d/],
    ["a picture for a rig", "face.png", /no rig/],
  ])("%s", async (_, name, says) => {
    await expectRefusal(render(name, "take.json"), says, "rig_invalid");
  });

  test("a rig that is not there", async () => {
    await expectRefusal(render("no.rig", "take.json"), /no file “.*no\.rig”/, "file_missing");
  });

  test.each<[string, string, RegExp]>([
    ["a text", "text.json", /no JSON/],
    ["a take without frames", "no-frames", /not valid at frameCount: /],
    ["a take with words for numbers", "words", /not valid at layers\.head\.curves\.head\.yaw\.3: /],
    ["a take with an unknown channel", "channel", /not valid at layers\.jaw\.curves: .*jawDrop/],
    [
      "a take with a curve too short",
      "short",
      /jaw\.curves\.jawOpen has \d+ numbers for \d+ frames/,
    ],
    ["a take that claims a thousand million frames", "endless", /for 1000000000 frames/],
    [
      "a take with a jaw beyond all measure",
      "jaw",
      /not valid at layers\.jaw\.curves\.jawOpen\.3: .*<=10/,
    ],
    [
      "a take with a head in the viewer's lap",
      "lap",
      /not valid at layers\.head\.curves\.head\.z\.3: .*<=50/,
    ],
  ])("%s", async (_, name, says) => {
    const take = name.endsWith(".json") ? name : `${name}.json`;
    await expectRefusal(render("face.rig", take), says, "take_invalid");
  });

  test("to the shell, too", async () => {
    await expectRefusal(render("bit.rig", "take.json"), /damaged/, "rig_invalid", run);
    await expectRefusal(
      render("face.rig", "words.json"),
      /curves\.head\.yaw\.3/,
      "take_invalid",
      run,
    );
  });

  test("a film whose sound breaks in the middle: nothing is left of it", async () => {
    await registerCodecs("native");
    const m4a = file("hole.m4a");
    await writeSound(m4a, new Mp4OutputFormat(), "aac", [glide(0.6, 48_000)], 48_000);
    const bytes = readFileSync(m4a);
    bytes.fill(0xa5, bytes.length >> 1, (bytes.length >> 1) + 1500);
    writeFileSync(m4a, bytes);
    // Webm has Opus sound, so this one must be decoded; it is while the frames come in.
    const [rig, take] = [file("face.rig"), file("take.json")];
    const words = ["render", rig, take, "--audio", m4a, "-o", "film.webm"];
    await expectRefusal(words, /^“hole\.m4a” breaks off at 0\.\d\d s/, "audio_unreadable", run);
  });
});

interface TakeFile {
  frameCount: number;
  layers: Record<"head" | "jaw", { curves: Record<string, (number | string)[]> }>;
}

/** Takes by what is wrong with them. */
const CHANGES: Readonly<Record<string, (take: TakeFile) => void>> = {
  "no-frames": (take) => {
    take.frameCount = 0;
  },
  words: ({ layers: { head } }) => {
    head.curves["head.yaw"]![3] = "left";
  },
  channel: ({ layers: { jaw } }) => {
    jaw.curves.jawDrop = [];
  },
  short: ({ layers: { jaw } }) => {
    jaw.curves.jawOpen!.pop();
  },
  endless: (take) => {
    take.frameCount = 1e9;
  },
  jaw: ({ layers: { jaw } }) => {
    jaw.curves.jawOpen![3] = 1e300;
  },
  lap: ({ layers: { head } }) => {
    head.curves["head.z"]![3] = 60;
  },
};
