/** @file Files of a command: those it makes, all of them or none, and films that it looks at. */
import type { Footage } from "../index.js";
import { readFootage, type WholeFile, wholeFile } from "../platform/node.js";

/** Makes files; if that fails, nothing is left of them. */
export async function allOrNothing<T>(
  files: readonly ({ discard(): void } | undefined)[],
  make: () => Promise<T>,
): Promise<T> {
  try {
    return await make();
  } catch (error) {
    for (const file of files) file?.discard();
    throw error;
  }
}

/** A file that is only made if it has a name. */
export function fileIfNamed(path: string | undefined): WholeFile | undefined {
  return path === undefined ? undefined : wholeFile(path);
}

/** Looks at a film, and lets go of it afterwards. */
export async function withFilm<T>(
  path: string,
  look: (footage: Footage) => T | Promise<T>,
): Promise<T> {
  const footage = await readFootage(path);
  try {
    return await look(footage);
  } finally {
    footage.close();
  }
}
