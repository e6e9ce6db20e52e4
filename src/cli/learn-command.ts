/** @file `learn`: a folder of films of one person → a style. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../base/errors.js";
import {
  analyzeVoice,
  captureFace,
  FilmError,
  type FilmLesson,
  type Footage,
  learnFromFilm,
  makeStyle,
  openDefaultStyle,
  readLessons,
  type StyleScore,
  writeLessons,
  writeStyle,
} from "../index.js";
import { hashFile, type NodeMachine, readBytes, wholeFile } from "../platform/node.js";
import { openMachine, runOf, type Session } from "./commands.js";
import { allOrNothing, withFilm } from "./files.js";
import type { OptionValues } from "./options.js";
import { faceIndexOf } from "./pictures.js";

/** Options of `learn`. */
export type LearnOptions = Pick<OptionValues, "output" | "native" | "threads" | "face"> & {
  /** Why these films may be learned from. */
  readonly basis: string;
  readonly name?: string;
};

const FILMS = /\.(mp4|m4v|mov|webm|mkv)$/i;

/** `learn`: films of somebody become a style. Films that are of no use are skipped, and said. */
export async function learn(
  folder: string,
  options: LearnOptions,
  session: Session,
): Promise<void> {
  const { output, basis, name = "learned" } = options;
  const file = wholeFile(output);
  await allOrNothing([file], async () => {
    const machine = await openMachine(options, session);
    const started = startedFile(options);
    const lessons = await lessonsOf(folder, started, options, machine, session);
    if (lessons.length > 0)
      session.report.note(`what was learned is in ${started} until all is done`);
    const { manner: usual } = await openDefaultStyle(machine.assets);
    const { style, score } = makeStyle(name, basis, lessons, usual);
    const bytes = writeStyle(style);
    await file.write(bytes);
    await rm(started, { force: true });
    const seconds = lessons.reduce((sum, { source }) => sum + source.seconds, 0);
    const { habits } = style;
    const text = `${output} (${seconds.toFixed(0)} s of ${lessons.length} films, ${Math.ceil(bytes.length / 1024)} KB)`;
    session.report.done([text, ...linesOf(score, style.habits)].join("\n"), {
      ...{ style: file.path, seconds, films: lessons.length, habits, score },
    });
  });
}

/**
 * What has been learned is kept beside the style until it is done: the work can be resumed. Somebody
 * else in the same films is learned anew.
 */
function startedFile({ output, face }: LearnOptions): string {
  return face === undefined ? `${output}.lessons` : `${output}.face-${face}.lessons`;
}

/** Learns from each film of a folder that was not learned from before. */
async function lessonsOf(
  folder: string,
  started: string,
  { basis, face }: LearnOptions,
  machine: NodeMachine,
  session: Session,
): Promise<FilmLesson[]> {
  const lessons = await readBytes(started, "style_invalid").then(
    readLessons,
    (): FilmLesson[] => [],
  );
  for (const film of await filmsIn(folder)) {
    const path = join(folder, film);
    try {
      const sha256 = await hashFilm(path);
      if (lessons.some(({ source }) => source.sha256 === sha256)) continue;
      session.report.note(`learning from ${film}`);
      const source = { name: film, licence: basis, sha256 };
      const lesson = await withFilm(path, (footage) =>
        learnFrom(footage, source, faceIndexOf(face), machine, session),
      );
      lessons.push(lesson);
    } catch (error) {
      if (!(error instanceof FilmError)) throw error;
      session.report.warn(failure(error.code, `${film} is skipped: ${error.message}`));
      continue;
    }
    await wholeFile(started).write(writeLessons(lessons));
  }
  return lessons;
}

async function filmsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => undefined);
  const films = names?.filter((name) => FILMS.test(name)).sort() ?? [];
  if (films.length > 0) return films;
  const message =
    names === undefined ? `There is no folder “${folder}”.` : `There is no film in “${folder}”.`;
  throw new FilmError("file_missing", message, { folder });
}

async function learnFrom(
  footage: Footage,
  source: { readonly name: string; readonly licence: string; readonly sha256: string },
  faceIndex: number | undefined,
  machine: NodeMachine,
  session: Session,
): Promise<FilmLesson> {
  const { sound, audio } = footage;
  if (sound === undefined) throw new FilmError("audio_empty", "it has no sound.");
  const run = runOf(session);
  const voice = await analyzeVoice(sound, machine, run);
  const capture = await captureFace(footage, machine, { faceIndex }, run);
  const lesson = await learnFromFilm(capture, voice, audio?.startSeconds ?? 0, source, machine);
  if (lesson.clips.length > 0) return lesson;
  throw new FilmError("style_too_short", "no part of it shows the face well for long enough.");
}

/** @throws FilmError that reads on after “is skipped:”. */
async function hashFilm(path: string): Promise<string> {
  try {
    return await hashFile(path, "film_unreadable");
  } catch (error) {
    if (!(error instanceof FilmError)) throw error;
    const message = `it cannot be read: ${error.message}`;
    throw new FilmError(error.code, message, {}, { cause: error });
  }
}

/** How the style fares, for people. */
function linesOf(
  score: StyleScore | undefined,
  habits: { readonly blinksPerMinute: number } | undefined,
): string[] {
  const blinks = `  blinks ${habits?.blinksPerMinute.toFixed(0)} a minute`;
  if (score === undefined) {
    return [blinks, "  the mouth is as usual: no film's lips go with its sound"];
  }
  const times = ([before, after]: readonly [number, number]) =>
    `${before.toFixed(2)} of the filmed before, ${after.toFixed(2)} after`;
  const matches = (of: "opening" | "width") => {
    const [told, usual, own] = score.r[of].map((r) => r.toFixed(2));
    return `${of} r ${told} by the voice alone, ${usual} as people usually do, ${own} in this manner`;
  };
  return [
    `${blinks} (filmed: ${score.blinksPerMinute.toFixed(0)})`,
    `  lips open ${times(score.opening)} (on what was not learned from)`,
    `  lips round and spread ${times(score.width)}`,
    `  lips go with the filmed ones: ${matches("opening")}; ${matches("width")}`,
  ];
}
