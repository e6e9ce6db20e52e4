/**
 * @file Which codecs this browser has, and what stands in for the others. Mediabunny keeps one list
 * of coders per page or worker and prefers those on it, so this is done once, before anything is
 * opened.
 *
 * MP3, Opus and FLAC are read, and AAC is written, as WebAssembly even where the browser could:
 * then sound begins at the same sample and is the same in all of them, which films in step need.
 */
import {
  canEncodeVideo,
  Logging,
  LogLevel,
  Quality,
  registerDecoder,
  registerEncoder,
  type VideoCodec,
} from "mediabunny";
import type { FilmCodec } from "../film/film-file.js";
import { browserEncoder, type RateControl, rateControlOf } from "./browser-video.js";
import { wasmAudioDecoder } from "./wasm-audio.js";
import { type H264Package, WasmH264Encoder } from "./wasm-h264.js";

/** What films can be made of. */
export interface VideoEncoders {
  /** By the browser, or as WebAssembly, which is several times slower. Only these can be made. */
  readonly codecs: Readonly<Partial<Record<FilmCodec, "browser" | "wasm">>>;
  /** Whether films can keep their opacity. */
  readonly alpha: boolean;
}

const CODECS: readonly (readonly [FilmCodec, VideoCodec])[] = [
  ["h264", "avc"],
  ["vp9", "vp9"],
  ["av1", "av1"],
];
/** What encoders are tried with. */
const TRIAL = { width: 512, height: 512, frameRate: 25 };

let registered: Promise<VideoEncoders> | undefined;

/** Makes coders known to mediabunny. Later calls change nothing and give the first answer. */
export function registerCodecs(): Promise<VideoEncoders> {
  registered ??= register();
  return registered;
}

async function register(): Promise<VideoEncoders> {
  // What matters is thrown.
  Logging.level = LogLevel.Silent;
  registerDecoder(wasmAudioDecoder());
  // A megabyte, which a page that only shows a live view does without.
  (await import("@mediabunny/aac-encoder")).registerAacEncoder();
  const alpha = await canEncodeVideo("vp9", { ...TRIAL, quality: new Quality({ quantizer: 24 }) });
  const codecs: Partial<Record<FilmCodec, "browser" | "wasm">> = {};
  const controls = new Map<VideoCodec, RateControl>();
  for (const [name, codec] of CODECS) {
    const control = await rateControlOf(codec, TRIAL);
    if (control !== undefined) {
      codecs[name] = "browser";
      controls.set(codec, control);
    } else if (codec === "avc") {
      codecs[name] = "wasm";
      registerEncoder(H264Encoder);
    }
  }
  registerEncoder(browserEncoder(controls));
  return { codecs, alpha };
}

class H264Encoder extends WasmH264Encoder {
  protected override async load(): Promise<H264Package> {
    // A script without exports of its own; bundlers give its one variable as the default.
    const loaded: { default: H264Package } = await import("h264-mp4-encoder");
    return loaded.default;
  }
}
