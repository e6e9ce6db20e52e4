/** @file Films, pictures and sheets, as the studio's worker makes them: marked, signed and registered. */
import {
  type Background,
  type CredentialsToolkit,
  checkConsent,
  type Declared,
  drawSheet,
  entryOf,
  type Failure,
  type Film,
  FilmError,
  type FilmFormat,
  type MadeFile,
  markPicture,
  pictureSha256,
  type Recording,
  type Rig,
  type Run,
  renderFilm,
  type SequenceSink,
  sheetIdOf,
  soundSha256,
  type Take,
  USUAL_BLUR,
} from "../index.js";
import {
  type BlobInput,
  type BrowserMachine,
  blobSink,
  browserRegistry,
  encodePng,
  type FileStore,
  folderStore,
  hashBlob,
  openBrowserSeal,
  openBrowserSigner,
  type PicturePart,
  pictureSink,
  readPicture,
  type SignBlob,
  zipStore,
} from "../platform/browser.js";
import type { BackgroundWish, FilmWish, MadeFilm } from "./jobs.js";

/** A portrait: its file, and what was taken of it. */
export interface Seen {
  readonly file: Blob;
  readonly part: PicturePart | undefined;
  readonly faceIndex: number | undefined;
  /** As it is seen in the studio. */
  readonly rig: Rig;
}

/** What films are made of. */
export interface Material {
  readonly portrait: Seen;
  readonly sound: { readonly recording: Recording; readonly file: Blob | undefined };
  /** As it is seen in the studio. */
  readonly take: Take;
  readonly toolkit: CredentialsToolkit;
  /** The portrait at another size. @param sizePx - Long side. */
  rigAt(sizePx: number, run: Run): Promise<Rig>;
  /** The same performance with as many frames a second. */
  takeAt(fps: number): Promise<Take>;
}

/** Long side of a background at most, px: no film is larger. */
const BACKGROUND_MOST_PX = 4096;

/**
 * Makes a film's file, or its pictures. All of it is there in the end, or nothing.
 *
 * @throws FilmError as `renderFilm`, and `store_unavailable`, `credentials_failed`, `zip_too_large`,
 *   `file_unwritable`.
 */
export async function makeFilmFile(
  wish: FilmWish,
  material: Material,
  machine: BrowserMachine,
  run: Run,
): Promise<MadeFilm> {
  const consent = checkConsent(wish.consent);
  const { sizePx, fps, label } = wish.look;
  const inputs = await inputsOf(material);
  const seal = wish.kind === "webm" ? undefined : await sealFor(inputs, material);
  const format: FilmFormat = { label, ...(await readBackground(wish.look.background)) };
  const rig = await material.rigAt(sizePx, run);
  const [portrait, audio] = inputs;
  const job = {
    ...{ rig, take: await material.takeAt(fps), sound: material.sound.recording, consent },
    origins: { portraitSha256: portrait.sha256, audioSha256: audio.sha256 },
    ...format,
  };
  const startedAt = performance.now();
  const { film, signed, manifest, ...made } = await make(job, wish, { machine, seal, run });
  run.signal?.throwIfAborted();
  const filmSha256 = made.isFilm ? await hashBlob(made.blob, "film_unreadable") : undefined;
  const unregistered = await register(film, { createdAt: new Date(), filmSha256, manifest });
  return {
    ...{ kind: wish.kind, blob: made.blob, folder: made.folder, id: film.id, signed, unregistered },
    ...{ size: { width: film.width, height: film.height }, frameCount: film.frameCount },
    drawnInSeconds: (performance.now() - startedAt) / 1000,
  };
}

/** The expression sheet of a portrait as PNG, marked and signed. @throws As `makeFilmFile`. */
export async function makeSheetFile(material: Material): Promise<Blob> {
  const { rig } = material.portrait;
  const [portrait] = await inputsOf(material);
  const seal = await sealFor([portrait], material);
  const drawn = drawSheet(rig);
  const id = await sheetIdOf(await pictureSha256(rig.picture));
  markPicture(drawn, { id });
  return (await signed(seal, await encodePng(drawn), { id, labelled: false })).blob;
}

type RenderJob = Parameters<typeof renderFilm>[0];

interface How {
  readonly machine: BrowserMachine;
  readonly seal: SignBlob | undefined;
  readonly run: Run;
}

/** What comes of a wish, before it is registered. */
type Made = {
  readonly film: Film;
  readonly signed: boolean;
  readonly manifest?: Uint8Array | undefined;
  readonly folder?: string | undefined;
} & (
  | { readonly isFilm: true; readonly blob: Blob }
  | { readonly isFilm: false; readonly blob: Blob | undefined }
);

