/**
 * @file Samples → AAC or Opus with FFmpeg's encoders, inside this process.
 *
 * Instead of @mediabunny/server's own encoder: that one writes over its memory when blocks differ
 * in length, and loses a frame's memory with each.
 */
import { type AudioCodec, type AudioSample, CustomAudioEncoder, EncodedPacket } from "mediabunny";
import type { CodecContext, Frame, Packet } from "node-av";
import { assert } from "../base/assert.js";
import type { NodeAv } from "./node-video.js";

/** FFmpeg's encoders that take planar (AAC) or interleaved (Opus) 32-bit samples. */
const ENCODERS: Partial<Record<AudioCodec, string>> = { aac: "aac", opus: "libopus" };
/** The rates that both the codec and its encoder know. */
const RATES_HZ: Partial<Record<AudioCodec, readonly number[]>> = {
  aac: [16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
  opus: [48_000],
};

/** The class to register with mediabunny. Packet times are FFmpeg's: the first lie before 0. */
export function nativeAudioEncoder(av: NodeAv): typeof CustomAudioEncoder {
  return class extends CustomAudioEncoder {
    #encoder: Encoder | undefined;

    static override supports(codec: AudioCodec, config: AudioEncoderConfig): boolean {
      const fits = RATES_HZ[codec]?.includes(config.sampleRate) && config.numberOfChannels <= 2;
      return fits === true && config.bitrate !== undefined;
    }

    override async init(): Promise<void> {
      this.#encoder = await openEncoder(av, this.codec, this.config, this.onPacket);
    }

    override async encode(sample: AudioSample): Promise<void> {
      await this.#encoder?.encode(sample);
    }

    override async flush(): Promise<void> {
      // Mediabunny does not wait for this promise: a rejection would end the process.
      await this.#encoder?.flush().catch((error) => this.onError(error));
    }

    override close(): void {
      this.#encoder?.close();
    }
  };
}

interface Encoder {
  encode(sample: AudioSample): Promise<void>;
  flush(): Promise<void>;
  close(): void;
}

async function openEncoder(
  av: NodeAv,
  codec: AudioCodec,
  config: AudioEncoderConfig,
  emit: CustomAudioEncoder["onPacket"],
): Promise<Encoder> {
  const context = await openContext(av, codec, config);
  const frame = new av.Frame();
  frame.alloc();
  const packet = new av.Packet();
  packet.alloc();
  const { frameSize } = context;
  /** Interleaved samples of the frame that is being filled. */
  const waiting = new Float32Array(frameSize * config.numberOfChannels);
  let filled = 0;
  /** Time of the next frame, samples; the first sample's says where it begins. */
  let position: number | undefined;
  let described = false;
  const drain = async () => {
    for (;;) {
      const result = await context.receivePacket(packet);
      if (result === av.AVERROR_EAGAIN || result === av.AVERROR_EOF) return;
      av.FFmpegError.throwIfError(result, "encode sound");
      emit(toPacket(packet, config.sampleRate), described ? undefined : describe(context, config));
      described = true;
      packet.unref();
    }
  };
  const send = async () => {
    fillFrame(av, frame, context, waiting);
    position ??= 0;
    frame.pts = BigInt(position);
    position += frameSize;
    filled = 0;
    av.FFmpegError.throwIfError(await context.sendFrame(frame), "encode sound");
    await drain();
  };
  return {
    async encode(sample) {
      position ??= Math.round(sample.timestamp * sample.sampleRate);
      const samples = new Float32Array(sample.numberOfFrames * sample.numberOfChannels);
      sample.copyTo(samples, { planeIndex: 0, format: "f32" });
      for (let from = 0; from < samples.length; ) {
        const piece = samples.subarray(from, from + waiting.length - filled);
        waiting.set(piece, filled);
        filled += piece.length;
        from += piece.length;
        if (filled === waiting.length) await send();
      }
    },
    async flush() {
      if (filled > 0) {
        waiting.fill(0, filled);
        await send();
      }
      av.FFmpegError.throwIfError(await context.sendFrame(null), "encode sound");
      await drain();
    },
    close() {
      context.freeContext();
      frame.free();
      packet.free();
    },
  };
}

async function openContext(
  av: NodeAv,
  codec: AudioCodec,
  { sampleRate, numberOfChannels, bitrate = 0 }: AudioEncoderConfig,
): Promise<CodecContext> {
  const implementation = av.Codec.findEncoderByName(ENCODERS[codec] as never);
  const context = new av.CodecContext();
  context.allocContext3(implementation);
  context.sampleRate = sampleRate;
  context.channelLayout =
    numberOfChannels === 1 ? av.AV_CHANNEL_LAYOUT_MONO : av.AV_CHANNEL_LAYOUT_STEREO;
  context.sampleFormat = codec === "aac" ? av.AV_SAMPLE_FMT_FLTP : av.AV_SAMPLE_FMT_FLT;
  context.bitRate = BigInt(bitrate);
  context.timeBase = new av.Rational(1, sampleRate);
  context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER);
  av.FFmpegError.throwIfError(await context.open2(implementation), `open ${ENCODERS[codec]}`);
  assert(context.frameSize > 0, "an encoder with frames of one length");
  return context;
}

/** @param samples - Interleaved, as many as a frame of this encoder holds. */
function fillFrame(av: NodeAv, frame: Frame, context: CodecContext, samples: Float32Array): void {
  frame.unref();
  frame.format = context.sampleFormat;
  frame.nbSamples = context.frameSize;
  frame.sampleRate = context.sampleRate;
  frame.channelLayout = context.channelLayout;
  av.FFmpegError.throwIfError(frame.allocBuffer(), "allocate frame");
  const planes = frame.data;
  assert(planes !== null, "planes of a frame");
  const { frameSize, channels } = context;
  const isPlanar = context.sampleFormat === av.AV_SAMPLE_FMT_FLTP;
  for (let channel = 0; channel < (isPlanar ? channels : 1); channel++) {
    const plane = isPlanar ? everyNth(samples, channel, channels, frameSize) : samples;
    planes[channel]?.set(new Uint8Array(plane.buffer, 0, plane.byteLength));
  }
}

function everyNth(samples: Float32Array, first: number, step: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => samples[first + i * step] ?? 0);
}

function describe(context: CodecContext, config: AudioEncoderConfig): EncodedAudioChunkMetadata {
  const { codec, sampleRate, numberOfChannels } = config;
  const description = Uint8Array.from(context.extraData ?? []);
  return { decoderConfig: { codec, sampleRate, numberOfChannels, description } };
}

function toPacket(packet: Packet, sampleRateHz: number): EncodedPacket {
  assert(packet.data !== null, "a packet with data");
  const timestamp = Number(packet.pts) / sampleRateHz;
  const duration = Number(packet.duration) / sampleRateHz;
  return new EncodedPacket(Uint8Array.from(packet.data), "key", timestamp, duration);
}
