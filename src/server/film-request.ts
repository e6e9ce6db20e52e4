/** @file What whoever wants a film sends, and what he is told of it: the shapes of the HTTP API. */
import { z } from "@hono/zod-openapi";
import {
  CONSENT_BASES,
  CROP_SHAPES,
  editFileSchema,
  type FailureCode,
  FPS_MOST,
  LABEL_WISHES,
  MARK_STRENGTH,
} from "../index.js";
import { JOB_ID_PATTERN } from "./data-folder.js";
import { JOB_STATES, type Job } from "./queue.js";

/** How far eyes turn, degrees: sideways, and up or down. */
const GAZE_ACROSS = 30;
const GAZE_ALONG = 20;
const SIZE_PX = { least: 128, most: 4096 };

/** Of a webhook. */
const URL_LETTERS_MOST = 2000;

const size = (most: number) => z.number().min(0).max(most);
/** Keys of an edit, all lanes together: as many as still make a short request. */
const EDIT_KEYS_MOST = 1000;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** An edit as the studio saves it, and as `--edits` reads it. */
const editSchema = editFileSchema.refine(
  ({ lanes, emotion = [] }) =>
    Object.values(lanes).reduce((sum, keys = []) => sum + keys.length, emotion.length) <=
    EDIT_KEYS_MOST,
  `an edit has at most ${EDIT_KEYS_MOST} keys here`,
);

/** Options as the program's; what is not said is as there. */
export const filmOptionsSchema = z
  .strictObject({
    size: z.int().min(SIZE_PX.least).max(SIZE_PX.most),
    crop: z.enum(CROP_SHAPES),
    face: z.int().min(1).max(99),
    fps: z.number().min(1).max(FPS_MOST),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31),
    mode: z.enum(["auto", "speech", "song", "rap"]),
    mouth: size(2),
    jaw: size(2),
    lips: size(2),
    head: size(2),
    still: z.boolean(),
    expression: size(2),
    blink: size(3),
    energy: size(2),
    emotion: z.string().max(200),
    emotionCurve: z.string().max(4000),
    gaze: z.union([
      z.enum(["natural", "camera"]),
      z.strictObject({
        x: z.number().min(-GAZE_ACROSS).max(GAZE_ACROSS),
        y: z.number().min(-GAZE_ALONG).max(GAZE_ALONG),
      }),
    ]),
    container: z.enum(["mp4", "webm"]),
    codec: z.enum(["h264", "vp9", "av1"]),
    quality: z.enum(["draft", "good", "best"]),
    alpha: z.boolean(),
    background: z
      .string()
      .max(64)
      .openapi({ description: "A colour (#00ff00, white), blur, or blur:0.05 of the height" }),
    label: z.enum(LABEL_WISHES),
    style: hash.openapi({ description: "Id of an uploaded style" }),
    edits: editSchema,
    markStrength: z.number().min(MARK_STRENGTH.least).max(MARK_STRENGTH.most),
  })
  .partial()
  .openapi("FilmOptions");

/** Ids of rigs. */
export const rigIdSchema = z.string().regex(/^[0-9a-f]{32}$/);

const filmShape = z.strictObject({
  portrait: hash.openapi({ description: "Id of an uploaded portrait" }),
  rig: rigIdSchema.optional().openapi({ description: "Id of a rig, instead of a portrait" }),
  voice: hash.openapi({ description: "Id of an uploaded voice" }),
  consent: z
    .strictObject({ basis: z.enum(CONSENT_BASES), guardian: z.boolean().optional() })
    .openapi({ description: "On what grounds this face may speak, see docs/trust.md" }),
  name: z.string().max(200).optional().openapi({ description: "For people; never interpreted" }),
  options: filmOptionsSchema.optional(),
  webhook: z
    .url()
    .max(URL_LETTERS_MOST)
    .optional()
    .openapi({ description: "Hears when the film is done, failed or cancelled" }),
});

/** A film as it is queued: of a rig, with its portrait. */
export const filmRequestSchema = filmShape.openapi("FilmSpec");

