/** @file Fingerprints: what a film survives, and what tells it from another. */
import { describe, expect, test } from "vitest";
import type { Footage } from "../../src/base/footage.js";
import { makePicture, mirrorPicture, type Picture } from "../../src/base/picture.js";
import { type Recording, recordingOf } from "../../src/base/recording.js";
import {
  compareFingerprints,
  PICTURE_BITS_MOST,
  SOUND_DISTANCE_MOST,
} from "../../src/trust/compare-fingerprints.js";
import {
  type Fingerprint,
  fingerprintFilm,
  fingerprintPicture,
  fingerprintSchema,
  makeFingerprinter,
  type SoundPrint,
  soundPrint,
  thumbOf,
  thumbOfLuma,
} from "../../src/trust/fingerprint.js";
import { footageOf, moved, soundOf } from "../support/footage.js";
import { cutVoice, VOICE_HZ } from "../support/inputs.js";
import { decode, sample } from "../support/machine.js";

const astronaut = await decode(sample("astronaut.png"));
const SECONDS = 6;
/** So many are enough: fingerprints look no closer. */
const FPS = 5;

/** The astronaut, who sways. */
const pictures = Array.from({ length: FPS * SECONDS }, (_, i) =>
  moved(half(astronaut), Math.round(4 * Math.sin(i / 4)), 0),
);
const voice = cutVoice(0, SECONDS);
const film = filmOf(pictures, soundOf(voice));
const known = keep(pictures, await soundPrint(soundOf(voice), SECONDS));

function filmOf(of: readonly Picture[], sound?: Recording): Footage {
  const footage = footageOf(of, sound);
  return {
    ...{ ...footage, fps: FPS, video: { startSeconds: 0, endSeconds: of.length / FPS } },
    async *frames() {
      for await (const frame of footage.frames()) {
        yield { ...frame, timeSeconds: frame.index / FPS };
      }
    },
  };
}

/** As it is kept when a film is made. */
function keep(of: readonly Picture[], sound?: SoundPrint): Fingerprint {
  const [{ width, height }] = of;
  const printer = makeFingerprinter({ width, height, durationSeconds: of.length / FPS });
  of.forEach((picture, i) => {
    if (printer.wants(i / FPS)) printer.add(thumbOf(picture));
  });
  return printer.finish(sound);
}

function half(picture: Picture): Picture {
  return resized(picture, picture.width >> 1, picture.height >> 1);
}

/** The nearest pixels. */
function resized({ data, width, height }: Picture, across: number, down: number): Picture {
  const out = makePicture(across, down);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const from = Math.floor((y * height) / down) * width + Math.floor((x * width) / across);
      out.data.set(data.subarray(4 * from, 4 * from + 4), 4 * (y * across + x));
    }
  }
  return out;
}

function cropped(picture: Picture, share: number, left = 0.5, top = 0.5): Picture {
  const [width, height] = [picture.width, picture.height].map((side) => Math.round(side * share));
  const out = makePicture(width, height);
  const x = Math.round((picture.width - width) * left);
  const y = Math.round((picture.height - height) * top);
  for (let row = 0; row < height; row++) {
    const from = 4 * ((y + row) * picture.width + x);
    out.data.set(picture.data.subarray(from, from + 4 * width), 4 * row * width);
  }
  return out;
}

const bitsOf = async (of: readonly Picture[]) =>
  compareFingerprints(known, await fingerprintFilm(filmOf(of)));

