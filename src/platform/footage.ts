/**
 * @file Films, opened to be looked at: bytes → upright pictures, sound, clocks.
 *
 * Frames before the film's beginning (edit lists keep such) are not given. What cannot be decoded
 * is left out, until a second of the film is missing.
 */
import {
  EncodedPacketSink,
  Input,
  InputDisposedError,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  QTFF,
  type Source,
  UnsupportedInputFormatError,
  VideoSampleSink,
  WEBM,
} from "mediabunny";
import { assert } from "../base/assert.js";
import { FilmError } from "../base/errors.js";
import type { Footage, FootageFrame, Span } from "../base/footage.js";
import type { Recording } from "../base/recording.js";
import { makeYuvPainter } from "../base/yuv-picture.js";
import { makeYuvReader } from "./yuv-sample.js";

/** How a film is looked at. */
export interface FootageOptions {
  /** Larger frames are given with this long side, px; 720 by default. */
  readonly sizePx?: number | undefined;
}

const FORMATS = [MP4, QTFF, MATROSKA, WEBM];
/** A film may lack this much before it is refused. */
const MISSING_SECONDS = 1;
/** Times of packets and of their frames may differ by this much, for they are rounded. */
const ROUNDING_SECONDS = 1e-4;

/** A film's bytes, and its sound. */
export interface FootageSource {
  readonly source: Source;
  /** What messages call the film. */
  readonly name: string;
  /** Opens its sound; only asked for if there is any. */
  readSound(): Promise<Recording>;
}

/**
 * Opens a film; `close` it when done. Its frames are decoded while they are asked for.
 *
 * @throws FilmError `film_unreadable`, `codec_missing`, and for its sound `audio_too_long`. Frames and
 *   sound throw `film_unreadable` where the film breaks off.
 */
export async function openFootage(
  { source, name, readSound }: FootageSource,
  options: FootageOptions = {},
): Promise<Footage> {
  const { sizePx = 720 } = options;
  assert(Number.isInteger(sizePx) && sizePx >= 1, `a size of at least 1 px, got ${sizePx}`);
  const input = new Input({ formats: FORMATS, source });
  let sound: FootageSound | undefined;
  try {
    const track = await findPictures(input, name);
    const reel = await readReel(track, name);
    const size = await fittedSize(track, name, sizePx);
    sound = await openSound(input, name, readSound);
    const endSeconds = Math.max(reel.video.endSeconds, sound?.audio.endSeconds ?? 0);
    const missing = ((await input.getDurationFromMetadata()) ?? 0) - endSeconds;
    const { video, fps } = reel;
    const view = { track, name, size, reel, missingSeconds: missing };
    return {
      ...{ name, ...size, fps, video },
      ...{ audio: sound?.audio, sound: sound?.recording },
      frames: () => framesOf(view),
      close() {
        input.dispose();
        sound?.recording.close?.();
      },
    };
  } catch (error) {
    input.dispose();
    sound?.recording.close?.();
    throw asFilmError(error, name);
  }
}

async function findPictures(input: Input, name: string): Promise<InputVideoTrack> {
  const format = await input.getFormat().catch((error) => {
    if (!(error instanceof UnsupportedInputFormatError)) throw error;
    throw new FilmError("film_unreadable", `“${name}” is not an mp4, mov, webm or mkv film.`);
  });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) {
    const kinds = new Set((await input.getTracks()).map(({ type }) => type));
    const found = kinds.size === 0 ? "nothing" : `${[...kinds].join(" and ")} but no pictures`;
    throw new FilmError("film_unreadable", `“${name}” (${format.name}) holds ${found}.`);
  }
  const codec = await track.getCodec();
  if (codec === null) {
    const id = String(await track.getInternalCodecId());
    throw new FilmError("codec_missing", `“${name}” holds pictures in an unknown codec (${id}).`);
  }
  if (!(await track.canDecode())) {
    const message = `“${name}” holds ${codec} pictures; which cannot be decoded on this machine.`;
    throw new FilmError("codec_missing", message, { codec });
  }
  return track;
}

/** The frames that a container lists. */
interface Reel {
  /** When each frame is shown, in order; those before 0 are left out. */
  readonly times: Float64Array;
  readonly video: Span;
  readonly fps: number;
}

async function readReel(track: InputVideoTrack, name: string): Promise<Reel> {
  const starts: number[] = [];
  let end = 0;
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: true,
  });
  for await (const packet of packets) {
    if (!isShown(packet)) continue;
    starts.push(Math.max(0, packet.timestamp));
    end = Math.max(end, packet.timestamp + packet.duration);
  }
  const times = Float64Array.from(starts).sort();
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) {
    throw new FilmError("film_unreadable", `“${name}” holds 0 frames.`);
  }
  // Simple Matroska files do not say how long a frame is.
  const gap = times.length > 1 ? (last - first) / (times.length - 1) : 0;
  const endSeconds = end > last ? end : last + (gap || 1 / 25);
  const video = { startSeconds: first, endSeconds };
  return { times, video, fps: times.length / (endSeconds - first) };
}

