/** @file Films in a browser, opened to be looked at: decoded by WebCodecs, drawn onto a canvas. */
import { ALL_FORMATS, BlobSource, Input, type InputVideoTrack, VideoSampleSink } from "mediabunny";
import { FilmError } from "../base/errors.js";
import type { Footage, FootageFrame } from "../base/footage.js";
import type { Picture } from "../base/picture.js";
import type { Recording } from "../base/recording.js";
import { openRecording } from "../voice/recording.js";

/** What is larger is looked at reduced to this, px. */
const SEEN_MOST_PX = 2048;

/**
 * Opens a film; `close` it when done.
 *
 * @throws FilmError `film_unreadable`, `codec_missing`.
 */
export async function readPageFootage(file: File): Promise<Footage> {
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  const { name } = file;
  const track = await input.getPrimaryVideoTrack().catch((error: unknown) => {
    throw new FilmError("film_unreadable", `“${name}” is no film.`, {}, { cause: error });
  });
  if (track === null) throw new FilmError("film_unreadable", `“${name}” holds no pictures.`);
  if (!(await track.canDecode())) {
    throw new FilmError("codec_missing", `This browser cannot decode the pictures of “${name}”.`);
  }
  const size = await fittedSize(track);
  const startSeconds = Math.max(0, await track.getFirstTimestamp());
  const video = { startSeconds, endSeconds: await track.computeDuration() };
  const { averagePacketRate } = await track.computePacketStats();
  const sound = await soundOf(file);
  return {
    ...{ name, ...size, fps: averagePacketRate, video, sound },
    frames: () => framesOf(track, size),
    close() {
      input.dispose();
      sound?.close?.();
    },
  };
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
): AsyncGenerator<FootageFrame> {
  const context = canvasOf(width, height);
  let index = 0;
  for await (const sample of new VideoSampleSink(track).samples()) {
    const { timestamp } = sample;
    sample.draw(context, 0, 0, width, height);
    sample.close();
    if (timestamp < 0) continue;
    const picture = context.getImageData(0, 0, width, height);
    yield { index: index++, timeSeconds: timestamp, picture };
  }
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
