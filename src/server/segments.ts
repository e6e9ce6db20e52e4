/** @file Segments of films as jobs of the queue: their keys, what they ask for, and where their files are. */
import { z } from "zod";
import { fingerprintPartSchema } from "../index.js";
import type { DataFolder } from "./data-folder.js";
import { filmRequestSchema } from "./film-request.js";
import type { JobKey } from "./queue.js";

/** Frames of a film, from one to before another. */
export const spanSchema = z.strictObject({ from: z.int().min(0), to: z.int().min(1) });

/** What a segment's job asks for. */
export const segmentSpecSchema = z.strictObject({
  /** The film's job. */
  film: z.string(),
  /** Which segment of how many; the first is 0. */
  ...{ index: z.int().min(0), count: z.int().min(1) },
  span: spanSchema,
  request: filmRequestSchema,
});

/** What a segment's job asks for. */
export type SegmentSpec = z.infer<typeof segmentSpecSchema>;

/** What is known of a segment that was rendered: by which claim, and what it looks like. */
export const segmentResultSchema = z.strictObject({
  attempt: z.int(),
  print: fingerprintPartSchema,
});

/** No caller's account begins so: segments are jobs beside his films. */
const ACCOUNT_START = "+";

/** What names a segment's job: of another cut it is another. */
export function segmentKey(film: JobKey, { index, count }: Pick<SegmentSpec, "index" | "count">) {
  const account = `${ACCOUNT_START}${film.account}`;
  return { account, id: `${film.id}.${index + 1}-of-${count}` };
}

/** Whose film it is a segment of; nothing if a job is none. */
export function segmentOwner({ account }: Pick<JobKey, "account">): string | undefined {
  return account.startsWith(ACCOUNT_START) ? account.slice(ACCOUNT_START.length) : undefined;
}

/** Where the take of a film is that is rendered in segments. */
export function takePath(folder: DataFolder, film: JobKey): string {
  return folder.piece(film, "take", "json");
}

/** Where a claim's segment is. */
export function segmentPath(
  folder: DataFolder,
  film: JobKey,
  { index, count, request }: Pick<SegmentSpec, "index" | "count" | "request">,
  attempt: number,
): string {
  const { container = "mp4" } = request.options ?? {};
  return folder.piece(film, `${index + 1}-of-${count}-by-${attempt}`, container);
}
