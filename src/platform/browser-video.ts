/**
 * @file Frames → H.264, VP9 or AV1 by the browser, at a bit rate that should do for the quality wanted.
 *
 * Not at a constant quantizer, which WebCodecs also knows: Chromium has none for H.264 and Safari none
 * at all, and of VP9 the coarsest of Chromium's is as good as "good", for half as many bytes again.
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

/**
 * What stands for a quantizer: bits per pixel and frame for the one that is "good", and by how much it
 * grows where half as many do.
 *
 * @source PSNR of 75 frames of the astronaut at 512² as FFmpeg encodes them on Node, and as Chromium 156
 *   does: docs/measurements.md.
 */
const BITS: Partial<Record<VideoCodec, BitsOfQuantizer>> = {
  avc: { quantizer: 18, bitsPerPixel: 0.25, halvedBy: 4.7 },
  vp9: { quantizer: 24, bitsPerPixel: 0.12, halvedBy: 9 },
  av1: { quantizer: 116, bitsPerPixel: 0.13, halvedBy: 55 },
};

interface BitsOfQuantizer {
  readonly quantizer: number;
  readonly bitsPerPixel: number;
  readonly halvedBy: number;
}

/** Frames that may wait in the encoder: they are large. */
const WAITING_MAX = 4;

/** Whether the browser has an encoder that takes a bit rate. */
export function canEncodeByBitrate(
  codec: VideoCodec,
  shape: { readonly width: number; readonly height: number; readonly frameRate: number },
): Promise<boolean> {
  return canEncodeVideo(codec, { ...shape, quality: new Quality({ bitrate: 1_000_000 }) });
}

/** The class to register with mediabunny. Takes I420 in BT.709, limited range. */
export function bitrateEncoder(codecs: readonly VideoCodec[]): typeof CustomVideoEncoder {
  return class extends CustomVideoEncoder {
    #encoder: VideoEncoder | undefined;

    static override supports(codec: VideoCodec, config: VideoEncoderConfig): boolean {
      const even = config.width % 2 === 0 && config.height % 2 === 0;
      // Opacity is a second stream, which mediabunny makes itself.
      if (config.alpha === "keep") return false;
      return codecs.includes(codec) && config.bitrateMode === "quantizer" && even;
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
      if (encoder.state === "unconfigured") {
        const bitrate = bitrateOf(this.codec, this.config, quantizerOf(this.codec, options));
        encoder.configure({ ...this.config, bitrate, bitrateMode: "variable" });
      }
      const frame = sample.toVideoFrame();
      encoder.encode(frame, { keyFrame: options.keyFrame ?? false });
      frame.close();
      while (encoder.encodeQueueSize > WAITING_MAX && encoder.state === "configured") {
        await new Promise((resolve) => {
          encoder.addEventListener("dequeue", resolve, { once: true });
        });
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
  codec: VideoCodec,
  { width, height, framerate = 25 }: VideoEncoderConfig,
  quantizer: number,
): number {
  const bits = BITS[codec];
  assert(bits !== undefined, `a bit rate for ${codec}`);
  const octaves = (bits.quantizer - quantizer) / bits.halvedBy;
  return Math.round(width * height * framerate * bits.bitsPerPixel * 2 ** octaves);
}

/** Encoders forget to say in what colours they were given frames. */
function inBt709(
  metadata: EncodedVideoChunkMetadata | undefined,
): EncodedVideoChunkMetadata | undefined {
  if (metadata?.decoderConfig === undefined) return metadata;
  return { decoderConfig: { ...metadata.decoderConfig, colorSpace: BT709 } };
}
