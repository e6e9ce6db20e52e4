/**
 * @file A recording → the compressed sound of a film: copied where that is possible, else encoded
 * once. Packets come one by one, as the film asks for them, so that memory stays flat.
 *
 * Time 0 of the recording is time 0 of the film. Encoders put a run-in in front of the sound; its
 * packets get negative times, which players cut off (mp4: edit list).
 */
import {
  AudioSample,
  AudioSampleSource,
  canEncodeAudio,
  type EncodedPacket,
  MkvOutputFormat,
  NullTarget,
  Output,
  Quality,
} from "mediabunny";
import { assert } from "../base/assert.js";
import { FilmError } from "../base/errors.js";
import type { EncodedSound, Recording } from "../base/recording.js";
import { OPUS_RATE_HZ, opusPreSkip } from "../voice/opus-packet.js";
import { makeResampler } from "../voice/resample.js";

/** Sound that is ready to be written. */
export interface FilmSound {
  readonly codec: "aac" | "opus";
  /** True if the packets are the recording's own, unchanged. */
  readonly copied: boolean;
  /** No more packets than this will come. */
  readonly maximumPacketCount: number;
  packets(): AsyncGenerator<SoundPacket>;
}

/** One packet, and what a decoder of its stream must know. */
export interface SoundPacket {
  readonly packet: EncodedPacket;
  readonly decoderConfig: AudioDecoderConfig;
}

/** Where the sound of a film ends. */
export interface SoundEnd {
  readonly seconds: number;
  /** How far the sound may miss that: the length of one frame. */
  readonly toleranceSeconds: number;
}

/** Kinds of AAC that play everywhere: LC, HE, HE version 2. */
const COMMON_AAC = /^mp4a\.40\.(2|5|29)$/;
/** The fewest samples that one AAC packet holds. */
const AAC_PACKET_SAMPLES = 960;
/** Opus packets may be as short as this. */
const OPUS_PACKET_SECONDS = 0.0025;
/** Samples in front of the sound that FFmpeg's AAC encoder makes, natively and as WebAssembly. */
const AAC_RUN_IN_SAMPLES = 1024;
/** Rates at which AAC plays everywhere; others are brought to the last. */
const AAC_RATES_HZ: readonly number[] = [44_100, 48_000];
/** bit/s by channel count. Above what a voice needs, for there may be music. */
const BITRATES = { aac: [128_000, 192_000], opus: [96_000, 128_000] } as const;

/**
 * Chooses how a recording comes into a film.
 *
 * @throws FilmError `codec_missing` if it has to be encoded and cannot be.
 */
export async function openSound(
  recording: Recording,
  container: "mp4" | "webm",
  end: SoundEnd,
): Promise<FilmSound> {
  const codec = container === "mp4" ? "aac" : "opus";
  const { encoded } = recording;
  if (encoded !== undefined && fits(encoded, codec) && reaches(recording, end)) {
    const shortest = AAC_PACKET_SAMPLES / encoded.decoderConfig.sampleRate;
    return {
      codec,
      copied: true,
      maximumPacketCount: packetBound(end, codec === "aac" ? shortest : OPUS_PACKET_SECONDS),
      packets: () => cut(copied(encoded), end, container),
    };
  }
  const sampleRateHz = codec === "aac" ? aacRate(recording.sampleRateHz) : OPUS_RATE_HZ;
  const bitrate = BITRATES[codec][recording.channelCount === 1 ? 0 : 1];
  const quality = new Quality({ bitrate });
  const numberOfChannels = recording.channelCount;
  if (!(await canEncodeAudio(codec, { numberOfChannels, sampleRate: sampleRateHz, quality }))) {
    const message = `There is no encoder for ${codec} sound on this machine.`;
    throw new FilmError("codec_missing", message, { codec });
  }
  const encoding: Encoding = { codec, quality, sampleRateHz, endSeconds: end.seconds };
  return {
    codec,
    copied: false,
    maximumPacketCount: packetBound(end, AAC_PACKET_SAMPLES / sampleRateHz),
    packets: () => cut(encode(recording, encoding), end, container),
  };
}

function fits({ codec, decoderConfig }: EncodedSound, wanted: "aac" | "opus"): boolean {
  return codec === wanted && (codec === "opus" || COMMON_AAC.test(decoderConfig.codec));
}

/** Packets cannot be lengthened by silence. */
function reaches({ durationSeconds }: Recording, end: SoundEnd): boolean {
  return durationSeconds >= end.seconds - end.toleranceSeconds;
}

function packetBound({ seconds }: SoundEnd, packetSeconds: number): number {
  // Run-in, remainder and the encoder's last words.
  return Math.ceil(seconds / packetSeconds) + 16;
}

function aacRate(sampleRateHz: number): number {
  return AAC_RATES_HZ.includes(sampleRateHz) ? sampleRateHz : AAC_RATES_HZ[1];
}

