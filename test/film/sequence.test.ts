/** @file Films as pictures one by one: all of them, as they were drawn, or none. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { markPicture, renderFilm, withoutBackground } from "ritratto";
import { type NodeMachine, openNode, pictureFolder } from "ritratto/node";
import { beforeAll, describe, expect, test } from "vitest";
import { makePicture } from "../../src/base/picture.js";
import { recordingOf } from "../../src/base/recording.js";
import { drawInline } from "../../src/frames/drawer.js";
import { makeTake } from "../../src/performance/take.js";
import { readAudio } from "../../src/platform/node-files.js";
import { glide, makeFolder, samplesOf } from "../media/material.js";
import { CONSENT } from "../support/consent.js";
import { astronautRig, decode } from "../support/machine.js";

const file = makeFolder();
const rig = await astronautRig();
const FRAMES = 3;
const FPS = 12.5;
const RATE = 22_050;
const take = makeTake(FPS, FRAMES);
take.head.set([0.1, -0.15, 0.06], 6);
const sound = recordingOf([glide(1, RATE)], RATE);

let machine: NodeMachine;
beforeAll(async () => {
  machine = await openNode({ threads: 1 });
});

const names = (folder: string) => readdirSync(file(folder)).sort();

describe("a folder", () => {
  let id = "";
  beforeAll(async () => {
    const job = { ...CONSENT, rig, take, sound, alpha: true };
    ({ id } = await renderFilm(job, pictureFolder(file("clear/")), machine));
  });

  test("holds one PNG a frame, numbered from 1, and the sound", () => {
    const pictures = [1, 2, 3].map((number) => `0000${number}.png`);
    expect(names("clear")).toEqual([...pictures, "sound.wav"]);
    expect(readdirSync(file(".")).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("holds what was drawn and marked, to the byte, with its opacity", async () => {
    const drawer = drawInline(withoutBackground(rig), take, "rgba", { id });
    for (let index = 0; index < FRAMES; index++) {
      const seen = await decode(file(`clear/0000${index + 1}.png`));
      expect([seen.width, seen.height]).toEqual([rig.picture.width, rig.picture.height]);
      expect(Buffer.compare(Buffer.from(seen.data), await drawer.draw(index))).toBe(0);
      expect(new Set(seen.data.filter((_, i) => i % 4 === 3)).size).toBeGreaterThan(100);
    }
  });

  test("holds sound as long as the pictures, the recording's own", async () => {
    const recording = await readAudio(file("clear/sound.wav"));
    const [heard = new Float32Array(0)] = await samplesOf(recording);
    expect(recording.sampleRateHz).toBe(RATE);
    expect(heard.length / RATE).toBeCloseTo(FRAMES / FPS, 3);
    const said = glide(1, RATE);
    for (let i = 0; i < heard.length; i += 97) expect(heard[i]).toBeCloseTo(said[i]!, 3);
  });

  test("is not mixed with an older film, and stays as it was", async () => {
    const contents = () => names("clear").map((name) => readFileSync(file(`clear/${name}`)));
    const before = contents();
    expect(() => pictureFolder(file("clear/"))).toThrow(/already holds “00001\.png”/);
    expect(() => pictureFolder(file("clear/other-%04d.png"))).toThrow(/already holds “sound\.wav”/);
    expect(contents().map((bytes, i) => bytes.equals(before[i]!))).toEqual(before.map(() => true));
  });
});

test("pictures with a background are opaque, under the name that was asked for, beside other files", async () => {
  mkdirSync(file("mixed"));
  writeFileSync(file("mixed/notes.txt"), "mine");
  const folder = pictureFolder(file("mixed/shot-%03d.png"));
  expect(folder.path).toBe(file("mixed/shot-%03d.png"));
  const { id } = await renderFilm({ ...CONSENT, rig, take: makeTake(25, 2) }, folder, machine);
  expect(names("mixed")).toEqual(["notes.txt", "shot-001.png", "shot-002.png"]);
  const { data } = await decode(file("mixed/shot-002.png"));
  const wanted = { ...rig.picture, data: rig.picture.data.slice() };
  markPicture(wanted, { id });
  expect(Buffer.compare(Buffer.from(data), Buffer.from(wanted.data))).toBe(0);
});

describe("nothing is left", () => {
  test("of a film that is stopped", async () => {
    let frames = 0;
    const run = {
      signal: {
        aborted: false,
        throwIfAborted() {
          if (frames >= 2) throw new Error("stopped");
        },
      },
      onProgress: () => void frames++,
    };
    const made = renderFilm(
      { ...CONSENT, rig, take, sound },
      pictureFolder(file("half/")),
      machine,
      run,
    );
    await expect(made).rejects.toThrow("stopped");
    expect(readdirSync(file("."))).not.toContain("half");
    expect(readdirSync(file(".")).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test.each([
    ["a name without a number", "film.png", /no place for the frame's number.*frames\/%05d\.png/],
    ["two numbers", "%d-%d.png", /no place for the frame's number/],
    ["a folder in no folder", "no/where/", /there is no folder/],
  ])("of %s", (_, name, says) => {
    const before = readdirSync(file("."));
    expect(() => pictureFolder(`${file(".")}/${name}`)).toThrow(says);
    expect(readdirSync(file("."))).toEqual(before);
  });

  test("of a folder in a file", () => {
    writeFileSync(file("plain"), "");
    expect(() => pictureFolder(file("plain/in/"))).toThrow(/plain” is not a folder/);
  });
});

test("memory does not grow with the number of pictures", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const inUse = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const folder = pictureFolder(file("many/"));
  let most = 0;
  const before = inUse();
  for (let index = 0; index < 150; index++) {
    const picture = makePicture(256, 256);
    picture.data.fill(index);
    await folder.addPicture(picture, index);
    if (index % 10 === 9) most = Math.max(most, inUse() - before);
  }
  await folder.finish();
  folder.commit();
  expect(names("many")).toHaveLength(150);
  // All of them at once would be 150. What is held is asked after collecting: without it,
  // the figure is the collector's mood.
  expect(most / (256 * 256 * 4)).toBeLessThan(20);
});
