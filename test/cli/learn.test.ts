/** @file Films of somebody become a style, and the style a film. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStyle, readTake } from "ritratto";
import { beforeAll, describe, expect, test } from "vitest";
import { recordingOf } from "../../src/base/recording.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { makeFolder } from "../media/material.js";
import { copyFilm, writeFilm } from "../support/films.js";
import { plain } from "../support/footage.js";
import { cutVoice, VOICE_HZ, writeFace, writeWav } from "../support/inputs.js";
import { linesOf, type Ran, ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();
const run = (...words: string[]) => ritrattoHere(words, file("."));
const BASIS = ["--basis", "our own sample"];

let learned: Ran;

beforeAll(async () => {
  await registerCodecs("native");
  await writeFace(file("face.png"));
  writeWav(file("voice.wav"), cutVoice(0, 22));
  writeWav(file("short.wav"), cutVoice(8, 11));
  mkdirSync(file("films"));
  const how = ["--fps", "12", "-o", join(file("films"), "b.mp4")];
  await run("speak", file("face.png"), "--size=256", file("voice.wav"), ...how);
  writeFileSync(file("films/a.mp4"), "This is no film.\n");
  const film = readFileSync(file("films/b.mp4"));
  writeFileSync(file("films/cut.mp4"), film.subarray(0, 0.02 * film.length));
  await copyFilm(file("films/b.mp4"), file("films/mute.mp4"), { isMute: true });
  const second = recordingOf([cutVoice(8, 9)], VOICE_HZ);
  await writeFilm(file("films/wall.mp4"), new Array(25).fill(plain(96, 96, [90, 120, 90])), second);
  mkdirSync(file("films/old.mp4"));
  writeFileSync(file("films/readme.txt"), "Films of a portrait.\n");
  learned = await run("learn", file("films"), "-o", "anna.style", "--name", "anna", ...BASIS);
}, 120_000);

test("a folder gives a style with its sources and why it may", () => {
  expect({ code: learned.code, files: learned.files }, learned.err).toEqual({
    code: 0,
    files: ["anna.style"],
  });
  expect(learned.out).toMatch(/anna\.style \(\d+ s of 1 films, \d+ KB\)\n {2}blinks/);
  const style = readStyle(readFileSync(learned.path("anna.style")));
  expect(style).toMatchObject({ name: "anna", basis: "our own sample" });
  expect(style.sources).toHaveLength(1);
  expect(style.sources[0]?.name).toBe("b.mp4");
  expect(style.sources[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(style.sources[0]?.seconds).toBeGreaterThan(20);
});

test("what is of no use is skipped, and it is said why", () => {
  const skipped = linesOf(learned.err).filter((line) => / is skipped: /.test(line));
  for (const [film, says] of [
    ["a", /no.* film/],
    ["cut", /cut short|breaks off|none of its pictures/],
    ["mute", /it has no sound/],
    ["old", /it cannot be read: /],
    ["wall", /a face in 0 of 25 frames/],
  ] as const) {
    const line = skipped.find((text) => text.startsWith(`note: ${film}.mp4 `));
    expect(line).toMatch(says);
  }
  expect(skipped).toHaveLength(5);
});

test("listen moves in the style, and otherwise than without", async () => {
  const words = ["listen", file("short.wav"), "-o", "take.json"];
  const own = await run(...words, "--style", learned.path("anna.style"));
  const usual = await run(...words);
  const headOf = (ran: Ran) => readTake(readFileSync(ran.path("take.json"), "utf8")).head;
  expect({ code: own.code, files: own.files }, own.err).toEqual({ code: 0, files: ["take.json"] });
  expect(headOf(own)).not.toEqual(headOf(usual));
  expect(Math.max(...headOf(own).map(Math.abs))).toBeGreaterThan(0.01);
});

describe("is refused, and leaves nothing:", () => {
  test.each([
    ["no reason", ["learn", file("films"), "-o", "a.style"], /--basis/, []],
    ["no folder", ["learn", "nowhere", "-o", "a.style", ...BASIS], /no folder “nowhere”/, []],
    ["a folder without films", ["learn", ".", "-o", "a.style", ...BASIS], /no film in/, []],
    ["a style that is none", ["listen", "v", "-o", "t.json", "--style", "x"], /no file “x”/, []],
  ] as const)("%s", async (_, words, says, files) => {
    const ran = await run(...words);
    expect({ code: ran.code, files: ran.files, out: ran.out }).toEqual({ code: 2, files, out: "" });
    expect(ran.err).toMatch(says);
  });

  test("too little of a face: what there is, and what was learned is kept for later", async () => {
    mkdirSync(file("few"));
    const how = ["--fps", "12", "-o", join(file("few"), "c.mp4")];
    await run("speak", file("face.png"), "--size=256", file("short.wav"), ...how);
    const ran = await ritratto(["learn", file("few"), "-o", "a.style", ...BASIS], file("."));
    expect(ran.code).toBe(2);
    expect(linesOf(ran.err).at(-2)).toMatch(/^[0-3] s of a face .* 20 s are the least/);
    expect(ran.files).toEqual(["a.style.lessons"]);
    // Of somebody else in the same films nothing is known yet, and there is nobody else.
    const other = await run("learn", file("few"), "-o", ran.path("a.style"), ...BASIS, "--face=2");
    expect(other.err).toMatch(/c\.mp4 is skipped: Face 2 .* “c\.mp4” shows 1\./);
    expect(linesOf(other.err).at(-2)).toMatch(/^0 s of a face/);
  });
});
