/** @file Films with native codecs: written, read back, compared with what went in. */
import { readdirSync } from "node:fs";
import { Mp4OutputFormat } from "mediabunny";
import { beforeAll, describe, expect, test } from "vitest";
import { type Recording, recordingOf } from "../../src/base/recording.js";
import { FILM_COMMENT, type FilmFileOptions, openFilmFile } from "../../src/film/film-file.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { fileSink, readAudio } from "../../src/platform/node-files.js";
import {
  expectColours,
  GROUND,
  glide,
  inspect,
  lagOf,
  look,
  makeFolder,
  paintFrame,
  SQUARE,
  samplesOf,
  watch,
  writeSound,
} from "./material.js";

const file = makeFolder();
const WIDTH = 64;
const HEIGHT = 64;

type Wish = Partial<Omit<FilmFileOptions, "target">> & { readonly recording?: Recording };

async function makeFilm(path: string, wish: Wish = {}) {
  const sink = fileSink(path);
  const options = { width: WIDTH, height: HEIGHT, fps: 25, frameCount: 25, ...wish };
  const film = await openFilmFile({
    container: "mp4",
    codec: "h264",
    ...options,
    target: sink.target,
  });
  const { width, height, frameCount } = options;
  for (let index = 0; index < frameCount; index++) {
    await film.addFrame(paintFrame(width, height, index), index);
  }
  await film.finish();
  sink.commit();
  return film;
}

beforeAll(async () => {
  expect(await registerCodecs("native")).toEqual({ native: true });
});

describe.each([
  { container: "mp4", codec: "h264" },
  { container: "mp4", codec: "av1" },
  { container: "webm", codec: "vp9" },
  { container: "webm", codec: "av1" },
] as const)("$codec in $container", ({ container, codec }) => {
  const path = file(`${codec}.${container}`);
  const sound = glide(1.3, 44_100);

  beforeAll(async () => {
    await makeFilm(path, { container, codec, recording: recordingOf([sound], 44_100) });
  });

  test("shows every frame at its time in its colours", async () => {
    const { timestamps, frames, colorSpaces } = await watch(path);
    expect(timestamps).toHaveLength(25);
    for (const [index, timestamp] of timestamps.entries()) {
      expect(timestamp).toBeCloseTo(index / 25, container === "mp4" ? 9 : 2.9);
      const { square, ground } = look(frames[index], index, WIDTH, HEIGHT);
      expectColours(square, SQUARE, 3);
      expectColours(ground, GROUND, 3);
    }
    const bt709 = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false };
    // A VP9 stream has room for the matrix and the range only; the container has all.
    const inStream = codec === "vp9" ? { matrix: "bt709", fullRange: false } : bt709;
    for (const space of colorSpaces) expect(space).toMatchObject(inStream);
    expect((await inspect(path)).colorSpace).toMatchObject(bt709);
  });

  test("sounds like the recording, not later by 1 ms, as long as the pictures", async () => {
    const facts = await inspect(path);
    expect(facts.audioCodec).toBe(container === "mp4" ? "aac" : "opus");
    expect(Math.abs(facts.audioSeconds - facts.videoSeconds)).toBeLessThanOrEqual(0.04);
    const recording = await readAudio(path);
    const [heard = new Float32Array(0)] = await samplesOf(recording);
    const original = glide(1.3, recording.sampleRateHz);
    const lag = lagOf(original.subarray(0, heard.length), heard) / recording.sampleRateHz;
    expect(Math.abs(lag)).toBeLessThanOrEqual(0.001);
    recording.close?.();
  });

  test("says what it is", async () => {
    expect((await inspect(path)).comment).toBe(FILM_COMMENT);
  });
});

test("the same frames give the same packets", async () => {
  const [one, two] = [file("one.mp4"), file("two.mp4")];
  await makeFilm(one);
  await makeFilm(two);
  const bytes = async (path: string) => (await inspect(path)).pictures.map(({ data }) => data);
  expect(await bytes(one)).toEqual(await bytes(two));
});

test("sizes that are no multiple of 16 keep their shape", async () => {
  const [width, height] = [98, 74];
  await makeFilm(file("odd.mp4"), { width, height });
  const { frames } = await watch(file("odd.mp4"));
  expect(frames).toHaveLength(25);
  expectColours(look(frames[20], 20, width, height).square, SQUARE, 3);
  expectColours(look(frames[20], 20, width, height).ground, GROUND, 3);
});

