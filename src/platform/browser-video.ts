/**
 * @file Frames → H.264, VP9 or AV1 by the browser: at a constant quality where it can, else at a bit rate
 * that should do for it. Chromium has no constant quality for H.264, and Safari none at all.
 */
import {
  CustomVideoEncoder,
  canEncodeVideo,
  EncodedPacket,
  Quality,
  type VideoCodec,
  type VideoSample,
} from "mediabunny";
import { assert } from "../base/assert.js";
import { BT709, quantizerOf } from "./video-coding.js";

/** How a browser's encoder is driven where films ask for a quantizer. */
interface Drive {
  /** The quantizer that gives the same look: browsers' encoders are other ones than FFmpeg's. */
  quantizer?(wanted: number): number;
  /** Bits per pixel and frame where `good` is wanted. */
  readonly bitsPerPixel: number;
  readonly good: number;
  /** By how much the quantizer grows where half as many bits do. */
  readonly halvedBy: number;
}

/**
 * @source PSNR of 75 frames of the astronaut at 512² as FFmpeg encodes them on Node, and as Chromium 156
 *   does: docs/measurements.md. Of VP9 the coarsest quantizer of Chromium's is still as good as "good".
 */
const DRIVES: Partial<Record<VideoCodec, Drive>> = {
  avc: { bitsPerPixel: 0.25, good: 18, halvedBy: 4.7 },
  vp9: {
    quantizer: (wanted) => Math.min(63, Math.round(16 + 1.75 * wanted)),
    bitsPerPixel: 0.12,
    good: 24,
    halvedBy: 9,
  },
  av1: {
    quantizer: (wanted) => Math.round(wanted / 2),
    bitsPerPixel: 0.13,
    good: 116,
    halvedBy: 55,
  },
};

/** How an encoder is told what films are to look like. */
export type RateControl = "quantizer" | "bitrate";

/** Frames that may wait in the encoder: they are large. */
const WAITING_MAX = 4;

/** How the browser's encoder can be driven; undefined if it has none. */
export async function rateControlOf(
  codec: VideoCodec,
  shape: { readonly width: number; readonly height: number; readonly frameRate: number },
): Promise<RateControl | undefined> {
  const can = (quality: Quality) => canEncodeVideo(codec, { ...shape, quality });
  const hasQuantizer = DRIVES[codec]?.quantizer !== undefined;
  if (hasQuantizer && (await can(new Quality({ quantizer: 24 })))) return "quantizer";
  return (await can(new Quality({ bitrate: 1_000_000 }))) ? "bitrate" : undefined;
}

/**
 * The class to register with mediabunny. Takes I420 in BT.709, limited range.
 *
 * @param controls - How each codec that is taken is driven.
 */
export function browserEncoder(
  controls: ReadonlyMap<VideoCodec, RateControl>,
): typeof CustomVideoEncoder {
  return class extends CustomVideoEncoder {
    #encoder: VideoEncoder | undefined;
    #options: VideoEncoderEncodeOptions = {};

    static override supports(codec: VideoCodec, config: VideoEncoderConfig): boolean {
      const even = config.width % 2 === 0 && config.height % 2 === 0;
      // Opacity is a second stream, which mediabunny makes itself.
      if (config.alpha === "keep") return false;
      return controls.has(codec) && config.bitrateMode === "quantizer" && even;
    }

    override init(): void {
      this.#encoder = new VideoEncoder({
        output: (chunk, metadata) => {
          this.onPacket(EncodedPacket.fromEncodedChunk(chunk), inBt709(metadata));
        },
        error: (error) => this.onError(error),
      });
    }

    override async encode(sample: VideoSample, options: VideoEncoderEncodeOptions): Promise<void> {
      const encoder = this.#encoder;
      assert(encoder !== undefined, "init before encode");
      assert(sample.format === "I420", `I420 frames, got ${sample.format}`);
      if (encoder.state === "unconfigured") this.#configure(encoder, options);
      const frame = sample.toVideoFrame();
      encoder.encode(frame, { ...this.#options, keyFrame: options.keyFrame ?? false });
      frame.close();
      while (encoder.encodeQueueSize > WAITING_MAX && encoder.state === "configured") {
        await new Promise((resolve) => {
          encoder.addEventListener("dequeue", resolve, { once: true });
        });
      }
    }

    #configure(encoder: VideoEncoder, options: VideoEncoderEncodeOptions): void {
      const { codec, config } = this;
      const drive = DRIVES[codec];
      assert(drive !== undefined, `a way to drive ${codec}`);
      const wanted = quantizerOf(codec, options);
      if (controls.get(codec) === "quantizer") {
        this.#options = { [codec]: { quantizer: drive.quantizer?.(wanted) ?? wanted } };
        encoder.configure(config);
      } else {
        const bitrate = bitrateOf(drive, config, wanted);
        encoder.configure({ ...config, bitrate, bitrateMode: "variable" });
      }
    }

    override async flush(): Promise<void> {
      // Mediabunny does not wait for this promise.
      if (this.#encoder?.state !== "configured") return;
      await this.#encoder.flush().catch((error) => this.onError(error));
    }

    override close(): void {
      if (this.#encoder?.state !== "closed") this.#encoder?.close();
    }
  };
}

function bitrateOf(
  { bitsPerPixel, good, halvedBy }: Drive,
  { width, height, framerate = 25 }: VideoEncoderConfig,
  wanted: number,
): number {
  const octaves = (good - wanted) / halvedBy;
  return Math.round(width * height * framerate * bitsPerPixel * 2 ** octaves);
}

/** Encoders forget to say in what colours they were given frames. */
function inBt709(
  metadata: EncodedVideoChunkMetadata | undefined,
): EncodedVideoChunkMetadata | undefined {
  if (metadata?.decoderConfig === undefined) return metadata;
  return { decoderConfig: { ...metadata.decoderConfig, colorSpace: BT709 } };
}
