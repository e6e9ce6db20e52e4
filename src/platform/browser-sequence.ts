/** @file Films as PNG pictures, one a frame, with their sound as wav beside them: in memory, a zip, a folder. */
import { BufferTarget } from "mediabunny";
import { assert } from "../base/assert.js";
import { FilmError } from "../base/errors.js";
import type { Picture } from "../base/picture.js";
import type { SequenceSink } from "../film/sequence.js";
import type { Declared } from "../trust/manifest.js";
import { encodePng } from "./browser-png.js";
import { openZip } from "./browser-zip.js";

/** Pictures that are made one by one. */
export interface PictureBlobs extends SequenceSink {
  /** By name, once all has been committed: 00001.png, 00002.png … and sound.wav. */
  readonly files: ReadonlyMap<string, Blob>;
}

/** Where files go one by one, named as on Node (node-sequence.ts): all of them or none. */
export interface FileStore {
  put(name: string, content: Blob): Promise<void>;
  commit(): void | Promise<void>;
  /** Removes what was put there. */
  discard(): void | Promise<void>;
}

/** Changes a picture's file before it is put away. @param film - What the film says of itself. */
export type SealPicture = (png: Blob, film: Declared) => Promise<Blob>;

/** The sound's name, beside the pictures. */
const SOUND = "sound.wav";
const DIGITS = 5;
/** Pictures that are compressed at once. */
const AT_ONCE = 4;

/** A film as pictures in blobs. */
export function pictureBlobs(): PictureBlobs {
  const put = new Map<string, Blob>();
  let files: ReadonlyMap<string, Blob> | undefined;
  const sink = pictureSink({
    async put(name, content) {
      put.set(name, content);
    },
    commit() {
      files = put;
    },
    discard() {
      put.clear();
      files = undefined;
    },
  });
  const { addPicture, finish, commit, discard } = sink;
  return {
    ...{ addPicture, finish, commit, discard },
    get soundTarget() {
      return sink.soundTarget;
    },
    get files() {
      assert(files !== undefined, "pictures that have been committed");
      return files;
    },
  };
}

/**
 * A film's pictures and its sound, put away in their order.
 *
 * @param seal - Signs each picture; none by default.
 */
export function pictureSink(store: FileStore, seal?: SealPicture): SequenceSink {
  let sound: BufferTarget | undefined;
  let declared: Declared | undefined;
  const waiting: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();

  const make = async (picture: Picture) => {
    const png = await encodePng(picture);
    return seal === undefined || declared === undefined ? png : seal(png, declared);
  };
  return {
    begin(film) {
      declared = film;
    },
    get soundTarget() {
      sound ??= new BufferTarget();
      return sound;
    },
    async addPicture(picture, index) {
      const png = make(picture);
      const before = last;
      last = (async () => {
        const content = await png;
        await before;
        await store.put(`${String(index + 1).padStart(DIGITS, "0")}.png`, content);
      })();
      // Whoever adds the next ones, or finishes, is told.
      last.catch(() => undefined);
      waiting.push(last);
      if (waiting.length >= AT_ONCE) await waiting.shift();
    },
    finish: () => last,
    async commit() {
      const buffer = sound?.buffer;
      if (buffer != null) await store.put(SOUND, new Blob([buffer], { type: "audio/wav" }));
      await store.commit();
    },
    async discard() {
      // What is still being compressed must not come after what is removed.
      await last.catch(() => undefined);
      await store.discard();
    },
  };
}

/** Files in one zip. */
export interface ZipStore extends FileStore {
  /** The zip, once it has been committed. */
  readonly blob: Blob;
}

/** Collects files in a zip. Its `put` throws FilmError `zip_too_large`. */
export function zipStore(): ZipStore {
  let zip: ReturnType<typeof openZip> | undefined = openZip();
  let blob: Blob | undefined;
  return {
    async put(name, content) {
      await zip?.add(name, content);
    },
    commit() {
      blob = zip?.finish();
    },
    discard() {
      zip = undefined;
      blob = undefined;
    },
    get blob() {
      assert(blob !== undefined, "a zip that has been committed");
      return blob;
    },
  };
}

/** A folder that somebody chose. */
export type ChosenFolder = FileSystemDirectoryHandle;

/** Files in a new folder. */
export interface FolderStore extends FileStore {
  /** How the folder is called. */
  readonly name: string;
}

/** So many folders of one name may be there before. */
const SAME_NAME_MOST = 99;

/**
 * Collects files in a new folder inside one that somebody chose (showDirectoryPicker); it is removed
 * again if the film does not become whole.
 *
 * @param wanted - Its name; with a number behind it, if there is one of that name.
 * @throws FilmError `file_unwritable`, as `put` does.
 */
export async function folderStore(parent: ChosenFolder, wanted: string): Promise<FolderStore> {
  const name = await freeName(parent, wanted);
  const folder = await written(() => parent.getDirectoryHandle(name, { create: true }));
  let isWhole = false;
  return {
    name,
    put(file, content) {
      return written(async () => {
        const handle = await folder.getFileHandle(file, { create: true });
        const stream = await handle.createWritable();
        await stream.write(content);
        await stream.close();
      });
    },
    commit() {
      isWhole = true;
    },
    async discard() {
      if (isWhole) return;
      await written(() => parent.removeEntry(name, { recursive: true }));
    },
  };
}

async function freeName(parent: ChosenFolder, wanted: string): Promise<string> {
  for (let count = 1; count <= SAME_NAME_MOST; count++) {
    const name = count === 1 ? wanted : `${wanted} ${count}`;
    if (!(await isThere(parent, name))) return name;
  }
  const message = `“${parent.name}” holds ${SAME_NAME_MOST} folders “${wanted}” already.`;
  throw new FilmError("file_unwritable", message);
}

async function isThere(parent: ChosenFolder, name: string): Promise<boolean> {
  try {
    await parent.getDirectoryHandle(name);
    return true;
  } catch (error) {
    // A file of that name is in the way, too.
    return !(error instanceof DOMException && error.name === "NotFoundError");
  }
}

async function written<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FilmError(
      "file_unwritable",
      `The folder cannot be written to: ${reason}`,
      {},
      { cause },
    );
  }
}
