/**
 * @file Compressed sound → samples without native code: mp3, Opus and FLAC, each in a small
 * WebAssembly package. Which of them are installed decides what can be read.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
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

/** How one package is used. */
interface WasmPackage {
  readonly name: string;
  readonly className: string;
  options(config: AudioDecoderConfig): object;
}

const PACKAGES: Partial<Record<AudioCodec, WasmPackage>> = {
  flac: { name: "@wasm-audio-decoders/flac", className: "FLACDecoder", options: () => ({}) },
  mp3: {
    name: "mpg123-decoder",
    className: "MPEGDecoder",
    // Nothing is cut here: the recording does that, from what the file says.
    options: () => ({ enableGapless: false }),
  },
  opus: { name: "opus-decoder", className: "OpusDecoder", options: opusOptions },
};

/** The class to register with mediabunny; it knows the codecs whose packages are installed. */
export function wasmAudioDecoder(): typeof CustomAudioDecoder {
  const { resolve } = createRequire(import.meta.url);
  const paths = new Map<AudioCodec, string>();
  for (const [codec, { name }] of Object.entries(PACKAGES)) {
    try {
      paths.set(codec as AudioCodec, resolve(name));
    } catch {
      // Not installed: mediabunny then finds no decoder, and the recording says so.
    }
  }
  return soundDecoderClass([...paths.keys()], (codec, config) => {
    const [path, wanted] = [paths.get(codec), PACKAGES[codec]];
    assert(path !== undefined && wanted !== undefined, `a decoder for ${codec}`);
    return openDecoder(path, wanted, config);
  });
}

async function openDecoder(
  path: string,
  { className, options }: WasmPackage,
  config: AudioDecoderConfig,
): Promise<SoundDecoder> {
  const module: Record<string, new (options: object) => PackageDecoder> = await import(
    pathToFileURL(path).href
  );
  const Decoder = module[className];
  assert(Decoder !== undefined, `${className} in ${path}`);
  const decoder = new Decoder(options(config));
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
function opusOptions({ numberOfChannels, description }: AudioDecoderConfig): object {
  const head = toBytes(description);
  const options = { channels: numberOfChannels, preSkip: opusPreSkip(head) };
  if (head === undefined || head.length < 21 || head[18] === 0) return options;
  const [streamCount, coupledStreamCount] = head.subarray(19);
  const channelMappingTable = [...head.subarray(21, 21 + numberOfChannels)];
  return { ...options, streamCount, coupledStreamCount, channelMappingTable };
}
