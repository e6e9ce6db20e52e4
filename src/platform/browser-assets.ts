/** @file The weights and tables of `assets/`, fetched from where the page's own files lie. */
import { FilmError } from "../base/errors.js";
import type { AssetName, Assets } from "../base/ports.js";

/** Assets in a folder; each file is fetched once. @param folder - Ends with a slash. */
export function assetsAt(folder: URL): Assets {
  const read = new Map<AssetName, Promise<Uint8Array>>();
  return {
    read(name) {
      const bytes = read.get(name) ?? fetchBytes(new URL(name, folder), name);
      read.set(name, bytes);
      // What could not be had may be there when it is asked for again.
      bytes.catch(() => read.delete(name));
      return bytes;
    },
  };
}

async function fetchBytes(url: URL, name: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new FilmError("file_missing", `“${name}” cannot be loaded.`, {}, { cause });
  });
  if (!response.ok) {
    const { status } = response;
    throw new FilmError("file_missing", `“${name}” cannot be loaded: ${status}.`, { status });
  }
  return new Uint8Array(await response.arrayBuffer());
}
