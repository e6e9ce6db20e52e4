/** @file Sounds and frames made for tests, and ways to look at what came of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AudioCodec,
  AudioSample,
  AudioSampleSource,
  EncodedPacketSink,
  FilePathSource,
  FilePathTarget,
  Input,
  MP4,
  Output,
  type OutputFormat,
  Quality,
  VideoSampleSink,
  WEBM,
} from "mediabunny";
import { afterAll, expect } from "vitest";
import { joinBlocks } from "../../src/base/join.js";
import type { Recording } from "../../src/base/recording.js";

/** A folder that is gone after the tests of this file. */
export function makeFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-media-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

/**
 * A tone that glides up and swells in bursts: unlike itself at every shift but 0.
 *
 * @returns −0.5..0.5, [seconds · sampleRateHz].
 */
export function glide(seconds: number, sampleRateHz: number): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) => {
    const t = i / sampleRateHz;
    const burst = 0.5 - 0.5 * Math.cos(2 * Math.PI * 3.7 * t);
    return 0.5 * burst * Math.sin(2 * Math.PI * (200 * t + 350 * t * t));
  });
}

/** Writes a sound file with mediabunny's own means. */
export async function writeSound(
  path: string,
  format: OutputFormat,
  codec: AudioCodec,
  channels: readonly Float32Array[],
  sampleRateHz: number,
  startSeconds = 0,
): Promise<void> {
  const isPcm = codec.startsWith("pcm");
  const source = new AudioSampleSource({
    codec,
    ...(isPcm ? {} : { quality: new Quality({ bitrate: 128_000 }) }),
  });
  const output = new Output({ format, target: new FilePathTarget(path) });
  output.addAudioTrack(source);
  await output.start();
  // Blocks of one length: the encoders of @mediabunny/server crash on others.
  const length = 1152;
  const whole = Math.ceil((channels[0]?.length ?? 0) / length) * length;
  for (let from = 0; from < whole; from += length) {
    const data = new Float32Array(length * channels.length);
    const count = isPcm ? Math.min(length, (channels[0]?.length ?? 0) - from) : length;
    channels.forEach((channel, c) => {
      data.set(channel.subarray(from, from + count), c * count);
    });
    const timestamp = startSeconds + from / sampleRateHz;
    const sample = new AudioSample({
      data: data.subarray(0, count * channels.length),
      format: "f32-planar",
      numberOfChannels: channels.length,
      sampleRate: sampleRateHz,
      timestamp,
    });
    await source.add(sample);
    sample.close();
  }
  await output.finalize();
}

/** All samples of a recording, by channel. */
export async function samplesOf(recording: Recording): Promise<Float32Array[]> {
  const blocks: (readonly Float32Array[])[] = [];
  for await (const block of recording.blocks()) blocks.push(block);
  return Array.from({ length: recording.channelCount }, (_, channel) => {
    const parts = blocks.map((block) => block[channel] ?? new Float32Array(0));
    return joinBlocks(parts);
  });
}

/**
 * By how many samples `heard` is later than `original`, where they are most alike.
 *
 * @param reach - The largest shift that is tried.
 */
export function lagOf(original: Float32Array, heard: Float32Array, reach = 1500): number {
  let best = Number.NEGATIVE_INFINITY;
  let lag = 0;
  const end = Math.min(original.length, heard.length) - reach;
  for (let shift = -reach; shift <= reach; shift++) {
    let likeness = 0;
    for (let i = reach; i < end; i += 11) likeness += (original[i] ?? 0) * (heard[i + shift] ?? 0);
    if (likeness > best) {
      best = likeness;
      lag = shift;
    }
  }
  return lag;
}

/** Colours of the test film as Y, U, V: a grey ground and a reddish square. */
export const GROUND = [110, 128, 128] as const;
export const SQUARE = [90, 100, 190] as const;
/** Side of the square, px. It moves right by one pixel in two frames. */
export const SQUARE_SIDE = 24;

/** One frame as I420; the square's left edge is at 8 + index / 2. */
export function paintFrame(width: number, height: number, index: number): Uint8Array {
  const frame = new Uint8Array((width * height * 3) / 2);
  const left = 8 + (index >> 1);
  let at = 0;
  for (let plane = 0; plane < 3; plane++) {
    const scale = plane === 0 ? 1 : 2;
    for (let y = 0; y < height / scale; y++) {
      for (let x = 0; x < width / scale; x++) {
        const inside =
          x * scale >= left &&
          x * scale < left + SQUARE_SIDE &&
          y * scale >= 16 &&
          y * scale < 16 + SQUARE_SIDE;
        frame[at++] = (inside ? SQUARE : GROUND)[plane] ?? 0;
      }
    }
  }
  return frame;
}

/** Y, U, V in the middle of the square and below it. */
export function look(
  frame: Uint8Array | undefined,
  index: number,
  width: number,
  height: number,
): { square: number[]; ground: number[] } {
  const at = (x: number, y: number) => {
    const chroma = (y >> 1) * (width >> 1) + (x >> 1);
    const size = width * height;
    return [y * width + x, size + chroma, size + size / 4 + chroma].map((i) => frame?.[i] ?? 0);
  };
  const x = 20 + (index >> 1);
  return { square: at(x, 28), ground: at(x, 58) };
}

/** Fails where a colour is further away than `tolerance` steps. */
export function expectColours(
  found: readonly number[],
  wanted: readonly number[],
  tolerance: number,
): void {
  for (const [i, value] of wanted.entries()) {
    const away = Math.abs((found[i] ?? 0) - value);
    expect(away, `${found} for ${wanted}`).toBeLessThanOrEqual(tolerance);
  }
}

/** What is to be seen in a film. */
export interface SeenFilm {
  readonly timestamps: readonly number[];
  readonly frames: readonly Uint8Array[];
  readonly colorSpaces: readonly object[];
}

/** Decodes the pictures of a film. */
export async function watch(path: string): Promise<SeenFilm> {
  const input = new Input({ formats: [MP4, WEBM], source: new FilePathSource(path) });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new Error("no video");
    const timestamps: number[] = [];
    const frames: Uint8Array[] = [];
    const colorSpaces: object[] = [];
    for await (const sample of new VideoSampleSink(track).samples()) {
      timestamps.push(sample.timestamp);
      colorSpaces.push(sample.colorSpace.toJSON());
      expect(sample.format).toBe("I420");
      const frame = new Uint8Array(sample.allocationSize());
      await sample.copyTo(frame);
      frames.push(frame);
      sample.close();
    }
    return { timestamps, frames, colorSpaces };
  } finally {
    input.dispose();
  }
}

/** The facts that a film's container states. */
export async function inspect(path: string) {
  const input = new Input({ formats: [MP4, WEBM], source: new FilePathSource(path) });
  try {
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    if (video === null) throw new Error("no video");
    const sound = audio === null ? [] : await packetsOf(audio);
    const pictures = await packetsOf(video);
    return {
      comment: (await input.getMetadataTags()).comment,
      videoCodec: await video.getCodec(),
      videoConfig: await video.getDecoderConfig(),
      colorSpace: await video.getColorSpace(),
      videoSeconds: await video.computeDuration(),
      audioCodec: (await audio?.getCodec()) ?? null,
      audioSeconds: (await audio?.computeDuration()) ?? 0,
      pictures,
      sound,
    };
  } finally {
    input.dispose();
  }
}

async function packetsOf(track: ConstructorParameters<typeof EncodedPacketSink>[0]) {
  const packets = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  return packets;
}
