/** @file Ritratto on Node: what `ritratto/node` exports. */
import type { FilmMachine } from "../film/film.js";
import { openAssets } from "./node-assets.js";
import { registerCodecs } from "./node-codecs.js";
import { drawWithThreads } from "./node-drawer.js";
import { openNets } from "./node-nets.js";
import { openNetsAside } from "./node-nets-aside.js";

export type { FootageOptions } from "./footage.js";
export { type Consents, openConsents } from "./node-consents.js";
export { openCredentialsToolkit } from "./node-credentials.js";
export {
  type FileSink,
  fileSink,
  readAudio,
  readBytes,
  type Sign,
  type WholeFile,
  wholeFile,
  withSource,
} from "./node-files.js";
export { readFootage } from "./node-footage.js";
export { hashFile } from "./node-hash.js";
export { ritrattoHome, type Surroundings } from "./node-home.js";
export { type LipModelOptions, readLipModel } from "./node-lip-model.js";
export {
  encodeJpeg,
  encodePng,
  encodeWebp,
  readColor,
  readPicture,
  readPlainBackground,
} from "./node-picture.js";
export {
  type PortraitFileOptions,
  type PortraitPicture,
  readPortraitFile,
} from "./node-portrait.js";
export { folderRegistry, usualRegistryFolder } from "./node-registry.js";
export { openSeal, readFileCredentials, type SealFacts } from "./node-seal.js";
export { namesSequence, type PictureFolder, pictureFolder } from "./node-sequence.js";
export { openNodeSigner, readAnchors, type SignerOptions } from "./node-signer.js";
export { speakText } from "./node-speech.js";
export { listSubjects, withSubject } from "./node-subject.js";
export { abuseFile, auditFile } from "./node-trust-files.js";
export { removeUnfinished, removeUnfinishedOnSignals } from "./node-unfinished.js";
export type { PictureOptions, PicturePart } from "./picture-size.js";
export {
  orderSpeech,
  readVoiceName,
  SPEECH_LANGUAGE_NAMES,
  SPEECH_PACE,
  type SpeechLanguage,
  type SpeechOrder,
  type SpeechTimbre,
  type SpeechWish,
} from "./speech.js";

/** How the machine is used. */
export interface NodeOptions {
  /** False leaves all native code alone: networks and codecs run as WebAssembly. */
  readonly native?: boolean | undefined;
  /** Drawing threads; by default one per processor, 8 at most. */
  readonly threads?: number | undefined;
  /** True runs networks in a thread of their own: faster where a film is watched meanwhile. */
  readonly netsAside?: boolean | undefined;
}

/** This machine. */
export interface NodeMachine extends FilmMachine {
  /** Whether native codecs are at work, which are several times as fast. */
  readonly hasNativeCodecs: boolean;
}

/** Opens this machine: networks, assets, codecs, threads. */
export async function openNode(options: NodeOptions = {}): Promise<NodeMachine> {
  const kind = options.native === false ? "wasm" : "native";
  const { native } = await registerCodecs(kind);
  const assets = openAssets();
  return {
    assets,
    nets: options.netsAside === true ? openNetsAside(kind) : openNets(assets, kind),
    hasNativeCodecs: native,
    drawFrames: (rig, take, pixels = "i420", mark = undefined) =>
      drawWithThreads(rig, take, { pixels, mark, threads: options.threads }),
  };
}
