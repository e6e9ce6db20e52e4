/**
 * @file How many samples of an mp3 are not sound: what the encoder and the decoder put in front,
 * and what fills the last frame. Players that know leave them out; FFmpeg does.
 *
 * Bytes of the file → two counts. Decoding is not done here.
 *
 * @source The Xing and LAME info tags: http://gabriel.mp3-tech.org/mp3infotag.html.
 */

/** Reads raw bytes of a file; fewer than `length` at its end. */
export type ReadBytes = (start: number, length: number) => Promise<Uint8Array>;

/** Samples of the decoded file to leave out, per channel. */
export interface Gapless {
  readonly leadSamples: number;
  readonly tailSamples: number;
}

/** Samples that every mp3 decoder adds in front: 528 of the filter bank, and one. */
const DECODER_DELAY = 529;
/** The first frame must begin this near to where the tags end, bytes. */
const SYNC_REACH = 4096;
/** Length of the info tag with everything in it, from the frame's first byte. */
const INFO_BYTES = 36 + 120 + 24;

/** @returns Undefined if the file does not say, or is no mp3. */
export async function readGapless(read: ReadBytes): Promise<Gapless | undefined> {
  const start = await endOfTags(read);
  const bytes = await read(start, SYNC_REACH + INFO_BYTES);
  for (let at = 0; at < SYNC_REACH && at + INFO_BYTES <= bytes.length; at++) {
    if (isLayer3(bytes, at)) return readInfo(bytes.subarray(at));
  }
  return undefined;
}

/** Where the ID3v2 tags at the beginning end. */
async function endOfTags(read: ReadBytes): Promise<number> {
  let start = 0;
  for (;;) {
    const head = await read(start, 10);
    if (head.length < 10 || ascii(head, 0, 3) !== "ID3") return start;
    const hasFooter = (head[5] & 0x10) !== 0;
    const size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9];
    start += 10 + size + (hasFooter ? 10 : 0);
  }
}

function isLayer3(bytes: Uint8Array, at: number): boolean {
  const sync = bytes[at] === 0xff && (bytes[at + 1] & 0xe6) === 0xe2;
  const bitrate = bytes[at + 2] >> 4;
  const rate = (bytes[at + 2] >> 2) & 3;
  return sync && bitrate !== 0 && bitrate !== 15 && rate !== 3;
}

/** @param frame - Bytes from the first frame's header on. */
function readInfo(frame: Uint8Array): Gapless | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const isMpeg1 = ((frame[1] >> 3) & 3) === 3;
  const isMono = frame[3] >> 6 === 3;
  let at = isMpeg1 ? (isMono ? 21 : 36) : isMono ? 13 : 21;
  const name = ascii(frame, at, 4);
  if (name !== "Xing" && name !== "Info") return undefined;
  const flags = view.getUint32(at + 4);
  at += 8;
  // Frame count, byte count, seek table, quality: each is there if its flag is set.
  for (const [flag, size] of [
    [1, 4],
    [2, 4],
    [4, 100],
    [8, 4],
  ] as const) {
    if ((flags & flag) !== 0) at += size;
  }
  // Only these encoders are known to fill in the rest.
  if (!["LAME", "Lavf", "Lavc"].includes(ascii(frame, at, 4))) return undefined;
  const counts = (view.getUint8(at + 21) << 16) | view.getUint16(at + 22);
  // The decoder's delay moves the last sound into what the encoder appended.
  const tailSamples = Math.max(0, (counts & 0xfff) - DECODER_DELAY);
  return { leadSamples: (counts >> 12) + DECODER_DELAY, tailSamples };
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
