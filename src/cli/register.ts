/** @file What is remembered of a film that was made, once it is in its place. */
import { entryOf, type Film, FilmError } from "../index.js";
import { folderRegistry, hashFile } from "../platform/node.js";
import type { Reporter } from "./report.js";

/**
 * Puts a film into this user's registry.
 *
 * A registry that cannot be written to is told of; the film is made all the same.
 *
 * @param path - The finished film.
 * @param isFile - False for a folder of pictures.
 */
export async function registerFilm(
  film: Film,
  path: string,
  isFile: boolean,
  { report }: { readonly report: Reporter },
): Promise<void> {
  try {
    const filmSha256 = isFile ? await hashFile(path, "film_unreadable") : undefined;
    await folderRegistry().put(entryOf(film, { createdAt: new Date(), filmSha256 }));
  } catch (error) {
    if (!(error instanceof FilmError)) throw error;
    report.note(`The film is not in the registry. ${error.message}`);
  }
}
