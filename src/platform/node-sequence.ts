/**
 * @file Films as PNG files, one a frame, with their sound as wav beside them: all of them or none.
 *
 * They are named as ffmpeg names and reads them: frames/00001.png, frames/00002.png … for
 * “frames/%05d.png”, which “frames/” means, too; and frames/sound.wav. They are written into a
 * temporary folder beside their place, and moved when all are there. Files that are there already
 * are never touched: a folder that holds such names is refused before any work.
 */
import { readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { FilmError } from "../base/errors.js";
import type { Picture } from "../base/picture.js";
import type { SequenceSink } from "../film/sequence.js";
import { bytesAsSource } from "../trust/byte-source.js";
import type { Declared } from "../trust/manifest.js";
import { type FileSink, fileSink, reserveFolder, type Sign, unwritable } from "./node-files.js";
import { encodePng } from "./node-picture.js";

/** A folder of pictures that is being made. */
export interface PictureFolder extends SequenceSink {
  /** Where the pictures will be, as a pattern for ffmpeg. */
  readonly path: string;
  /** Where the sound will be, if there is any. */
  readonly soundPath: string;
  /** Has each picture signed that is added from now on. */
  sealWith(seal: Sign): void;
  begin(film: Declared): void;
  commit(): void;
  discard(): void;
}

/** The sound's name, beside the pictures. */
const SOUND = "sound.wav";
/** Pictures that are compressed at once; libvips has as many threads by default. */
const AT_ONCE = 4;
/** Film frames are many and soon read again: a quarter larger than at 6, in a third of the time. */
const COMPRESSION = 2;

/** Whether a name means pictures one by one: “frames/”, or one that ends in .png. */
export function namesSequence(path: string): boolean {
  return /[/\\]$/.test(path) || /\.png$/i.test(path);
}

/**
 * Prepares a folder of pictures, and finds out now, before any work, whether it can be written.
 *
 * @param path - “frames/”, or “frames/%05d.png” with another name and number of digits.
 * @throws FilmError `option_invalid` for a name without a place for the number, `file_unwritable`.
 */
export function pictureFolder(path: string): PictureFolder {
  const pattern = patternOf(path);
  const folder = dirname(pattern);
  const exists = refuseOld(folder, pattern);
  const temporary = reserveFolder(exists ? folder : dirname(folder), folder);
  const open = new Set<Promise<void>>();
  const names: string[] = [];
  let failed: { readonly error: unknown } | undefined;
  let sound: FileSink | undefined;
  let seal: Sign | undefined;
  let declared: Declared | undefined;

  const encode = async (picture: Picture) => {
    const png = await encodePng(picture, COMPRESSION);
    return (await seal?.(bytesAsSource(png), declared))?.bytes ?? png;
  };
  const write = async (name: string, png: Promise<Uint8Array>) => {
    try {
      await writeFile(join(temporary.path, name), await png);
    } catch (error) {
      const isOurs = error instanceof FilmError;
      failed ??= { error: isOurs ? error : unwritable(join(folder, name), error) };
    }
  };
  const drain = async () => {
    await Promise.all(open);
    if (failed !== undefined) throw failed.error;
  };
  return {
    path: pattern,
    soundPath: join(folder, SOUND),
    get soundTarget() {
      sound ??= fileSink(join(temporary.path, SOUND));
      return sound.target;
    },
    sealWith(by) {
      seal = by;
    },
    begin(film) {
      declared = film;
    },
    async addPicture(picture, index) {
      const name = nameOf(pattern, index + 1);
      names.push(name);
      const writing: Promise<void> = write(name, encode(picture)).finally(() =>
        open.delete(writing),
      );
      open.add(writing);
      if (open.size >= AT_ONCE) await Promise.race(open);
      if (failed !== undefined) throw failed.error;
    },
    finish: drain,
    commit() {
      void sound?.commit();
      if (sound !== undefined) names.push(SOUND);
      const moved: string[] = [];
      try {
        if (!exists) {
          renameSync(temporary.path, folder);
          return;
        }
        for (const name of names) {
          renameSync(join(temporary.path, name), join(folder, name));
          moved.push(name);
        }
        rmdirSync(temporary.path);
      } catch (error) {
        for (const name of moved) rmSync(join(folder, name), { force: true });
        throw unwritable(folder, error);
      } finally {
        temporary.forget();
      }
    },
    discard() {
      sound?.discard();
      // What is still being compressed finds no folder any more; nobody waits for it.
      temporary.discard();
    },
  };
}

function patternOf(path: string): string {
  const place = resolve(path);
  if (/[/\\]$/.test(path)) return join(place, "%05d.png");
  if (/^[^%]*%(0\d+)?d[^%]*\.png$/i.test(basename(place))) return place;
  const message = `“${basename(place)}” has no place for the frame's number.`;
  throw new FilmError(
    "option_invalid",
    `${message} Name a folder (frames/), or the pictures in it (frames/%05d.png).`,
  );
}

/** @param number - From 1, as ffmpeg counts. */
function nameOf(pattern: string, number: number): string {
  return basename(pattern).replace(/%(?:0(\d+))?d/, (_, digits: string | undefined) =>
    String(number).padStart(Number(digits ?? 0), "0"),
  );
}

/** Refuses to mix a film with an older one. @returns Whether the folder is there. */
function refuseOld(folder: string, pattern: string): boolean {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw unwritable(folder, error);
  }
  const [before = "", after = ""] = basename(pattern).split(/%(?:0\d+)?d/);
  const old = names.find((name) => {
    const isPicture =
      name.startsWith(before) &&
      name.endsWith(after) &&
      /^\d+$/.test(name.slice(before.length, name.length - after.length));
    return isPicture || name === SOUND;
  });
  if (old === undefined) return true;
  const message = `“${folder}” already holds “${old}”: remove what is left of the older film, or choose another folder.`;
  throw new FilmError("file_unwritable", message);
}
