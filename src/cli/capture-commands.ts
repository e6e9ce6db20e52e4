/** @file The commands that learn from films of people: what one does, and a portrait that does it too. */
import { actFilm, trackFilm, writeTake } from "../index.js";
import { fileSink, readFootage, readPicture, wholeFile } from "../platform/node.js";
import {
  faceIndexOf,
  formatOf,
  openMachine,
  runOf,
  type Session,
  tellFilm,
  writeTakeFile,
} from "./commands.js";
import type { OptionValues } from "./options.js";

/** Options of `track` and `act`, of those that `speak` has too. */
export type CaptureOptions = Omit<OptionValues, "fps"> & {
  /** Frames a second; as filmed, if not said. */
  readonly fps?: number;
  readonly saveTake?: string;
};

/** `track`: what somebody does in a film, as a take. */
export async function track(
  filmPath: string,
  options: CaptureOptions,
  session: Session,
): Promise<void> {
  const file = wholeFile(options.output);
  try {
    const machine = await openMachine(options, session);
    const footage = await readFootage(filmPath);
    try {
      const take = await trackFilm(footage, machine, directionOf(options), runOf(session));
      await writeTakeFile(file, take, options.output, session);
    } finally {
      footage.close();
    }
  } catch (error) {
    file.discard();
    throw error;
  }
}

/** `act`: a portrait does what somebody does in a film. */
export async function act(
  portraitPath: string,
  driverPath: string,
  options: CaptureOptions,
  session: Session,
): Promise<void> {
  const format = formatOf(options);
  const sink = fileSink(options.output);
  const takeFile = options.saveTake === undefined ? undefined : wholeFile(options.saveTake);
  try {
    const machine = await openMachine(options, session);
    const portrait = await readPicture(portraitPath, { sizePx: options.size });
    const driver = await readFootage(driverPath);
    try {
      const job = {
        ...{ portrait, driver, direction: directionOf(options) },
        ...{ faceIndex: faceIndexOf(options), ...format },
      };
      const film = await actFilm(job, sink, machine, runOf(session));
      await takeFile?.write(writeTake(film.take));
      tellFilm(film, options.output, sink.path, session);
    } finally {
      driver.close();
    }
  } catch (error) {
    sink.discard();
    takeFile?.discard();
    throw error;
  }
}

function directionOf({ fps, still, head, expression, mouth }: CaptureOptions) {
  return { fps, head: still ? 0 : head, expression, mouth };
}
