/** @file Films opened to be looked at: their pictures, clocks and sound, and what is refused. */
import { readFileSync, writeFileSync } from "node:fs";
import {
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from "mediabunny";
import { beforeAll, describe, expect, test } from "vitest";
import type { Footage } from "../../src/base/footage.js";
import type { Picture } from "../../src/base/picture.js";
import { type Recording, recordingOf } from "../../src/base/recording.js";
import {
  makeYuvPainter,
  YUV_MATRICES,
  type YuvFrame,
  type YuvMatrix,
} from "../../src/base/yuv-picture.js";
import { openFilmFile } from "../../src/film/film-file.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { fileSink } from "../../src/platform/node-files.js";
import { readFootage } from "../../src/platform/node-footage.js";
import {
  expectColours,
  GROUND,
  glide,
  lagOf,
  makeFolder,
  paintFrame,
  SQUARE,
  samplesOf,
  writeSound,
} from "./material.js";

const file = makeFolder();
const SIDE = 64;

interface Wish {
  readonly container?: "mp4" | "webm";
  readonly codec?: "h264" | "vp9";
  readonly frameCount?: number;
  readonly recording?: Recording;
}

async function makeFilm(path: string, wish: Wish = {}): Promise<void> {
  const sink = fileSink(path);
  const options = { container: "mp4", codec: "h264", frameCount: 25, ...wish } as const;
  const film = await openFilmFile({
    ...{ width: SIDE, height: SIDE, fps: 25 },
    ...options,
    target: sink.target,
  });
  for (let i = 0; i < options.frameCount; i++) await film.addFrame(paintFrame(SIDE, SIDE, i), i);
  await film.finish();
  sink.commit();
}

/** The same packets in another mp4, with its list of packets in front. */
async function copyFilm(from: string, to: string, { rotation = 0, later = 0, soundLater = 0 }) {
  const input = new Input({ formats: [MP4], source: new FilePathSource(from) });
  const format = new Mp4OutputFormat({ fastStart: "in-memory" });
  const output = new Output({ format, target: new FilePathTarget(to) });
  const pictures = await input.getPrimaryVideoTrack();
  const sound = await input.getPrimaryAudioTrack();
  if (pictures === null) throw new Error("no pictures");
  const pictureSource = new EncodedVideoPacketSource("avc");
  const soundSource = new EncodedAudioPacketSource("aac");
  output.addVideoTrack(pictureSource, { rotation: rotation as 0 | 90 | 180 | 270 });
  if (sound !== null) output.addAudioTrack(soundSource);
  await output.start();
  const pictureConfig = await pictures.getDecoderConfig();
  for await (const packet of new EncodedPacketSink(pictures).packets()) {
    const moved = packet.clone({ timestamp: packet.timestamp + later });
    await pictureSource.add(moved, pictureConfig ? { decoderConfig: pictureConfig } : {});
  }
  const soundConfig = await sound?.getDecoderConfig();
  for await (const packet of sound === null ? [] : new EncodedPacketSink(sound).packets()) {
    const moved = packet.clone({ timestamp: packet.timestamp + soundLater });
    await soundSource.add(moved, soundConfig ? { decoderConfig: soundConfig } : {});
  }
  await output.finalize();
  input.dispose();
}

/** What is to be seen, all of it. */
async function look(footage: Footage) {
  const seen: { index: number; timeSeconds: number; picture: Picture }[] = [];
  for await (const { picture, ...rest } of footage.frames()) {
    seen.push({ ...rest, picture: { ...picture, data: picture.data.slice() } });
  }
  return seen;
}

/** Limited range, 8 bits, as the standards write it. */
function rgbOf([y, u, v]: readonly [number, number, number], { kr, kb }: YuvMatrix): number[] {
  const [light, pb, pr] = [(y - 16) / 219, (u - 128) / 224, (v - 128) / 224];
  const red = light + 2 * (1 - kr) * pr;
  const blue = light + 2 * (1 - kb) * pb;
  const green = (light - kr * red - kb * blue) / (1 - kr - kb);
  return [red, green, blue].map((value) => Math.min(255, Math.max(0, 255 * value)));
}

const pixel = ({ data, width }: Picture, x: number, y: number) => [
  ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
];
const SQUARE_RGB = [...rgbOf(SQUARE, YUV_MATRICES.bt709), 255];
const GROUND_RGB = [...rgbOf(GROUND, YUV_MATRICES.bt709), 255];

beforeAll(async () => {
  expect(await registerCodecs("native")).toEqual({ native: true });
  await makeFilm(file("film.mp4"), { recording: recordingOf([glide(1, 44_100)], 44_100) });
  await makeFilm(file("mute.mp4"));
  await makeFilm(file("long.mp4"), { frameCount: 75 });
  await copyFilm(file("long.mp4"), file("front.mp4"), {});
});

describe.each([
  { container: "mp4", codec: "h264" },
  { container: "webm", codec: "vp9" },
] as const)("$codec in $container", ({ container, codec }) => {
  test("shows every frame at its time in its colours", async () => {
    const path = file(`colours.${container}`);
    await makeFilm(path, { container, codec });
    const footage = await readFootage(path);
    expect(footage).toMatchObject({ name: `colours.${container}`, width: SIDE, height: SIDE });
    expect(footage.fps).toBeCloseTo(25, 1);
    expect(footage.video.startSeconds).toBe(0);
    expect(footage.video.endSeconds).toBeCloseTo(1, 2.5);
    expect(footage.audio).toBeUndefined();
    expect(footage.sound).toBeUndefined();
    const seen = await look(footage);
    footage.close();
    expect(seen).toHaveLength(25);
    for (const [i, { index, timeSeconds, picture }] of seen.entries()) {
      expect(index).toBe(i);
      expect(timeSeconds).toBeCloseTo(i / 25, container === "mp4" ? 9 : 2.9);
      expectColours(pixel(picture, 20 + (i >> 1), 28), SQUARE_RGB, 3);
      expectColours(pixel(picture, 20 + (i >> 1), 58), GROUND_RGB, 3);
    }
  });
});

test("frames asked for twice are the same", async () => {
  const footage = await readFootage(file("film.mp4"));
  const [one, two] = [await look(footage), await look(footage)];
  footage.close();
  const plain = (seen: typeof one) =>
    seen.map(({ timeSeconds, picture: { data } }) => [
      timeSeconds,
      Buffer.from(data).toString("hex"),
    ]);
  expect(plain(two)).toEqual(plain(one));
});

test("a look that ends early leaves the next one whole", async () => {
  const footage = await readFootage(file("film.mp4"));
  for await (const { index } of footage.frames()) if (index === 3) break;
  expect(await look(footage)).toHaveLength(25);
  footage.close();
});

test("large films are given smaller, small ones as they are", async () => {
  const footage = await readFootage(file("film.mp4"), { sizePx: 32 });
  expect(footage).toMatchObject({ width: 32, height: 32 });
  const [{ picture } = { picture: undefined }] = await look(footage);
  footage.close();
  expect(picture).toMatchObject({ width: 32, height: 32 });
  if (picture === undefined) return;
  expectColours(pixel(picture, 10, 14), SQUARE_RGB, 3);
  expectColours(pixel(picture, 10, 29), GROUND_RGB, 3);
  const asItIs = await readFootage(file("film.mp4"), { sizePx: 65 });
  expect(asItIs).toMatchObject({ width: SIDE, height: SIDE });
  asItIs.close();
});

test.each([
  { rotation: 90, x: SIDE - 1 - 28, y: 20 },
  { rotation: 180, x: SIDE - 1 - 20, y: SIDE - 1 - 28 },
  { rotation: 270, x: 28, y: SIDE - 1 - 20 },
])("films that lie by $rotation° stand upright", async ({ rotation, x, y }) => {
  const path = file(`turned-${rotation}.mp4`);
  await copyFilm(file("mute.mp4"), path, { rotation });
  const footage = await readFootage(path);
  const [first] = await look(footage);
  footage.close();
  if (first === undefined) throw new Error("no frame");
  expectColours(pixel(first.picture, x, y), SQUARE_RGB, 3);
  expectColours(pixel(first.picture, SIDE - 1 - x, SIDE - 1 - y), GROUND_RGB, 3);
});

describe("clocks", () => {
  test("sound is the film's, as long as its pictures", async () => {
    const { audio, sound, close } = await readFootage(file("film.mp4"));
    expect(audio?.startSeconds).toBe(0);
    expect(audio?.endSeconds).toBeCloseTo(1, 2);
    if (sound === undefined) throw new Error("no sound");
    const [heard = new Float32Array(0)] = await samplesOf(sound);
    expect(Math.abs(lagOf(glide(1, sound.sampleRateHz), heard))).toBeLessThanOrEqual(44);
    close();
  });

  test("pictures and sound start when they start", async () => {
    const path = file("later.mp4");
    await copyFilm(file("film.mp4"), path, { later: 0.24, soundLater: 0.5 });
    const { video, audio, sound, frames, close } = await readFootage(path);
    expect(video.startSeconds).toBeCloseTo(0.24, 3);
    expect(video.endSeconds).toBeCloseTo(1.24, 3);
    for await (const { timeSeconds } of frames()) {
      expect(timeSeconds).toBeCloseTo(0.24, 3);
      break;
    }
    // The encoder's run-in is heard now: it does not lie before the film's beginning any more.
    if (audio === undefined || sound === undefined) throw new Error("no sound");
    expect(audio.startSeconds).toBeGreaterThan(0.45);
    expect(audio.startSeconds).toBeLessThanOrEqual(0.5);
    const [heard = new Float32Array(0)] = await samplesOf(sound);
    expect(heard.length / sound.sampleRateHz).toBeCloseTo(audio.endSeconds - audio.startSeconds, 3);
    const runIn = Math.round((0.5 - audio.startSeconds) * sound.sampleRateHz);
    const shift = lagOf(glide(1, sound.sampleRateHz), heard.subarray(runIn));
    expect(Math.abs(shift)).toBeLessThanOrEqual(44);
    close();
  });
});

describe("what cannot be looked at is said:", () => {
  const refusal = async (name: string) => readFootage(file(name)).catch((error) => error);
  const unreadable = { name: "FilmError", code: "film_unreadable" };

  test("nothing there, a folder, an empty file", async () => {
    expect(await refusal("none.mp4")).toMatchObject({ code: "file_missing" });
    expect(await refusal("")).toMatchObject(unreadable);
    writeFileSync(file("empty.mp4"), "");
    expect(await refusal("empty.mp4")).toMatchObject(unreadable);
  });

  test("text", async () => {
    writeFileSync(file("text.mp4"), "This is no film.\n".repeat(99));
    expect(await refusal("text.mp4")).toMatchObject(unreadable);
  });

  test("sound alone", async () => {
    await writeSound(file("sound.m4a"), new Mp4OutputFormat(), "aac", [glide(1, 44_100)], 44_100);
    const error = await refusal("sound.m4a");
    expect(error).toMatchObject(unreadable);
    expect(error.message).toContain("audio but no pictures");
  });

  test("a film that ends before its first picture", async () => {
    const whole = readFileSync(file("front.mp4"));
    const start = whole.indexOf("mdat");
    writeFileSync(file("head.mp4"), whole.subarray(0, start + 8));
    expect(await refusal("head.mp4")).toMatchObject(unreadable);
    writeFileSync(file("torn.mp4"), whole.subarray(0, start - 200));
    expect(await refusal("torn.mp4")).toMatchObject(unreadable);
  });
});

describe("films that break off", () => {
  const lookUntilEnd = async (path: string) => {
    const footage = await readFootage(path);
    let count = 0;
    try {
      for await (const { index } of footage.frames()) count = index + 1;
      return { count, error: undefined };
    } catch (error) {
      return { count, error };
    } finally {
      footage.close();
    }
  };
  /** Position of the bytes of a packet, in decoding order. */
  const packetAt = async (path: string, index: number) => {
    const input = new Input({ formats: [MP4], source: new FilePathSource(path) });
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new Error("no pictures");
    const packets = [];
    for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
    input.dispose();
    return readFileSync(path).indexOf(packets[index]?.data ?? "");
  };
  const cutShort = { name: "FilmError", code: "film_unreadable" };

  test("give what they have, then say so", async () => {
    const bytes = readFileSync(file("front.mp4"));
    const at = await packetAt(file("front.mp4"), 30);
    writeFileSync(file("cut.mp4"), bytes.subarray(0, at));
    const { count, error } = await lookUntilEnd(file("cut.mp4"));
    expect(count).toBe(30);
    expect(error).toMatchObject({ ...cutShort, details: { missing: 45, total: 75 } });
  });

  test.each([2, 60])("and damage in the last %i packets ends no process", async (broken) => {
    const bytes = readFileSync(file("front.mp4"));
    bytes.fill(0xff, await packetAt(file("front.mp4"), 75 - broken));
    writeFileSync(file("damaged.mp4"), bytes);
    const { count, error } = await lookUntilEnd(file("damaged.mp4"));
    expect(count).toBeLessThanOrEqual(75 - broken);
    // Less than a second may be missing.
    if (broken === 2) expect(error).toBeUndefined();
    else expect(error).toMatchObject(cutShort);
  });

  test("webm does not list its frames, but says how long it is", async () => {
    await makeFilm(file("whole.webm"), { container: "webm", codec: "vp9", frameCount: 300 });
    const bytes = readFileSync(file("whole.webm"));
    writeFileSync(file("cut.webm"), bytes.subarray(0, 0.7 * bytes.length));
    const { count, error } = await lookUntilEnd(file("cut.webm"));
    expect(count).toBeGreaterThan(25);
    expect(count).toBeLessThan(275);
    expect(error).toMatchObject(cutShort);
  });
});

describe("pictures of YUV", () => {
  const size = { width: 6, height: 4 };
  const upright = { rotation: 0, flip: false } as const;
  /** One colour everywhere. */
  const flat = (colour: readonly number[], depth: number, isPaired: boolean): YuvFrame => {
    const make = (values: readonly number[], count: number) => {
      const all = Array.from({ length: count }, () => values).flat();
      return depth > 8 ? Uint16Array.from(all) : Uint8Array.from(all);
    };
    const [y = 0, u = 0, v = 0] = colour.map((value) => value << (depth - 8));
    const luma = { data: make([y], 24), offset: 0, stride: 6, step: 1 };
    const both = { data: make([u, v], 6), offset: 0, stride: 6, step: 2 };
    const cb = isPaired ? both : { data: make([u], 6), offset: 0, stride: 3, step: 1 };
    const cr = isPaired
      ? { ...both, offset: 1 }
      : { data: make([v], 6), offset: 0, stride: 3, step: 1 };
    return { ...size, planes: [luma, cb, cr], shiftX: 1, shiftY: 1, depth };
  };

  test.each([
    { matrix: "bt601", depth: 8, isPaired: false },
    { matrix: "bt709", depth: 8, isPaired: true },
    { matrix: "bt2020", depth: 10, isPaired: false },
  ] as const)("$matrix of $depth bits, chroma paired: $isPaired", (form) => {
    const matrix = YUV_MATRICES[form.matrix];
    const frame = flat(SQUARE, form.depth, form.isPaired);
    for (const small of [size, { width: 3, height: 2 }, { width: 5, height: 3 }]) {
      const picture = makeYuvPainter(small, upright)(frame, { matrix, isFullRange: false });
      for (let i = 0; i < small.width * small.height; i++) {
        expectColours(pixel(picture, i, 0), [...rgbOf(SQUARE, matrix), 255], 1);
      }
    }
  });

  test("full range takes every value", () => {
    const coding = { matrix: YUV_MATRICES.bt709, isFullRange: true };
    for (const y of [0, 77, 255]) {
      const picture = makeYuvPainter(size, upright)(flat([y, 128, 128], 8, false), coding);
      expect(pixel(picture, 5, 3)).toEqual([y, y, y, 255]);
    }
  });

  test("smaller pictures are means over areas", () => {
    const frame = flat([16, 128, 128], 8, false);
    const [luma] = frame.planes;
    for (let i = 0; i < 24; i++) luma.data[i] = 20 + 8 * i;
    const coding = { matrix: YUV_MATRICES.bt709, isFullRange: true };
    const picture = makeYuvPainter({ width: 4, height: 2 }, upright)(frame, coding);
    // Columns 0 and half of 1, of rows 0 and 1.
    expect(pixel(picture, 0, 0)[0]).toBe(Math.round(20 + 24 + 8 / 3));
    // Columns 4.5 to 6 of rows 2 and 3.
    expect(pixel(picture, 3, 1)[0]).toBe(Math.round(20 + 8 * (15 + 14 / 3)));
  });
});
