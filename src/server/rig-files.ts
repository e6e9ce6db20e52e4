/**
 * @file Rigs that were made, kept to be used again: named after all that decides what is in them.
 *
 * | name   | holds                                                             |
 * |--------|-------------------------------------------------------------------|
 * | .rig   | the rig                                                           |
 * | .json  | what was found while it was made; written last: without it, none  |
 * | .png   | its sheet, if a sheet was wanted                                  |
 *
 * They may be removed at any time: whoever needs one makes it anew.
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { FilmError, RIG_VERSION, VERSION } from "../index.js";
import { ACCOUNT_PATTERN, type DataFolder } from "./data-folder.js";
import type { RigOptions } from "./film-request.js";
import { wordsOf } from "./rig-request.js";

/** What decides what a rig is. */
export interface RigSource {
  /** SHA-256 of the portrait's file. */
  readonly portrait: string;
  readonly options?: RigOptions | undefined;
}

/**
 * Where a rig's files are, without the ends of their names; makes the folder.
 *
 * @throws FilmError `not_found` for an account that is none.
 */
export function rigStem(
  folder: Pick<DataFolder, "rigs">,
  account: string,
  { portrait, options = {} }: RigSource,
): string {
  if (!ACCOUNT_PATTERN.test(account) || !/^[0-9a-f]{64}$/.test(portrait)) {
    throw new FilmError("not_found", "There is no such rig.");
  }
  const words = JSON.stringify([...wordsOf(options), VERSION, RIG_VERSION]);
  const name = createHash("sha256").update(words).digest("hex").slice(0, 16);
  const place = join(folder.rigs, account);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  return join(place, `${portrait}.${name}`);
}

/** Removes a portrait's rigs: whoever erases it, erases them. */
export async function removeRigs(
  { rigs, files }: Pick<DataFolder, "rigs" | "files">,
  account: string,
  portrait: string,
): Promise<void> {
  for (const { path } of await files.list(join(rigs, account), `${portrait}.`)) {
    await files.erase(path);
  }
}

/** Removes rigs that were not used since. @param before - ms since 1970. */
export async function sweepRigs(
  { rigs, files }: Pick<DataFolder, "rigs" | "files">,
  before: number,
): Promise<void> {
  for (const { path, changedAt } of await files.list(rigs)) {
    if (changedAt < before) await files.erase(path);
  }
}
