/** @file Files of this machine that are asked where they come from: films and pictures. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FilmError } from "../base/errors.js";
import { readCredentials } from "../trust/credentials.js";
import { LOOKED_AT, mediaTypeOf } from "../trust/media-type.js";
import type { Subject } from "../trust/verify.js";
import { openCredentialsToolkit } from "./node-credentials.js";
import { requireFile, withSource } from "./node-files.js";
import { readFootage } from "./node-footage.js";
import { hashFile } from "./node-hash.js";
import { readPicture } from "./node-picture.js";

/** What is larger is looked at reduced to this, px: marks of larger films are still found then. */
const SEEN_MOST_PX = 2048;

/**
 * Reads what is needed to say where a file comes from.
 *
 * @param anchors - Certificates by which we know our own films, PEM.
 * @param use - Is given the file, open for as long as that takes.
 * @throws FilmError `file_missing`; `film_unreadable`, `picture_unreadable` and the like for what can
 *   neither be looked at nor has credentials.
 */
export async function withSubject<T>(
  path: string,
  anchors: readonly string[],
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  await requireFile(path, "film_unreadable");
  const { credentials, isPicture } = await withSource(path, async (source) => ({
    credentials: await readCredentials(source, anchors, openCredentialsToolkit()),
    isPicture: mediaTypeOf(source)?.startsWith("image/") ?? false,
  }));
  const known = { credentials, sha256: await hashFile(path, "film_unreadable") };
  const seen = await look(path, isPicture).catch((error: unknown) => {
    // Credentials can be told of even where pictures cannot be decoded.
    if (!(error instanceof FilmError) || credentials.state === "none") throw error;
    return undefined;
  });
  try {
    return await use({ ...known, seen });
  } finally {
    if (seen !== undefined && "film" in seen) seen.film.close();
  }
}

async function look(path: string, isPicture: boolean) {
  if (!isPicture) return { film: await readFootage(path, { sizePx: SEEN_MOST_PX }) };
  return { picture: await readPicture(path, { mostPx: SEEN_MOST_PX, enlarge: false }) };
}

/**
 * The films and pictures of a folder by their names' endings, in order, not those of folders in it.
 *
 * @returns Undefined if the path is no folder.
 */
export async function listSubjects(path: string): Promise<readonly string[] | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return undefined;
  const names = (await readdir(path)).filter((name) => LOOKED_AT.test(name));
  return names.sort().map((name) => join(path, name));
}
