/** @file Films, rigs and segments, made in the process that opens strangers' files. */
import { stat } from "node:fs/promises";
import { FilePathSource } from "mediabunny";
import {
  analyzeVoice,
  cutFilm,
  entryOf,
  type Film,
  joinSegments,
  openDefaultStyle,
  perform,
  type RenderJob,
  type Run,
  readStyle,
  readTake,
  renderFilm,
  renderSegment,
  type Style,
  type Take,
  writeTake,
} from "../index.js";
import {
  type FileSink,
  fileSink,
  folderRegistry,
  hashFile,
  type NodeMachine,
  openNode,
  openSeal,
  readAudio,
  readBytes,
  wholeFile,
} from "../platform/node.js";
import { readFilmOptions } from "./film-options.js";
import type { FilmOrder, JoinOrder, Made, RigOrder, SegmentOrder } from "./film-orders.js";
import type { FilmResult, RigOptions } from "./film-request.js";
import { drawRigSheet, type MadeRig, rigOf } from "./rig-making.js";
import { refuseOptedOut } from "./strangers.js";

/** Makes a film; one that is to be cut is planned only. */
export async function makeFilm(order: FilmOrder, run: Run): Promise<Made> {
  const { request, voice: voicePath, cut } = order;
  const { format, direction } = await readFilmOptions(request.options ?? {});
  const sink = await openSink(order);
  try {
    const machine = await openMachine(order);
    const sound = await readAudio(voicePath);
    const { rig, warnings } = await rigOf(rigOrderOf(order), machine, run);
    const voice = await analyzeVoice(sound, machine, run);
    const style = await styleOf(order, machine);
    const take = perform(voice, { ...direction, style });
    const { frameCount, fps } = take;
    if (cut !== undefined && cutFilm(frameCount, fps, cut.seconds).length > 1) {
      await keepTake(take, cut.take);
      sink.discard();
      return { kind: "planned", frameCount, fps };
    }
    const job = { rig, take, sound, ...format, ...declared(request) };
    const film = await renderFilm(job, sink, machine, run);
    return { kind: "made", result: await register(film, sink, order, warnings) };
  } catch (error) {
    sink.discard();
    throw error;
  }
}

/** Who came before may have left a take, of which there are segments: it stays. */
async function keepTake(take: Take, path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) await wholeFile(path).write(writeTake(take));
}

/** Renders a segment of a film. */
export async function makeSegment(order: SegmentOrder, run: Run): Promise<Made> {
  const sink = fileSink(order.film);
  try {
    const machine = await openMachine(order);
    const { job } = await jobOf(order, machine, run);
    const { print } = await renderSegment(job, order.span, sink, machine, run);
    return { kind: "rendered", print };
  } catch (error) {
    sink.discard();
    throw error;
  }
}

/** Joins a film's segments. */
export async function joinFilm(order: JoinOrder, run: Run): Promise<Made> {
  const sink = await openSink(order);
  try {
    const machine = await openMachine(order);
    const { job, warnings } = await jobOf(order, machine, run);
    const segments = order.segments.map(({ path, ...segment }) => ({
      ...segment,
      source: new FilePathSource(path),
    }));
    const film = await joinSegments(job, segments, sink, run);
    return { kind: "made", result: await register(film, sink, order, warnings) };
  } catch (error) {
    sink.discard();
    throw error;
  }
}

/** Makes a rig, and draws its sheet. */
export async function makeRig(order: RigOrder, run: Run): Promise<Made> {
  const machine = await openMachine(order);
  const wish = rigOrderOf(order);
  const { rig, width, height, warnings } = await rigOf(wish, machine, run);
  await drawRigSheet(rig, wish);
  return { kind: "rigged", result: { width, height, warnings } };
}

type AnyOrder = FilmOrder | RigOrder | SegmentOrder | JoinOrder;

async function openMachine(order: AnyOrder): Promise<NodeMachine> {
  const machine = await openNode({ native: order.native, threads: order.threads });
  await refuseOptedOut(order, machine);
  return machine;
}

async function openSink({ portrait, voice, film }: FilmOrder | JoinOrder): Promise<FileSink> {
  const sink = fileSink(film);
  const inputs = [
    { role: "portrait", path: portrait },
    { role: "audio", path: voice },
  ] as const;
  try {
    sink.sealWith(await openSeal({ inputs }));
    return sink;
  } catch (error) {
    sink.discard();
    throw error;
  }
}

/** What is rendered of a film whose take is there. */
async function jobOf(
  order: SegmentOrder | JoinOrder,
  machine: NodeMachine,
  run: Run,
): Promise<{ readonly job: RenderJob } & Pick<MadeRig, "warnings">> {
  const { format } = await readFilmOptions(order.request.options ?? {});
  const { rig, warnings } = await rigOf(rigOrderOf(order), machine, run);
  const take = readTake(new TextDecoder().decode(await readBytes(order.take, "take_invalid")));
  const sound = await readAudio(order.voice);
  return { job: { rig, take, sound, ...format, ...declared(order.request) }, warnings };
}

function declared({ consent, portrait, voice }: FilmOrder["request"]) {
  return { consent, origins: { portraitSha256: portrait, audioSha256: voice } };
}

function rigOrderOf({ portrait, rigStem, request }: AnyOrder) {
  const options: RigOptions = request.options ?? {};
  return { portrait, portraitSha256: request.portrait, options, stem: rigStem };
}

async function styleOf({ style }: FilmOrder, { assets }: NodeMachine): Promise<Style> {
  if (style === undefined) return openDefaultStyle(assets);
  return readStyle(await readBytes(style, "style_invalid"));
}

/** Enters a film into the registry. @returns What is told of it. */
async function register(
  film: Film,
  sink: FileSink,
  { registry }: Pick<FilmOrder, "registry">,
  warnings: MadeRig["warnings"],
): Promise<FilmResult> {
  const sha256 = await hashFile(sink.path, "film_unreadable");
  const made = { createdAt: new Date(), filmSha256: sha256, manifest: sink.manifest };
  await folderRegistry(registry).put(entryOf(film, made));
  const { width, height, fps, frameCount, durationSeconds, labelled, id } = film;
  const bytes = (await stat(sink.path)).size;
  const size = { width, height, fps, frameCount, durationSeconds };
  return { filmId: id, sha256, bytes, ...size, labelled, warnings };
}
