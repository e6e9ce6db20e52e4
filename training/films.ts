/** @file Whom the films show that may be learned from, and why that is allowed; by the names of their files. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** A film that may be learned from. */
export interface LicensedFilm {
  /** Who speaks; nobody may be both learned from and judged by. */
  readonly speaker: string;
  readonly licence: string;
}

const GOVERNMENT = "US government work, public domain";
const MODELS = "contracted models, Apache-2.0 (bytedance/LatentSync)";
const GRID = "GRID corpus, CC BY 4.0 (Cooke, Barker, Cunningham, Shao)";
const AZURE = "sample data, MIT (Azure-Samples/cognitive-services-speech-sdk)";

const FILMS = [
  [/obama/, "obama", GOVERNMENT],
  [/^styletalk_reagan/, "reagan", GOVERNMENT],
  [/^hamilton_/, "miranda", GOVERNMENT],
  [/^latentsync_demo1/, "latentsync 1", MODELS],
  [/^latentsync_demo2/, "latentsync 2", MODELS],
  [/^latentsync_demo3/, "latentsync 3", MODELS],
  [/^opendubbing_/, "jordi", "a developer's own recording, Apache-2.0 (Softcatala/open-dubbing)"],
  [/^azure_avatar_status0/, "azure b", AZURE],
  [/^azure_avatar_/, "azure a", AZURE],
  [/^grid_s2_/, "grid s2", GRID],
  [/^grid_([A-Z])_/, "grid", GRID],
  [/^[blps][bgrw][abiw][a-z][0-9z][anps]\.mp4$/, "grid s1", GRID],
] as const;

/** Whether a film may be learned from; nothing, if that is not known. @param name - Of its file. */
export function licenceOf(name: string): LicensedFilm | undefined {
  for (const [names, speaker, licence] of FILMS) {
    const [, letter] = names.exec(name) ?? [undefined, undefined];
    if (names.test(name)) {
      return { speaker: letter === undefined ? speaker : `${speaker} ${letter}`, licence };
    }
  }
  return undefined;
}

/** Of a corpus of many short films of one person, every so manieth is enough. */
const EVERY = 10;
const MANY = 100;

/** The films of some folders. */
export async function filmsIn(
  folders: readonly string[],
): Promise<{ name: string; path: string }[]> {
  const lists = folders.map(async (folder) => {
    const names = (await readdir(folder))
      .filter((name) => /\.(mp4|mov|webm|mkv)$/i.test(name))
      .sort();
    const some = names.length > MANY ? names.filter((_, i) => i % EVERY === 0) : names;
    return some.map((name) => ({ name, path: join(folder, name) }));
  });
  return (await Promise.all(lists)).flat();
}