async function* copied({ packets, decoderConfig }: EncodedSound): AsyncGenerator<SoundPacket> {
  for await (const packet of packets()) {
    yield { packet, decoderConfig: decoderConfig as AudioDecoderConfig };
  }
}

/** Leaves out what lies behind the end. */
async function* cut(
  packets: AsyncIterable<SoundPacket>,
  { seconds, toleranceSeconds }: SoundEnd,
  container: "mp4" | "webm",
): AsyncGenerator<SoundPacket> {
  for await (const { packet, decoderConfig } of packets) {
    const left = seconds - packet.timestamp;
    if (left <= 0) return;
    const over = packet.duration - left;
    // mp4 says how long a packet lasts. Matroska does not: a packet that is too long stays out.
    if (container === "webm" && over > toleranceSeconds) return;
    yield { packet: over > 0 ? packet.clone({ duration: left }) : packet, decoderConfig };
  }
}

interface Encoding {
  readonly codec: "aac" | "opus";
  readonly quality: Quality;
  readonly sampleRateHz: number;
  readonly endSeconds: number;
}

/**
 * Encodes a recording. Mediabunny's encoders only write into an output, so there is one that goes
 * nowhere; its packets are caught, for their times do not tell of the run-in.
 */
async function* encode(recording: Recording, encoding: Encoding): AsyncGenerator<SoundPacket> {
  const { codec, quality, sampleRateHz, endSeconds } = encoding;
  const caught: EncodedPacket[] = [];
  let decoderConfig: AudioDecoderConfig | undefined;
  const source = new AudioSampleSource({
    codec,
    quality,
    onEncodedPacket(packet, metadata) {
      decoderConfig ??= metadata?.decoderConfig;
      caught.push(packet);
    },
  });
  const nowhere = new Output({
    format: new MkvOutputFormat({ appendOnly: true }),
    target: new NullTarget(),
  });
  nowhere.addAudioTrack(source);
  /** Where the next packet begins, samples. */
  let position: number | undefined;
  const release = function* (): Generator<SoundPacket> {
    for (const packet of caught.splice(0)) {
      assert(decoderConfig !== undefined, "a decoder's description with the first packet");
      position ??= -runIn(codec, decoderConfig);
      const timestamp = position / sampleRateHz;
      position += Math.round(packet.duration * sampleRateHz);
      yield { packet: packet.clone({ timestamp }), decoderConfig };
    }
  };
  try {
    await nowhere.start();
    for await (const sample of samplesUntil(recording, sampleRateHz, endSeconds)) {
      await source.add(sample);
      sample.close();
      yield* release();
    }
    await nowhere.finalize();
    yield* release();
  } finally {
    if (nowhere.state !== "finalized") await nowhere.cancel();
  }
}

function runIn(codec: "aac" | "opus", { description }: AudioDecoderConfig): number {
  if (codec === "aac") return AAC_RUN_IN_SAMPLES;
  assert(description !== undefined, "an Opus header");
  if (!ArrayBuffer.isView(description)) return opusPreSkip(new Uint8Array(description));
  const { buffer, byteOffset, byteLength } = description;
  return opusPreSkip(new Uint8Array(buffer, byteOffset, byteLength));
}

/** A recording at another rate, cut or lengthened by silence to the film's end. */
export async function* samplesUntil(
  recording: Recording,
  sampleRateHz: number,
  endSeconds: number,
): AsyncGenerator<AudioSample> {
  const total = Math.round(endSeconds * sampleRateHz);
  let given = 0;
  for await (const channels of resampled(recording, sampleRateHz)) {
    const length = Math.min(channels[0].length, total - given);
    if (length > 0) yield sampleOf(channels, length, given, sampleRateHz);
    given += length;
    if (given === total) return;
  }
  const silence = Array.from(
    { length: recording.channelCount },
    () => new Float32Array(sampleRateHz),
  );
  for (; given < total; given += sampleRateHz) {
    yield sampleOf(silence, Math.min(sampleRateHz, total - given), given, sampleRateHz);
  }
}

async function* resampled(
  recording: Recording,
  sampleRateHz: number,
): AsyncGenerator<readonly Float32Array[]> {
  if (recording.sampleRateHz === sampleRateHz) {
    yield* recording.blocks();
    return;
  }
  const resamplers = Array.from({ length: recording.channelCount }, () =>
    makeResampler(recording.sampleRateHz, sampleRateHz),
  );
  for await (const block of recording.blocks()) {
    yield resamplers.map((resampler, channel) => resampler.push(block[channel]));
  }
  yield resamplers.map((resampler) => resampler.flush());
}

function sampleOf(
  channels: readonly Float32Array[],
  length: number,
  position: number,
  sampleRateHz: number,
): AudioSample {
  const data = new Float32Array(length * channels.length);
  for (let channel = 0; channel < channels.length; channel++) {
    data.set(channels[channel].subarray(0, length), channel * length);
  }
  return new AudioSample({
    data,
    format: "f32-planar",
    numberOfChannels: channels.length,
    sampleRate: sampleRateHz,
    timestamp: position / sampleRateHz,
  });
}
