/** @file Hashes of files, however large they are. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { type FailureCode, FilmError } from "../base/errors.js";
import { requireFile } from "./node-files.js";

/** SHA-256 of a file's bytes, 64 hexadecimal digits. @throws FilmError as `readBytes`. */
export async function hashFile(path: string, unreadable: FailureCode): Promise<string> {
  await requireFile(path, unreadable);
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `“${basename(path)}” cannot be read: ${reason}.`;
    throw new FilmError(unreadable, message, {}, { cause: error });
  }
  return hash.digest("hex");
}
