/** @file What is said in a live session: the shapes of the WebSocket API. */
import { z } from "@hono/zod-openapi";
import {
  filmOptionsSchema,
  filmRequestSchema,
  rigIdSchema,
  uploadIdSchema,
} from "./film-request.js";

/** The subprotocol that is spoken; its number changes with its shapes. */
export const LIVE_PROTOCOL = "ritratto.live.v1";
/** What a subprotocol begins with that is no protocol but a token. */
export const TOKEN_PROTOCOL = "ritratto.token.";

const RATE_HZ = { least: 8000, most: 48_000 };
const FPS = { usual: 25, most: 30 };
/** Of live pictures. */
export const LIVE_SIZE_PX = { least: 128, usual: 512, most: 1024 };

/** How a live portrait acts and is drawn: as a film's options, where they make sense. */
const liveOptionsSchema = filmOptionsSchema
  .pick({
    ...{ crop: true, face: true, seed: true, mouth: true, jaw: true, lips: true, head: true },
    ...{ still: true, expression: true, blink: true, energy: true, emotion: true, gaze: true },
    label: true,
  })
  .extend({
    size: z
      .int()
      .min(LIVE_SIZE_PX.least)
      .max(LIVE_SIZE_PX.most)
      .optional()
      .openapi({ description: `${LIVE_SIZE_PX.usual}, if a portrait is named and no size` }),
    fps: z.number().min(1).max(FPS.most).default(FPS.usual),
  });

/** The first message. */
export const liveHelloSchema = z
  .strictObject({
    portrait: uploadIdSchema.optional().openapi({ description: "Id of an uploaded portrait" }),
    rig: rigIdSchema.optional().openapi({
      description: "Id of a rig that is done, instead of a portrait: it starts at once",
    }),
    consent: filmRequestSchema.shape.consent,
    sampleRate: z.int().min(RATE_HZ.least).max(RATE_HZ.most),
    want: z
      .enum(["takes", "frames"])
      .openapi({ description: "Weights, head and gaze of each frame, or its picture" }),
    format: z.enum(["jpeg", "webp"]).default("jpeg"),
    options: liveOptionsSchema.prefault({}),
  })
  .openapi("LiveHello");

/** The first message, read. */
export type LiveHello = z.infer<typeof liveHelloSchema>;

/** The message after the last sound. */
export const liveEndSchema = z.strictObject({ kind: z.literal("end") }).openapi("LiveEnd");

/** One frame of a take. */
export const liveTakeFrameSchema = z
  .object({
    frame: z.int().openapi({ description: "Counted from 0" }),
    seconds: z.number().openapi({ description: "Of sound before the instant that it shows" }),
    weights: z
      .record(z.string(), z.number())
      .openapi({ description: "By ARKit channel; 0 is left out" }),
    head: z.record(z.string(), z.number()).openapi({ description: "Degrees and cm" }),
    gaze: z.record(z.string(), z.number()).openapi({ description: "Degrees" }),
    breath: z.number(),
  })
  .openapi("LiveTakeFrame");

const dropped = z.int().openapi({ description: "Frames left out so far" });

/** What the service says as text. */
export const liveAnswerSchema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("ready").openapi({ description: "Sound may come now" }),
      session: z.string(),
      filmId: z.string().openapi({ description: "What the invisible mark of pictures says" }),
      fps: z.number(),
      lookAheadSeconds: z.number().openapi({ description: "Sound that a frame waits for" }),
      width: z.int().optional(),
      height: z.int().optional(),
      labelled: z.boolean(),
    }),
    z.object({ kind: z.literal("take"), dropped, frames: z.array(liveTakeFrameSchema) }),
    z.object({ kind: z.literal("ended"), dropped, frames: z.int(), seconds: z.number() }),
    z.object({
      ...{ kind: z.literal("failed"), code: z.string(), detail: z.string(), hint: z.string() },
      details: z.record(z.string(), z.union([z.number(), z.string()])),
    }),
  ])
  .openapi("LiveAnswer");

/** What the service says as text. */
export type LiveAnswer = z.infer<typeof liveAnswerSchema>;

/** A token for one session. */
export const liveTokenSchema = z
  .object({ protocol: z.string(), expiresAt: z.iso.datetime() })
  .openapi("LiveToken");

/** Bytes before a picture. */
export const PICTURE_HEAD_BYTES = 16;

/**
 * A picture as a binary message. Little-endian: 0 float64 `seconds` of sound before the instant that it
 * shows; 8 uint32 `frame`, counted from 0; 12 uint32 `dropped`; 16 the JPEG or WebP file.
 */
export function packPicture(
  picture: Uint8Array,
  { seconds, frame, dropped }: Readonly<Record<"seconds" | "frame" | "dropped", number>>,
): Uint8Array {
  const out = new Uint8Array(PICTURE_HEAD_BYTES + picture.length);
  const view = new DataView(out.buffer);
  view.setFloat64(0, seconds, true);
  view.setUint32(8, frame, true);
  view.setUint32(12, dropped, true);
  out.set(picture, PICTURE_HEAD_BYTES);
  return out;
}
