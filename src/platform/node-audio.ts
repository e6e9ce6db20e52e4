/**
 * @file Compressed sound → samples with FFmpeg's decoders, inside this process.
 *
 * Instead of @mediabunny/server's own decoder, which lets a broken file end the process
 * (sound-decoder.ts says how).
 */
import {
  type AudioCodec,
  AudioSample,
  type CustomAudioDecoder,
  type EncodedPacket,
} from "mediabunny";
import type { AVCodecID, CodecContext, Frame, Packet } from "node-av";
import { assert } from "../base/assert.js";
import type { NodeAv } from "./node-video.js";
import { type OnSample, type SoundDecoder, soundDecoderClass, toBytes } from "./sound-decoder.js";

/** The class to register with mediabunny; all its compressed sounds. */
export function nativeAudioDecoder(av: NodeAv): typeof CustomAudioDecoder {
  const ids: Partial<Record<AudioCodec, AVCodecID>> = {
    aac: av.AV_CODEC_ID_AAC,
    ac3: av.AV_CODEC_ID_AC3,
    dts: av.AV_CODEC_ID_DTS,
    eac3: av.AV_CODEC_ID_EAC3,
    flac: av.AV_CODEC_ID_FLAC,
    mp3: av.AV_CODEC_ID_MP3,
    opus: av.AV_CODEC_ID_OPUS,
    vorbis: av.AV_CODEC_ID_VORBIS,
  };
  return soundDecoderClass(Object.keys(ids) as AudioCodec[], (codec, config) => {
    const id = ids[codec];
    assert(id !== undefined, `a decoder for ${codec}`);
    return openDecoder(av, id, config);
  });
}

async function openDecoder(
  av: NodeAv,
  id: AVCodecID,
  config: AudioDecoderConfig,
): Promise<SoundDecoder> {
  const context = await openContext(av, id, config);
  const frame = new av.Frame();
  frame.alloc();
  const packet = new av.Packet();
  packet.alloc();
  const drain = async (onSample: OnSample) => {
    for (;;) {
      const result = await context.receiveFrame(frame);
      if (result === av.AVERROR_EAGAIN || result === av.AVERROR_EOF) return;
      av.FFmpegError.throwIfError(result, "decode sound");
      onSample(sampleOf(av, frame, config.sampleRate));
    }
  };
  return {
    async decode(encoded, onSample) {
      fillPacket(av, packet, encoded, config.sampleRate);
      const result = await context.sendPacket(packet);
      packet.unref();
      av.FFmpegError.throwIfError(result, "decode sound");
      await drain(onSample);
    },
    async flush(onSample) {
      av.FFmpegError.throwIfError(await context.sendPacket(null), "decode sound");
      await drain(onSample);
      context.flushBuffers();
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
  id: AVCodecID,
  { sampleRate, numberOfChannels, description }: AudioDecoderConfig,
): Promise<CodecContext> {
  const codec = av.Codec.findDecoder(id);
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.sampleRate = sampleRate;
  context.channelLayout = {
    nbChannels: numberOfChannels,
    order: av.AV_CHANNEL_ORDER_UNSPEC,
    mask: 0n,
  };
  context.timeBase = new av.Rational(1, sampleRate);
  const header = toBytes(description);
  if (header !== undefined) context.extraData = Buffer.from(header);
  av.FFmpegError.throwIfError(await context.open2(codec), "open decoder");
  return context;
}

function fillPacket(av: NodeAv, packet: Packet, encoded: EncodedPacket, sampleRateHz: number) {
  packet.data = Buffer.from(encoded.data);
  packet.timeBase = new av.Rational(1, sampleRateHz);
  packet.pts = BigInt(Math.round(encoded.timestamp * sampleRateHz));
  packet.dts = av.AV_NOPTS_VALUE;
  packet.duration = BigInt(Math.round(encoded.duration * sampleRateHz));
}

/** A copy of the frame's samples; the frame itself is used again. */
function sampleOf(av: NodeAv, frame: Frame, timesPerSecond: number): AudioSample {
  const formats = new Map<number, AudioSample["format"]>([
    [av.AV_SAMPLE_FMT_U8, "u8"],
    [av.AV_SAMPLE_FMT_S16, "s16"],
    [av.AV_SAMPLE_FMT_S32, "s32"],
    [av.AV_SAMPLE_FMT_FLT, "f32"],
    [av.AV_SAMPLE_FMT_U8P, "u8-planar"],
    [av.AV_SAMPLE_FMT_S16P, "s16-planar"],
    [av.AV_SAMPLE_FMT_S32P, "s32-planar"],
    [av.AV_SAMPLE_FMT_FLTP, "f32-planar"],
  ]);
  const format = formats.get(frame.format);
  const planes = frame.data;
  assert(format !== undefined && planes !== null, `a known sample format, got ${frame.format}`);
  const bytesPerSample = format.startsWith("u8") ? 1 : format.startsWith("s16") ? 2 : 4;
  const perPlane = format.endsWith("-planar") ? 1 : frame.channels;
  const planeBytes = frame.nbSamples * perPlane * bytesPerSample;
  return new AudioSample({
    data: Buffer.concat(planes.map((plane) => plane.subarray(0, planeBytes))),
    format,
    numberOfChannels: frame.channels,
    sampleRate: frame.sampleRate,
    timestamp: Number(frame.pts) / timesPerSecond,
  });
}
