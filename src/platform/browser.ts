/**
 * @file Ritratto in a browser: what `ritratto/browser` exports. Nothing is uploaded; all that is
 * fetched lies beside the page's own scripts.
 *
 * It works in windows and in workers. Films are best made in a worker: what is not drawn or computed by
 * workers of ours (rigs, takes) holds the thread that asks for it.
 */
import type { FilmMachine } from "../film/film.js";
import { assetsAt } from "./browser-assets.js";
import { registerCodecs, type VideoEncoders } from "./browser-codecs.js";
import { drawWithThreads } from "./browser-drawer.js";
import { openNetsAside } from "./browser-nets.js";

export type { VideoEncoders } from "./browser-codecs.js";
export { blobAsSource, openBrowserToolkit } from "./browser-credentials.js";
export { type BlobSink, blobSink, fileSink, readAudio, readFootage } from "./browser-files.js";
export { type LiveView, openLiveView, type ShownFrame } from "./browser-live.js";
export { type Microphone, openMicrophone } from "./browser-microphone.js";
export { encodeJpeg, readColor, readPicture, readPictureSize } from "./browser-picture.js";
export { encodePng } from "./browser-png.js";
export { type BlobInput, hashBlob, openBrowserSeal, type SignBlob } from "./browser-seal.js";
export {
  type ChosenFolder,
  type FileStore,
  type FolderStore,
  folderStore,
  type PictureBlobs,
  pictureBlobs,
  pictureSink,
  type SealPicture,
  type ZipStore,
  zipStore,
} from "./browser-sequence.js";
export { openBrowserSigner } from "./browser-signer.js";
export { openSpeech, type Speech } from "./browser-speech.js";
export {
  type BrowserTrust,
  browserRegistry,
  eraseBrowserTrust,
  exportBrowserTrust,
  readBrowserTrust,
} from "./browser-trust.js";
export { openZip, type ZipFile } from "./browser-zip.js";
export type { FootageOptions } from "./footage.js";
export type {
  PictureOptions,
  PicturePart,
  Size,
} from "./picture-size.js";
export {
  SPEECH_LANGUAGE_NAMES,
  SPEECH_PACE,
  type SpeechLanguage,
  type SpeechTimbre,
  type SpeechWish,
  TEXT_MOST,
} from "./speech.js";

/** How the machine is used. */
export interface BrowserOptions {
  /**
   * Address of the folder in which `assets/` and the files of ONNX Runtime lie
   * (ort-wasm-simd-threaded.mjs and .wasm); ends with a slash. Beside our scripts by default.
   */
  readonly files?: URL | undefined;
  /** Drawing workers; by default one per processor, 8 at most. */
  readonly threads?: number | undefined;
}

/** This browser. */
export interface BrowserMachine extends FilmMachine {
  /** What kinds of films it can make. */
  readonly encoders: VideoEncoders;
  /** Lets go of the networks' worker. Films that are still being made fail. */
  close(): void;
}

/** Opens this browser: networks, assets, codecs, workers. */
export async function openBrowser(options: BrowserOptions = {}): Promise<BrowserMachine> {
  const { files = new URL("./", import.meta.url), threads } = options;
  const nets = openNetsAside(files);
  return {
    assets: assetsAt(new URL("assets/", files)),
    nets,
    encoders: await registerCodecs(),
    drawFrames: (rig, take, pixels = "i420", mark) =>
      drawWithThreads(rig, take, { pixels, mark, threads }),
    close: () => nets.close(),
  };
}
