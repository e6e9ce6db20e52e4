/** @file The commands that learn from films of people: what one does, and a portrait that does it too. */
import { actFilm, trackFilm, writeTake } from "../index.js";
import { hashFile, wholeFile } from "../platform/node.js";
import { openMachine, runOf, type Session, tellFilm, writeTakeFile } from "./commands.js";
import { settleConsent } from "./consent.js";
import { allOrNothing, fileIfNamed, withFilm } from "./files.js";
import type { OptionValues } from "./options.js";
import { faceIndexOf, openSink, readFormat, readPortraitPicture } from "./pictures.js";
import { registerFilm } from "./register.js";
import { openCommandSeal } from "./seal.js";

/** Options of `track` and `act`, of those that `speak` has too. */
export type FilmedOptions = Omit<OptionValues, "fps"> & {
  /** Frames a second; as filmed, if not said. */
  readonly fps?: number;
  /** `act`: which face of the film; `face` is the portrait's then. */
  readonly driverFace?: number;
  readonly saveTake?: string;
};

/** `track`: what somebody does in a film, as a take. */
export async function track(
  filmPath: string,
  options: FilmedOptions,
  session: Session,
): Promise<void> {
  const file = wholeFile(options.output);
  await allOrNothing([file], async () => {
    const machine = await openMachine(options, session);
    const direction = { ...directionOf(options), faceIndex: faceIndexOf(options.face) };
    const take = await withFilm(filmPath, (footage) =>
      trackFilm(footage, machine, direction, runOf(session)),
    );
    await writeTakeFile(file, take, options.output, session);
  });
}

/** `act`: a portrait does what somebody does in a film. */
export async function act(
  portraitPath: string,
  driverPath: string,
  options: FilmedOptions,
  session: Session,
): Promise<void> {
  const format = await readFormat(options);
  const sink = openSink(options.output);
  const takeFile = fileIfNamed(options.saveTake);
  await allOrNothing([sink, takeFile], async () => {
    const hash = () => hashFile(portraitPath, "picture_unreadable");
    const consent = await settleConsent(portraitPath, hash, options, session.ask);
    const inputs = { portrait: portraitPath, driver: driverPath };
    sink.sealWith(await openCommandSeal(inputs, options, session));
    const machine = await openMachine(options, session);
    const seen = await readPortraitPicture(portraitPath, options, machine, runOf(session));
    const film = await withFilm(driverPath, async (driver) => {
      const origins = {
        portraitSha256: await hash(),
        audioSha256: await hashFile(driverPath, "film_unreadable"),
      };
      const job = {
        ...{ consent, origins },
        ...{ ...seen, driver, direction: directionOf(options), ...format },
        driverFaceIndex: faceIndexOf(options.driverFace),
      };
      return actFilm(job, sink, machine, runOf(session));
    });
    await takeFile?.write(writeTake(film.take));
    await registerFilm(film, sink, session);
    tellFilm(film, options.output, sink.path, session);
  });
}

function directionOf({ fps, still, head, expression, mouth }: FilmedOptions) {
  return { fps, head: still ? 0 : head, expression, mouth };
}
