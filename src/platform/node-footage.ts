/** @file Films of this machine, opened to be looked at. */
import { basename } from "node:path";
import { FilePathSource } from "mediabunny";
import type { Footage } from "../base/footage.js";
import { type FootageOptions, openFootage } from "./footage.js";
import { readAudio, requireFile } from "./node-files.js";

/**
 * Opens a film; `close` it when done. Its frames are decoded while they are asked for.
 *
 * @throws FilmError `file_missing`, `film_unreadable`, `codec_missing`, and for its sound
 *   `audio_too_long`. Frames and sound throw `film_unreadable` where the film breaks off.
 */
export async function readFootage(path: string, options: FootageOptions = {}): Promise<Footage> {
  await requireFile(path, "film_unreadable");
  const from = {
    source: new FilePathSource(path),
    name: basename(path),
    readSound: () => readAudio(path),
  };
  return openFootage(from, options);
}
