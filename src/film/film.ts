/** @file Pictures and sound → one film: the whole way, and its last part alone. */
import type { Target } from "mediabunny";
import type { Failure } from "../base/errors.js";
import type { Footage } from "../base/footage.js";
import type { Picture } from "../base/picture.js";
import type { Assets, Nets } from "../base/ports.js";
import type { Recording } from "../base/recording.js";
import type { Run } from "../base/run.js";
import { type CaptureOptions, captureFace } from "../capture/capture.js";
import { type CaptureDirection, takeOfCapture } from "../capture/take.js";
import { evenSize } from "../frames/yuv.js";
import { type Direction, perform } from "../performance/performance.js";
import { openDefaultStyle } from "../performance/style.js";
import type { Take } from "../performance/take.js";
import { readPortrait } from "../portrait/portrait.js";
import { buildRig, type Rig } from "../rig/rig.js";
import { checkConsent } from "../trust/consent.js";
import { type Fingerprint, makeFingerprinter, soundPrint } from "../trust/fingerprint.js";
import type { Declared } from "../trust/manifest.js";
import type { LipModel } from "../voice/lip-model.js";
import { analyzeVoice } from "../voice/voice.js";
import { type DrawingMachine, drawSpan, pixelsOf } from "./drawing.js";
import { fillFile, openFilmFile } from "./film-file.js";
import { checkFormat, checkFps, codecOf, type FilmFormat } from "./format.js";
import { type Declaration, type FilmIdentity, identify } from "./identity.js";
import { openSequence, type SequenceSink } from "./sequence.js";

/** What a film needs of the machine. */
export interface FilmMachine extends DrawingMachine {
  readonly nets: Nets;
  readonly assets: Assets;
  /** Moves the mouth in place of our own network. */
  readonly lipModel?: LipModel | undefined;
}

/** Where a film goes. It appears whole, by `commit`, or not at all. */
export interface FilmSink {
  readonly target: Target;
  /** Told of the film before its first frame, so that it can be signed. */
  begin?(film: Declared): void;
  commit(): void | Promise<void>;
  discard(): void | Promise<void>;
}

/** A film to be made from a picture and a voice. */
export interface FilmJob extends FilmFormat, Declaration {
  readonly portrait: Picture;
  readonly voice: Recording;
  readonly direction?: Direction | undefined;
  /** Which face of the picture, from the largest, 0 first; the largest by default. */
  readonly faceIndex?: number | undefined;
}

/** A film to be made from what is already a rig and a take. */
export interface RenderJob extends FilmFormat, Declaration {
  readonly rig: Rig;
  readonly take: Take;
  readonly sound?: Recording | undefined;
}

/** A film that was made. */
export interface Film extends FilmIdentity {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frameCount: number;
  readonly durationSeconds: number;
  readonly take: Take;
  /** What it looks and sounds like, for a registry. */
  readonly fingerprint: Fingerprint;
  /** What may have spoiled it. */
  readonly warnings: readonly Failure[];
}

/**
 * Makes a film: portrait → rig, voice → take, both → film.
 *
 * @throws FilmError `consent_missing`, `consent_invalid`; for unusable pictures and recordings; and
 *   `option_invalid` for what does not go together (alpha with mp4 or with another background; more
 *   than 60 frames a second); then the sink is empty.
 */
