/** @file Films as files: made of pictures, and copied with another clock or without their sound. */
import {
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from "mediabunny";
import { makePicture, type Picture } from "../../src/base/picture.js";
import type { Recording } from "../../src/base/recording.js";
import { openFilmFile } from "../../src/film/film-file.js";
import { fileSink } from "../../src/platform/node-files.js";
import { FOOTAGE_FPS } from "./footage.js";

/** Writes an mp4 of pictures of one even size, with sound if there is any; its index comes first. */
export async function writeFilm(
  path: string,
  pictures: readonly Picture[],
  recording?: Recording,
): Promise<void> {
  const sink = fileSink(path);
  const [{ width, height }] = pictures;
  const film = await openFilmFile({
    ...{ target: sink.target, width, height, fps: FOOTAGE_FPS, frameCount: pictures.length },
    ...{ container: "mp4", codec: "h264", recording },
  });
  for (const [index, picture] of pictures.entries()) await film.addFrame(i420Of(picture), index);
  await film.finish();
  sink.commit();
}

/** BT.709, limited range; chroma of every other pixel. */
function i420Of({ data, width, height }: Picture): Uint8Array {
  const out = new Uint8Array((width * height * 3) / 2);
  const chroma = width * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = data.subarray(4 * (y * width + x));
      const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      out[y * width + x] = 16 + (219 / 255) * luma;
      if (x % 2 === 1 || y % 2 === 1) continue;
      const at = chroma + (y >> 1) * (width >> 1) + (x >> 1);
      out[at] = 128 + ((224 / 255) * (b - luma)) / 1.8556;
      out[at + chroma / 4] = 128 + ((224 / 255) * (r - luma)) / 1.5748;
    }
  }
  return out;
}

/** Two pictures side by side, on grey where one is less high. */
export function beside(left: Picture, right: Picture): Picture {
  const out = makePicture(left.width + right.width, Math.max(left.height, right.height));
  out.data.fill(160);
  const paste = ({ data, width, height }: Picture, from: number) => {
    for (let y = 0; y < height; y++) {
      const row = data.subarray(4 * y * width, 4 * (y + 1) * width);
      out.data.set(row, 4 * (y * out.width + from));
    }
  };
  paste(left, 0);
  paste(right, left.width);
  return out;
}

/** Writes the packets of an mp4 with H.264 and AAC into another one, not all of them, or at other times. */
export async function copyFilm(
  from: string,
  to: string,
  how: { readonly isMute?: boolean; readonly clock?: (seconds: number) => number },
): Promise<void> {
  const { isMute = false, clock = (seconds) => seconds } = how;
  const input = new Input({ formats: [MP4], source: new FilePathSource(from) });
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: "in-memory" }),
    target: new FilePathTarget(to),
  });
  const pictures = await input.getPrimaryVideoTrack();
  const sound = isMute ? null : await input.getPrimaryAudioTrack();
  if (pictures === null) throw new Error("no pictures");
  const pictureSource = new EncodedVideoPacketSource("avc");
  const soundSource = new EncodedAudioPacketSource("aac");
  output.addVideoTrack(pictureSource);
  if (sound !== null) output.addAudioTrack(soundSource);
  await output.start();
  const pictureConfig = await pictures.getDecoderConfig();
  for await (const packet of new EncodedPacketSink(pictures).packets()) {
    const timestamp = clock(packet.timestamp);
    const duration = clock(packet.timestamp + packet.duration) - timestamp;
    const moved = packet.clone({ timestamp, duration });
    await pictureSource.add(moved, pictureConfig ? { decoderConfig: pictureConfig } : {});
  }
  const soundConfig = await sound?.getDecoderConfig();
  for await (const packet of sound === null ? [] : new EncodedPacketSink(sound).packets()) {
    await soundSource.add(packet, soundConfig ? { decoderConfig: soundConfig } : {});
  }
  await output.finalize();
  input.dispose();
}
