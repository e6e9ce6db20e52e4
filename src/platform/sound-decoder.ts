/**
 * @file What a decoder of sound must do to live with mediabunny: never reject.
 *
 * A rejected `decode` makes mediabunny reject its own `close`, unheard, and an unheard rejection
 * ends a Node process. So failures are reported, not thrown.
 */
import {
  type AudioCodec,
  type AudioSample,
  CustomAudioDecoder,
  type EncodedPacket,
} from "mediabunny";

/** Takes decoded samples. */
export type OnSample = (sample: AudioSample) => unknown;

/** A decoder as ours are written: it may throw. */
export interface SoundDecoder {
  decode(packet: EncodedPacket, onSample: OnSample): Promise<void>;
  /** Gives what is left after the last packet. */
  flush(onSample: OnSample): Promise<void>;
  close(): void;
}

/**
 * The class to register with mediabunny.
 *
 * @param codecs - What `open` can decode.
 */
export function soundDecoderClass(
  codecs: readonly AudioCodec[],
  open: (codec: AudioCodec, config: AudioDecoderConfig) => Promise<SoundDecoder>,
): typeof CustomAudioDecoder {
  return class extends CustomAudioDecoder {
    #decoder: SoundDecoder | undefined;
    #failure: unknown;

    static override supports(codec: AudioCodec): boolean {
      return codecs.includes(codec);
    }

    override async init(): Promise<void> {
      try {
        this.#decoder = await open(this.codec, this.config);
      } catch (error) {
        this.#failure = error;
      }
    }

    override async decode(packet: EncodedPacket): Promise<void> {
      // A broken packet counts only now that another follows: files often end within a packet.
      if (this.#failure !== undefined) this.onError(this.#failure);
      try {
        await this.#decoder?.decode(packet, this.onSample);
      } catch (error) {
        this.#failure = error;
      }
    }

    override async flush(): Promise<void> {
      try {
        await this.#decoder?.flush(this.onSample);
      } catch (error) {
        this.onError(error);
      }
    }

    override close(): void {
      this.#decoder?.close();
    }
  };
}

/** WebCodecs' description as bytes; no copy. */
export function toBytes(description: AudioDecoderConfig["description"]): Uint8Array | undefined {
  if (description === undefined) return undefined;
  if (!ArrayBuffer.isView(description)) return new Uint8Array(description);
  return new Uint8Array(description.buffer, description.byteOffset, description.byteLength);
}
