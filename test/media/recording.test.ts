/** @file Media files → recordings, with native codecs. */
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import {
  AdtsOutputFormat,
  type AudioCodec,
  FlacOutputFormat,
  MkvOutputFormat,
  Mp3OutputFormat,
  Mp4OutputFormat,
  OggOutputFormat,
  type OutputFormat,
  WavOutputFormat,
  WebMOutputFormat,
} from "mediabunny";
import { beforeAll, describe, expect, test } from "vitest";
import { openFilmFile } from "../../src/film/film-file.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { fileSink, readAudio } from "../../src/platform/node-files.js";
import { MAX_RECORDING_SECONDS } from "../../src/voice/recording.js";
import { glide, lagOf, makeFolder, paintFrame, samplesOf, writeSound } from "./material.js";

const file = makeFolder();

beforeAll(async () => {
  await registerCodecs("native");
});

/** Seconds that encoders put in front where the container does not say so. */
const RUN_IN: Readonly<Partial<Record<AudioCodec, number>>> = { aac: 0.0233, mp3: 0.0251 };

interface Kind {
  readonly name: string;
  readonly format: () => OutputFormat;
  readonly codec: AudioCodec;
  readonly hz: number;
}

describe.each<Kind>([
  { name: "wav", format: () => new WavOutputFormat(), codec: "pcm-s16", hz: 16_000 },
  { name: "float.wav", format: () => new WavOutputFormat(), codec: "pcm-f32", hz: 96_000 },
  { name: "flac", format: () => new FlacOutputFormat(), codec: "flac", hz: 22_050 },
  { name: "mp3", format: () => new Mp3OutputFormat(), codec: "mp3", hz: 44_100 },
  { name: "aac", format: () => new AdtsOutputFormat(), codec: "aac", hz: 44_100 },
  { name: "m4a", format: () => new Mp4OutputFormat(), codec: "aac", hz: 48_000 },
  { name: "ogg", format: () => new OggOutputFormat(), codec: "vorbis", hz: 44_100 },
  { name: "opus", format: () => new OggOutputFormat(), codec: "opus", hz: 48_000 },
  { name: "webm", format: () => new WebMOutputFormat(), codec: "vorbis", hz: 48_000 },
  { name: "mkv", format: () => new MkvOutputFormat(), codec: "mp3", hz: 48_000 },
])("$name", ({ name, format, codec, hz }) => {
  const path = file(`sound.${name}`);
  const left = glide(1.7, hz);
  const right = left.map((sample) => -0.5 * sample);

  beforeAll(() => writeSound(path, format(), codec, [left, right], hz));

  test("gives both channels of the sound in time", async () => {
    const recording = await readAudio(path);
    expect(recording.sampleRateHz).toBe(hz);
    expect(recording.channelCount).toBe(2);
    expect(Math.abs(recording.durationSeconds - 1.7)).toBeLessThan(0.09);
    const [one = left, two = left] = await samplesOf(recording);
    expect(one).toHaveLength(Math.round(recording.durationSeconds * hz));
    expect(two).toHaveLength(one.length);
    const late = Math.round((RUN_IN[codec] ?? 0) * hz);
    const lag = lagOf(left, one, Math.round(0.03 * hz));
    const isLossless = codec.startsWith("pcm") || codec === "flac";
    if (isLossless) expect(lag).toBe(0);
    else expect(Math.abs(lag - late)).toBeLessThanOrEqual(late + 0.004 * hz);
    const middle = Math.round(0.8 * hz);
    const share = loudness(two.subarray(middle)) / loudness(one.subarray(middle));
    expect(share).toBeCloseTo(0.5, 1);
    recording.close?.();
  });

  test("begins again each time it is asked", async () => {
    const recording = await readAudio(path);
    const [one, two] = [await samplesOf(recording), await samplesOf(recording)];
    expect(one.map((channel, c) => sameSamples(channel, two[c]))).toEqual([true, true]);
    recording.close?.();
  });
});

function sameSamples(one: Float32Array, two: Float32Array | undefined): boolean {
  return one.length === two?.length && one.every((sample, i) => sample === two[i]);
}

