/**
 * @file Files of this machine: films that appear whole or not at all, and recordings.
 *
 * A film is written under a temporary name beside its own and renamed at the end. What an
 * interrupted process leaves is removed on its way out.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  write,
} from "node:fs";
import { open, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { WritableStream } from "node:stream/web";
import { promisify } from "node:util";
import { FilePathSource, StreamTarget, type StreamTargetChunk, type Target } from "mediabunny";
import { type FailureCode, FilmError } from "../base/errors.js";
import type { Recording } from "../base/recording.js";
import type { ByteSource } from "../trust/byte-source.js";
import type { SignedFile } from "../trust/credentials.js";
import type { Declared } from "../trust/manifest.js";
import type { ReadBytes } from "../voice/mp3-gapless.js";
import { openRecording } from "../voice/recording.js";
import { forgetUnfinished, keepUnfinished } from "./node-unfinished.js";

/** A file that is being made. */
export interface FileSink {
  /** Where it will be. */
  readonly path: string;
  /** Where to write; opened at the first use. Finish or cancel the film before the two below. */
  readonly target: Target;
  /** Has the finished film signed before it is put in its place. */
  sealWith(seal: Sign): void;
  /** The credentials that the file was signed with, once it is in its place; if it was. */
  readonly manifest: Uint8Array | undefined;
  /** What the film says of itself, for the seal. */
  begin(film: Declared): void;
  /** Puts the finished file in its place, over an older one; at once, if nothing is to be signed. */
  commit(): void | Promise<void>;
  /** Removes what was written; nothing is left. Allowed at any time, also after `commit`. */
  discard(): void;
}

/**
 * Signs a finished file.
 *
 * @param declared - What the film says of itself, if it is one.
 * @returns What it is to hold instead; undefined if it stays as it is.
 */
export type Sign = (finished: ByteSource, declared?: Declared) => Promise<SignedFile | undefined>;

/** A small file that is written at once, when all that goes before has succeeded. */
export interface WholeFile {
  readonly path: string;
  /** Puts the file in its place, over an older one. @throws FilmError `file_unwritable`. */
  write(content: Uint8Array | string): Promise<void>;
  /** Gives the place up. */
  discard(): void;
}

/** Bytes that are collected before they are written: flat memory, few calls. */
const CHUNK_BYTES = 1 << 20;

const writeBytes = promisify(write);

/**
 * Prepares a film's file, and finds out now, before any work, whether it can be written.
 *
 * @throws FilmError `file_unwritable`.
 */
export function fileSink(path: string): FileSink {
  const reserved = reserve(path);
  let writer: FilmWriter | undefined;
  let seal: Sign | undefined;
  let declared: Declared | undefined;
  let manifest: Uint8Array | undefined;
  const sign = async (by: Sign) => {
    const signed = await withSource(reserved.temporary, (source) => by(source, declared));
    if (signed !== undefined) await rewrite(reserved, signed.bytes);
    manifest = signed?.manifest;
    reserved.commit();
  };
  return {
    path: reserved.place,
    get target() {
      writer ??= openWriter(reserved);
      return writer.target;
    },
    sealWith(by) {
      seal = by;
    },
    begin(film) {
      declared = film;
    },
    get manifest() {
      return manifest;
    },
    commit() {
      writer?.close();
      return seal === undefined ? reserved.commit() : sign(seal);
    },
    discard() {
      writer?.close();
      reserved.discard();
    },
  };
}

interface FilmWriter {
  readonly target: Target;
  close(): void;
}

/** Writes where mediabunny asks; what the disk refuses is said as `file_unwritable`. */
function openWriter({ place, temporary }: Reserved): FilmWriter {
  const file = openSync(temporary, "r+");
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  const stream = new WritableStream<StreamTargetChunk>({
    async write({ data, position }) {
      try {
        for (let done = 0; done < data.length; ) {
          const left = data.length - done;
          const { bytesWritten } = await writeBytes(file, data, done, left, position + done);
          done += bytesWritten;
        }
      } catch (error) {
        throw unwritable(place, error);
      }
    },
    close,
    abort: close,
  });
  return { target: new StreamTarget(stream, { chunked: true, chunkSize: CHUNK_BYTES }), close };
}

/** Likewise for a file whose content comes in one piece. */
export function wholeFile(path: string): WholeFile {
  const reserved = reserve(path);
  return {
    path: reserved.place,
    async write(content) {
      await rewrite(reserved, content);
      reserved.commit();
    },
    discard: reserved.discard,
  };
}

async function rewrite(
  { place, temporary }: Reserved,
  content: Uint8Array | string,
): Promise<void> {
  try {
    await writeFile(temporary, content);
  } catch (error) {
    throw unwritable(place, error);
  }
}

interface Reserved {
  readonly place: string;
  readonly temporary: string;
  commit(): void;
  discard(): void;
}

