/**
 * @file Frames and a recording → one film file, written while the frames come in.
 *
 * Memory does not grow with the film: frames are encoded at once, sound is read just ahead of
 * them, and mp4 keeps room for its index at the front (fast start) instead of the whole film.
 */
import {
  canEncodeVideo,
  EncodedAudioPacketSource,
  Mp4OutputFormat,
  Output,
  Quality,
  type Target,
  type VideoCodec,
  VideoSampleSource,
  type VideoSource,
  WebMOutputFormat,
} from "mediabunny";
import { assert } from "../base/assert.js";
import { FilmError } from "../base/errors.js";
import type { Recording } from "../base/recording.js";
import { frameBytes } from "../frames/yuv.js";
import { type FilmSound, openSound, type SoundPacket } from "./film-sound.js";
import { FrameResource, FrameSample } from "./frame-sample.js";

/** What a film file is to be. */
export interface FilmFileOptions {
  /** Where the bytes go; mediabunny's. */
  readonly target: Target;
  /** Even, px. */
  readonly width: number;
  readonly height: number;
  /** Frames per second, e.g. 25, 29.97 or 60. */
  readonly fps: number;
  readonly frameCount: number;
  readonly container: FilmContainer;
  readonly codec: FilmCodec;
  /** "good" by default: nothing to be seen of the compression in a talking head. */
  readonly quality?: FilmQuality;
  /** True keeps the frames' opacity: VP9 in webm only. False by default. */
  readonly alpha?: boolean | undefined;
  /** Its sound is cut, or followed by silence, where the last frame ends. */
  readonly recording?: Recording | undefined;
}

/** mp4 has AAC sound and plays everywhere; webm has Opus sound and no patents on it. */
export type FilmContainer = "mp4" | "webm";

/** How pictures are compressed. H.264 only goes into mp4, and alone needs no native code. */
export type FilmCodec = "h264" | "vp9" | "av1";

/** How much of the picture may be lost: kbit/s at 512² are about 85, 330 and 780 with H.264. */
export type FilmQuality = "draft" | "good" | "best";

/** A film file that is being written. */
export interface FilmFile {
  /** True if the recording's sound is copied, not encoded again. */
  readonly copiesSound: boolean;
  /**
   * Adds the next frame; the array is handed over and must not be changed afterwards.
   *
   * @param i420 - Planes Y, U, V without gaps, BT.709, limited range, width · height · 3/2 bytes;
   *   in a film with alpha, the opacity behind them, width · height bytes.
   * @param index - 0, 1, 2, …
   */
  addFrame(i420: Uint8Array, index: number): Promise<void>;
  /** Writes the rest. All frames must have been added. */
  finish(): Promise<void>;
  /** Stops, and lets go of encoders and of the target. What was written is of no use. */
  cancel(): Promise<void>;
}

/** What every film says of itself. */
export const FILM_COMMENT = "AI-generated video, made with Ritratto";

/** Seconds between key frames: what a player decodes at most before it shows a place. */
const KEY_FRAME_SECONDS = 4;

/** What mediabunny calls them. */
export const CODECS: Readonly<Record<FilmCodec, VideoCodec>> = {
  h264: "avc",
  vp9: "vp9",
  av1: "av1",
};
const HOLDS: Readonly<Record<FilmContainer, readonly FilmCodec[]>> = {
  mp4: ["h264", "vp9", "av1"],
  webm: ["vp9", "av1"],
};

/**
 * Quantizers on the scale of WebCodecs: to 51 for h264, to 63 for vp9, to 255 for av1. Chosen so
 * that a row looks alike; SSIM of a portrait in motion at "good" is 0.986 or more.
 */
const QUANTIZERS: Readonly<Record<FilmQuality, Readonly<Record<FilmCodec, number>>>> = {
  draft: { h264: 26, vp9: 38, av1: 168 },
  good: { h264: 18, vp9: 24, av1: 116 },
  best: { h264: 14, vp9: 16, av1: 80 },
};

/**
 * Begins a film file. The codecs must have been registered (platform/node-codecs).
 *
 * @throws FilmError `option_invalid` if the container cannot hold the codec, `codec_missing` if
 *   there is no encoder for it. Then nothing was written.
 */
export async function openFilmFile(options: FilmFileOptions): Promise<FilmFile> {
  const { width, height, fps, frameCount } = options;
  assert(width % 2 === 0 && height % 2 === 0 && width > 0 && height > 0, "an even size");
  assert(fps > 0 && Number.isInteger(frameCount) && frameCount > 0, "frames and their rate");
  const video = await openVideo(options);
  const { copiesSound, writeSoundUntil, finish, cancel } = await beginFile(options, video);
  let added = 0;
  return {
    copiesSound,
    async addFrame(i420, index) {
      assert(
        index === added && index < frameCount,
        `frame ${added} of ${frameCount}, got ${index}`,
      );
      const wanted = frameBytes(options.alpha ? "i420a" : "i420", width, height);
      assert(i420.length === wanted, `${wanted} bytes of a ${width} × ${height} frame`);
      added++;
      await video.add(sampleOf(i420, index, options));
      await writeSoundUntil(added / fps);
    },
    async finish() {
      assert(added === frameCount, `${frameCount} frames, got ${added}`);
      await finish();
    },
    cancel,
  };
}

