/** @file `report` and `compare`: what they say of films, what they write, what they refuse. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { FAILURES, type FailureCode } from "../../src/base/errors.js";
import { openFilmFile } from "../../src/film/film-file.js";
import { MEASURES } from "../../src/index.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { fileSink } from "../../src/platform/node-files.js";
import { makeFolder, paintFrame, watch } from "../media/material.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { linesOf, type Ran, ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();
/** Networks run in a thread, and threads are of the built program. */
const run = (...words: string[]) => ritrattoHere(words, file("."));
const SECONDS = 2.6;

interface Told {
  readonly name: string;
  readonly value?: number;
  readonly verdict: string;
  readonly note?: string;
}

beforeAll(async () => {
  await registerCodecs("native");
  await writeFace(file("face.png"));
  writeWav(file("voice.wav"), cutVoice(8, 8 + SECONDS));
  const made = await run(
    "speak",
    file("face.png"),
    "--size=256",
    file("voice.wav"),
    "-o",
    file("film.mp4"),
  );
  expect(made.code, made.err).toBe(0);
});

/** Writes a film without sound. @param frames - I420. */
async function writeFilm(path: string, side: number, frames: readonly Uint8Array[]) {
  const sink = fileSink(path);
  const film = await openFilmFile({
    ...{ width: side, height: side, fps: 25, frameCount: frames.length },
    ...{ container: "mp4", codec: "h264", target: sink.target },
  });
  for (const [i, frame] of frames.entries()) await film.addFrame(frame, i);
  await film.finish();
  sink.commit();
}

function succeeded(ran: Ran, files: readonly string[]): Ran {
  expect({ code: ran.code, files: ran.files }, ran.err).toEqual({ code: 0, files });
  return ran;
}

describe("report", () => {
  let ran: Ran;

  beforeAll(async () => {
    const words = ["--portrait", file("face.png"), "--audio", file("voice.wav")];
    ran = await ritratto(["report", file("film.mp4"), ...words, "--html", "film.html"], file("."));
  });

  test("says the verdict first, then a line for each measure", () => {
    const [head, ...lines] = linesOf(succeeded(ran, ["film.html"]).out);
    expect(head).toMatch(/^film\.mp4: pass \(0 fail, 0 warn, \d+ pass\)$/);
    expect(lines.at(-1)).toBe("film.html");
    const rows = lines.slice(0, Object.keys(MEASURES).length);
    for (const [i, { title }] of Object.values(MEASURES).entries()) {
      expect(rows.filter((line) => line.slice(4).startsWith(`${title}  `)).length, title).toBe(1);
      expect(rows[i]).toMatch(/^ {2}[✓·] /);
    }
    expect(ran.out).toMatch(/^ {2}✓ Frames that repeat the one before +0 % {2}real/m);
    expect(ran.out).toMatch(/^ {2}· Blinks +– .*shorter than 10 s/m);
    expect(ran.err).toContain("watching 100 %");
  });

  test("writes a page that stands alone, with 24 pictures that can be opened", async () => {
    const page = readFileSync(ran.path("film.html"), "utf8");
    expect(page.endsWith("</html>\n")).toBe(true);
    expect(page).not.toMatch(/https?:/);
    const pictures = [...page.matchAll(/src="data:image\/jpeg;base64,([^"]+)"/g)];
    expect(pictures).toHaveLength(24);
    const bytes = Buffer.from(pictures[7]?.[1] ?? "", "base64");
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "jpeg", width: 200 });
  });
});

test("with --json the last line holds all measures, and the reference's", async () => {
  const words = [file("film.mp4"), "--reference", file("film.mp4"), "--json"];
  const { out, err } = succeeded(await run("report", ...words), []);
  const [line = "", ...others] = linesOf(out);
  expect(others).toEqual([]);
  const told = JSON.parse(line);
  expect(told).toMatchObject({ film: "film.mp4", verdict: "pass", fps: 25 });
  expect(told.durationSeconds).toBeCloseTo(SECONDS, 6);
  const measures: Told[] = told.measures;
  expect(measures.map(({ name }) => name).sort()).toEqual(Object.keys(MEASURES).sort());
  for (const { value, verdict, note } of measures) {
    expect(["pass", "warn", "fail", "not measured"]).toContain(verdict);
    expect(value ?? note).toBeDefined();
  }
  expect(told.reference).toMatchObject({ measures: told.measures, mouthDistance: 0 });
  expect(told.reference.apertureMatch).toBeCloseTo(1, 6);
  for (const event of linesOf(err)) expect(JSON.parse(event).type).toBe("progress");
});

