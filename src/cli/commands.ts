/** @file The commands: files in, files out. They use nothing but the public API. */
import { extname } from "node:path";
import {
  analyzeVoice,
  buildRig,
  CHANNEL_POSES,
  type Direction,
  drawSheet,
  type Edit,
  editTake,
  type Film,
  FilmError,
  LAYERS,
  makeFilm,
  openDefaultStyle,
  perform,
  performAnew,
  readEdit,
  readEmotionCues,
  readEmotionMix,
  readPortrait,
  readRig,
  readStyle,
  readTake,
  renderFilm,
  sheetIdOf,
  type Take,
  writeLiveLink,
  writeRig,
  writeTake,
} from "../index.js";
import {
  hashFile,
  openNode,
  readAudio,
  readBytes,
  readLipModel,
  type WholeFile,
  wholeFile,
} from "../platform/node.js";
import { type Ask, settleConsent } from "./consent.js";
import { allOrNothing, fileIfNamed } from "./files.js";
import type { OptionValues } from "./options.js";
import { openSink, readFormat, readPortraitPicture } from "./pictures.js";
import { registerFilm } from "./register.js";
import type { Reporter } from "./report.js";
import { openCommandSeal, signedPng } from "./seal.js";
import { openVoice, voiceSourceOf } from "./voice-source.js";

/** What every command is given. */
export interface Session {
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Asks whoever sits at the terminal; absent in scripts and with --json. */
  readonly ask?: Ask | undefined;
}

/** `speak`: a portrait and a voice become a film. */
export async function speak(
  portraitPath: string,
  voicePath: string | undefined,
  options: OptionValues & { readonly saveTake?: string },
  session: Session,
): Promise<void> {
  const source = voiceSourceOf(voicePath, options);
  const format = await readFormat(options);
  const sink = openSink(options.output);
  const takeFile = fileIfNamed(options.saveTake);
  await allOrNothing([sink, takeFile], async () => {
    const hash = () => hashFile(portraitPath, "picture_unreadable");
    const consent = await settleConsent(portraitPath, hash, options, session.ask);
    const direction = await readDirection(options);
    const audio = "path" in source ? source.path : undefined;
    const inputs = { portrait: portraitPath, audio };
    sink.sealWith(await openCommandSeal(inputs, options, session));
    const machine = await openListener(options, session);
    const seen = await readPortraitPicture(portraitPath, options, machine, runOf(session));
    const { voice, audioSha256 } = await openVoice(source, session);
    const origins = { portraitSha256: await hash(), audioSha256 };
    const job = { ...seen, voice, direction, ...format, consent, origins };
    const film = await makeFilm(job, sink, machine, runOf(session));
    await takeFile?.write(writeTake(film.take));
    await registerFilm(film, sink, session);
    tellFilm(film, options.output, sink.path, session);
  });
}

/** `rig`: a portrait becomes a rig, with a sheet of its expressions if wanted. */
export async function rig(
  portraitPath: string,
  options: OptionValues & { readonly sheet?: string; readonly shapes?: string },
  session: Session,
): Promise<void> {
  const rigFile = wholeFile(options.output);
  const sheetFile = fileIfNamed(options.sheet);
  const shapesFile = fileIfNamed(options.shapes);
  await allOrNothing([rigFile, sheetFile, shapesFile], async () => {
    const sheets = sheetFile ?? shapesFile;
    const seal = sheets && (await openCommandSeal({ portrait: portraitPath }, options, session));
    const machine = await openMachine(options, session);
    const seen = await readPortraitPicture(portraitPath, options, machine, runOf(session));
    const portrait = await readPortrait(seen.portrait, machine, seen, runOf(session));
    const built = await buildRig(portrait, machine, runOf(session));
    const portraitSha256 = await hashFile(portraitPath, "picture_unreadable");
    if (seal !== undefined) {
      const id = await sheetIdOf(portraitSha256);
      const shapes = { poses: CHANNEL_POSES };
      await sheetFile?.write(await signedPng(drawSheet(built), seal, id));
      await shapesFile?.write(await signedPng(drawSheet(built, shapes), seal, id));
    }
    await rigFile.write(writeRig({ ...built, portraitSha256 }));
    const { width, height } = built.picture;
    session.report.done(`${options.output} (${width} × ${height})`, {
      rig: rigFile.path,
      sheet: sheetFile?.path,
      shapes: shapesFile?.path,
      width,
      height,
    });
  });
}

/** `listen`: a voice becomes a take, as JSON or as Live Link Face CSV. */
export async function listen(
  voicePath: string | undefined,
  options: OptionValues,
  session: Session,
): Promise<void> {
  const source = voiceSourceOf(voicePath, options);
  const file = wholeFile(options.output);
  await allOrNothing([file], async () => {
    const direction = await readDirection(options);
    const old = await readOldTake(options);
    const machine = await openListener(options, session);
    const { voice: sound } = await openVoice(source, session);
    const voice = await analyzeVoice(sound, machine, runOf(session));
    const style = direction.style ?? (await openDefaultStyle(machine.assets));
    const styled = { ...direction, style };
    const take =
      old === undefined
        ? perform(voice, styled)
        : performAnew(old.take, old.names, voice, { ...styled, seed: options.seed });
    await writeTakeFile(file, take, options.output, session);
  });
}

/** Writes a take as its file is named, and tells it. @param name - The file as it was asked for. */
export async function writeTakeFile(
  file: WholeFile,
  take: Take,
  name: string,
  { report }: Session,
): Promise<void> {
  const asCsv = extname(file.path).toLowerCase() === ".csv";
  await file.write(asCsv ? writeLiveLink(take) : writeTake(take));
  const { frameCount, fps } = take;
  report.done(`${name} (${frameCount} frames at ${fps} a second)`, {
    take: file.path,
    frameCount,
    fps,
  });
}

