/**
 * @file A registry as a folder: one JSON file for each film, named by its id.
 *
 * Files are written under another name and renamed, so that several processes may write and read at once.
 */
import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FilmError } from "../base/errors.js";
import { isFilmId, type Registry, readEntry, writeEntry } from "../trust/registry.js";
import { unwritable, wholeFile } from "./node-files.js";
import { ritrattoHome } from "./node-home.js";

/** Where this user's registry is, unless he says otherwise. */
export function usualRegistryFolder(): string {
  return join(ritrattoHome(), "registry");
}

/**
 * A registry in a folder, which is made when the first film is put there.
 *
 * @param folder - This user's own by default.
 */
export function folderRegistry(folder = usualRegistryFolder()): Registry {
  const placeOf = (id: string) => join(folder, `${id}.json`);
  return {
    async put(entry) {
      const text = writeEntry(entry);
      try {
        // Who made which film is nobody else's business.
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      } catch (error) {
        throw unwritable(folder, error);
      }
      const file = wholeFile(placeOf(entry.id));
      try {
        await file.write(text);
      } catch (error) {
        file.discard();
        throw error;
      }
    },
    async get(id) {
      if (!isFilmId(id)) return undefined;
      const text = await readFile(placeOf(id), "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
        const message = `The registry's entry of film ${id} cannot be read: ${error.message}`;
        throw new FilmError("registry_invalid", message, { id }, { cause: error });
      });
      return text === undefined ? undefined : readEntry(text, id);
    },
  };
}
