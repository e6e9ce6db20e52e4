/** @file Films of somebody, tracked, and done again by a portrait. */
import { readFileSync, writeFileSync } from "node:fs";
import { readTake } from "ritratto";
import { beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_COUNT } from "../../src/base/channels.js";
import { makeDeformer } from "../../src/frames/deform.js";
import type { Take } from "../../src/performance/take.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { readPicture } from "../../src/platform/node-picture.js";
import { readPortrait } from "../../src/portrait/portrait.js";
import { buildRig, lipGap, type Rig } from "../../src/rig/rig.js";
import { inspect, makeFolder } from "../media/material.js";
import { correlation } from "../performance/takes.js";
import { cutVoice, writeFace, writeSuit, writeWav } from "../support/inputs.js";
import { assets, nets } from "../support/machine.js";
import { linesOf, type Ran, ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();
const run = (...words: string[]) => ritrattoHere(words, file("."));
const SECONDS = 2.4;

/** Somebody speaks; she is tracked; another one does the same. */
let spoken: Ran;
let acted: Ran;

beforeAll(async () => {
  await registerCodecs("native");
  await writeFace(file("face.png"));
  await writeSuit(file("suit.png"));
  writeWav(file("voice.wav"), cutVoice(8.2, 8.2 + SECONDS));
  const words = ["--save-take", "take.json", "--fps", "30"];
  spoken = await run("speak", file("face.png"), file("voice.wav"), "-o", "film.mp4", ...words);
  const driver = spoken.path("film.mp4");
  const act = ["act", file("face.png"), driver, "-o", "act.mp4", "--save-take", "act.json"];
  acted = await ritratto(act, file("."));
});

/** The rig that gaps are read on. */
async function rigOf(path: string): Promise<Rig> {
  return buildRig(await readPortrait(await readPicture(path), { nets, assets }), { assets });
}

/** How far the lips' middles are apart in each frame, as a rig draws them, cm. */
function gapsOf(rig: Rig, { weights, frameCount }: Take): number[] {
  const { deform } = makeDeformer(rig);
  return Array.from({ length: frameCount }, (_, i) =>
    lipGap(deform(weights.subarray(i * CHANNEL_COUNT, (i + 1) * CHANNEL_COUNT))),
  );
}

const takeIn = (ran: Ran, name: string) => readTake(readFileSync(ran.path(name), "utf8"));

test("the portrait opens its mouth when the one in the film did, with the same sound", async () => {
  expect({ code: acted.code, files: acted.files }, acted.err).toEqual({
    code: 0,
    files: ["act.json", "act.mp4"],
  });
  const film = await inspect(acted.path("act.mp4"));
  expect(film.pictures).toHaveLength(Math.round(30 * SECONDS));
  expect(film.videoSeconds).toBeCloseTo(SECONDS, 1);
  expect(film.audioCodec).toBe("aac");
  const [said, done] = [takeIn(spoken, "take.json"), takeIn(acted, "act.json")];
  expect(done.fps).toBe(30);
  const rig = await rigOf(file("face.png"));
  const [meant, shown] = [gapsOf(rig, said).slice(0, done.frameCount), gapsOf(rig, done)];
  expect(correlation(meant, shown)).toBeGreaterThan(0.9);
  // She smiles with parted lips; where they met amid the words they meet.
  const met = shown.filter((_, i) => meant[i] < 0.06);
  expect(met.length).toBeGreaterThan(5);
  expect(Math.max(...met)).toBeLessThan(0.5 * lipGap(rig.neutral));
});

test("track gives the same performance, as a take or as a table", async () => {
  const tracked = await run("track", spoken.path("film.mp4"), "-o", "t.json");
  expect({ code: tracked.code, files: tracked.files }).toEqual({ code: 0, files: ["t.json"] });
  expect(tracked.out).toMatch(/t\.json \(72 frames at 30 a second\)/);
  expect(takeIn(tracked, "t.json").weights).toEqual(takeIn(acted, "act.json").weights);
  const slow = await run("track", spoken.path("film.mp4"), "-o", "t.csv", "--fps", "10");
  expect(linesOf(readFileSync(slow.path("t.csv"), "utf8"))).toHaveLength(1 + 10 * SECONDS);
});

describe("a film that cannot be learned from is refused, and nothing is left", () => {
  test.each([
    ["there is none", "none.mp4", /none\.mp4/],
    ["text", "text.mp4", /text\.mp4/],
    ["sound alone", "voice.wav", /voice\.wav/],
  ])("%s", async (_, name, says) => {
    writeFileSync(file("text.mp4"), "This is no film.\n");
    for (const words of [
      ["track", file(name), "-o", "t.json"],
      ["act", file("face.png"), file(name), "-o", "film.mp4"],
    ]) {
      const ran = await run(...words);
      expect({ code: ran.code, files: ran.files, out: ran.out }).toEqual({
        ...{ code: 2, files: [], out: "" },
      });
      expect(linesOf(ran.err).at(-2)).toMatch(says);
    }
  });
});
