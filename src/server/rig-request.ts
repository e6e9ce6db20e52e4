/** @file Rigs as the API knows them: a portrait, how it is cut, on what grounds; a job of their own queue. */
import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { FilmError } from "../index.js";
import {
  type FilmRequest,
  type FilmWish,
  filmOptionsSchema,
  filmRequestSchema,
  filmSchema,
  type RigOptions,
  rigIdSchema,
} from "./film-request.js";
import type { Job, JobKey, JobQueue } from "./queue.js";

/** Options that decide what a rig is. */
export const rigOptionsSchema = filmOptionsSchema.pick({ crop: true, size: true, face: true });

/** A rig that is wanted. */
export const rigRequestSchema = z
  .strictObject({
    portrait: filmRequestSchema.shape.portrait,
    consent: filmRequestSchema.shape.consent,
    options: rigOptionsSchema.optional(),
  })
  .openapi("RigRequest");

/** A rig that is wanted. */
export type RigRequest = z.infer<typeof rigRequestSchema>;

/** What is known of a rig that was made. */
export const rigResultSchema = z
  .object({
    ...{ width: z.int(), height: z.int() },
    warnings: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
  })
  .openapi("RigResult");

/** What is known of a rig that was made. */
export type RigResult = z.infer<typeof rigResultSchema>;

/** A rig, as it is told. */
export const rigSchema = filmSchema
  .omit({ request: true, result: true })
  .extend({ request: rigRequestSchema, result: rigResultSchema.optional() })
  .openapi("Rig");

const specSchema = z.strictObject({ rig: rigRequestSchema });

/** No caller's account begins so: rigs are jobs beside his films. */
const ACCOUNT_START = "_";

/** What names a rig's job. */
export function rigKey(account: string, id: string): JobKey {
  return { account: `${ACCOUNT_START}${account}`, id };
}

/** Whose rig it is; nothing if a job is a film. */
export function rigOwner({ account }: Pick<JobKey, "account">): string | undefined {
  return account.startsWith(ACCOUNT_START) ? account.slice(ACCOUNT_START.length) : undefined;
}

/** A rig's job, as the queue keeps it. */
export function writeRigSpec(request: RigRequest): string {
  return JSON.stringify({ rig: request });
}

/** What `writeRigSpec` wrote. */
export function readRigSpec(spec: string): RigRequest {
  return specSchema.parse(JSON.parse(spec)).rig;
}

/** The same wish has the same id. */
export function rigIdOf({ portrait, consent, options = {} }: RigRequest): string {
  const { basis, guardian = false } = consent;
  const what = [portrait, basis, guardian, ...wordsOf(options)];
  return createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 32);
}

/** What of a rig's options decides how it looks. */
export function wordsOf({ crop, size, face }: RigOptions): readonly (string | number | null)[] {
  return [crop ?? null, size ?? null, face ?? null];
}

/** Tells a rig. */
export function tellRig(job: Job): z.infer<typeof rigSchema> {
  const { id, state, attempt, progress, failure, result, createdAt, changedAt } = job;
  return {
    ...{ id, state, request: readRigSpec(job.spec), attempts: attempt },
    ...(progress && { progress }),
    ...(result !== undefined && { result: rigResultSchema.parse(JSON.parse(result)) }),
    ...(failure && { failure: { ...failure, details: { ...failure.details } } }),
    createdAt: new Date(createdAt).toISOString(),
    changedAt: new Date(changedAt).toISOString(),
  };
}

/** A wish for a portrait, or for a rig in place of it. */
export type RigWish = Pick<FilmWish, "portrait" | "rig" | "consent"> & {
  readonly options?: RigOptions | undefined;
};

/** Whom a wish shows, and how he is cut; the rig's job, if a rig was named. */
export interface FoundRig extends Pick<RigRequest, "portrait" | "options"> {
  readonly job?: Job;
}

/**
 * Finds what a wish names: the portrait, or the rig's.
 *
 * @throws FilmError `request_invalid` for both or neither, `rig_missing`, `consent_invalid` for other
 *   grounds than the rig's, `option_invalid` for options that the rig has settled.
 */
export async function findRig(
  queue: Pick<JobQueue, "get">,
  account: string,
  { portrait, rig: id, consent, options = {} }: RigWish,
): Promise<FoundRig> {
  const { crop, size, face } = options;
  if (portrait !== undefined && id === undefined) {
    return { portrait, options: { crop, size, face } };
  }
  if (portrait !== undefined || id === undefined) {
    throw new FilmError("request_invalid", "There must be a portrait or a rig, one of both.");
  }
  const job = await queue.get(rigKey(account, rigIdSchema.parse(id)));
  if (job === undefined || ["failed", "cancelled", "expired"].includes(job.state)) {
    const message = `There is no rig ${id} among yours${job && `: it is ${job.state}`}.`;
    throw new FilmError("rig_missing", message, { id });
  }
  const rig = readRigSpec(job.spec);
  const { basis, guardian = false } = rig.consent;
  if (consent.basis !== basis || (consent.guardian ?? false) !== guardian) {
    const message = `The rig was made on other grounds: ${basis}, not ${consent.basis}.`;
    throw new FilmError("consent_invalid", message);
  }
  if ([crop, size, face].some((option) => option !== undefined)) {
    throw new FilmError("option_invalid", "crop, size and face are the rig's: leave them out.");
  }
  return { portrait: rig.portrait, options: rig.options, job };
}

/** A film's wish with the portrait of the rig that it names. @throws FilmError as `findRig`. */
export async function settleRig(
  queue: JobQueue,
  account: string,
  wish: FilmWish,
): Promise<FilmRequest> {
  const { portrait, options, job } = await findRig(queue, account, wish);
  if (job === undefined) return filmRequestSchema.parse(wish);
  return filmRequestSchema.parse({ ...wish, portrait, options: { ...wish.options, ...options } });
}
