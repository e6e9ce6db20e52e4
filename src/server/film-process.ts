/**
 * @file A process that makes one film and ends. Files that strangers sent are opened here and nowhere
 * else: what they break is this process, which holds no keys of callers and no store.
 */
import { readFile, stat } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { z } from "zod";
import {
  entryOf,
  type Failure,
  FilmError,
  hashPortrait,
  isOptedOut,
  makeFilm,
  type Picture,
  type Progress,
  type Run,
  readOptOuts,
  readPortrait,
} from "../index.js";
import {
  fileSink,
  folderRegistry,
  hashFile,
  type NodeMachine,
  openNode,
  openSeal,
  readAudio,
  readPicture,
  readPortraitFile,
} from "../platform/node.js";
import { readFilmOptions } from "./film-options.js";
import { type FilmResult, filmRequestSchema } from "./film-request.js";

/** Pixels of a portrait at most: ten bytes of memory each while it is decoded. */
const PIXELS_MOST = 60_000_000;

/** What the process is told to do; all paths are ours. */
export const orderSchema = z.object({
  request: filmRequestSchema,
  ...{ portrait: z.string(), voice: z.string(), film: z.string() },
  ...{ registry: z.string(), optOuts: z.string() },
  threads: z.number().optional(),
  native: z.boolean(),
});

/** What the process is told to do. */
export type FilmOrder = z.infer<typeof orderSchema>;

/** What the process tells. */
export type FilmNews =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "made"; readonly result: FilmResult }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "fault"; readonly text: string };

async function make(order: FilmOrder, run: Run): Promise<FilmResult> {
  const { request, portrait: portraitPath, voice: voicePath } = order;
  const { options = {}, consent } = request;
  const { format, direction } = await readFilmOptions(options);
  const sink = fileSink(order.film);
  try {
    const inputs = [
      { role: "portrait", path: portraitPath },
      { role: "audio", path: voicePath },
    ] as const;
    sink.sealWith(await openSeal({ inputs }));
    const machine = await openNode({ native: order.native, threads: order.threads });
    await refuseOptedOut(order, machine);
    const { crop, size: sizePx, face } = options;
    const faceIndex = face === undefined ? undefined : face - 1;
    const wish = { crop, sizePx, faceIndex, pixelsMost: PIXELS_MOST };
    const seen = await readPortraitFile(portraitPath, wish, machine, run);
    const voice = await readAudio(voicePath);
    const origins = { portraitSha256: request.portrait, audioSha256: request.voice };
    const job = { ...seen, voice, direction, ...format, consent, origins };
    const film = await makeFilm(job, sink, machine, run);
    const sha256 = await hashFile(sink.path, "film_unreadable");
    const made = { createdAt: new Date(), filmSha256: sha256, manifest: sink.manifest };
    await folderRegistry(order.registry).put(entryOf(film, made));
    const { width, height, fps, frameCount, durationSeconds, labelled, id } = film;
    const warnings = film.warnings.map(({ code, message, hint }) => ({ code, message, hint }));
    const bytes = (await stat(sink.path)).size;
    const size = { width, height, fps, frameCount, durationSeconds };
    return { filmId: id, sha256, bytes, ...size, labelled, warnings };
  } catch (error) {
    sink.discard();
    throw error;
  }
}

/** @throws FilmError `portrait_opted_out`. */
async function refuseOptedOut({ portrait, optOuts }: FilmOrder, on: NodeMachine): Promise<void> {
  const text = await readFile(optOuts, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const list = text === undefined ? [] : readOptOuts(text);
  if (list.length === 0) return;
  const picture = await readPicture(portrait, { pixelsMost: PIXELS_MOST });
  if (!isOptedOut(hashPortrait(picture, await faceOf(picture, on)), list)) return;
  throw new FilmError(
    "portrait_opted_out",
    "This portrait is on the list of those not to be used.",
  );
}

/** The square around the face, if there is one. */
async function faceOf(picture: Picture, on: NodeMachine) {
  const portrait = await readPortrait(picture, on).catch((error: unknown) => {
    if (error instanceof FilmError) return undefined;
    throw error;
  });
  if (portrait === undefined) return undefined;
  const [left, top, right, bottom] = portrait.face.box;
  const size = Math.max(right - left, bottom - top);
  return { centerX: (left + right) / 2, centerY: (top + bottom) / 2, size, angleRad: 0 };
}

/** Where files lie on this machine is nobody's business: folders are taken out of what is said. */
function withoutPaths({ code, message, hint, details }: FilmError): Failure {
  return { code, message: message.replaceAll(/(?:\/[^\s/“”]+)+\//g, ""), hint, details };
}

function tell(news: FilmNews): void {
  // Whoever is gone does not hear it; then "disconnect" ends us.
  process.send?.(news, () => undefined);
}

function tellEnd(news: FilmNews): void {
  process.send?.(news, () => process.exit(0));
}

// Whoever asks where his film is must not wait for films.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// Whoever started us is gone: nobody waits for the film.
process.on("disconnect", () => process.exit(1));
process.once("message", async (message) => {
  try {
    const onProgress = (progress: Progress) => tell({ kind: "progress", progress });
    const result = await make(orderSchema.parse(message), { onProgress });
    tellEnd({ kind: "made", result });
  } catch (error) {
    if (error instanceof FilmError) tellEnd({ kind: "failed", failure: withoutPaths(error) });
    else tellEnd({ kind: "fault", text: error instanceof Error ? `${error.stack}` : `${error}` });
  }
});
