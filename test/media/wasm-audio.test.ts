/** @file Sound decoded without native code. */
import { registerMediabunnyServer } from "@mediabunny/server";
import {
  type AudioCodec,
  FlacOutputFormat,
  Mp3OutputFormat,
  OggOutputFormat,
  type OutputFormat,
} from "mediabunny";
import { beforeAll, describe, expect, test } from "vitest";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { readAudio } from "../../src/platform/node-files.js";
import { glide, lagOf, makeFolder, samplesOf, writeSound } from "./material.js";

const file = makeFolder();

beforeAll(async () => {
  await registerCodecs("wasm");
  // Only to write the files: for reading, mediabunny takes what was registered first.
  registerMediabunnyServer({ hardwareContext: null });
});

interface Kind {
  readonly codec: AudioCodec;
  readonly format: () => OutputFormat;
  readonly hz: number;
  /** Samples that the encoder put in front and the file does not mention. */
  readonly late: number;
}

const KINDS: readonly Kind[] = [
  {
    codec: "mp3",
    format: () => new Mp3OutputFormat(),
    hz: 44_100,
    late: 1105,
  },
  { codec: "opus", format: () => new OggOutputFormat(), hz: 48_000, late: 0 },
  {
    codec: "flac",
    format: () => new FlacOutputFormat(),
    hz: 22_050,
    late: 0,
  },
];

describe.each(KINDS)("$codec", ({ codec, format, hz, late }) => {
  test.each([1, 2])("%s channels, in time", async (count) => {
    const path = file(`${codec}-${count}`);
    const channels = [glide(1.5, hz), glide(1.5, hz).map((sample) => -sample)].slice(0, count);
    await writeSound(path, format(), codec, channels, hz);
    const recording = await readAudio(path);
    expect(recording.channelCount).toBe(count);
    const heard = await samplesOf(recording);
    for (const [channel, samples] of heard.entries()) {
      const lag = lagOf(channels[channel] ?? samples, samples);
      expect(Math.abs(lag - late)).toBeLessThanOrEqual(codec === "flac" ? 0 : 320);
    }
    recording.close?.();
  });
});
