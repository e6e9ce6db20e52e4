/**
 * @file Batches: one portrait with many voices, or many portraits with one voice. A batch is kept and paid
 * for before its first film is queued, and its films have ids that follow from its own; so whoever is
 * killed amid it, or asks for it twice, makes no film twice and forgets none.
 */
import { z } from "@hono/zod-openapi";
import { checkConsent, FilmError } from "../index.js";
import type { BatchRow } from "./batch-store.js";
import { readFilmOptions } from "./film-options.js";
import { type FilmRequest, filmWishSchema, rigIdSchema, uploadIdSchema } from "./film-request.js";
import type { Caller } from "./keys.js";
import { JOB_STATES, type Job, type JobKey } from "./queue.js";
import { settleRig } from "./rig-request.js";
import type { Service } from "./service.js";
import { touchInputs } from "./uploads.js";
import { readWebhookUrl } from "./webhook-address.js";

/** Films of one batch at most. */
export const BATCH_FILMS_MOST = 200;

const many = z.array(uploadIdSchema).min(1).max(BATCH_FILMS_MOST);

/** Ids of batches: short enough for their films' numbers. */
export const batchIdSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{7,55}$/);

/** A batch that is wanted. */
export const batchRequestSchema = z
  .strictObject({
    portraits: many.optional().openapi({ description: "One, or many with one voice" }),
    rig: rigIdSchema.optional().openapi({ description: "Instead of a portrait" }),
    voices: many.openapi({ description: "One, or many with one portrait or rig" }),
    ...filmWishSchema.pick({ consent: true, name: true, options: true, webhook: true }).shape,
  })
  .openapi("BatchRequest");

/** A batch that is wanted. */
export type BatchRequest = z.infer<typeof batchRequestSchema>;

/** A batch, as it is told. */
export const batchSchema = z
  .object({
    id: z.string(),
    request: batchRequestSchema,
    total: z.int().openapi({ description: "Films that were wanted" }),
    counts: z
      .record(z.enum(JOB_STATES), z.int())
      .openapi({ description: "Films by state; erased ones are not counted" }),
    cancelled: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .openapi("Batch");

/** What a batch is made with. */
export type BatchPlace = Pick<Service, "queue" | "webhooks" | "batches">;

/** The films of a batch, in order. @throws FilmError `request_invalid` for many of both. */
async function filmsOf(
  { queue }: BatchPlace,
  account: string,
  { portraits, rig, voices, ...shared }: BatchRequest,
): Promise<readonly FilmRequest[]> {
  if ((portraits === undefined) === (rig === undefined)) {
    throw new FilmError("request_invalid", "A batch has portraits or a rig.");
  }
  if (voices.length > 1 && (portraits?.length ?? 1) > 1) {
    const found = `${portraits?.length} portraits and ${voices.length} voices`;
    const message = `A batch has many portraits or many voices, not ${found}.`;
    throw new FilmError("request_invalid", message);
  }
  const wishes = (portraits ?? [undefined]).flatMap((portrait) =>
    voices.map((voice) => ({ ...shared, portrait, rig, voice })),
  );
  const films: FilmRequest[] = [];
  for (const wish of wishes) films.push(await settleRig(queue, account, wish));
  return films;
}

/**
 * Has a batch made, as often as it is asked for.
 *
 * @throws FilmError as a film's wish; `quota_spent` if it has more films than today's quota; then none
 *   is made.
 */
export async function wantBatch(
  service: Service,
  caller: Caller,
  id: string,
  request: BatchRequest,
): Promise<{ readonly row: BatchRow; readonly isNew: boolean }> {
  const { account, filmsPerDay } = caller;
  const { batches, folder, quotas, space } = service;
  const key = { account, id };
  const spec = JSON.stringify(request);
  const known = batches.get(key);
  if (known === undefined) {
    const films = await filmsOf(service, account, request);
    checkConsent(request.consent);
    await readFilmOptions(request.options ?? {});
    if (request.webhook !== undefined) readWebhookUrl(request.webhook, service.webhookRule);
    for (const film of films) await touchInputs(folder, account, film);
    space.require(0);
    for (let index = 0; index < films.length; index++) {
      if ((await service.queue.get({ account, id: filmIdAt(id, index) })) === undefined) continue;
      throw new FilmError("film_conflict", `There is a film ${filmIdAt(id, index)} already.`);
    }
    batches.begin(key, spec, () => quotas.spend(account, "films", films.length, filmsPerDay));
  }
  const row = batches.get(key);
  if (row?.spec !== spec) {
    throw new FilmError("film_conflict", "There is another batch of this id.");
  }
  if (row.state === "begun") await queueBatch(service, row);
  return { row, isNew: known === undefined };
}

/** Queues what is not queued yet of a batch. */
export async function queueBatch(place: BatchPlace, { account, id, spec }: BatchRow) {
  const { queue, webhooks, batches } = place;
  const request = batchRequestSchema.parse(JSON.parse(spec));
  const films = await filmsOf(place, account, request);
  for (const [index, film] of films.entries()) {
    if (batches.get({ account, id })?.state !== "begun") return;
    const key = { account, id: filmIdAt(id, index) };
    if (film.webhook !== undefined && (await queue.get(key)) === undefined) {
      webhooks.watch(key, film.webhook);
    }
    await queue.submit(key, JSON.stringify(film));
    // It may have been cancelled meanwhile.
    if (batches.get({ account, id })?.state === "cancelled") await queue.cancel(key);
  }
  batches.complete({ account, id });
}

/** The name of one of a batch's films. @param index - From 0. */
export function filmIdAt(batch: string, index: number): string {
  return `${batch}-${String(index + 1).padStart(3, "0")}`;
}

/** How many films were wanted. */
export function sizeOf({ portraits, voices }: BatchRequest): number {
  return Math.max(portraits?.length ?? 1, voices.length);
}

/** Names of a batch's films. */
export function filmKeys({ account, id, spec }: BatchRow): readonly JobKey[] {
  const total = sizeOf(batchRequestSchema.parse(JSON.parse(spec)));
  return Array.from({ length: total }, (_, index) => ({ account, id: filmIdAt(id, index) }));
}

/** A batch's films that are there, in order. */
export async function jobsOf({ queue }: BatchPlace, row: BatchRow): Promise<readonly Job[]> {
  const jobs = await Promise.all(filmKeys(row).map((key) => queue.get(key)));
  return jobs.filter((job) => job !== undefined);
}

/** Tells a batch. */
export function tellBatch(row: BatchRow, jobs: readonly Job[]): z.infer<typeof batchSchema> {
  const request = batchRequestSchema.parse(JSON.parse(row.spec));
  const count = (state: Job["state"]) => jobs.filter((job) => job.state === state).length;
  return {
    ...{ id: row.id, request, total: sizeOf(request), cancelled: row.state === "cancelled" },
    counts: {
      ...{ queued: count("queued"), running: count("running"), done: count("done") },
      ...{ failed: count("failed"), cancelled: count("cancelled"), expired: count("expired") },
    },
    createdAt: new Date(row.createdAt).toISOString(),
  };
}
