/**
 * @file One film, rendered in segments that several workers may render, and joined without a seam.
 *
 * A frame follows from its number alone, so it is the same in whichever segment it is drawn. Each segment has an encoder of its
 * own, and so begins with a key frame; joining copies its packets. Sound, mark, identity and credentials are the whole film's.
 */
import {
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputVideoTrack,
  MP4,
  type Source,
  WEBM,
} from "mediabunny";
import { assert } from "../base/assert.js";
import { FilmError } from "../base/errors.js";
import { type Run, step } from "../base/run.js";
import { evenSize } from "../frames/yuv.js";
import { checkConsent } from "../trust/consent.js";
import {
  countHashed,
  type FingerprintPart,
  joinFingerprints,
  makeFingerprinter,
  soundPrint,
} from "../trust/fingerprint.js";
import { type DrawingMachine, drawSpan, type FrameSpan, pixelsOf } from "./drawing.js";
import type { Film, FilmSink, RenderJob } from "./film.js";
import { beginFile, CODECS, fillFile, openFilmFile } from "./film-file.js";
import { checkFormat, checkFps, codecOf } from "./format.js";
import { identify } from "./identity.js";

/** A segment that was rendered. */
export interface FilmSegment {
  readonly span: FrameSpan;
  /** What it looks like, for the film's fingerprint. */
  readonly print: FingerprintPart;
}

/** A segment and its file. */
export interface SegmentFile extends FilmSegment {
  readonly source: Source;
}

/**
 * Where a film is cut: into parts of about the same length, of which none is longer than one and a half times
 * what is wished, nor shorter than two thirds of it (but a film that is).
 */
export function cutFilm(frameCount: number, fps: number, seconds: number): readonly FrameSpan[] {
  assert(frameCount > 0 && fps > 0 && seconds > 0, "frames, their rate and a length");
  const count = Math.max(1, Math.min(frameCount, Math.round(frameCount / fps / seconds)));
  const start = (index: number) => Math.round((index * frameCount) / count);
  return Array.from({ length: count }, (_, index) => ({
    from: start(index),
    to: start(index + 1),
  }));
}

/**
 * Renders a segment of a film into a file of its own, without sound.
 *
 * @param job - Of the whole film; its sound decides, with all else, what the film's mark says.
 * @throws FilmError as `renderFilm`; then the sink is empty.
 */
export async function renderSegment(
  job: RenderJob,
  span: FrameSpan,
  sink: FilmSink,
  on: DrawingMachine,
  run?: Run,
): Promise<FilmSegment> {
  const { fps, frameCount } = job.take;
  assert(0 <= span.from && span.from < span.to && span.to <= frameCount, "a span of the take");
  const { width, height } = evenSize(job.rig.picture);
  const extent = { width, height, durationSeconds: frameCount / fps };
  const printer = makeFingerprinter(extent, undefined, countHashed(span.from, fps));
  try {
    checkConsent(job.consent);
    checkFormat(job, false);
    checkFps(fps);
    const identity = await identify(job);
    const { container = "mp4", quality = "good", alpha } = job;
    const file = await openFilmFile({
      ...{ target: sink.target, width, height, fps, frameCount: span.to - span.from },
      ...{ container, codec: codecOf(job), quality, alpha },
    });
    const drawn = { ...identity, pixels: pixelsOf(job, false), span };
    const add = (frame: Uint8Array, index: number) => file.addFrame(frame, index - span.from);
    await fillFile(file, () => drawSpan(job, drawn, printer, add, on, run));
    await sink.commit();
  } catch (error) {
    await sink.discard();
    throw error;
  }
  return { span, print: printer.part() };
}

/**
 * Joins all segments of a film. The packets of pictures and sound are the same, whoever rendered which of them.
 *
 * @param segments - In order, without gaps.
 * @throws FilmError `segment_invalid` for a file that is none of this film's; `consent_missing`,
 *   `consent_invalid`, `option_invalid`; then the sink is empty.
 */
