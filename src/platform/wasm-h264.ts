/**
 * @file Frames → H.264 without native code: minih264, compiled to WebAssembly.
 *
 * The package h264-mp4-encoder only writes whole mp4 files into a file system in memory. So each
 * stretch between two key frames becomes a small file of its own, which is taken apart again:
 * memory stays flat however long the film is. Baseline profile, no colour tags in the stream; the
 * film's container carries them.
 */
import {
  BufferSource,
  CustomVideoEncoder,
  EncodedPacketSink,
  Input,
  type MaybePromise,
  MP4,
  type VideoCodec,
  type VideoSample,
} from "mediabunny";
import { assert } from "../base/assert.js";
import { BT709, quantizerOf } from "./video-coding.js";

/** The package, as far as it is used. */
export type H264Package = Pick<typeof import("h264-mp4-encoder"), "createH264MP4Encoder">;
type Minih264 = Awaited<ReturnType<H264Package["createH264MP4Encoder"]>>;

/**
 * 0 = best … 10 = fastest. Measured at 512², QP 22, CPU seconds per 100 frames, SSIM, kbit/s:
 * 0: 4.3, 0.9807, 441; 5: 2.1, 0.9804, 447; 8: 2.4, 0.9800, 454; 10: 1.2, 0.9775, 885.
 */
const SPEED = 5;
/** What minih264 accepts as its quantizer. */
const QUANTIZER_RANGE = [10, 51] as const;
/** A stretch ends here even if nobody asks for a key frame, so that memory stays flat. */
const STRETCH_FRAMES = 300;

/** A stretch of the film that is being encoded. */
interface Stretch {
  readonly encoder: Minih264;
  readonly times: { readonly timestamp: number; readonly duration: number }[];
}

/**
 * The class to register with mediabunny, but for where its package comes from: that is CommonJS in a
 * bundle, and each machine loads it in its own way. Takes I420 in BT.709, limited range.
 */
export abstract class WasmH264Encoder extends CustomVideoEncoder {
  #package: H264Package | undefined;
  #stretch: Stretch | undefined;
  #description: Uint8Array | undefined;

  static override supports(codec: VideoCodec, config: VideoEncoderConfig): boolean {
    const even = config.width % 2 === 0 && config.height % 2 === 0;
    return codec === "avc" && config.bitrateMode === "quantizer" && even;
  }

  /** Loads h264-mp4-encoder, or has it already. */
  protected abstract load(): Promise<H264Package>;

  override async init(): Promise<void> {
    this.#package = await this.load();
  }

  override async encode(sample: VideoSample, options: VideoEncoderEncodeOptions): Promise<void> {
    assert(sample.format === "I420", `I420 frames, got ${sample.format}`);
    const full = this.#stretch?.times.length === STRETCH_FRAMES;
    if (options.keyFrame === true || full) await this.#finishStretch();
    this.#stretch ??= { encoder: await this.#start(quantizerOf(this.codec, options)), times: [] };
    const bytes = new Uint8Array(sample.allocationSize());
    await sample.copyTo(bytes);
    this.#stretch.encoder.addFrameYuv(bytes);
    this.#stretch.times.push({ timestamp: sample.timestamp, duration: sample.duration });
  }

  override async flush(): Promise<void> {
    // Mediabunny does not wait for this promise: a rejection would end the process.
    await this.#finishStretch().catch((error) => this.onError(error));
  }

  override close(): MaybePromise<void> {
    if (this.#stretch === undefined) return;
    // It complains on the terminal when it is let go of in the middle.
    this.#stretch.encoder.finalize();
    discard(this.#stretch.encoder);
    this.#stretch = undefined;
  }

  async #start(quantizer: number): Promise<Minih264> {
    assert(this.#package !== undefined, "init before encode");
    const [lowest, highest] = QUANTIZER_RANGE;
    const encoder = await this.#package.createH264MP4Encoder();
    encoder.outputFilename = `stretch-${nextFile++}.mp4`;
    encoder.width = this.config.width;
    encoder.height = this.config.height;
    encoder.frameRate = this.config.framerate ?? 25;
    encoder.speed = SPEED;
    encoder.quantizationParameter = Math.min(highest, Math.max(lowest, quantizer));
    encoder.groupOfPictures = STRETCH_FRAMES;
    encoder.initialize();
    return encoder;
  }

  /** Writes the stretch to its end, and hands its packets on with the times of its frames. */
  async #finishStretch(): Promise<void> {
    if (this.#stretch === undefined) return;
    const { encoder, times } = this.#stretch;
    this.#stretch = undefined;
    encoder.finalize();
    const file = encoder.FS.readFile(encoder.outputFilename);
    discard(encoder);
    const input = new Input({ formats: [MP4], source: new BufferSource(file) });
    try {
      const track = await input.getPrimaryVideoTrack();
      const config = await track?.getDecoderConfig();
      assert(track != null && config != null, "a stretch with video");
      const metadata = this.#describe(config);
      let frame = 0;
      for await (const packet of new EncodedPacketSink(track).packets()) {
        const time = times[frame];
        assert(time !== undefined, `${times.length} packets, got more`);
        // The package marks every picture as a key frame, but only the first of a stretch is one.
        const type = frame === 0 ? "key" : "delta";
        this.onPacket(packet.clone({ ...time, type }), frame === 0 ? metadata : undefined);
        frame++;
      }
      assert(frame === times.length, `${times.length} packets, got ${frame}`);
    } finally {
      input.dispose();
    }
  }

  /** The decoder's description for the first stretch; the others must have the same. */
  #describe(config: VideoDecoderConfig): EncodedVideoChunkMetadata | undefined {
    const description = Uint8Array.from(config.description as Uint8Array);
    if (this.#description !== undefined) {
      assert(`${description}` === `${this.#description}`, "one description for all stretches");
      return undefined;
    }
    this.#description = description;
    const { width, height } = this.config;
    return {
      decoderConfig: {
        codec: config.codec,
        codedWidth: width,
        codedHeight: height,
        colorSpace: BT709,
        description,
      },
    };
  }
}

/** All encoders of the package share one file system. */
let nextFile = 0;

function discard(encoder: Minih264): void {
  const { FS, outputFilename } = encoder;
  encoder.delete();
  if (FS.readdir(".").includes(outputFilename)) FS.unlink(outputFilename);
}
