/**
 * @file Frames → H.264, VP9 or AV1 with FFmpeg's encoders, inside this process.
 *
 * Instead of @mediabunny/server's own encoder: that one writes no colour tags, so players guess
 * BT.601 for small pictures, and it knows only a constant quantizer. The quantizer that arrives
 * with each frame (WebCodecs' mode "quantizer") is taken as the constant rate factor here.
 */
import {
  CustomVideoEncoder,
  EncodedPacket,
  type MaybePromise,
  type VideoCodec,
  type VideoSample,
} from "mediabunny";
import type { CodecContext, Frame, Packet, Rational } from "node-av";
import { assert } from "../base/assert.js";
import { FrameSample } from "../film/frame-sample.js";
import { type AvcDescription, describeAvc, toLengthPrefixed } from "./avc.js";
import { BT709, quantizerOf } from "./video-coding.js";

/** The module node-av; passed in because it may not be installed. */
export type NodeAv = typeof import("node-av");

/** How each encoder is driven. */
interface Driver {
  readonly name: string;
  /** @param pixels - Of a frame. */
  options(quantizer: number, threads: number, pixels: number): Record<string, string>;
}

/** A frame with more pixels than this is searched less: what moves in it moves by many of them. */
const LARGE_PIXELS = 1_000_000;
/**
 * Motion is compared by absolute differences, in whole blocks. At 1080p that takes 15 instead of 24 ms of
 * CPU a frame, for 4 % more bytes and SSIM 0.9936 instead of 0.9940, at 4K 73 instead of 130 for 2 % more; at
 * 512² it would save 0.7 ms for 27 % more.
 */
const LARGE_OPTIONS = { "x264-params": "subme=1:partitions=none:me=dia:b-adapt=0" } as const;

/**
 * Measured on a portrait that turns and nods, 25 fps, 2 cores: CPU seconds per 100 frames at 512²,
 * kbit/s, SSIM. x264 veryfast crf 18: 0.46, 334, 0.9875; superfast costs as much and needs 1943
 * kbit/s, faster costs 1.19 for 0.9891. VP9 realtime 5: 1.05, 369, 0.988; quality 5: 4.3, 181.
 * SVT-AV1 preset 10: 0.63, 203, 0.9893; preset 8: 0.99, 208, 0.9907.
 */
const DRIVERS: Partial<Record<VideoCodec, Driver>> = {
  avc: {
    name: "libx264",
    options: (quantizer, _, pixels) => ({
      ...(pixels < LARGE_PIXELS ? {} : LARGE_OPTIONS),
      preset: "veryfast",
      crf: `${quantizer}`,
      // Mediabunny says where key frames are; x264 must make them points to seek to.
      "forced-idr": "1",
      sc_threshold: "0",
    }),
  },
  vp9: {
    name: "libvpx-vp9",
    options: (quantizer) => ({
      deadline: "realtime",
      "cpu-used": "5",
      "row-mt": "1",
      b: "0",
      crf: `${quantizer}`,
    }),
  },
  av1: {
    name: "libsvtav1",
    options: (quantizer, threads) => ({
      preset: "10",
      // WebCodecs counts AV1's quantizer from 0 to 255, SVT-AV1 from 0 to 63.
      crf: `${Math.round(quantizer / 4)}`,
      "svtav1-params": `lp=${threads}`,
    }),
  },
};

/** Of two streams that go together: none looks ahead, so that they need not keep 25 frames each. */
const PAIRED = { "lag-in-frames": "0" };

/** Longer than any distance between the key frames that are asked for. */
const GROUP_FRAMES = 100_000;

/**
 * The class to register with mediabunny. Takes I420 in BT.709, limited range; the stream says so.
 *
 * @param threads - Threads of one encoder. The same number gives the same bytes.
 */
