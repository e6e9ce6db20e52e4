/** @file What a film was made from, as hashes: of the user's files, or of the values that came. */
import type { Picture } from "../base/picture.js";
import type { Recording } from "../base/recording.js";
import { sha256 } from "./sha256.js";

/** Hashes of a film's inputs: SHA-256, 64 hexadecimal digits. */
export interface Origins {
  /** Of the portrait's file; of `pictureSha256` if there was none. */
  readonly portraitSha256: string;
  /** Of the recording's (or the driver's) file; of `soundSha256` if there was none. */
  readonly audioSha256?: string | undefined;
}

/** Hash of a picture's size and pixels. */
export async function pictureSha256({ data, width, height }: Picture): Promise<string> {
  const bytes = new Uint8Array(8 + data.length);
  new DataView(bytes.buffer).setUint32(0, width);
  new DataView(bytes.buffer).setUint32(4, height);
  bytes.set(data, 8);
  return sha256(bytes);
}

/** Hash of a recording's decoded sound: a chain over its blocks, so that memory stays flat. */
export async function soundSha256(recording: Recording): Promise<string> {
  let chain = await sha256(`${recording.sampleRateHz} Hz, ${recording.channelCount}`);
  for await (const block of recording.blocks()) {
    for (const { buffer, byteOffset, byteLength } of block) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      chain = await sha256(chain + (await sha256(bytes.slice())));
    }
  }
  return chain;
}
