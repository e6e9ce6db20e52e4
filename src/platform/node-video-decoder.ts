/**
 * @file Compressed pictures → frames with FFmpeg's decoders, inside this process.
 *
 * Instead of @mediabunny/server's own decoder, which lets a broken film end the process
 * (sound-decoder.ts says how). A packet that cannot be decoded is left out, as players do: its
 * frame is missing, which whoever counts the frames sees.
 */
import {
  CustomVideoDecoder,
  type EncodedPacket,
  type VideoCodec,
  VideoSample,
  type VideoSampleResource,
} from "mediabunny";
import type { AVCodecID, CodecContext, Frame, Rational } from "node-av";
import { assert } from "../base/assert.js";
import type { NodeAv } from "./node-video.js";
import { toBytes } from "./sound-decoder.js";

/** What of @mediabunny/server is used: a decoder's frame as mediabunny takes it, not copied. */
export interface FrameResources {
  readonly AvFrameVideoSampleResource: new (frame: Frame) => VideoSampleResource;
}

type OnFrame = (sample: VideoSample) => unknown;

/** The class to register with mediabunny; all its compressed pictures. */
export function nativeVideoDecoder(
  av: NodeAv,
  { AvFrameVideoSampleResource }: FrameResources,
): typeof CustomVideoDecoder {
  const ids: Record<VideoCodec, AVCodecID> = {
    av1: av.AV_CODEC_ID_AV1,
    avc: av.AV_CODEC_ID_H264,
    hevc: av.AV_CODEC_ID_HEVC,
    prores: av.AV_CODEC_ID_PRORES,
    vp8: av.AV_CODEC_ID_VP8,
    vp9: av.AV_CODEC_ID_VP9,
  };
  const toResource = (frame: Frame) => new AvFrameVideoSampleResource(frame);
  return class extends CustomVideoDecoder {
    #decoder: Decoder | undefined;

    static override supports(codec: VideoCodec): boolean {
      return av.Codec.findDecoder(ids[codec]) !== null;
    }

    override async init(): Promise<void> {
      try {
        this.#decoder = await openDecoder(av, ids[this.codec], this.config, toResource);
      } catch (error) {
        this.onError(error);
      }
    }

    override async decode(packet: EncodedPacket): Promise<void> {
      try {
        await this.#decoder?.decode(packet, this.onSample);
      } catch (error) {
        this.onError(error);
      }
    }

    override async flush(): Promise<void> {
      try {
        await this.#decoder?.flush(this.onSample);
      } catch (error) {
        this.onError(error);
      }
    }

    override close(): void {
      this.#decoder?.close();
    }
  };
}

interface Decoder {
  decode(packet: EncodedPacket, onFrame: OnFrame): Promise<void>;
  flush(onFrame: OnFrame): Promise<void>;
  close(): void;
}

/**
 * As many packets in a row without a frame are a failure. Decoders hold back 16 at most, and
 * mediabunny hands out 41, then waits for a frame for ever.
 */
const FRUITLESS_PACKETS = 40;

async function openDecoder(
  av: NodeAv,
  id: AVCodecID,
  config: VideoDecoderConfig,
  toResource: (frame: Frame) => VideoSampleResource,
): Promise<Decoder> {
  const aspect = pixelAspect(av, config);
  const context = await openContext(av, id, config, aspect);
  const frame = new av.Frame();
  frame.alloc();
  const packet = new av.Packet();
  packet.alloc();
  /** Times by packet number: decoders only hand numbers through. */
  const times = new Map<bigint, { timestamp: number; duration: number }>();
  let nextNumber = 0n;
  let fruitless = 0;
  const drain = async (onFrame: OnFrame) => {
    for (;;) {
      const result = await context.receiveFrame(frame);
      if (result === av.AVERROR_EAGAIN || result === av.AVERROR_EOF) return;
      if (isBrokenPacket(av, result)) continue;
      av.FFmpegError.throwIfError(result, "decode pictures");
      fruitless = 0;
      const time = times.get(frame.pts);
      if (time === undefined) continue;
      times.delete(frame.pts);
      frame.sampleAspectRatio = aspect;
      const clone = frame.clone();
      assert(clone !== null, "memory for a frame");
      onFrame(new VideoSample(toResource(clone), time));
    }
  };
  return {
    async decode({ data, type, timestamp, duration }, onFrame) {
      packet.data = Buffer.from(data);
      packet.isKeyframe = type === "key";
      packet.pts = nextNumber;
      packet.dts = av.AV_NOPTS_VALUE;
      times.set(nextNumber, { timestamp, duration });
      times.delete(nextNumber - BigInt(2 * FRUITLESS_PACKETS));
      nextNumber++;
      fruitless++;
      const result = await context.sendPacket(packet);
      packet.unref();
      if (!isBrokenPacket(av, result)) av.FFmpegError.throwIfError(result, "decode pictures");
      await drain(onFrame);
      if (fruitless < FRUITLESS_PACKETS) return;
      throw new Error(`${fruitless} packets in a row cannot be decoded`);
    },
    async flush(onFrame) {
      av.FFmpegError.throwIfError(await context.sendPacket(null), "decode pictures");
      await drain(onFrame);
      context.flushBuffers();
      times.clear();
    },
    close() {
      context.freeContext();
      frame.free();
      packet.free();
    },
  };
}

/** As the container has it: a stream may say otherwise, and players follow the container. */
function pixelAspect(av: NodeAv, config: VideoDecoderConfig): Rational {
  const { codedWidth = 1, codedHeight = 1 } = config;
  const { displayAspectWidth = codedWidth, displayAspectHeight = codedHeight } = config;
  return new av.Rational(displayAspectWidth * codedHeight, displayAspectHeight * codedWidth);
}

function isBrokenPacket(av: NodeAv, result: number): boolean {
  return result === av.AVERROR_INVALIDDATA;
}

async function openContext(
  av: NodeAv,
  id: AVCodecID,
  { codedWidth = 0, codedHeight = 0, description }: VideoDecoderConfig,
  aspect: Rational,
): Promise<CodecContext> {
  const codec = av.Codec.findDecoder(id);
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.codecType = av.AVMEDIA_TYPE_VIDEO;
  context.width = codedWidth;
  context.height = codedHeight;
  context.sampleAspectRatio = aspect;
  const header = toBytes(description);
  if (header !== undefined) context.extraData = Buffer.from(header);
  // Else H.264 without bitstream restrictions would come out of order or not at all.
  const options = av.Dictionary.fromObject({ strict: `${av.FF_COMPLIANCE_STRICT}` });
  av.FFmpegError.throwIfError(await context.open2(codec, options), "open decoder");
  return context;
}
