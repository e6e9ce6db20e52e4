/** @file Films made by the program: in one step and in three, told to people and to machines. */
import { readFileSync, writeFileSync } from "node:fs";
import { readRig, readTake, writeEdit, writeTake } from "ritratto";
import { beforeAll, expect, test } from "vitest";
import { CHANNEL_COUNT, CHANNELS } from "../../src/base/channels.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { inspect, makeFolder } from "../media/material.js";
import { cutVoice, VOICE_HZ, writeFace, writeTwoFaces, writeWav } from "../support/inputs.js";
import { linesOf, type Ran, ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();
const run = (...words: string[]) => ritratto(words, file("."));
const SECONDS = 0.9;
const HOW = ["--seed", "7", "--fps", "20"];
const FRAMES = SECONDS * 20;
const HAPPY_SOON = { seconds: 0.5, mix: { happy: 1 } };

/** In one step, told to machines; of a silent voice, told to people. */
let spoken: Ran;
let silent: Ran;

beforeAll(async () => {
  await registerCodecs("native");
  await writeFace(file("face.png"));
  writeWav(file("voice.wav"), cutVoice(8.2, 8.2 + SECONDS));
  writeWav(file("silence.wav"), new Float32Array(SECONDS * VOICE_HZ));
  const speak = (voice: string, ...words: string[]) =>
    run("speak", file("face.png"), "--size=256", file(voice), "--save-take", "take.json", ...words);
  spoken = await speak("voice.wav", "-o", "film.mp4", "--json", ...HOW);
  silent = await speak("silence.wav", "-o", "film.webm");
});

/** What each line of a stream says, as JSON. */
function events(text: string): Record<string, unknown>[] {
  expect(text.endsWith("\n")).toBe(true);
  return linesOf(text).map((line) => JSON.parse(line));
}

function succeeded(ran: Ran, files: readonly string[]): Ran {
  expect({ code: ran.code, files: ran.files }, ran.err).toEqual({ code: 0, files });
  return ran;
}

test("rig, listen and render give the film that speak gives in one step, to the byte", async () => {
  const one = succeeded(spoken, ["film.mp4", "take.json"]);
  const rigged = await run(
    "rig",
    file("face.png"),
    "--size=256",
    "-o",
    "face.rig",
    "--sheet",
    "sheet.png",
    "--shapes",
    "shapes.png",
  );
  const rig = succeeded(rigged, ["face.rig", "shapes.png", "sheet.png"]).path("face.rig");
  const heard = await run("listen", file("voice.wav"), "-o", "take.json", ...HOW);
  const take = succeeded(heard, ["take.json"]).path("take.json");
  const three = await run("render", rig, take, "--audio", file("voice.wav"), "-o", "film.mp4");
  succeeded(three, ["film.mp4"]);

  expect(readFileSync(take, "utf8")).toBe(readFileSync(one.path("take.json"), "utf8"));
  const [a, b] = [await inspect(one.path("film.mp4")), await inspect(three.path("film.mp4"))];
  const dataOf = (packets: typeof a.pictures) => packets.map(({ data }) => data);
  expect(a.pictures).toHaveLength(FRAMES);
  expect(dataOf(b.pictures)).toEqual(dataOf(a.pictures));
  expect(dataOf(b.sound)).toEqual(dataOf(a.sound));

  const edit = { lanes: { lids: [{ seconds: 0.6, value: 1 }] }, emotion: [HAPPY_SOON] };
  writeFileSync(file("shut.json"), writeEdit(edit));
  const words = ["render", rig, take, "-o", "film.mp4", "--edits", file("shut.json")];
  const shut = await ritrattoHere(words, file("."));
  succeeded(shut, ["film.mp4"]);
  expect(shut.err).toContain("feelings are left out");
  expect(dataOf((await inspect(shut.path("film.mp4"))).pictures)).not.toEqual(dataOf(a.pictures));
});

test("with --json every line parses, and the last says what was made", async () => {
  const { out, err, path } = spoken;
  const { videoSeconds } = await inspect(path("film.mp4"));
  expect(videoSeconds).toBeCloseTo(SECONDS, 6);
  const size = { width: 256, height: 256 };
  const said = {
    id: expect.stringMatching(/^[0-9a-f]{12}$/),
    consent: { basis: "fictional" },
    labelled: false,
  };
  expect(events(out)).toEqual([
    {
      film: path("film.mp4"),
      ...size,
      fps: 20,
      frameCount: FRAMES,
      durationSeconds: SECONDS,
      ...said,
    },
  ]);
  const told = events(err);
  expect(new Set(told.map(({ type }) => type))).toEqual(new Set(["progress"]));
  const stages = [...new Set(told.map(({ stage }) => stage))];
  expect(stages).toEqual(["portrait", "rig", "voice", "film"]);
  expect(told.at(-1)).toEqual({ type: "progress", stage: "film", done: FRAMES, total: FRAMES });
});

test("silence makes a film in which nothing of the mouth moves", () => {
  const { path } = succeeded(silent, ["film.webm", "take.json"]);
  const { frameCount, weights } = readTake(readFileSync(path("take.json"), "utf8"));
  expect(frameCount).toBe(Math.round(SECONDS * 25));
  const moved = CHANNELS.filter((name, c) => {
    if (!/^(jaw|mouth|tongue)/.test(name)) return false;
    return weights.some((weight, i) => i % CHANNEL_COUNT === c && weight !== 0);
  });
  expect(moved).toEqual([]);
});

test("without native code the film is the same length, with pictures and sound", async () => {
  const words = [
    "speak",
    file("face.png"),
    "--size=256",
    file("voice.wav"),
    "-o",
    "film.mp4",
    "--no-native",
  ];
  const { path } = succeeded(await run(...words, ...HOW), ["film.mp4"]);
  const film = await inspect(path("film.mp4"));
  expect([film.videoCodec, film.audioCodec]).toEqual(["avc", "aac"]);
  expect(film.pictures).toHaveLength(FRAMES);
  expect(Math.abs(film.audioSeconds - film.videoSeconds)).toBeLessThanOrEqual(1 / 20);
}, 120_000);

test("in a pipe there are plain lines: progress on stderr, the film on stdout", () => {
  const { out, err } = silent;
  expect(out).toBe("film.webm (256 × 256, 0.92 s at 25 frames a second)\n");
  expect(out + err).not.toMatch(/[^\P{Cc}\n]/u);
  for (const stage of ["reading the portrait", "building the rig", "listening", "filming"]) {
    expect(err).toMatch(new RegExp(`^${stage} 100 %`, "m"));
  }
});

test("nothing else is left in the home folder or among temporary files", () => {
  // Some libraries keep a number of this machine there, and report with it.
  expect(spoken.files).toEqual(["film.mp4", "take.json"]);
  expect(silent.files).toEqual(["film.webm", "take.json"]);
});

test("of two faces the larger is taken and this is said; --face 2 takes the other", async () => {
  await writeTwoFaces(file("two.png"));
  const rig = (...words: string[]) =>
    ritrattoHere(["rig", file("two.png"), "-o", "face.rig", ...words], file("."));
  const [largest, other] = [await rig(), await rig("--face", "2")];
  const poseOf = (ran: Ran) => {
    succeeded(ran, ["face.rig"]);
    return readRig(new Uint8Array(readFileSync(ran.path("face.rig")))).pose;
  };
  expect(largest.err).toContain("note: The picture shows 2 faces; the largest was taken.");
  expect(largest.err).toContain("--face N");
  expect(largest.err.indexOf("note:")).toBeLessThan(largest.err.indexOf("building the rig"));
  expect(other.err).not.toContain("note:");
  expect(poseOf(largest).pxPerCm / poseOf(other).pxPerCm).toBeCloseTo(340 / 256, 1);
});

test("listen writes Live Link Face rows, one a frame", async () => {
  const words = ["listen", file("voice.wav"), "-o", "take.csv", "--fps", "50"];
  const { path } = succeeded(await ritrattoHere(words, file(".")), ["take.csv"]);
  const [header = "", ...rows] = linesOf(readFileSync(path("take.csv"), "utf8"));
  const names = header.split(",");
  expect(names.slice(0, 3)).toEqual(["Timecode", "BlendshapeCount", "EyeBlinkLeft"]);
  expect(names).toHaveLength(2 + 61);
  expect(rows).toHaveLength(SECONDS * 50);
  const jaw = names.indexOf("JawOpen");
  const cells = rows.map((row) => row.split(","));
  expect(cells.every((row) => row.length === names.length && row[1] === "61")).toBe(true);
  expect(Math.max(...cells.map((row) => Number(row[jaw])))).toBeGreaterThan(0.2);
  expect(cells.at(-1)?.[0]).toBe("00:00:00:44.000");
});

test.skipIf(process.platform === "win32").each(["portrait", "film"])(
  "Ctrl-C during “%s” leaves nothing behind and ends with 130",
  async (stage) => {
    writeFileSync(file("old.mp4"), "old");
    writeWav(file("long.wav"), cutVoice(2, 8));
    let err = "";
    const words = [
      "speak",
      file("face.png"),
      "--size=256",
      file("long.wav"),
      "-o",
      "film.mp4",
      "--json",
    ];
    const ran = await ritratto(words, file("."), {
      onErr(text, kill) {
        const isFirst = !err.includes(`"stage":"${stage}"`);
        err += text;
        if (isFirst && err.includes(`"stage":"${stage}"`)) kill("SIGINT");
      },
    });
    expect({ code: ran.code, out: ran.out, files: ran.files }).toEqual({
      ...{ code: 130, out: "", files: [] },
    });
    const seen = events(ran.err).map((event) => event.stage);
    expect(seen.at(-1)).toBe(stage);
    expect(ran.err).not.toContain("failure");
  },
);

test("one layer of a take is acted anew, and a feeling and a gaze are acted", async () => {
  const { path } = succeeded(spoken, ["film.mp4", "take.json"]);
  const from = path("take.json");
  const words = ["--from", from, "--reseed", "head", "--seed", "8", "--fps", "20"];
  const again = await ritrattoHere(
    ["listen", file("voice.wav"), "-o", "new.json", ...words],
    file("."),
  );
  succeeded(again, ["new.json"]);
  const [old, fresh] = [from, again.path("new.json")].map((name) =>
    readTake(readFileSync(name ?? "", "utf8")),
  );
  expect(fresh?.layers?.head).not.toEqual(old?.layers?.head);
  expect({ ...fresh?.layers, head: 0 }).toEqual({ ...old?.layers, head: 0 });

  writeFileSync(file("mood.txt"), "# a mood\n0s=sad\n0.4s=angry:0.5\n");
  const how = ["--emotion-curve", file("mood.txt"), "--gaze", "10,5", "--still", "--energy", "0.8"];
  const sad = await ritrattoHere(
    ["listen", file("voice.wav"), "-o", "sad.json", ...how],
    file("."),
  );
  const { layers } = readTake(readFileSync(succeeded(sad, ["sad.json"]).path("sad.json"), "utf8"));
  expect(Math.max(...(layers?.emotion.curves.mouthFrownLeft ?? [0]))).toBeGreaterThan(0.1);
  expect(Object.keys(layers?.head.curves ?? {})).toEqual([]);
  expect(layers?.gaze.curves["gaze.yaw"]?.[3]).toBeCloseTo((10 * Math.PI) / 180, 1);
});

test("an edit lies over what is acted, alone or as a take carries it", async () => {
  const edits = file("my.edit.json");
  const nod = { seconds: 0.4, value: 12 };
  writeFileSync(edits, writeEdit({ lanes: { "head.pitch": [nod] }, emotion: [HAPPY_SOON] }));
  const heard = async (...words: string[]) => {
    const ran = await ritrattoHere(
      ["listen", file("voice.wav"), "-o", "nod.json", ...HOW, ...words],
      file("."),
    );
    return readTake(readFileSync(succeeded(ran, ["nod.json"]).path("nod.json"), "utf8"));
  };
  const plain = readTake(readFileSync(spoken.path("take.json"), "utf8"));
  const edited = await heard("--edits", edits);
  expect(edited.edit?.lanes["head.pitch"]).toEqual([nod]);
  const at = 8 * 6;
  expect((edited.head[at] ?? 0) - (plain.head[at] ?? 0)).toBeGreaterThan(0.1);
  expect(edited.layers?.head).toEqual(plain.layers?.head);
  expect(edited.layers?.emotion).not.toEqual(plain.layers?.emotion);
  const saved = file("saved.json");
  writeFileSync(saved, writeTake(edited));
  expect(await heard("--edits", saved)).toEqual(edited);

  const bad = await ritrattoHere(
    ["listen", file("voice.wav"), "-o", "nod.json", "--edits", file("face.png")],
    file("."),
  );
  expect([bad.code, bad.files]).toEqual([2, []]);
  expect(bad.err).toContain("The edit is no JSON.");
});