/** Edit lists begin within the packets; what ends before the film's beginning is not of it. */
function isShown({ timestamp, duration }: { timestamp: number; duration: number }): boolean {
  return timestamp >= 0 || timestamp + duration > ROUNDING_SECONDS;
}

/** Size of the pictures: the first frame's, upright, with square pixels, no larger than wanted. */
async function fittedSize(track: InputVideoTrack, name: string, sizePx: number) {
  const { num, den } = await track.getPixelAspectRatio();
  const isTurned = (await track.getRotation()) % 180 !== 0;
  for await (const sample of new VideoSampleSink(track).samples()) {
    const { width, height } = sample.visibleRect;
    sample.close();
    const across = width * Math.max(1, num / den);
    const down = height * Math.max(1, den / num);
    const scale = Math.min(1, sizePx / Math.max(across, down));
    const scaled = (length: number) => Math.max(1, Math.round(length * scale));
    return isTurned
      ? { width: scaled(down), height: scaled(across) }
      : { width: scaled(across), height: scaled(down) };
  }
  throw new FilmError("film_unreadable", `“${name}”: none of its pictures can be decoded.`);
}

interface FootageSound {
  readonly recording: Recording;
  readonly audio: Span;
}

async function openSound(
  input: Input,
  name: string,
  readSound: FootageSource["readSound"],
): Promise<FootageSound | undefined> {
  const track = await input.getPrimaryAudioTrack();
  if (track === null) return undefined;
  const recording = await readSound().catch((error) => {
    if (error instanceof FilmError && error.code === "audio_empty") return undefined;
    throw error;
  });
  if (recording === undefined) return undefined;
  const startSeconds = Math.max(0, await track.getFirstTimestamp());
  const audio = { startSeconds, endSeconds: recording.durationSeconds };
  return { audio, recording: withoutLead(recording, startSeconds, name) };
}

/** The same sound from a later time on. */
function withoutLead(recording: Recording, seconds: number, name: string): Recording {
  const { sampleRateHz, channelCount, durationSeconds } = recording;
  const lead = Math.round(seconds * sampleRateHz);
  return {
    ...{ sampleRateHz, channelCount, durationSeconds: durationSeconds - lead / sampleRateHz },
    async *blocks() {
      let left = lead;
      try {
        for await (const block of recording.blocks()) {
          const skipped = Math.min(left, block[0]?.length ?? 0);
          left -= skipped;
          const rest = skipped === 0 ? block : block.map((channel) => channel.subarray(skipped));
          if (rest[0]?.length !== 0) yield rest;
        }
      } catch (error) {
        throw asFilmError(error, name);
      }
    },
    close: () => recording.close?.(),
  };
}

interface View {
  readonly track: InputVideoTrack;
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly reel: Reel;
  /** What the container promises beyond its last packet. */
  readonly missingSeconds: number;
}

async function* framesOf(view: View): AsyncGenerator<FootageFrame> {
  const { track, name, size, reel } = view;
  try {
    const turn = { rotation: await track.getRotation(), flip: await track.getFlip() };
    const paint = makeYuvPainter(size, turn);
    const read = makeYuvReader(await track.getColorSpace(), name);
    let index = 0;
    let listed = 0;
    for await (const sample of new VideoSampleSink(track).samples()) {
      const timeSeconds = Math.max(0, sample.timestamp);
      while ((reel.times[listed] ?? Infinity) < timeSeconds - ROUNDING_SECONDS) listed++;
      const frame = isShown(sample) ? await read(sample) : undefined;
      sample.close();
      if (frame === undefined) continue;
      refuseGap(view, listed - index, timeSeconds);
      yield { index, timeSeconds, picture: paint(frame.frame, frame.coding) };
      index++;
    }
    refuseGap(view, reel.times.length - index, reel.video.endSeconds);
    refuseShort(view);
  } catch (error) {
    throw asFilmError(error, name);
  }
}

/** @param missing - Frames that are listed before this time but could not be decoded. */
function refuseGap({ name, reel }: View, missing: number, seconds: number): void {
  if (missing <= MISSING_SECONDS * reel.fps) return;
  const total = reel.times.length;
  const message = `“${name}” is damaged or cut short: ${missing} of its ${total} frames up to ${seconds.toFixed(2)} s cannot be decoded.`;
  throw new FilmError("film_unreadable", message, { missing, total, seconds });
}

function refuseShort({ name, reel, missingSeconds }: View): void {
  if (missingSeconds <= MISSING_SECONDS) return;
  const seconds = reel.video.endSeconds;
  const message = `“${name}” is cut short at ${seconds.toFixed(2)} s: it promises ${missingSeconds.toFixed(2)} s more.`;
  throw new FilmError("film_unreadable", message, { seconds, missingSeconds });
}

function asFilmError(error: unknown, name: string): unknown {
  if (error instanceof FilmError && error.code === "audio_unreadable") {
    // Whoever gave a film is not helped by advice on recordings.
    return new FilmError("film_unreadable", error.message, error.details, { cause: error });
  }
  if (error instanceof FilmError || error instanceof InputDisposedError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `“${name}” is damaged or cut short: ${reason}`;
  return new FilmError("film_unreadable", message, {}, { cause: error });
}