test.each([29.97, 60])("%s frames per second end with their sound", async (fps) => {
  const path = file(`${fps}.mp4`);
  const frameCount = Math.round(fps * 1.5);
  const recording = recordingOf([glide(1.5, 22_050)], 22_050);
  await makeFilm(path, { fps, frameCount, recording });
  const { pictures, videoSeconds, audioSeconds } = await inspect(path);
  expect(pictures).toHaveLength(frameCount);
  expect(videoSeconds).toBeCloseTo(frameCount / fps, 5);
  expect(audioSeconds).toBeCloseTo(videoSeconds, 3);
});

test("silence follows a sound that ends early", async () => {
  const path = file("short-sound.mp4");
  const recording = recordingOf([glide(0.4, 48_000), glide(0.4, 48_000)], 48_000);
  await makeFilm(path, { recording });
  const heard = await readAudio(path);
  expect(heard.channelCount).toBe(2);
  expect(heard.durationSeconds).toBeCloseTo(1, 3);
  const [left = new Float32Array(0)] = await samplesOf(heard);
  expect(Math.max(...left.subarray(24_000))).toBeLessThan(0.01);
  heard.close?.();
});

describe("sound that is already what the film needs", () => {
  test("AAC comes into mp4 packet by packet", async () => {
    // A film's own sound has the edit list of its encoder's run-in.
    await makeFilm(file("source.mp4"), { recording: recordingOf([glide(1, 48_000)], 48_000) });
    const recording = await readAudio(file("source.mp4"));
    const { copiesSound } = await makeFilm(file("copy.mp4"), { recording });
    recording.close?.();
    expect(copiesSound).toBe(true);
    const [source, copy] = [await inspect(file("source.mp4")), await inspect(file("copy.mp4"))];
    const plain = (packets: typeof copy.sound) =>
      packets.map(({ data, timestamp }) => ({ data, timestamp }));
    expect(plain(copy.sound)).toEqual(plain(source.sound));
  });

  test("Opus comes into webm packet by packet", async () => {
    const webm = { container: "webm", codec: "vp9" } as const;
    const sound = recordingOf([glide(1, 48_000)], 48_000);
    await makeFilm(file("source.webm"), { ...webm, recording: sound });
    const recording = await readAudio(file("source.webm"));
    const { copiesSound } = await makeFilm(file("copy.webm"), { ...webm, recording });
    recording.close?.();
    expect(copiesSound).toBe(true);
    const [source, copy] = [await inspect(file("source.webm")), await inspect(file("copy.webm"))];
    expect(copy.sound.map(({ data }) => data)).toEqual(source.sound.map(({ data }) => data));
    const heard = await readAudio(file("copy.webm"));
    const [samples = new Float32Array(0)] = await samplesOf(heard);
    heard.close?.();
    expect(Math.abs(lagOf(glide(1, 48_000), samples))).toBeLessThanOrEqual(48);
  });

  test("a copy ends with the film", async () => {
    await writeSound(file("long.m4a"), new Mp4OutputFormat(), "aac", [glide(3, 44_100)], 44_100);
    const recording = await readAudio(file("long.m4a"));
    await makeFilm(file("cut.mp4"), { recording });
    recording.close?.();
    expect((await inspect(file("cut.mp4"))).audioSeconds).toBeCloseTo(1, 3);
  });
});

test("a film without sound has none", async () => {
  await makeFilm(file("mute.mp4"));
  expect((await inspect(file("mute.mp4"))).audioCodec).toBeNull();
});

test("webm cannot hold h264", async () => {
  const sink = fileSink(file("wrong.webm"));
  const options = { width: WIDTH, height: HEIGHT, fps: 25, frameCount: 1, codec: "h264" } as const;
  const opening = openFilmFile({ ...options, container: "webm", target: sink.target });
  await expect(opening).rejects.toMatchObject({ code: "option_invalid" });
  sink.discard();
});

test("a film that is given up leaves nothing behind", async () => {
  const sink = fileSink(file("given-up.mp4"));
  const options = { width: WIDTH, height: HEIGHT, fps: 25, frameCount: 25 } as const;
  const recording = recordingOf([glide(1, 44_100)], 44_100);
  const film = await openFilmFile({
    ...options,
    container: "mp4",
    codec: "h264",
    recording,
    target: sink.target,
  });
  for (let i = 0; i < 5; i++) await film.addFrame(paintFrame(WIDTH, HEIGHT, i), i);
  await film.cancel();
  sink.discard();
  const left = readdirSync(file(""));
  expect(left.filter((name) => /given-up|\.part$/.test(name))).toEqual([]);
});
