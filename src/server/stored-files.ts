/** @file A service's files, wherever they are: in its own folder, and in a share where there is one. */
import { createReadStream, mkdirSync } from "node:fs";
import { readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { FilmError } from "../index.js";
import { unwritable } from "../platform/node-files.js";
import { hashFile } from "../platform/node-hash.js";
import { SHARED_NAME, type Share } from "./share.js";

/** A file that is kept. */
export interface StoredFile {
  /** Below the folder that was listed, with "/". */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** When it came or was said to be needed, ms since 1970. */
  readonly changedAt: number;
}

/**
 * Files of a service, named by their paths in its folder: what is in a share has a copy there, or had, or could.
 * Where there is a share, it counts what is in it. All of it throws FilmErrors as `Share` does.
 */
export interface StoredFiles {
  /** Puts a file that came in into its place. @param part - On the same disk; it is moved away. */
  keep(part: string, path: string): Promise<void>;
  /** Says that a file is still needed. @returns Its length, bytes; nothing if it is not there. */
  touch(path: string): Promise<number | undefined>;
  /** @returns Nothing if it is not there. */
  find(path: string): Promise<Pick<StoredFile, "bytes" | "changedAt"> | undefined>;
  /** Bytes of a file, both ends included; nothing if it is not there. */
  read(path: string, from: number, to: number): Promise<ReadableStream<Uint8Array> | undefined>;
  /**
   * Sees to it that a file is on this machine's disk. @param sha256 - Of its bytes, if it has to be fetched.
   *
   * @returns Whether there is such a file.
   */
  bring(path: string, sha256?: string): Promise<boolean>;
  /** Sees to it that a file on this machine's disk is where it counts. */
  send(path: string): Promise<void>;
  /** Removes a file, if it is there. */
  erase(path: string): Promise<void>;
  /** Files below a folder whose names, below it, begin so; without unfinished ones. */
  list(folder: string, start?: string): Promise<readonly StoredFile[]>;
  /**
   * Removes copies below a folder that were not used since. Times are ms since 1970.
   *
   * @param goneBefore - Likewise for copies of what is not in the share, or not yet.
   */
  sweepCopies(folder: string, before: number, goneBefore: number): Promise<void>;
}

/** For so long a file of a share counts as needed, ms, before that is said again. */
const TOUCH_MS = 600_000;

/** Files that are in a folder of this machine and nowhere else. */
export function folderFiles(): StoredFiles {
  const find = (path: string) =>
    stat(path).then(({ size, mtimeMs }) => ({ bytes: size, changedAt: mtimeMs }), missing);
  return {
    async keep(part, path) {
      makeFolder(dirname(path));
      await rename(part, path);
    },
    async touch(path) {
      const now = new Date();
      const isThere = await utimes(path, now, now).then(() => true, missing);
      return isThere === undefined ? undefined : (await find(path))?.bytes;
    },
    find,
    async read(path, start, end) {
      if ((await find(path)) === undefined) return undefined;
      return Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream<Uint8Array>;
    },
    bring: async (path) => (await find(path)) !== undefined,
    send: async () => undefined,
    erase: (path) => rm(path, { force: true }),
    sweepCopies: async () => undefined,
    async list(folder, start = "") {
      const names = (await readdir(folder, { recursive: true }).catch(missing)) ?? [];
      const files: StoredFile[] = [];
      for (const name of names.map(slashed).sort()) {
        if (!name.startsWith(start) || !SHARED_NAME.test(name)) continue;
        const path = join(folder, name);
        const found = await stat(path).catch(missing);
        if (!found?.isFile()) continue;
        files.push({ name, path, bytes: found.size, changedAt: found.mtimeMs });
      }
      return files;
    },
  };
}

/** Files that are in a share, with copies in this machine's folder. */
export function sharedFiles(root: string, share: Share): StoredFiles {
  const here = folderFiles();
  const nameOf = (path: string) => slashed(relative(root, path));
  return {
    async keep(part, path) {
      // First to where it counts: whoever is killed in between has promised nothing.
      await share.put(nameOf(path), part);
      await here.keep(part, path);
    },
    async touch(path) {
      const name = nameOf(path);
      const found = await share.find(name);
      const isOld = found !== undefined && found.changedAt < Date.now() - TOUCH_MS;
      if (found !== undefined && (!isOld || (await share.touch(name)))) {
        await here.touch(path);
        return found.bytes;
      }
      // Another machine erased it.
      await here.erase(path);
      return undefined;
    },
    find: (path) => share.find(nameOf(path)),
    read: (path, from, to) => share.open(nameOf(path), from, to),
    async bring(path, sha256) {
      return (await here.bring(path)) || share.fetch(nameOf(path), path, sha256);
    },
    async send(path) {
      const name = nameOf(path);
      const known = (await share.find(name))?.sha256;
      if (known === undefined || known !== (await hashOf(path))) await share.put(name, path);
    },
    async sweepCopies(folder, before, goneBefore) {
      // Copies first: what comes in between is in the share before it is here.
      const copies = await here.list(folder);
      const shared = await share.list(`${nameOf(folder)}/`);
      const names = new Set(shared.map(({ name }) => name));
      for (const { path, changedAt } of copies) {
        if (changedAt < (names.has(nameOf(path)) ? before : goneBefore)) await here.erase(path);
      }
    },
    async erase(path) {
      await share.remove(nameOf(path));
      await here.erase(path);
    },
    async list(folder, start = "") {
      const files = new Map((await here.list(folder, start)).map((file) => [file.name, file]));
      const above = `${nameOf(folder)}/`;
      for (const { name: whole, bytes, changedAt } of await share.list(`${above}${start}`)) {
        const name = whole.slice(above.length);
        const copied = files.get(name)?.changedAt ?? 0;
        const file = { name, path: join(folder, name), bytes };
        files.set(name, { ...file, changedAt: Math.max(changedAt, copied) });
      }
      return [...files.values()];
    },
  };
}

/** Makes a folder that nobody else may look into. @throws FilmError `file_unwritable`. */
export function makeFolder(path: string): string {
  try {
    // What people send is nobody else's business.
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    throw unwritable(path, error);
  }
}

function slashed(name: string): string {
  return name.split(sep).join("/");
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}

/** SHA-256 of a file; nothing if there is none, or an empty one. */
export async function hashOf(path: string): Promise<string | undefined> {
  try {
    return await hashFile(path, "file_missing");
  } catch (error) {
    if (error instanceof FilmError && error.code === "file_missing") return undefined;
    throw error;
  }
}