describe("compare", () => {
  test("puts films side by side, in words and as one picture", async () => {
    const words = [file("film.mp4"), file("film.mp4"), "--sheet", "films.png"];
    const { out, path } = succeeded(await run("compare", ...words), ["films.png"]);
    const [head, ...lines] = linesOf(out);
    expect(head).toMatch(/^ +film\.mp4 +film\.mp4$/);
    expect(lines).toHaveLength(Object.keys(MEASURES).length + 1);
    expect(out).toMatch(/Black frames +0 ✓ +0 ✓/);
    const { width, height } = await sharp(path("films.png")).metadata();
    expect({ width, height }).toEqual({ width: 8 * 240, height: 2 * (240 + 24) });
  });
});

describe("a film without sound", () => {
  test("is looked at, and what needs sound says that there is none", async () => {
    await writeFilm(file("mute.mp4"), 256, (await watch(file("film.mp4"))).frames);
    const ran = succeeded(await run("report", file("mute.mp4"), "--json"), []);
    const measures: Told[] = JSON.parse(ran.out).measures;
    const told = new Map(measures.map((measure) => [measure.name, measure]));
    for (const name of ["lipMatch", "silenceGap", "streamDifference", "voiceShift"]) {
      expect(told.get(name), name).toMatchObject({
        verdict: "not measured",
        note: expect.stringMatching(/no sound/),
      });
    }
    expect(told.get("lostFace")).toMatchObject({ value: 0, verdict: "pass" });
  });
});

describe("a film that cannot be used", () => {
  beforeAll(async () => {
    writeFileSync(file("text.mp4"), "This is not a film.\n".repeat(200));
    writeFileSync(file("empty.mp4"), "");
    mkdirSync(file("folder.mp4"), { recursive: true });
    const bytes = readFileSync(file("film.mp4"));
    writeFileSync(file("half.mp4"), bytes.subarray(0, bytes.length >> 1));
    const frames = Array.from({ length: 10 }, (_, i) => paintFrame(64, 64, i));
    await writeFilm(file("square.mp4"), 64, frames);
  });

  type Refusal = [what: string, name: string, says: RegExp, code: FailureCode];
  const unread: Refusal[] = [
    ["no film", "nowhere.mp4", /no file “.*nowhere\.mp4”/, "file_missing"],
    ["a text", "text.mp4", /^“text\.mp4” is not an mp4, mov, webm or mkv/, "film_unreadable"],
    ["an empty file", "empty.mp4", /empty\.mp4” is empty/, "film_unreadable"],
    ["a folder", "folder.mp4", /folder\.mp4” is not a file/, "film_unreadable"],
    ["a portrait", "face.png", /^“face\.png” is not an mp4/, "film_unreadable"],
  ];
  const watched: Refusal[] = [
    ["half a film", "half.mp4", /^“half\.mp4” breaks off at 1\.\d\d s/, "film_unreadable"],
    ["no face", "square.mp4", /^“square\.mp4” shows a face in 0 of 10 frames/, "face_missing"],
  ];

  test.each(unread)("is %s: no page is written", async (_, name, says, code) => {
    const words = ["report", file(name), "--html", "film.html"];
    expectRefusal(await ritrattoHere(words, file(".")), says, code);
  });

  test.each(watched)("is %s, to the shell: no page is written", async (_, name, says, code) => {
    expectRefusal(await run("report", file(name), "--html", "film.html"), says, code);
  });

  test("among good ones is named, and no sheet is written", async () => {
    const ran = await run("compare", file("half.mp4"), file("film.mp4"), "--sheet", "films.png");
    expectRefusal(ran, /^“half\.mp4”/, "film_unreadable");
  });

  test("as a reference is named, too", async () => {
    const ran = await run("report", file("film.mp4"), "--reference", file("text.mp4"));
    expectRefusal(ran, /^“text\.mp4”/, "film_unreadable");
  });
});

test("a page that cannot be written is refused before the film is watched", async () => {
  const ran = await run("report", file("film.mp4"), "--html", "nowhere/film.html");
  expect(ran).toMatchObject({ code: 2, out: "", files: [] });
  expect(ran.err).not.toContain("watching");
});

function expectRefusal(ran: Ran, says: RegExp, code: FailureCode): void {
  const { out, err, files } = ran;
  expect({ code: ran.code, out, files }, err).toEqual({ code: 2, out: "", files: [] });
  const lines = linesOf(err);
  expect(lines.at(-2)).toMatch(says);
  expect(lines.at(-1)).toBe(FAILURES[code]);
}
