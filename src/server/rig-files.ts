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
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FilmError, RIG_VERSION, VERSION } from "../index.js";
import { ACCOUNT_PATTERN, type DataFolder } from "./data-folder.js";
import type { RigOptions } from "./film-request.js";
import { wordsOf } from "./rig-request.js";

/** What an unfinished file may be old at most, ms. */
const PART_MS = 3_600_000;

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
  folder: Pick<DataFolder, "rigs">,
  account: string,
  portrait: string,
): Promise<void> {
  const place = join(folder.rigs, account);
  for (const name of await readdir(place).catch(() => [])) {
    if (name.startsWith(`${portrait}.`)) await rm(join(place, name), { force: true });
  }
}

/** Removes rigs that were not used since, and what was not finished. @param before - ms since 1970. */
export async function sweepRigs(folder: Pick<DataFolder, "rigs">, before: number): Promise<void> {
  for (const account of await readdir(folder.rigs)) {
    const place = join(folder.rigs, account);
    for (const name of await readdir(place)) {
      const found = await stat(join(place, name)).catch(() => undefined);
      const end = name.endsWith(".part") ? Date.now() - PART_MS : before;
      if (found !== undefined && found.mtimeMs < end) await rm(join(place, name), { force: true });
    }
  }
}
