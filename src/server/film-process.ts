/**
 * @file A process that makes one film and ends. Files that strangers sent are opened here and nowhere
 * else: what they break is this process, which holds no keys of callers and no store.
 */
import { stat } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { z } from "zod";
import {
  analyzeVoice,
  entryOf,
  type Failure,
  FilmError,
  openDefaultStyle,
  type Progress,
  perform,
  type Run,
  readStyle,
  renderFilm,
  type Style,
} from "../index.js";
import {
  fileSink,
  folderRegistry,
  hashFile,
  type NodeMachine,
  openNode,
  openSeal,
  readAudio,
  readBytes,
} from "../platform/node.js";
import { readFilmOptions } from "./film-options.js";
import { type FilmResult, filmRequestSchema, type RigOptions } from "./film-request.js";
import { drawRigSheet, rigOf } from "./rig-making.js";
import { type RigResult, rigRequestSchema } from "./rig-request.js";
import { refuseOptedOut, withoutPaths } from "./strangers.js";

/** What the process is told to do; all paths are ours. */
export const filmOrderSchema = z.object({
  kind: z.literal("film"),
  request: filmRequestSchema,
  ...{ portrait: z.string(), voice: z.string(), film: z.string(), rigStem: z.string() },
  ...{ registry: z.string(), optOuts: z.string() },
  style: z.string().optional(),
  threads: z.number().optional(),
  native: z.boolean(),
});

/** Likewise, for a rig with its sheet. */
export const rigOrderSchema = filmOrderSchema
  .pick({ portrait: true, rigStem: true, optOuts: true, threads: true, native: true })
  .extend({ kind: z.literal("rig"), request: rigRequestSchema });

/** What the process is told to do. */
export type FilmOrder = z.infer<typeof filmOrderSchema>;

/** Likewise, for a rig with its sheet. */
export type RigOrder = z.infer<typeof rigOrderSchema>;

const orderSchema = z.discriminatedUnion("kind", [filmOrderSchema, rigOrderSchema]);

/** What the process tells. */
export type FilmNews =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "made"; readonly result: FilmResult }
  | { readonly kind: "rigged"; readonly result: RigResult }
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
    const sound = await readAudio(voicePath);
    const { rig, warnings } = await rigOf(rigOrderOf(order, options), machine, run);
    const origins = { portraitSha256: request.portrait, audioSha256: request.voice };
    const voice = await analyzeVoice(sound, machine, run);
    const style = await styleOf(order, machine);
    const take = perform(voice, { ...direction, style });
    const job = { rig, take, sound, ...format, consent, origins };
    const film = await renderFilm(job, sink, machine, run);
    const sha256 = await hashFile(sink.path, "film_unreadable");
    const made = { createdAt: new Date(), filmSha256: sha256, manifest: sink.manifest };
    await folderRegistry(order.registry).put(entryOf(film, made));
    const { width, height, fps, frameCount, durationSeconds, labelled, id } = film;
    const bytes = (await stat(sink.path)).size;
    const size = { width, height, fps, frameCount, durationSeconds };
    return { filmId: id, sha256, bytes, ...size, labelled, warnings };
  } catch (error) {
    sink.discard();
    throw error;
  }
}

async function styleOf({ style }: FilmOrder, { assets }: NodeMachine): Promise<Style> {
  if (style === undefined) return openDefaultStyle(assets);
  return readStyle(await readBytes(style, "style_invalid"));
}

function rigOrderOf({ portrait, rigStem, request }: FilmOrder | RigOrder, options: RigOptions) {
  return { portrait, portraitSha256: request.portrait, options, stem: rigStem };
}

async function makeRig(order: RigOrder, run: Run): Promise<RigResult> {
  const machine = await openNode({ native: order.native, threads: order.threads });
  await refuseOptedOut(order, machine);
  const wish = rigOrderOf(order, order.request.options ?? {});
  const { rig, width, height, warnings } = await rigOf(wish, machine, run);
  await drawRigSheet(rig, wish);
  return { width, height, warnings };
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
    const order = orderSchema.parse(message);
    if (order.kind === "rig")
      tellEnd({ kind: "rigged", result: await makeRig(order, { onProgress }) });
    else tellEnd({ kind: "made", result: await make(order, { onProgress }) });
  } catch (error) {
    if (error instanceof FilmError) tellEnd({ kind: "failed", failure: withoutPaths(error) });
    else tellEnd({ kind: "fault", text: error instanceof Error ? `${error.stack}` : `${error}` });
  }
});