/** A film as it is queued. */
export type FilmRequest = z.infer<typeof filmRequestSchema>;

/** A film that is wanted: of a portrait, or of a rig. */
export const filmWishSchema = filmShape
  .extend({ portrait: filmShape.shape.portrait.optional() })
  .openapi("FilmRequest");

/** A film that is wanted. */
export type FilmWish = z.infer<typeof filmWishSchema>;

/** Options that decide what a rig is. */
export type RigOptions = Pick<z.infer<typeof filmOptionsSchema>, "crop" | "size" | "face">;

/** What is known of a film that was made. */
export const filmResultSchema = z
  .object({
    filmId: z.string().openapi({ description: "What its invisible mark says" }),
    sha256: hash,
    bytes: z.int(),
    ...{ width: z.int(), height: z.int(), fps: z.number(), frameCount: z.int() },
    durationSeconds: z.number(),
    labelled: z.boolean(),
    warnings: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
  })
  .openapi("FilmResult");

/** What is known of a film that was made. */
export type FilmResult = z.infer<typeof filmResultSchema>;

/** What a job's result holds: of the claim whose file it is. */
export const jobResultSchema = filmResultSchema.extend({
  attempt: z.int(),
  container: z.enum(["mp4", "webm"]),
});

const failureSchema = z.object({
  ...{ code: z.string(), message: z.string(), hint: z.string() },
  details: z.record(z.string(), z.union([z.number(), z.string()])),
});

/** A job, as it is told. */
export const filmSchema = z
  .object({
    id: z.string(),
    state: z.enum(JOB_STATES),
    request: filmRequestSchema,
    attempts: z.int(),
    progress: z.object({ stage: z.string(), done: z.number(), total: z.number() }).optional(),
    result: filmResultSchema.optional(),
    failure: failureSchema.optional(),
    createdAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .openapi("Film");

/** Tells a job. */
export function tellJob(job: Job): z.infer<typeof filmSchema> {
  const { id, state, attempt, progress, failure, createdAt, changedAt } = job;
  return {
    ...{ id, state, request: filmRequestSchema.parse(JSON.parse(job.spec)), attempts: attempt },
    ...(progress && { progress }),
    ...(job.result !== undefined && { result: filmResultSchema.parse(JSON.parse(job.result)) }),
    ...(failure && { failure: { ...failure, details: { ...failure.details } } }),
    createdAt: new Date(createdAt).toISOString(),
    changedAt: new Date(changedAt).toISOString(),
  };
}

/** Ids of films. */
export const jobIdSchema = z.string().regex(JOB_ID_PATTERN);
/** Ids of uploads: SHA-256 of their bytes. */
export const uploadIdSchema = hash;

/** A failure as the HTTP API tells it. @source RFC 9457. */
export const problemSchema = z
  .object({
    ...{ type: z.string(), title: z.string(), status: z.int(), code: z.string() },
    ...{ detail: z.string(), hint: z.string() },
    details: z.record(z.string(), z.union([z.number(), z.string()])),
  })
  .openapi("Problem");

/** The HTTP status of each failure that is none of a file's. */
export const STATUS_OF: Readonly<Partial<Record<FailureCode, number>>> = {
  consent_missing: 422,
  consent_invalid: 422,
  edit_invalid: 422,
  film_conflict: 409,
  film_not_done: 409,
  file_unwritable: 507,
  key_invalid: 401,
  key_missing: 401,
  live_busy: 429,
  token_invalid: 401,
  not_found: 404,
  option_invalid: 422,
  origin_refused: 403,
  portrait_opted_out: 403,
  queue_unreachable: 503,
  quota_spent: 429,
  rate_exceeded: 429,
  request_invalid: 400,
  request_slow: 408,
  rig_missing: 422,
  scope_missing: 403,
  storage_full: 507,
  storage_damaged: 500,
  storage_refused: 500,
  storage_unreachable: 503,
  style_invalid: 422,
  upload_missing: 422,
  upload_too_large: 413,
  audio_unreadable: 415,
  picture_unreadable: 415,
  webhook_refused: 422,
};