/** `render`: a rig and a take become a film. */
export async function render(
  rigPath: string,
  takePath: string,
  options: OptionValues & { readonly audio?: string },
  session: Session,
): Promise<void> {
  const format = await readFormat(options);
  const sink = openSink(options.output);
  await allOrNothing([sink], async () => {
    const built = readRig(await readBytes(rigPath, "rig_invalid"));
    const portraitSha256 = built.portraitSha256 ?? (await hashFile(rigPath, "rig_invalid"));
    const hash = async () => portraitSha256;
    const consent = await settleConsent(rigPath, hash, options, session.ask);
    const inputs = { rig: rigPath, take: takePath, audio: options.audio };
    sink.sealWith(await openCommandSeal(inputs, options, session));
    const machine = await openMachine(options, session);
    const take = await readEditedTake(takePath, options, session);
    const sound = options.audio === undefined ? undefined : await readAudio(options.audio);
    const audioSha256 = options.audio && (await hashFile(options.audio, "audio_unreadable"));
    const origins = { portraitSha256, audioSha256 };
    const job = { rig: built, take, sound, ...format, consent, origins };
    const film = await renderFilm(job, sink, machine, runOf(session));
    await registerFilm(film, sink, session);
    tellFilm(film, options.output, sink.path, session);
  });
}

/** A take that is to be acted anew in part, and which part. */
async function readOldTake({ from, reseed }: OptionValues) {
  if (from === undefined && reseed === undefined) return undefined;
  if (from === undefined || reseed === undefined) {
    const message = "--from and --reseed go together: a take, and the layers to act anew.";
    throw new FilmError("option_invalid", message);
  }
  const names = reseed.split(",").map((word) => {
    const name = LAYERS.find((layer) => layer === word.trim());
    if (name !== undefined) return name;
    const message = `“${word}” is no layer; there are ${LAYERS.join(", ")}.`;
    throw new FilmError("option_invalid", message, { reseed });
  });
  const take = readTake(new TextDecoder().decode(await readBytes(from, "take_invalid")));
  const { layers } = take;
  if (layers === undefined) {
    const message = "The take is in one piece, as version 1 was; only takes in layers can be kept.";
    throw new FilmError("take_invalid", message, { from });
  }
  return { take: { ...take, layers }, names };
}

/** How a long call of a session is watched and stopped. */
export function runOf({ report, signal }: Session) {
  return { signal, onProgress: report.progress, onWarning: report.warn };
}

/** The machine, and a word if it lacks what makes it fast. */
export async function openMachine(
  { native, threads }: Pick<OptionValues, "native" | "threads">,
  { report }: Session,
) {
  const machine = await openNode({ native, threads });
  if (native && !machine.hasNativeCodecs) {
    report.note("The optional native packages are not installed: this will take longer.");
  }
  return machine;
}

/** The machine, and the user's own mouth if there is one. */
export async function openListener(options: OptionValues, session: Session) {
  const machine = await openMachine(options, session);
  if (options.lipModel === undefined) return machine;
  const { native } = options;
  return { ...machine, lipModel: await readLipModel(options.lipModel, { native }) };
}

/** @throws FilmError option_invalid, for feelings that cannot be read. */
export async function readDirection(options: OptionValues): Promise<Direction> {
  const { fps, seed, mode, mouth, jaw, lips, expression, energy, blink, gaze } = options;
  const head = options.still ? 0 : options.head;
  const emotion = await readEmotion(options);
  const style =
    options.style === undefined
      ? undefined
      : readStyle(await readBytes(options.style, "style_invalid"));
  const edit = await readEdits(options);
  const sizes = { mouth, jaw, lips, head, expression, energy };
  return { fps, seed, mode, ...sizes, emotion, blink, gaze, style, edit };
}

/** @throws FilmError edit_invalid, naming the field. */
async function readEdits({ edits }: OptionValues): Promise<Edit | undefined> {
  if (edits === undefined) return undefined;
  return readEdit(new TextDecoder().decode(await readBytes(edits, "edit_invalid")));
}

/** A take as its file says, with the edit that was asked for over it. */
async function readEditedTake(path: string, options: OptionValues, { report }: Session) {
  const edit = await readEdits(options);
  const take = readTake(new TextDecoder().decode(await readBytes(path, "take_invalid")));
  if (edit === undefined) return take;
  if (edit.emotion?.length) {
    report.note("The edit's feelings are left out: they are acted, by `speak` and `listen`.");
  }
  return editTake(take, edit);
}

async function readEmotion({ emotion, emotionCurve }: OptionValues): Promise<Direction["emotion"]> {
  if (emotion !== undefined && emotionCurve !== undefined) {
    const message = "--emotion and --emotion-curve exclude each other.";
    throw new FilmError("option_invalid", message, { emotion, emotionCurve });
  }
  if (emotionCurve !== undefined) {
    const isWritten = emotionCurve.includes("=");
    const text = isWritten
      ? emotionCurve
      : new TextDecoder().decode(await readBytes(emotionCurve, "option_invalid"));
    return readEmotionCues(text);
  }
  if (emotion === undefined || emotion === "auto") return emotion;
  return [{ seconds: 0, mix: readEmotionMix(emotion) }];
}

/** @param name - The film as it was asked for. */
export function tellFilm(film: Film, name: string, path: string, { report }: Session): void {
  const { width, height, fps, frameCount, durationSeconds, id, consent, labelled } = film;
  report.done(
    `${name} (${width} × ${height}, ${durationSeconds.toFixed(2)} s at ${fps} frames a second)`,
    { film: path, width, height, fps, frameCount, durationSeconds, id, consent, labelled },
  );
}
