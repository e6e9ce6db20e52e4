/** @file Films without native codecs; only to look at them a native decoder is brought in. */
import { readFileSync } from "node:fs";
import { registerMediabunnyServer } from "@mediabunny/server";
import { WavOutputFormat } from "mediabunny";
import { beforeAll, describe, expect, test } from "vitest";
import { openFilmFile } from "../../src/film/film-file.js";
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
const WIDTH = 98;
const HEIGHT = 74;
/** Longer than one stretch between key frames. */
const FRAMES = 120;
const SECONDS = FRAMES / 25;

beforeAll(async () => {
  expect(await registerCodecs("wasm")).toEqual({ native: false });
  const sound = glide(SECONDS, 22_050);
  await writeSound(file("voice.wav"), new WavOutputFormat(), "pcm-s16", [sound], 22_050);
  const recording = await readAudio(file("voice.wav"));
  const sink = fileSink(file("film.mp4"));
  const film = await openFilmFile({
    ...{ width: WIDTH, height: HEIGHT, fps: 25, frameCount: FRAMES },
    ...{ container: "mp4", codec: "h264", recording, target: sink.target },
  });
  for (let i = 0; i < FRAMES; i++) await film.addFrame(paintFrame(WIDTH, HEIGHT, i), i);
  await film.finish();
  sink.commit();
  recording.close?.();
});

test("wav needs no decoder", async () => {
  const recording = await readAudio(file("voice.wav"));
  const [samples = new Float32Array(0)] = await samplesOf(recording);
  expect(lagOf(glide(SECONDS, 22_050), samples)).toBe(0);
  recording.close?.();
});

test("films of one size are decoded alike whatever they show, so that segments can be joined", async () => {
  const sink = fileSink(file("other.mp4"));
  const other = await openFilmFile({
    ...{ width: WIDTH, height: HEIGHT, fps: 25, frameCount: 2 },
    ...{ container: "mp4", codec: "h264", target: sink.target },
  });
  for (let i = 0; i < 2; i++) await other.addFrame(paintFrame(WIDTH, HEIGHT, 60 + i), i);
  await other.finish();
  sink.commit();
  const configs = await Promise.all(["film.mp4", "other.mp4"].map((name) => inspect(file(name))));
  expect(configs[0]?.videoConfig).toMatchObject({ codedWidth: WIDTH, codedHeight: HEIGHT });
  expect(configs[0]?.videoConfig?.description).toBeDefined();
  expect(configs[1]?.videoConfig).toEqual(configs[0]?.videoConfig);
});

test("what cannot be decoded or encoded here is said", async () => {
  const film = readAudio(file("film.mp4"));
  await expect(film).rejects.toMatchObject({ code: "codec_missing", details: { codec: "aac" } });
  const sink = fileSink(file("film.webm"));
  const options = { width: WIDTH, height: HEIGHT, fps: 25, frameCount: 1 } as const;
  const webm = openFilmFile({ ...options, container: "webm", codec: "vp9", target: sink.target });
  await expect(webm).rejects.toMatchObject({ code: "codec_missing", details: { codec: "vp9" } });
  sink.discard();
});

describe("seen with native decoders", () => {
  beforeAll(() => registerMediabunnyServer({ hardwareContext: null }));

  test("every frame is there, at its time, in its colours", async () => {
    const { timestamps, frames } = await watch(file("film.mp4"));
    expect(timestamps).toHaveLength(FRAMES);
    for (const [index, timestamp] of timestamps.entries()) {
      expect(timestamp).toBeCloseTo(index / 25, 9);
      // The square has left the picture by then.
      if (index > 100) continue;
      const { square, ground } = look(frames[index], index, WIDTH, HEIGHT);
      expectColours(square, SQUARE, 3);
      expectColours(ground, GROUND, 3);
    }
  });

  test("the container names the colours and the comment, and both parts are as long", async () => {
    const facts = await inspect(file("film.mp4"));
    const bt709 = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false };
    expect(facts.colorSpace).toMatchObject(bt709);
    expect(facts.pictures.filter(({ type }) => type === "key").map((key) => key.timestamp)).toEqual(
      [0, 4],
    );
    expect(facts.videoSeconds).toBeCloseTo(SECONDS, 6);
    expect(facts.audioSeconds).toBeCloseTo(SECONDS, 3);
  });

  test("the sound is not late", async () => {
    const recording = await readAudio(file("film.mp4"));
    const [heard = new Float32Array(0)] = await samplesOf(recording);
    expect(recording.sampleRateHz).toBe(48_000);
    expect(Math.abs(lagOf(glide(SECONDS, 48_000), heard))).toBeLessThanOrEqual(48);
    recording.close?.();
  });
});

test("the film's index comes before its pictures", () => {
  const bytes = readFileSync(file("film.mp4"));
  expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
});
