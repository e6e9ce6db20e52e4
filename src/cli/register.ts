/** @file What is remembered of a film that was made, once it is in its place. */
import { entryOf, type Film, FilmError } from "../index.js";
import { type FileSink, folderRegistry, hashFile, type PictureFolder } from "../platform/node.js";
import type { Reporter } from "./report.js";

/**
 * Puts a film into this user's registry.
 *
 * A registry that cannot be written to is told of; the film is made all the same.
 *
 * @param sink - Where it is; it has been committed.
 */
export async function registerFilm(
  film: Film,
  sink: FileSink | PictureFolder,
  { report }: { readonly report: Reporter },
): Promise<void> {
  try {
    const made =
      "target" in sink
        ? { filmSha256: await hashFile(sink.path, "film_unreadable"), manifest: sink.manifest }
        : {};
    await folderRegistry().put(entryOf(film, { createdAt: new Date(), ...made }));
  } catch (error) {
    if (!(error instanceof FilmError)) throw error;
    report.note(`The film is not in the registry. ${error.message}`);
  }
}