describe("a film is known again", () => {
  test("as it is, with its sound", async () => {
    const same = compareFingerprints(known, await fingerprintFilm(film));
    expect(same).toEqual({ pictureBits: 0, part: 1, soundDistance: 0, mirrored: false });
  });

  test("smaller, brighter, in a mirror, without its beginning", async () => {
    const small = await bitsOf(pictures.map((picture) => resized(picture, 150, 130)));
    expect(small.pictureBits).toBeLessThanOrEqual(3);
    const bright = pictures.map((picture) => ({
      ...picture,
      data: picture.data.map((value) => 255 * (value / 255) ** 0.8),
    }));
    expect((await bitsOf(bright)).pictureBits).toBeLessThanOrEqual(4);
    const mirrored = await bitsOf(pictures.map(mirrorPicture));
    expect(mirrored).toMatchObject({ part: 1, mirrored: true });
    const late = await bitsOf(pictures.slice(7));
    expect(late.pictureBits).toBeLessThanOrEqual(2);
    const fast = await bitsOf(pictures.filter((_, i) => i % 5 !== 0));
    expect(fast.pictureBits).toBeLessThanOrEqual(3);
  });

  test.each([0.9, 0.8, 0.7, 0.6])("of which %d of the sides is left", async (share) => {
    for (const [left, top] of [
      [0.5, 0.5],
      [0, 1],
    ]) {
      const found = await bitsOf(pictures.map((picture) => cropped(picture, share, left, top)));
      expect(found.pictureBits).toBeLessThanOrEqual(6);
      expect(found.part).toBe(share);
    }
  });

  test("by one picture of it", () => {
    const found = compareFingerprints(known, fingerprintPicture(pictures[14]));
    expect(found.pictureBits).toBeLessThanOrEqual(2);
    expect(found.soundDistance).toBeUndefined();
  });
});

test("another picture is another film", async () => {
  const [top, bottom] = [cropped(half(astronaut), 0.5, 0, 0), cropped(half(astronaut), 0.5, 1, 1)];
  const found = compareFingerprints(keep([top]), fingerprintPicture(bottom));
  expect(found.pictureBits).toBeGreaterThan(PICTURE_BITS_MOST);
});

describe("sounds", () => {
  const distance = async (samples: Float32Array, hz = VOICE_HZ) => {
    const found = await fingerprintFilm(filmOf(pictures, recordingOf([samples], hz)));
    return compareFingerprints(known, found).soundDistance;
  };

  test("are the same when softer, noisier, cut, or faster", async () => {
    expect(await distance(voice.map((value) => 0.3 * value))).toBeLessThan(0.1);
    expect(await distance(voice.map((v, i) => v + 0.003 * Math.sin(i * i)))).toBeLessThan(0.25);
    expect(await distance(voice.subarray(1.37 * VOICE_HZ))).toBeLessThan(0.2);
    expect(await distance(voice.filter((_, i) => i % 5 !== 0))).toBeLessThan(SOUND_DISTANCE_MOST);
  });

  test("are others when somebody says something else", async () => {
    expect(await distance(cutVoice(7, 7 + SECONDS))).toBeGreaterThan(SOUND_DISTANCE_MOST);
  });

  test("that are too short or silent tell nothing", async () => {
    expect(await distance(voice.subarray(0, 2 * VOICE_HZ))).toBeUndefined();
    expect(await distance(new Float32Array(SECONDS * VOICE_HZ))).toBe(1);
  });
});

test("a fingerprint is what the schema says, and grows by 32 letters a second", async () => {
  const { upright } = await fingerprintFilm(film);
  expect(fingerprintSchema.parse(JSON.parse(JSON.stringify(upright)))).toEqual(upright);
  expect(known.whole).toHaveLength(SECONDS);
  const hour = { width: 2, height: 2, durationSeconds: 3600 };
  const printer = makeFingerprinter(hour);
  for (let i = 0; i < 3600; i++) printer.add(thumbOf(makePicture(2, 2)));
  expect(JSON.stringify(printer.finish()).length).toBeLessThan(3600 * 38 + 40_000);
});

test("a luma plane gives what its picture gives", () => {
  const grey = makePicture(64, 48);
  const luma = new Uint8Array(64 * 48).map((_, i) => (i * i) % 251);
  for (const [i, value] of luma.entries()) grey.data.set([value, value, value, 255], 4 * i);
  const [a, b] = [thumbOf(grey), thumbOfLuma(luma, 64, 48)];
  expect(Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i])))).toBeLessThan(1e-3);
});