export async function joinSegments(
  job: RenderJob,
  segments: readonly SegmentFile[],
  sink: FilmSink,
  run?: Run,
): Promise<Film> {
  const { take, sound } = job;
  const { fps, frameCount } = take;
  const { width, height } = evenSize(job.rig.picture);
  const durationSeconds = frameCount / fps;
  try {
    checkConsent(job.consent);
    checkFormat(job, false);
    checkFps(fps);
    checkSpans(segments, frameCount);
    const identity = await identify(job);
    sink.begin?.(identity);
    const video = new EncodedVideoPacketSource(CODECS[codecOf(job)]);
    const shape = { fps, frameCount, container: job.container ?? "mp4", recording: sound };
    const file = await beginFile({ target: sink.target, ...shape }, video);
    await fillFile(file, async () => {
      let first: VideoDecoderConfig | undefined;
      for (const segment of segments) {
        step(run, "film", segment.span.from, frameCount);
        first = await copyPackets(segment, { fps, first }, video, file.writeSoundUntil);
      }
      step(run, "film", frameCount, frameCount);
    });
    await sink.commit();
    const print = sound && (await soundPrint(sound, durationSeconds));
    const prints = segments.map((segment) => segment.print);
    const fingerprint = joinFingerprints({ width, height, durationSeconds }, prints, print);
    const film = { width, height, fps, frameCount, durationSeconds };
    return { ...film, take, warnings: [], ...identity, fingerprint };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/** What joins segments: the rate, and how the first one is decoded. */
interface Joint {
  readonly fps: number;
  readonly first: VideoDecoderConfig | undefined;
}

/** @returns How the film is decoded. */
async function copyPackets(
  { span, source }: SegmentFile,
  { fps, first }: Joint,
  video: EncodedVideoPacketSource,
  writeSoundUntil: (seconds: number) => Promise<void>,
): Promise<VideoDecoderConfig> {
  const input = new Input({ source, formats: [MP4, WEBM] });
  try {
    const { track, config } = await openPictures(input, span);
    if (first !== undefined && !isSameConfig(first, config)) {
      throw invalid(span, "it is encoded in another way than the first");
    }
    let count = 0;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      if (count === 0 && packet.type !== "key") throw invalid(span, "it begins with no key frame");
      // To the frame: what files say of times is rounded.
      const frame = span.from + Math.round(packet.timestamp * fps);
      count++;
      const at = { timestamp: frame / fps, duration: 1 / fps };
      await video.add(packet.clone(at), { decoderConfig: first ?? config });
      await writeSoundUntil((span.from + count) / fps);
    }
    const wanted = span.to - span.from;
    if (count !== wanted) throw invalid(span, `it has ${count} frames, not ${wanted}`);
    return first ?? config;
  } finally {
    input.dispose();
  }
}

async function openPictures(
  input: Input,
  span: FrameSpan,
): Promise<{ readonly track: InputVideoTrack; readonly config: VideoDecoderConfig }> {
  try {
    const track = await input.getPrimaryVideoTrack();
    const config = await track?.getDecoderConfig();
    if (track && config) return { track, config };
  } catch (cause) {
    throw invalid(span, "it cannot be read", cause);
  }
  throw invalid(span, "it has no pictures");
}

function isSameConfig(a: VideoDecoderConfig, b: VideoDecoderConfig): boolean {
  const bytes = ({ description }: VideoDecoderConfig) => {
    if (description === undefined) return "";
    return ArrayBuffer.isView(description)
      ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength).join()
      : new Uint8Array(description).join();
  };
  const isSize = a.codedWidth === b.codedWidth && a.codedHeight === b.codedHeight;
  return a.codec === b.codec && isSize && bytes(a) === bytes(b);
}

function checkSpans(segments: readonly FilmSegment[], frameCount: number): void {
  let next = 0;
  for (const { span } of segments) {
    if (span.from !== next) throw invalid(span, `frame ${next} was due`);
    next = span.to;
  }
  if (next !== frameCount) {
    const message = `The segments end at frame ${next} of ${frameCount}.`;
    throw new FilmError("segment_invalid", message, { frames: next });
  }
}

function invalid({ from, to }: FrameSpan, why: string, cause?: unknown): FilmError {
  const message = `The segment of frames ${from} to ${to} is none of this film: ${why}.`;
  return new FilmError("segment_invalid", message, { from, to }, { cause });
}