export function nativeVideoEncoder(av: NodeAv, threads: number): typeof CustomVideoEncoder {
  return class extends CustomVideoEncoder {
    #encoder: Encoder | undefined;

    static override supports(codec: VideoCodec, config: VideoEncoderConfig): boolean {
      const driver = DRIVERS[codec];
      if (driver === undefined || config.bitrateMode !== "quantizer") return false;
      if (config.alpha === "keep" && codec !== "vp9") return false;
      return av.Codec.findEncoderByName(driver.name as never) !== null;
    }

    override init(): MaybePromise<void> {}

    override async encode(sample: VideoSample, options: VideoEncoderEncodeOptions): Promise<void> {
      if (this.#encoder === undefined) {
        const { codec, config, onPacket: emit } = this;
        const open = config.alpha === "keep" ? openWithAlpha : openEncoder;
        const quantizer = quantizerOf(codec, options);
        this.#encoder = await open({ av, codec, config, quantizer, threads, emit });
      }
      const pixels = await pixelsOf(sample);
      await this.#encoder.encode({ pixels, ...timeOf(sample) }, options.keyFrame === true);
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

interface EncoderJob {
  readonly av: NodeAv;
  readonly codec: VideoCodec;
  readonly config: VideoEncoderConfig;
  readonly quantizer: number;
  readonly threads: number;
  readonly emit: CustomVideoEncoder["onPacket"];
}

interface Shown {
  readonly timestamp: number;
  readonly duration: number;
}

/** A frame on its way into an encoder. */
interface EncoderFrame extends Shown {
  /** I420; for an encoder with alpha I420A. */
  readonly pixels: Buffer;
}

function timeOf({ format, timestamp, duration }: VideoSample): Shown {
  assert(format === "I420" || format === "I420A", `I420 frames, got ${format}`);
  return { timestamp, duration };
}

interface Encoder {
  encode(frame: EncoderFrame, keyFrame: boolean): Promise<void>;
  flush(): Promise<void>;
  close(): void;
}

async function openEncoder(job: EncoderJob): Promise<Encoder> {
  const { av, config } = job;
  const context = await openContext(job);
  const describe = makeDescriber(job, context);
  const frame = new av.Frame();
  frame.alloc();
  const packet = new av.Packet();
  packet.alloc();
  /** Times by frame number: encoders only hand numbers through, and reorder them. */
  const times = new Map<bigint, Shown>();
  let nextNumber = 0n;
  const drain = async () => {
    for (;;) {
      const result = await context.receivePacket(packet);
      if (result === av.AVERROR_EAGAIN || result === av.AVERROR_EOF) return;
      av.FFmpegError.throwIfError(result, "receive packet");
      const time = times.get(packet.pts);
      assert(time !== undefined, "a packet of a frame that was sent");
      times.delete(packet.pts);
      emitPacket(job, packet, time, describe());
      packet.unref();
    }
  };
  return {
    async encode({ pixels, timestamp, duration }, keyFrame) {
      fillFrame(av, frame, pixels, config);
      frame.pts = nextNumber;
      frame.pictType = keyFrame ? av.AV_PICTURE_TYPE_I : av.AV_PICTURE_TYPE_NONE;
      times.set(nextNumber++, { timestamp, duration });
      av.FFmpegError.throwIfError(await context.sendFrame(frame), "send frame");
      await drain();
    },
    async flush() {
      av.FFmpegError.throwIfError(await context.sendFrame(null), "send end");
      await drain();
    },
    close() {
      context.freeContext();
      frame.free();
      packet.free();
    },
  };
}

/** Without colour. */
const GREY = 128;

/**
 * Two streams that go together: colours, and the opacity as another picture's luma, 0..255, which
 * WebM keeps beside each packet.
 *
 * @source https://wiki.webmproject.org/alpha-channel
 */
async function openWithAlpha(job: EncoderJob): Promise<Encoder> {
  const { width, height } = job.config;
  const [colorBytes, lumaBytes] = [(width * height * 3) / 2, width * height];
  const opacities: EncodedPacket[] = [];
  const colors: [EncodedPacket, EncodedVideoChunkMetadata | undefined][] = [];
  const emitPairs = () => {
    while (colors.length > 0 && opacities.length > 0) {
      const [color, metadata] = colors.shift() as (typeof colors)[number];
      const opacity = opacities.shift() as EncodedPacket;
      assert(color.timestamp === opacity.timestamp, "two streams in step");
      // A place to begin at is one where both begin.
      const type = opacity.type === "key" ? color.type : "delta";
      job.emit(color.clone({ type, sideData: { alpha: opacity.data } }), metadata);
    }
  };
  const color = await openEncoder({
    ...job,
    emit(packet, metadata) {
      colors.push([packet, metadata]);
      emitPairs();
    },
  });
  const opacity = await openEncoder({
    ...job,
    emit(packet) {
      opacities.push(packet);
      emitPairs();
    },
  });
  return {
    async encode({ pixels, ...time }, keyFrame) {
      assert(pixels.length === colorBytes + lumaBytes, `I420A frames of ${width} × ${height}`);
      const grey = Buffer.alloc(colorBytes, GREY);
      grey.set(pixels.subarray(colorBytes));
      await color.encode({ pixels: pixels.subarray(0, colorBytes), ...time }, keyFrame);
      await opacity.encode({ pixels: grey, ...time }, keyFrame);
    },
    async flush() {
      await color.flush();
      await opacity.flush();
    },
    close() {
      color.close();
      opacity.close();
    },
  };
}

async function openContext({ av, codec, config, quantizer, threads }: EncoderJob) {
  const driver = DRIVERS[codec];
  assert(driver !== undefined, `an encoder for ${codec}`);
  // SVT-AV1 has no other way to keep quiet.
  process.env.SVT_LOG ??= "1";
  const implementation = av.Codec.findEncoderByName(driver.name as never);
  const context = new av.CodecContext();
  context.allocContext3(implementation);
  context.width = config.width;
  context.height = config.height;
  context.pixelFormat = av.AV_PIX_FMT_YUV420P;
  context.framerate = frameRate(av, config.framerate ?? 25);
  context.timeBase = new av.Rational(context.framerate.den, context.framerate.num);
  context.gopSize = GROUP_FRAMES;
  context.threadCount = threads;
  context.colorRange = av.AVCOL_RANGE_MPEG;
  context.colorSpace = av.AVCOL_SPC_BT709;
  context.colorPrimaries = av.AVCOL_PRI_BT709;
  context.colorTrc = av.AVCOL_TRC_BT709;
  // H.264 parameter sets belong into the container's header; the others keep them in the stream.
  if (codec === "avc") context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER);
  const options = av.Dictionary.fromObject({
    ...driver.options(quantizer, threads, config.width * config.height),
    ...(config.alpha === "keep" && PAIRED),
  });
  const result = await context.open2(implementation, options);
  av.FFmpegError.throwIfError(result, `open ${driver.name}`);
  return context;
}

/** 29.97 and its like are n · 1000/1001 in every film and broadcast standard. */
function frameRate(av: NodeAv, fps: number): Rational {
  const film = Math.round((fps * 1001) / 1000) * 1000;
  if (Math.abs(film / 1001 - fps) < 0.001 && !Number.isInteger(fps)) {
    return new av.Rational(film, 1001);
  }
  return new av.Rational(Math.round(fps * 1000), 1000);
}

function fillFrame(
  av: NodeAv,
  frame: Frame,
  pixels: Buffer,
  { width, height }: VideoEncoderConfig,
): void {
  frame.unref();
  frame.format = av.AV_PIX_FMT_YUV420P;
  frame.width = width;
  frame.height = height;
  frame.colorRange = av.AVCOL_RANGE_MPEG;
  frame.colorSpace = av.AVCOL_SPC_BT709;
  frame.colorPrimaries = av.AVCOL_PRI_BT709;
  frame.colorTrc = av.AVCOL_TRC_BT709;
  av.FFmpegError.throwIfError(frame.allocBuffer(), "allocate frame");
  av.FFmpegError.throwIfError(frame.fromBuffer(pixels), "fill frame");
}

/** A sample's planes without gaps; those of a film's frame are not copied. */
async function pixelsOf(sample: VideoSample): Promise<Buffer> {
  if (sample instanceof FrameSample) {
    const { buffer, byteOffset, length } = sample.pixels;
    return Buffer.from(buffer as ArrayBuffer, byteOffset, length);
  }
  const bytes = Buffer.allocUnsafe(sample.allocationSize());
  await sample.copyTo(bytes);
  return bytes;
}

/** The decoder's description, given once, with the first packet. */
function makeDescriber({ codec, config }: EncoderJob, context: CodecContext) {
  let given = false;
  return (): EncodedVideoChunkMetadata | undefined => {
    if (given) return undefined;
    given = true;
    const avc: AvcDescription | undefined =
      codec === "avc" ? describeAvc(context.extraData ?? new Uint8Array()) : undefined;
    return {
      decoderConfig: {
        codec: avc?.codec ?? config.codec,
        codedWidth: config.width,
        codedHeight: config.height,
        colorSpace: BT709,
        ...(avc === undefined ? {} : { description: avc.record }),
      },
    };
  };
}

function emitPacket(
  { codec, emit }: EncoderJob,
  packet: Packet,
  time: { timestamp: number; duration: number },
  metadata: EncodedVideoChunkMetadata | undefined,
): void {
  assert(packet.data !== null, "a packet with data");
  const bytes = codec === "avc" ? toLengthPrefixed(packet.data) : Uint8Array.from(packet.data);
  const type = packet.isKeyframe ? "key" : "delta";
  emit(new EncodedPacket(bytes, type, time.timestamp, time.duration), metadata);
}