export async function makeFilm(
  job: FilmJob,
  sink: FilmSink | SequenceSink,
  on: FilmMachine,
  run?: Run,
): Promise<Film> {
  try {
    checkConsent(job.consent);
    checkFormat(job, isSequence(sink));
    checkFps(job.direction?.fps ?? 25);
    const portrait = await readPortrait(job.portrait, on, { faceIndex: job.faceIndex }, run);
    const rig = await buildRig(portrait, on, run);
    const voice = await analyzeVoice(job.voice, on, run);
    const style = job.direction?.style ?? (await openDefaultStyle(on.assets));
    const take = perform(voice, { ...job.direction, style });
    const film = await renderFilm({ ...job, rig, take, sound: job.voice }, sink, on, run);
    return { ...film, warnings: portrait.warnings };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/** Whom of a film to track, and how what he does is worn. */
export interface TrackDirection
  extends CaptureOptions,
    Omit<CaptureDirection, "startSeconds" | "voice"> {}

/** A film in which a portrait does what somebody was filmed doing; silent if that film is. */
export interface ActJob extends FilmFormat, Declaration {
  readonly portrait: Picture;
  readonly driver: Footage;
  readonly direction?: Omit<TrackDirection, "faceIndex"> | undefined;
  /** Which face of the picture, from the largest, 0 first; the largest by default. */
  readonly faceIndex?: number | undefined;
  /** Which face of the driver's film, see `CaptureOptions`. */
  readonly driverFaceIndex?: number | undefined;
}

/**
 * Makes a portrait do what a film shows: portrait → rig, film → take, both → film with its sound, if it
 * has any.
 *
 * @throws FilmError `consent_missing`, `consent_invalid`; for unusable pictures and films; then the
 *   sink is empty.
 */
export async function actFilm(
  job: ActJob,
  sink: FilmSink | SequenceSink,
  on: FilmMachine,
  run?: Run,
): Promise<Film> {
  const { driver, driverFaceIndex } = job;
  try {
    checkConsent(job.consent);
    checkFormat(job, isSequence(sink));
    if (job.direction?.fps !== undefined) checkFps(job.direction.fps);
    const portrait = await readPortrait(job.portrait, on, { faceIndex: job.faceIndex }, run);
    const rig = await buildRig(portrait, on, run);
    const direction = { ...job.direction, faceIndex: driverFaceIndex };
    const take = await trackFilm(driver, on, direction, run);
    const film = await renderFilm({ ...job, rig, take, sound: driver.sound }, sink, on, run);
    return { ...film, warnings: portrait.warnings };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/**
 * What somebody does in a film, as a take; it begins where the film's sound does, if there is any.
 *
 * @throws FilmError `face_missing`, `face_not_there`, and what reading the film throws.
 */
export async function trackFilm(
  footage: Footage,
  on: Pick<FilmMachine, "nets" | "assets">,
  { faceIndex, ...direction }: TrackDirection = {},
  run?: Run,
): Promise<Take> {
  const { sound } = footage;
  const voice = sound && (await analyzeVoice(sound, on, run));
  const capture = await captureFace(footage, on, { faceIndex }, run);
  return takeOfCapture(capture, { ...direction, voice, startSeconds: footage.audio?.startSeconds });
}

/**
 * Renders a take on a rig into a film, with sound if there is one.
 *
 * @param sink - A film's file, or pictures one by one.
 * @throws FilmError `consent_missing`, `consent_invalid`, `option_invalid` for what does not go
 *   together, `codec_missing`; then the sink is empty.
 */
export async function renderFilm(
  job: RenderJob,
  sink: FilmSink | SequenceSink,
  on: DrawingMachine,
  run?: Run,
): Promise<Film> {
  const { take } = job;
  const { width, height } = evenSize(job.rig.picture);
  const { fps, frameCount } = take;
  const durationSeconds = frameCount / fps;
  const printer = makeFingerprinter({ width, height, durationSeconds });
  let identity: FilmIdentity;
  let fingerprint: Fingerprint;
  try {
    checkConsent(job.consent);
    checkFormat(job, isSequence(sink));
    checkFps(fps);
    identity = await identify(job);
    sink.begin?.(identity);
    const file = await openOutput(job, sink, { width, height, fps, frameCount });
    const pixels = pixelsOf(job, isSequence(sink));
    const film = { ...identity, pixels, span: { from: 0, to: frameCount } };
    await fillFile(file, () => drawSpan(job, film, printer, file.addFrame, on, run));
    fingerprint = printer.finish(job.sound && (await soundPrint(job.sound, durationSeconds)));
    await sink.commit();
  } catch (error) {
    await sink.discard();
    throw error;
  }
  const shape = { width, height, fps, frameCount, durationSeconds };
  return { ...shape, take, warnings: [], ...identity, fingerprint };
}

function isSequence(sink: FilmSink | SequenceSink): sink is SequenceSink {
  return "addPicture" in sink;
}

/** What both kinds of sinks are told. */
interface Shape {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frameCount: number;
}

function openOutput(job: RenderJob, sink: FilmSink | SequenceSink, shape: Shape) {
  if (isSequence(sink)) return openSequence({ sink, ...shape, recording: job.sound });
  const { container = "mp4", quality = "good", alpha, sound: recording } = job;
  const codec = codecOf(job);
  return openFilmFile({
    ...{ target: sink.target, ...shape },
    ...{ container, codec, quality, alpha, recording },
  });
}