/** What is the same of all film files, wherever their pictures come from. */
export interface BegunFile {
  /** True if the recording's sound is copied, not encoded again. */
  readonly copiesSound: boolean;
  /** Writes the sound up to a time, seconds. */
  writeSoundUntil(seconds: number): Promise<void>;
  finish(): Promise<void>;
  cancel(): Promise<void>;
}

/** What a film file is to be, but for its pictures. */
export type BegunFileOptions = Pick<
  FilmFileOptions,
  "target" | "fps" | "frameCount" | "container" | "recording"
>;

/** Begins a film file whose pictures come from a source. */
export async function beginFile(
  { target, fps, frameCount, container, recording }: BegunFileOptions,
  video: VideoSource,
): Promise<BegunFile> {
  const end = { seconds: frameCount / fps, toleranceSeconds: 1 / fps };
  const sound = recording && (await openSound(recording, container, end));
  const format =
    container === "mp4" ? new Mp4OutputFormat({ fastStart: "reserve" }) : new WebMOutputFormat();
  const output = new Output({ format, target });
  output.setMetadataTags({ comment: FILM_COMMENT });
  output.addVideoTrack(video, { frameRate: fps, maximumPacketCount: frameCount });
  const soundTrack = sound && addSound(output, sound);
  await output.start();
  return {
    copiesSound: sound?.copied ?? false,
    writeSoundUntil: async (seconds) => soundTrack?.writeUntil(seconds),
    async finish() {
      await soundTrack?.writeUntil(Number.POSITIVE_INFINITY);
      await output.finalize();
    },
    async cancel() {
      await soundTrack?.stop();
      await output.cancel();
    },
  };
}

/** Finishes a file when its work is done; whatever breaks, its encoders are let go of. */
export async function fillFile(
  { finish, cancel }: Pick<FilmFile, "finish" | "cancel">,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
    await finish();
  } catch (error) {
    await cancel();
    throw error;
  }
}

/** @throws FilmError `option_invalid` for what a film's container or codec cannot hold. */
export function checkContent({
  container,
  codec,
  alpha,
}: Pick<FilmFileOptions, "container" | "codec" | "alpha">): void {
  if (!HOLDS[container].includes(codec)) {
    const message = `${container} cannot hold ${codec}, only ${HOLDS[container].join(" or ")}.`;
    throw new FilmError("option_invalid", message, { container, codec });
  }
  if (alpha && (container !== "webm" || codec !== "vp9")) {
    const message = `${container} with ${codec} cannot hold alpha; webm with vp9 can, and PNG pictures.`;
    throw new FilmError("option_invalid", message, { container, codec });
  }
}

async function openVideo(options: FilmFileOptions): Promise<VideoSampleSource> {
  const { codec, width, height, fps, alpha } = options;
  checkContent(options);
  const quality = new Quality({ quantizer: QUANTIZERS[options.quality ?? "good"][codec] });
  if (!(await canEncodeVideo(CODECS[codec], { width, height, quality, frameRate: fps }))) {
    const need = alpha ? ", which films with alpha need; PNG pictures need none" : "";
    const message = `There is no encoder for ${codec} on this machine${need}.`;
    throw new FilmError("codec_missing", message, { codec });
  }
  return new VideoSampleSource({
    codec: CODECS[codec],
    quality,
    keyFrameInterval: KEY_FRAME_SECONDS,
    alpha: alpha ? "keep" : "discard",
  });
}

/** The sound of the film, written as far as the frames are. */
interface SoundTrack {
  writeUntil(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

function addSound(output: Output, { codec, maximumPacketCount, packets }: FilmSound): SoundTrack {
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source, { maximumPacketCount });
  const coming = packets();
  let next: IteratorResult<SoundPacket> | undefined;
  return {
    async writeUntil(seconds) {
      next ??= await coming.next();
      while (!next.done && next.value.packet.timestamp < seconds) {
        await source.add(next.value.packet, { decoderConfig: next.value.decoderConfig });
        next = await coming.next();
      }
    },
    async stop() {
      await coming.return(undefined);
    },
  };
}

function sampleOf(pixels: Uint8Array, index: number, options: FilmFileOptions): FrameSample {
  const { width, height, fps } = options;
  const frame = new FrameResource(pixels, width, height);
  return new FrameSample(frame, { timestamp: index / fps, duration: 1 / fps });
}
