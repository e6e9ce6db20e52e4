/**
 * @file Frames on their way to an encoder, as mediabunny passes them on: without a copy of their pixels.
 *
 * Its own samples copy what they are made from, and copy row by row into the encoder; at 1080p that, and
 * the garbage of it, took a fifth of the main thread's time.
 */
import {
  type VideoDataPlane,
  VideoSample,
  VideoSampleColorSpace,
  type VideoSampleInit,
  VideoSampleResource,
} from "mediabunny";
import { assert } from "../base/assert.js";

/** When a frame is shown, seconds. */
type Shown = Pick<VideoSampleInit, "duration" | "encodeOptions"> & { readonly timestamp: number };

/** One frame: I420 in BT.709, limited range, or I420A; planes without gaps. */
export class FrameSample extends VideoSample {
  readonly #frame: FrameResource;

  constructor(frame: FrameResource, shown: Shown) {
    super(frame, shown);
    this.#frame = frame;
  }

  /** All planes, one behind the other. */
  get pixels(): Uint8Array {
    return this.#frame.pixels;
  }

  override clone(): FrameSample {
    const { timestamp, duration, encodeOptions } = this;
    return new FrameSample(this.#frame, { timestamp, duration, encodeOptions });
  }
}

/** The pixels that samples of one frame share. */
export class FrameResource extends VideoSampleResource {
  /**
   * @param pixels - I420, or I420A if they are so many; not to be changed afterwards.
   * @param width - Even, as is the height, px.
   */
  constructor(
    readonly pixels: Uint8Array,
    readonly width: number,
    readonly height: number,
  ) {
    super();
    const perPixel = pixels.length / (width * height);
    assert(perPixel === 1.5 || perPixel === 2.5, `I420 or I420A of ${width} × ${height}`);
  }

  override getFormat(): "I420" | "I420A" {
    return this.pixels.length > 2 * this.width * this.height ? "I420A" : "I420";
  }

  override getCodedWidth(): number {
    return this.width;
  }

  override getCodedHeight(): number {
    return this.height;
  }

  override getSquarePixelWidth(): number {
    return this.width;
  }

  override getSquarePixelHeight(): number {
    return this.height;
  }

  override getColorSpace(): VideoSampleColorSpace {
    return new VideoSampleColorSpace({
      primaries: "bt709",
      transfer: "bt709",
      matrix: "bt709",
      fullRange: false,
    });
  }

  override getDataPlanes(): VideoDataPlane[] {
    const { pixels, width, height } = this;
    const luma = width * height;
    const [cb, cr, opacity] = [luma, 1.25 * luma, 1.5 * luma];
    const planes = [
      { data: pixels.subarray(0, cb), stride: width },
      { data: pixels.subarray(cb, cr), stride: width / 2 },
      { data: pixels.subarray(cr, opacity), stride: width / 2 },
    ];
    if (pixels.length > opacity) planes.push({ data: pixels.subarray(opacity), stride: width });
    return planes;
  }

  override toRgbSample(): VideoSample {
    throw new Error("frames are encoded as they are");
  }

  override close(): void {}
}
