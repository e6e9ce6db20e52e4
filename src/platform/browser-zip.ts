/** @file Files → one zip, without compressing them: pictures and films are so already. */
import { Zip, ZipPassThrough } from "fflate";
import { FilmError } from "../base/errors.js";

/** A zip that is being made. */
export interface ZipFile {
  /** Adds a file. @throws FilmError `zip_too_large`. */
  add(name: string, content: Blob): Promise<void>;
  /** The zip; nothing can be added any more. */
  finish(): Blob;
}

/** What a zip's directory can count, less room for itself: offsets have 32 bits. */
const BYTES_MOST = 2 ** 32 - 2 ** 24;
const FILES_MOST = 65_535;

/** Begins a zip. @param bytesMost - Most bytes of all files, at most what a zip can hold. */
export function openZip(bytesMost = BYTES_MOST): ZipFile {
  // As blobs, which browsers need not keep in memory.
  const parts: Blob[] = [];
  let failed: Error | undefined;
  const zip = new Zip((error, data) => {
    if (error) failed = error;
    else parts.push(new Blob([Uint8Array.from(data)]));
  });
  let bytes = 0;
  let files = 0;
  return {
    async add(name, content) {
      bytes += content.size;
      files++;
      if (bytes > bytesMost || files > FILES_MOST) {
        const message = `A zip holds ${FILES_MOST} files of ${Math.floor(bytesMost / 1e6)} MB in all at most.`;
        throw new FilmError("zip_too_large", message, { bytes, files, limit: bytesMost });
      }
      const file = new ZipPassThrough(name);
      zip.add(file);
      file.push(new Uint8Array(await content.arrayBuffer()), true);
      if (failed !== undefined) throw failed;
    },
    finish() {
      zip.end();
      if (failed !== undefined) throw failed;
      return new Blob(parts, { type: "application/zip" });
    },
  };
}
