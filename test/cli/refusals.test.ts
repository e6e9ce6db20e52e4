/** @file Portraits and voices that cannot be used: exit code 2, what was found, what to do, no file. */
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { Mp4OutputFormat } from "mediabunny";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { FAILURES, type FailureCode } from "../../src/base/errors.js";
import { crc32 } from "../../src/base/packed.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { glide, makeFolder, writeSound } from "../media/material.js";
import { cutVoice, VOICE_HZ, writeFace, writeSuit, writeWav } from "../support/inputs.js";
import { sample } from "../support/machine.js";
import { linesOf, type Ran, ritratto, ritrattoHere } from "../support/program.js";

const file = makeFolder();

/** Fails unless the program said this, and this to do about it, last, and left its folder empty. */
function expectRefusal(ran: Ran, says: RegExp, code: FailureCode): void {
  const { out, err, files } = ran;
  expect({ code: ran.code, out, files }, err).toEqual({ code: 2, out: "", files: [] });
  const lines = linesOf(err);
  expect(lines.at(-2)).toMatch(says);
  expect(lines.at(-1)).toBe(FAILURES[code]);
}

type Refusal = [what: string, name: string, says: RegExp, code: FailureCode, ...words: string[]];

describe("a portrait that cannot be used", () => {
  beforeAll(async () => {
    await writeFace(file("face.png"));
    await writeSuit(file("suit.png"));
    const flat = { width: 300, height: 300, channels: 3, background: "#88a" } as const;
    await sharp({ create: flat }).png().toFile(file("flat.png"));
    await sharp({ create: { ...flat, height: 90 } })
      .png()
      .toFile(file("stamp.png"));
    const bytes = readFileSync(file("face.png"));
    writeFileSync(file("half.png"), bytes.subarray(0, bytes.length >> 1));
    const jpeg = await sharp(file("face.png")).jpeg().toBuffer();
    writeFileSync(file("half.jpg"), jpeg.subarray(0, jpeg.length >> 1));
    bytes.fill(0xa5, bytes.length >> 1, (bytes.length >> 1) + 200);
    writeFileSync(file("hole.png"), bytes);
    writeFileSync(file("text.jpg"), "This is not a picture.\n");
    writeFileSync(file("empty.png"), "");
    mkdirSync(file("folder.png"));
    writeFileSync(file("huge.png"), pngHeader(30_000, 30_000));
    writeWav(file("voice.wav"), cutVoice(8.2, 8.7));
  });

  test.each<Refusal>([
    ["no face", "suit.png", /^No face was found/, "face_missing"],
    ["nothing at all", "flat.png", /^No face was found/, "face_missing"],
    [
      "another face than there are",
      "face.png",
      /^Face 2 .* shows 1\.$/,
      "face_not_there",
      "--face=2",
    ],
    ["a PNG cut short", "half.png", /^“half\.png” .*damaged or cut short/, "picture_unreadable"],
    ["a JPEG cut short", "half.jpg", /^“half\.jpg” .*damaged or cut short/, "picture_unreadable"],
    ["a PNG with a hole", "hole.png", /^“hole\.png” .*damaged/, "picture_unreadable"],
    ["a text", "text.jpg", /^“text\.jpg” .*no picture/, "picture_unreadable"],
    ["an empty file", "empty.png", /empty\.png” is empty/, "picture_unreadable"],
    ["a folder", "folder.png", /folder\.png” is not a file/, "picture_unreadable"],
    ["a stamp", "stamp.png", /^“stamp\.png” is 300 × 90.*128/, "picture_too_small"],
    ["a wall", "huge.png", /30000 × 30000, 900 megapixels; at most 200/, "picture_too_large"],
    ["no file", "nowhere.png", /no file “.*nowhere\.png”/, "file_missing"],
  ])("shows %s", async (_, name, says, code, ...words) => {
    const film = ["speak", file(name), file("voice.wav"), "-o", "film.mp4", ...words];
    expectRefusal(await ritrattoHere(film, file(".")), says, code);
  });

  test.each<Refusal>([
    ["no face", "suit.png", /^No face was found/, "face_missing"],
    ["half a picture", "half.png", /^“half\.png” .*damaged/, "picture_unreadable"],
    ["a wall", "huge.png", /900 megapixels/, "picture_too_large"],
  ])("to the shell, too: %s", async (_, name, says, code) => {
    const film = ["speak", file(name), file("voice.wav"), "-o", "film.mp4"];
    expectRefusal(await ritratto(film, file(".")), says, code);
  });

  test("shows too small a face, at the size of the film", async () => {
    const words = ["rig", sample("astronaut.png"), "-o", "face.rig", "--size", "256"];
    const says = /^The face is 4\d px wide between the ears; 80 px are needed\.$/;
    expectRefusal(await ritrattoHere(words, file(".")), says, "face_too_small");
  });
});

