/** @file Where a page's films go and its recordings come from: blobs, files that somebody chose. */
import { BlobSource, BufferTarget, StreamTarget, type StreamTargetChunk } from "mediabunny";
import { assert } from "../base/assert.js";
import { type FailureCode, FilmError } from "../base/errors.js";
import type { Footage } from "../base/footage.js";
import type { Recording } from "../base/recording.js";
import type { FilmSink } from "../film/film.js";
import type { FilmContainer } from "../film/film-file.js";
import { openRecording } from "../voice/recording.js";
import { type FootageOptions, openFootage } from "./footage.js";

/** A film that is made in memory. */
export interface BlobSink extends FilmSink {
  /** The film, once it has been committed. */
  readonly blob: Blob;
}

/** A film as a blob, to be played or saved. @param container - "mp4" by default. */
export function blobSink(container: FilmContainer = "mp4"): BlobSink {
  const target = new BufferTarget();
  let blob: Blob | undefined;
  return {
    target,
    get blob() {
      assert(blob !== undefined, "a film that has been committed");
      return blob;
    },
    commit() {
      assert(target.buffer !== null, "a film that has been finished");
      blob = new Blob([target.buffer], { type: `video/${container}` });
    },
    discard() {
      blob = undefined;
    },
  };
}

/** Bytes that are collected before they are written: flat memory, few calls. */
const CHUNK_BYTES = 1 << 20;

/**
 * A film in a file that somebody chose (showSaveFilePicker): written as it is made, and there only
 * when it is whole.
 */
export function fileSink(file: FileSystemWritableFileStream): FilmSink {
  let isOpen = true;
  const stream = new WritableStream<StreamTargetChunk>({
    write: ({ data, position }) =>
      file.write({ type: "write", data, position }).catch((cause: unknown) => {
        const message = `The film cannot be written: ${messageOf(cause)}.`;
        throw new FilmError("file_unwritable", message, {}, { cause });
      }),
  });
  return {
    target: new StreamTarget(stream, { chunked: true, chunkSize: CHUNK_BYTES }),
    async commit() {
      isOpen = false;
      await file.close();
    },
    async discard() {
      if (isOpen) await file.abort();
      isOpen = false;
    },
  };
}

/**
 * Opens a recording that was dropped, chosen or made; `close` it when done.
 *
 * @throws FilmError `audio_unreadable`, `audio_empty`, `audio_too_long`, `codec_missing`.
 */
export async function readAudio(blob: Blob, name = nameOf(blob)): Promise<Recording> {
  refuseEmpty(blob, name, "audio_unreadable");
  return openRecording(new BlobSource(blob), name, async (start, length) => {
    return new Uint8Array(await blob.slice(start, start + length).arrayBuffer());
  });
}

/**
 * Opens a film; `close` it when done. Its frames are decoded while they are asked for.
 *
 * @throws FilmError `film_unreadable`, `codec_missing`, and for its sound `audio_too_long`.
 */
export async function readFootage(blob: Blob, options: FootageOptions = {}): Promise<Footage> {
  const name = nameOf(blob);
  refuseEmpty(blob, name, "film_unreadable");
  const readSound = () => readAudio(blob, name);
  return openFootage({ source: new BlobSource(blob), name, readSound }, options);
}

function nameOf(blob: Blob): string {
  return blob instanceof File ? blob.name : "what was given";
}

function refuseEmpty({ size }: Blob, name: string, code: FailureCode): void {
  if (size === 0) throw new FilmError(code, `“${name}” is empty (0 bytes).`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
