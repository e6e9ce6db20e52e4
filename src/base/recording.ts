/** @file A recording as the core sees it: sound in blocks, so that its length costs no memory. */
import type { EncodedPacket } from "mediabunny";

/** One recording. Blocks and packets can be asked for again and start at the beginning. */
export interface Recording {
  readonly sampleRateHz: number;
  readonly channelCount: number;
  readonly durationSeconds: number;
  /** Decoded sound, −1..1, one array per channel, all of a block equally long. */
  blocks(): AsyncIterable<readonly Float32Array[]>;
  /** The sound as it was compressed; absent if made in memory, or not fit for a copy. */
  readonly encoded?: EncodedSound;
  /** Lets go of the file, if there is one; blocks and packets end there. */
  close?(): void;
}

/** Compressed sound that can be copied into a film without loss. */
export interface EncodedSound {
  /** mediabunny's name: "aac", "opus", "mp3", "flac", "pcm-s16", … */
  readonly codec: string;
  /** What a decoder must know, as WebCodecs' AudioDecoderConfig. */
  readonly decoderConfig: {
    readonly codec: string;
    readonly sampleRate: number;
    readonly numberOfChannels: number;
    readonly description?: AllowSharedBufferSource;
  };
  packets(): AsyncIterable<EncodedPacket>;
}

/** Bytes as WebCodecs takes them; named here because the core has no DOM types. */
export type AllowSharedBufferSource = ArrayBufferLike | ArrayBufferView;

/** A recording of samples in memory. @param channels - −1..1, equally long. */
export function recordingOf(channels: readonly Float32Array[], sampleRateHz: number): Recording {
  return {
    sampleRateHz,
    channelCount: channels.length,
    durationSeconds: (channels[0]?.length ?? 0) / sampleRateHz,
    async *blocks() {
      yield channels;
    },
  };
}