describe("a voice that cannot be used", () => {
  beforeAll(async () => {
    await writeFace(file("face.png"));
    const second = new Float32Array(VOICE_HZ);
    writeWav(file("zero.wav"), new Float32Array(0));
    writeWav(file("half.wav"), second, 2 * VOICE_HZ);
    const hours = 8 * 3600 * VOICE_HZ;
    writeWav(file("hours.wav"), second, hours);
    // A hole in the file: it has its length, and takes no room.
    truncateSync(file("hours.wav"), 44 + 2 * hours);
    writeFileSync(file("text.mp3"), "This is not a recording.\n".repeat(200));
    writeFileSync(file("empty.mp3"), "");
    mkdirSync(file("folder.wav"));
    await registerCodecs("native");
    const m4a = file("hole.m4a");
    await writeSound(m4a, new Mp4OutputFormat(), "aac", [glide(3, 48_000)], 48_000);
    const bytes = readFileSync(m4a);
    writeFileSync(file("half.m4a"), bytes.subarray(0, bytes.length >> 1));
    bytes.fill(0xa5, bytes.length >> 1, (bytes.length >> 1) + 3000);
    writeFileSync(m4a, bytes);
    writeFileSync(file("film.mp4"), readFileSync(file("face.png")));
  });

  test.each<Refusal>([
    ["a text", "text.mp3", /^“text\.mp3” is not a sound/, "audio_unreadable"],
    ["a picture", "film.mp4", /^“film\.mp4” is not a sound/, "audio_unreadable"],
    ["an empty file", "empty.mp3", /empty\.mp3” is empty/, "audio_unreadable"],
    ["a folder", "folder.wav", /folder\.wav” is not a file/, "audio_unreadable"],
    ["no samples", "zero.wav", /^“zero\.wav” holds a sound of 0 samples/, "audio_empty"],
    ["half a wav", "half.wav", /^“half\.wav” holds 1\.00 s of the 2\.00 s/, "audio_unreadable"],
    ["half an m4a", "half.m4a", /^“half\.m4a” /, "audio_unreadable"],
    ["eight hours", "hours.wav", /lasts 480\.0 minutes, at most 60 work/, "audio_too_long"],
    ["no file", "nowhere.wav", /no file “.*nowhere\.wav”/, "file_missing"],
  ])("holds %s", async (_, name, says, code) => {
    const film = ["speak", file("face.png"), file(name), "-o", "film.mp4", "--save-take=take.json"];
    expectRefusal(await ritrattoHere(film, file(".")), says, code);
  });

  test("to the shell, too: eight hours", async () => {
    const film = ["speak", file("face.png"), file("hours.wav"), "-o", "film.mp4"];
    expectRefusal(await ritratto(film, file(".")), /480\.0 minutes/, "audio_too_long");
  });

  test("breaks in the middle: the second is named", async () => {
    const words = ["listen", file("hole.m4a"), "-o", "take.json"];
    const says = /^“hole\.m4a” breaks off at 1\.\d\d s/;
    expectRefusal(await ritratto(words, file(".")), says, "audio_unreadable");
  });
});

/** The beginning of a PNG file: as much as tells its size. */
function pngHeader(width: number, height: number): Uint8Array {
  const header = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2], 8);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.concat([header.subarray(12), size])));
  return Buffer.concat([header, size, sum, Buffer.from("\0\0\0\0IDAT\0\0\0\0", "latin1")]);
}