async function make(job: RenderJob, wish: FilmWish, { machine, seal, run }: How): Promise<Made> {
  const { kind, folder: parent } = wish;
  if (kind === "mp4" || kind === "webm") {
    const sink = blobSink(kind);
    const film = await renderFilm({ ...job, container: kind }, sink, machine, run);
    if (seal === undefined) return { film, isFilm: true, signed: false, blob: sink.blob };
    return { film, isFilm: true, signed: true, ...(await signed(seal, sink.blob, film)) };
  }
  const sealPicture =
    seal && (async (png: Blob, film: Declared) => (await signed(seal, png, film)).blob);
  const signs = { isFilm: false, signed: seal !== undefined } as const;
  if (kind === "frame") {
    const store = oneFile();
    const frame = frameOf(job.take, wish.atSeconds);
    const drawFrames = drawerOf(machine, job.take, frame.index);
    const still = { ...job, take: frame.take, sound: undefined, origins: job.origins };
    const film = await renderFilm(still, pictureSink(store, sealPicture), { drawFrames }, run);
    return { film, ...signs, blob: store.blob };
  }
  const into = async <Store extends FileStore>(store: Store) => {
    const sink: SequenceSink = pictureSink(store, sealPicture);
    return { store, film: await renderFilm(job, sink, machine, run) };
  };
  if (parent !== undefined) {
    const { film, store } = await into(await folderStore(parent, wish.name));
    return { film, ...signs, blob: undefined, folder: store.name };
  }
  const { film, store } = await into(zipStore());
  return { film, ...signs, blob: store.blob };
}

/** Draws one frame of a take as it is within it: what follows the head depends on what was before. */
function drawerOf(
  machine: BrowserMachine,
  take: Take,
  index: number,
): BrowserMachine["drawFrames"] {
  return (rig, _, pixels, mark) => {
    const drawer = machine.drawFrames?.(rig, take, pixels, mark);
    if (drawer === undefined) throw new Error("a browser that draws nothing");
    return { lanes: 1, draw: () => drawer.draw(index), close: () => drawer.close() };
  };
}

/** A frame as a take of its own. */
function frameOf(take: Take, seconds: number): { readonly index: number; readonly take: Take } {
  const index = Math.max(0, Math.min(take.frameCount - 1, Math.floor(seconds * take.fps)));
  const cut = (values: Float32Array) => {
    const size = values.length / take.frameCount;
    return values.slice(index * size, (index + 1) * size);
  };
  const { fps, seed, weights, head, gaze, breath } = take;
  const one = { fps, seed, frameCount: 1, weights: cut(weights), head: cut(head) };
  return { index, take: { ...one, gaze: cut(gaze), breath: cut(breath) } };
}

/** Keeps the last file that is put there. */
function oneFile(): FileStore & { readonly blob: Blob | undefined } {
  let blob: Blob | undefined;
  return {
    get blob() {
      return blob;
    },
    async put(_, content) {
      blob = content;
    },
    commit() {},
    discard() {
      blob = undefined;
    },
  };
}

async function signed(seal: SignBlob, blob: Blob, film: Declared) {
  const made = await seal(blob, film);
  if (made === undefined) throw new Error("a file of ours that cannot be signed");
  const bytes = Uint8Array.from(made.bytes);
  return { blob: new Blob([bytes], { type: blob.type }), manifest: made.manifest };
}

async function sealFor(inputs: readonly BlobInput[], { toolkit }: Material): Promise<SignBlob> {
  return openBrowserSeal(inputs, await openBrowserSigner(), toolkit);
}

/** The user's own files; what a microphone heard, or a synthesiser said, has none. */
async function inputsOf({ portrait, sound }: Material): Promise<readonly [BlobInput, BlobInput]> {
  const { recording, file } = sound;
  const heard =
    file === undefined
      ? { sha256: await soundSha256(recording), blob: new Blob([]) }
      : { sha256: await hashBlob(file, "audio_unreadable"), blob: file };
  return [
    {
      role: "portrait",
      sha256: await hashBlob(portrait.file, "picture_unreadable"),
      blob: portrait.file,
    },
    { role: "audio", ...heard },
  ];
}

async function readBackground(
  wish: BackgroundWish,
): Promise<{ readonly alpha?: boolean; readonly background?: Background }> {
  switch (wish.as) {
    case "portrait":
      return {};
    case "none":
      return { alpha: true };
    case "blur":
      return { background: { blur: USUAL_BLUR } };
    case "color":
      return { background: { color: wish.color } };
    case "picture":
      return {
        background: { picture: await readPicture(wish.file, { mostPx: BACKGROUND_MOST_PX }) },
      };
  }
}

/** A registry that cannot be written to is told of; the film is made all the same. */
async function register(film: Film, made: MadeFile): Promise<Failure | undefined> {
  const registry = browserRegistry();
  try {
    // Pictures of a film that was saved as a file are the same film, of which more is known.
    const isKnown = made.filmSha256 === undefined && (await registry.get(film.id)) !== undefined;
    if (!isKnown) await registry.put(entryOf(film, made));
    return undefined;
  } catch (error) {
    if (error instanceof FilmError) return error.toJSON();
    throw error;
  }
}
