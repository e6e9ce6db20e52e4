/** @file Films in a browser, opened to be looked at: decoded by WebCodecs, drawn onto a canvas. */
import {
  BlobSource,
  Input,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  QTFF,
  VideoSampleSink,
  WEBM,
} from "mediabunny";
import { FilmError } from "../base/errors.js";
import type { Footage, FootageFrame } from "../base/footage.js";
import type { Picture } from "../base/picture.js";
import type { Recording } from "../base/recording.js";
import { openRecording } from "../voice/recording.js";

/** No playlists: those name other files and addresses. */
const FORMATS = [MP4, QTFF, MATROSKA, WEBM];
/** What is larger is looked at reduced to this, px. */
const SEEN_MOST_PX = 2048;

/**
 * Opens a film; `close` it when done.
 *
 * @throws FilmError `film_unreadable`, `codec_missing`; frames throw `film_unreadable` where the film
 *   breaks off.
 */
export async function readPageFootage(file: File): Promise<Footage> {
  const { name } = file;
  const input = new Input({ formats: FORMATS, source: new BlobSource(file) });
  try {
    const track = await findPictures(input, name);
    const size = await fittedSize(track);
    const startSeconds = Math.max(0, await track.getFirstTimestamp());
    const video = { startSeconds, endSeconds: await track.computeDuration() };
    const { averagePacketRate } = await track.computePacketStats();
    const sound = await soundOf(file);
    return {
      ...{ name, ...size, fps: averagePacketRate, video, sound },
      frames: () => framesOf(track, size, name),
      close() {
        input.dispose();
        sound?.close?.();
      },
    };
  } catch (error) {
    input.dispose();
    throw asFilmError(error, name);
  }
}

async function findPictures(input: Input, name: string): Promise<InputVideoTrack> {
  if (!(await input.canRead())) {
    throw new FilmError("film_unreadable", `“${name}” is not an mp4, mov, webm or mkv film.`);
  }
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new FilmError("film_unreadable", `“${name}” holds no pictures.`);
  if (await track.canDecode()) return track;
  throw new FilmError("codec_missing", `This browser cannot decode the pictures of “${name}”.`);
}

/** A picture's pixels, opaque, no larger than is looked at. */
export async function readPagePicture(file: File): Promise<Picture> {
  const bitmap = await createImageBitmap(file).catch((error: unknown) => {
    const message = `“${file.name}” is no picture that this browser can read.`;
    throw new FilmError("picture_unreadable", message, {}, { cause: error });
  });
  const { width, height } = reduced(bitmap.width, bitmap.height);
  const context = canvasOf(width, height);
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

async function* framesOf(
  track: InputVideoTrack,
  { width, height }: { readonly width: number; readonly height: number },
  name: string,
): AsyncGenerator<FootageFrame> {
  const context = canvasOf(width, height);
  let index = 0;
  try {
    for await (const sample of new VideoSampleSink(track).samples()) {
      const { timestamp } = sample;
      sample.draw(context, 0, 0, width, height);
      sample.close();
      if (timestamp < 0) continue;
      const picture = context.getImageData(0, 0, width, height);
      yield { index: index++, timeSeconds: timestamp, picture };
    }
  } catch (error) {
    throw asFilmError(error, name);
  }
  if (index === 0) {
    const message = `“${name}”: none of its pictures can be decoded.`;
    throw new FilmError("film_unreadable", message);
  }
}

function asFilmError(error: unknown, name: string): FilmError {
  if (error instanceof FilmError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `“${name}” is damaged or cut short: ${reason}`;
  return new FilmError("film_unreadable", message, {}, { cause: error });
}

/** Without sound, or with one that the browser cannot decode, pictures can be compared still. */
async function soundOf(file: File): Promise<Recording | undefined> {
  try {
    return await openRecording(new BlobSource(file), file.name);
  } catch (error) {
    if (error instanceof FilmError) return undefined;
    throw error;
  }
}

async function fittedSize(track: InputVideoTrack) {
  return reduced(await track.getDisplayWidth(), await track.getDisplayHeight());
}

function reduced(width: number, height: number) {
  const scale = Math.min(1, SEEN_MOST_PX / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function canvasOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    willReadFrequently: true,
  });
  if (context === null) throw new Error("no canvas");
  return context;
}