function loudness(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

describe("where the sound begins", () => {
  test("silence stands for what comes before a late beginning", async () => {
    const sound = glide(1, 48_000);
    await writeSound(file("late.m4a"), new Mp4OutputFormat(), "aac", [sound], 48_000, 0.5);
    const recording = await readAudio(file("late.m4a"));
    const [heard = sound] = await samplesOf(recording);
    recording.close?.();
    expect(recording.durationSeconds).toBeGreaterThan(1.49);
    expect(heard.subarray(0, 22_900).every((sample) => sample === 0)).toBe(true);
    expect(Math.abs(lagOf(sound, heard.subarray(24_000)))).toBeLessThanOrEqual(2);
  });

  test.each(["mp4", "webm"] as const)(
    "the run-in of a film's sound (%s) is left out",
    async (container) => {
      const path = file(`film.${container}`);
      const sink = fileSink(path);
      const sound = glide(1, 48_000);
      const wav = file(`${container}.wav`);
      await writeSound(wav, new WavOutputFormat(), "pcm-s16", [sound], 48_000);
      const voice = await readAudio(wav);
      const film = await openFilmFile({
        ...{
          width: 64,
          height: 64,
          fps: 25,
          frameCount: 25,
          target: sink.target,
          recording: voice,
        },
        ...{ container, codec: container === "mp4" ? "h264" : "vp9" },
      });
      for (let i = 0; i < 25; i++) await film.addFrame(paintFrame(64, 64, i), i);
      await film.finish();
      sink.commit();
      const recording = await readAudio(path);
      const [heard = sound] = await samplesOf(recording);
      expect(Math.abs(recording.durationSeconds - 1)).toBeLessThan(0.02);
      expect(Math.abs(lagOf(sound, heard))).toBeLessThanOrEqual(48);
      voice.close?.();
      recording.close?.();
    },
  );
});

describe("what cannot be used is refused with a reason", () => {
  const pcm = (name: string, samples: Float32Array) =>
    writeSound(file(name), new WavOutputFormat(), "pcm-s16", [samples], 8000);
  const refusal = (name: string) =>
    readAudio(file(name)).then(
      () => undefined,
      (error) => error,
    );

  test("no file", async () => {
    expect(await refusal("nowhere.wav")).toMatchObject({ code: "file_missing" });
  });

  test("a folder, an empty file, a text, noise", async () => {
    writeFileSync(file("empty.wav"), "");
    writeFileSync(file("text.wav"), "This is not a recording.\n".repeat(500));
    writeFileSync(
      file("noise.mp3"),
      Uint8Array.from({ length: 50_000 }, (_, i) => (i * i) >> 3),
    );
    for (const name of [".", "empty.wav", "text.wav", "noise.mp3"]) {
      expect(await refusal(name), name).toMatchObject({ code: "audio_unreadable" });
    }
  });

  test("a playlist, for it would open other files", async () => {
    writeFileSync(file("list.m3u8"), "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nx.ts\n");
    expect(await refusal("list.m3u8")).toMatchObject({ code: "audio_unreadable" });
  });

  test("a film without sound", async () => {
    const sink = fileSink(file("mute.mp4"));
    const film = await openFilmFile({
      ...{ width: 64, height: 64, fps: 25, frameCount: 1, target: sink.target },
      ...{ container: "mp4", codec: "h264" },
    });
    await film.addFrame(paintFrame(64, 64, 0), 0);
    await film.finish();
    sink.commit();
    const error = await refusal("mute.mp4");
    expect(error).toMatchObject({ code: "audio_unreadable" });
    expect(error.message).toContain("no sound");
  });

  test("a recording of nothing", async () => {
    await pcm("nothing.wav", new Float32Array(8000));
    const bytes = readFileSync(file("nothing.wav"));
    writeFileSync(file("nothing.wav"), resizedWav(bytes, 0));
    truncateSync(file("nothing.wav"), bytes.indexOf("data") + 8);
    expect(await refusal("nothing.wav")).toMatchObject({ code: "audio_empty" });
  });

  test("a recording that is too long, by its header alone", async () => {
    await pcm("endless.wav", new Float32Array(8000));
    const bytes = readFileSync(file("endless.wav"));
    const size = (MAX_RECORDING_SECONDS + 1) * 16_000;
    writeFileSync(file("endless.wav"), resizedWav(bytes, size));
    truncateSync(file("endless.wav"), bytes.indexOf("data") + 8 + size);
    const error = await refusal("endless.wav");
    expect(error).toMatchObject({ code: "audio_too_long", details: { limit: 3600 } });
  });

  test.each([
    ["m4a", () => new Mp4OutputFormat({ fastStart: false }), "aac"],
    ["flac", () => new FlacOutputFormat(), "flac"],
    ["opus", () => new OggOutputFormat(), "opus"],
  ] as const)("half a file (%s)", async (name, format, codec) => {
    const path = file(`half.${name}`);
    await writeSound(path, format(), codec, [glide(4, 48_000)], 48_000);
    truncateSync(path, readFileSync(path).length >> 1);
    expect(await refusal(`half.${name}`)).toMatchObject({ code: "audio_unreadable" });
  });

  test("a file with a hole says at which second", async () => {
    await writeSound(file("hole.m4a"), new Mp4OutputFormat(), "aac", [glide(4, 48_000)], 48_000);
    const bytes = readFileSync(file("hole.m4a"));
    bytes.fill(0xa5, bytes.length >> 1, (bytes.length >> 1) + 3000);
    writeFileSync(file("hole.m4a"), bytes);
    const recording = await readAudio(file("hole.m4a"));
    const error = await samplesOf(recording).then(
      () => undefined,
      (failure) => failure,
    );
    expect(error).toMatchObject({ code: "audio_unreadable" });
    expect(error.details.seconds).toBeGreaterThan(1.5);
    expect(error.details.seconds).toBeLessThan(2.5);
    recording.close?.();
  });
});

test("silence is a recording like another", async () => {
  await writeSound(
    file("silent.mp3"),
    new Mp3OutputFormat(),
    "mp3",
    [new Float32Array(16_000)],
    16_000,
  );
  const recording = await readAudio(file("silent.mp3"));
  const [samples = new Float32Array(1).fill(1)] = await samplesOf(recording);
  expect(Math.max(...samples.map(Math.abs))).toBeLessThan(1e-4);
  recording.close?.();
});

/** The same file with other sizes in its headers. */
function resizedWav(bytes: Buffer, dataBytes: number): Buffer {
  const out = Buffer.from(bytes);
  const data = out.indexOf("data");
  out.writeUInt32LE(dataBytes, data + 4);
  out.writeUInt32LE(data + dataBytes, 4);
  return out;
}
