/**
 * @file Compressed sound → samples without native code: mp3, Opus and FLAC, each in a small
 * WebAssembly package.
 */
import { type AudioCodec, AudioSample, type CustomAudioDecoder } from "mediabunny";
import { assert } from "../base/assert.js";
import { opusPreSkip } from "../voice/opus-packet.js";
import { type SoundDecoder, soundDecoderClass, toBytes } from "./sound-decoder.js";

/** What the packages give for a piece of sound. */
interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
}

/** What their classes have in common. */
interface PackageDecoder {
  readonly ready: Promise<void>;
  free(): void;
  decodeFrames(frames: readonly Uint8Array[]): Decoded | Promise<Decoded>;
}

/** Loads a codec's package, which is not done before it is needed, and makes its decoder. */
type OpenPackage = (config: AudioDecoderConfig) => Promise<PackageDecoder>;

const PACKAGES: Partial<Record<AudioCodec, OpenPackage>> = {
  flac: async () => new (await import("@wasm-audio-decoders/flac")).FLACDecoder(),
  // Nothing is cut here: the recording does that, from what the file says.
  mp3: async () => new (await import("mpg123-decoder")).MPEGDecoder({ enableGapless: false }),
  opus: async (config) => new (await import("opus-decoder")).OpusDecoder(opusOptions(config)),
};

/** What can be decoded so. */
export const WASM_AUDIO_CODECS = Object.keys(PACKAGES) as readonly AudioCodec[];

/** The class to register with mediabunny. @param codecs - All of the above if not said. */
export function wasmAudioDecoder(codecs = WASM_AUDIO_CODECS): typeof CustomAudioDecoder {
  return soundDecoderClass(codecs, async (codec, config) => {
    const open = PACKAGES[codec];
    assert(open !== undefined, `a decoder for ${codec}`);
    return decodeWith(await open(config), config);
  });
}

async function decodeWith(
  decoder: PackageDecoder,
  config: AudioDecoderConfig,
): Promise<SoundDecoder> {
  await decoder.ready;
  return {
    async decode(packet, onSample) {
      const decoded = await decoder.decodeFrames([packet.data]);
      const [problem] = decoded.errors;
      if (problem !== undefined) throw new Error(problem.message);
      if (decoded.samplesDecoded > 0) onSample(sampleOf(decoded, config, packet.timestamp));
    },
    async flush() {
      // Every packet has been decoded to its end.
    },
    close: () => decoder.free(),
  };
}

function sampleOf(
  { channelData, samplesDecoded, sampleRate }: Decoded,
  { numberOfChannels }: AudioDecoderConfig,
  timestamp: number,
): AudioSample {
  // mpg123 gives mono twice.
  const channels = channelData.slice(0, numberOfChannels);
  const data = new Float32Array(samplesDecoded * channels.length);
  channels.forEach((channel, c) => {
    data.set(channel.subarray(0, samplesDecoded), c * samplesDecoded);
  });
  return new AudioSample({
    data,
    format: "f32-planar",
    numberOfChannels: channels.length,
    sampleRate,
    timestamp,
  });
}

/** @source RFC 7845, section 5.1: the identification header. */
function opusOptions({ numberOfChannels, description }: AudioDecoderConfig) {
  const head = toBytes(description);
  const options = { channels: numberOfChannels, preSkip: opusPreSkip(head) };
  if (head === undefined || head.length < 21 || head[18] === 0) return options;
  const [streamCount = 1, coupledStreamCount = 0] = head.subarray(19);
  const channelMappingTable = [...head.subarray(21, 21 + numberOfChannels)];
  return { ...options, streamCount, coupledStreamCount, channelMappingTable };
}