/** An empty temporary file beside the one that is to be made. */
function reserve(path: string): Reserved {
  const place = resolve(path);
  refuseOddPlace(place);
  const temporary = join(dirname(place), `.ritratto-${randomBytes(6).toString("hex")}.part`);
  try {
    closeSync(openSync(temporary, "wx"));
  } catch (error) {
    throw unwritable(place, error);
  }
  keepUnfinished(temporary);
  return {
    place,
    temporary,
    commit() {
      try {
        renameSync(temporary, place);
      } catch (error) {
        throw unwritable(place, error);
      }
      forgetUnfinished(temporary);
    },
    discard() {
      rmSync(temporary, { force: true });
      forgetUnfinished(temporary);
    },
  };
}

/** A folder that is being filled. */
export interface ReservedFolder {
  readonly path: string;
  /** It is in its place, or empty and gone. */
  forget(): void;
  /** Removes it with all that is in it. */
  discard(): void;
}

/** An empty temporary folder. @param place - What is to be made, for messages. */
export function reserveFolder(inside: string, place: string): ReservedFolder {
  const path = join(inside, `.ritratto-${randomBytes(6).toString("hex")}.part`);
  try {
    mkdirSync(path);
  } catch (error) {
    throw unwritable(place, error);
  }
  keepUnfinished(path);
  return {
    path,
    forget: () => forgetUnfinished(path),
    discard() {
      rmSync(path, { force: true, recursive: true });
      forgetUnfinished(path);
    },
  };
}

/**
 * Opens a recording; `close` it when done.
 *
 * @throws FilmError `file_missing`, `audio_unreadable`, `audio_empty`, `audio_too_long`,
 *   `codec_missing`.
 */
export async function readAudio(path: string): Promise<Recording> {
  await requireFile(path, "audio_unreadable");
  return openRecording(new FilePathSource(path), basename(path), readerOf(path));
}

/** Reads a file where it is, for as long as `use` takes. */
export async function withSource<T>(
  path: string,
  use: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const file = openSync(path, "r");
  try {
    return await use({
      sizeBytes: statSync(path).size,
      read(from, to) {
        const out = new Uint8Array(to - from);
        let done = 0;
        while (done < out.length) {
          const count = readSync(file, out, done, out.length - done, from + done);
          if (count === 0) break;
          done += count;
        }
        return out.subarray(0, done);
      },
    });
  } finally {
    closeSync(file);
  }
}

/** All bytes of a file. @throws FilmError `file_missing`, or `unreadable` if it is no file of ours. */
export async function readBytes(path: string, unreadable: FailureCode): Promise<Uint8Array> {
  await requireFile(path, unreadable);
  // Node hands out views into a shared pool for small files; ours are to start at their own byte 0.
  return new Uint8Array(await readFile(path));
}

/** Throws `file_missing` if nothing is there, and `unreadable` if it is no file or not ours. */
export async function requireFile(path: string, unreadable: FailureCode): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === "ENOENT" || error.code === "ENOTDIR";
    const message = missing ? `There is no file “${path}”.` : `“${path}”: ${error.message}`;
    throw new FilmError(missing ? "file_missing" : unreadable, message, {}, { cause: error });
  });
  if (!found.isFile()) throw new FilmError(unreadable, `“${path}” is not a file.`);
  if (found.size === 0) throw new FilmError(unreadable, `“${path}” is empty (0 bytes).`);
  try {
    await (await open(path)).close();
  } catch (error) {
    throw new FilmError(unreadable, `“${path}” may not be read.`, {}, { cause: error });
  }
}

function readerOf(path: string): ReadBytes {
  return async (start, length) => {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
}

/** Renaming would replace a folder, a device or a pipe, or fail only at the end. */
function refuseOddPlace(place: string): void {
  const found = lookAt(place);
  if (found === undefined || found.isFile()) return;
  const kind = found.isDirectory() ? "a folder" : "not an ordinary file";
  throw new FilmError("file_unwritable", `“${place}” is ${kind}.`);
}

function lookAt(place: string) {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch (error) {
    throw unwritable(place, error);
  }
}

/** What a disk refuses, said to people. */
export function unwritable(place: string, error: unknown): FilmError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `there is no folder “${dirname(place)}”`,
    ENOTDIR: `“${dirname(place)}” is not a folder`,
    EACCES: `“${dirname(place)}” may not be written to`,
    EPERM: `“${dirname(place)}” may not be written to`,
    EROFS: `“${dirname(place)}” may not be written to`,
    ENOSPC: "the disk is full",
  };
  const reason = reasons[code] ?? message;
  return new FilmError(
    "file_unwritable",
    `“${place}” cannot be written: ${reason}.`,
    {},
    {
      cause: error,
    },
  );
}
