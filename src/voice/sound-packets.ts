/**
 * @file The times of compressed sound: where each container's packets really belong, so that
 * decoded sound starts right, and packets can be copied into a film without decoding.
 */
import {
  ADTS,
  type EncodedPacket,
  EncodedPacketSink,
  type InputAudioTrack,
  type InputFormat,
  IsobmffInputFormat,
  OGG,
} from "mediabunny";
import type { EncodedSound } from "../base/recording.js";
import { OPUS_RATE_HZ, opusPacketSeconds, opusPreSkip } from "./opus-packet.js";

/** The sound of a file, as found. */
export interface Sound {
  readonly track: InputAudioTrack;
  readonly format: InputFormat;
  readonly codec: string;
  readonly config: AudioDecoderConfig;
}

/**
 * What to add to the decoder's times, seconds.
 *
 * Opus decoders leave out the run-in themselves (RFC 7845, 4.2), so the first sample that comes
 * out belongs not to its packet's beginning but to the end of the run-in.
 */
export async function decodedShift(sound: Sound): Promise<number> {
  // Mediabunny takes the run-in off the times of Ogg itself.
  if (sound.codec !== "opus" || sound.format === OGG) return 0;
  return (await packetShift(sound)) + runInSeconds(sound);
}

/**
 * The sound as compressed, if its packets can be taken over as they are. Times in Matroska and
 * MPEG-TS are too coarse for any codec but Opus, whose films are Matroska again.
 */
export async function copySound(sound: Sound): Promise<EncodedSound | undefined> {
  const { track, format, codec, config } = sound;
  const exact = format instanceof IsobmffInputFormat || format === ADTS || format === OGG;
  if (codec !== "opus" && !exact) return undefined;
  const shift = codec === "opus" ? await packetShift(sound) : 0;
  const { description, ...rest } = config;
  return {
    codec,
    decoderConfig: { ...rest, ...(description === undefined ? {} : { description }) },
    async *packets() {
      let first = true;
      for await (const packet of new EncodedPacketSink(track).packets()) {
        const timestamp = packet.timestamp + shift;
        yield first && codec === "opus" && format === OGG
          ? uncut(packet)
          : packet.clone({ timestamp });
        first = false;
      }
    },
  };
}

/** Ogg's first Opus packet comes shortened by the run-in; this is the whole of it. */
function uncut(packet: EncodedPacket): EncodedPacket {
  const duration = opusPacketSeconds(packet.data);
  return packet.clone({ timestamp: packet.timestamp + packet.duration - duration, duration });
}

/** What to add to the times of Opus packets, seconds, so that sound is at 0 after the run-in. */
async function packetShift(sound: Sound): Promise<number> {
  if (sound.format instanceof IsobmffInputFormat || sound.format === OGG) return 0;
  // Matroska's CodecDelay, which mediabunny does not read, is to be taken off; files without it,
  // such as ours, start before 0 instead.
  const first = await new EncodedPacketSink(sound.track).getFirstPacket();
  return first !== null && first.timestamp < 0 ? 0 : -runInSeconds(sound);
}

function runInSeconds({ config }: Sound): number {
  const { description } = config;
  const head = description === undefined ? undefined : toBytes(description);
  return opusPreSkip(head) / OPUS_RATE_HZ;
}

function toBytes(source: NonNullable<AudioDecoderConfig["description"]>): Uint8Array {
  if (!ArrayBuffer.isView(source)) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}
