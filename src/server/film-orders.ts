/** @file What the process that opens strangers' files is told to do, and what it tells. */
import { z } from "zod";
import {
  type Failure,
  type FingerprintPart,
  fingerprintPartSchema,
  type Progress,
} from "../index.js";
import { type FilmResult, filmRequestSchema } from "./film-request.js";
import { type RigResult, rigRequestSchema } from "./rig-request.js";
import { spanSchema } from "./segments.js";

/** What the process is told to do; all paths are ours. */
export const filmOrderSchema = z.object({
  kind: z.literal("film"),
  request: filmRequestSchema,
  ...{ portrait: z.string(), voice: z.string(), film: z.string(), rigStem: z.string() },
  ...{ registry: z.string(), optOuts: z.string() },
  style: z.string().optional(),
  threads: z.number().optional(),
  native: z.boolean(),
  /** A film that would be cut into several parts of this length is not rendered: its take is left there. */
  cut: z.object({ seconds: z.number().positive(), take: z.string() }).optional(),
});

/** Likewise, for a rig with its sheet. */
export const rigOrderSchema = filmOrderSchema
  .pick({ portrait: true, rigStem: true, optOuts: true, threads: true, native: true })
  .extend({ kind: z.literal("rig"), request: rigRequestSchema });

/** Likewise, for a segment of a film whose take is there. */
export const segmentOrderSchema = filmOrderSchema
  .omit({ kind: true, registry: true, style: true, cut: true })
  .extend({ kind: z.literal("segment"), take: z.string(), span: spanSchema });

/** Likewise, for the film of which all segments are there. */
export const joinOrderSchema = filmOrderSchema.omit({ kind: true, style: true, cut: true }).extend({
  kind: z.literal("join"),
  take: z.string(),
  segments: z.array(z.object({ path: z.string(), span: spanSchema, print: fingerprintPartSchema })),
});

/** What the process is told to do. */
export const orderSchema = z.discriminatedUnion("kind", [
  filmOrderSchema,
  rigOrderSchema,
  segmentOrderSchema,
  joinOrderSchema,
]);

/** A film is to be made. */
export type FilmOrder = z.infer<typeof filmOrderSchema>;
/** A rig with its sheet is to be made. */
export type RigOrder = z.infer<typeof rigOrderSchema>;
/** A segment is to be rendered. */
export type SegmentOrder = z.infer<typeof segmentOrderSchema>;
/** Segments are to be joined. */
export type JoinOrder = z.infer<typeof joinOrderSchema>;
/** Any of these. */
export type Order = z.infer<typeof orderSchema>;

/** What came of an order, if it went well. */
export type Made =
  | { readonly kind: "made"; readonly result: FilmResult }
  | { readonly kind: "rigged"; readonly result: RigResult }
  /** A film is to be rendered in segments; its take and its rig are there. */
  | { readonly kind: "planned"; readonly frameCount: number; readonly fps: number }
  | { readonly kind: "rendered"; readonly print: FingerprintPart };

/** What the process tells. */
export type FilmNews =
  | Made
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "fault"; readonly text: string };
