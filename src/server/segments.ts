/** @file Segments of films as jobs of the queue: their keys, what they ask for, and where their files are. */
import { z } from "zod";
import { fingerprintPartSchema } from "../index.js";
import type { DataFolder } from "./data-folder.js";
import { filmRequestSchema } from "./film-request.js";
import type { Job, JobKey, JobQueue } from "./queue.js";

/** Frames of a film, from one to before another. */
export const spanSchema = z.strictObject({ from: z.int().min(0), to: z.int().min(1) });

/** What a segment's job asks for. */
export const segmentSpecSchema = z.strictObject({
  /** The film's job: its id and its number. */
  ...{ film: z.string(), number: z.int() },
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

/** Segments that an account may have in the queue. */
const SEGMENTS_MOST = 1_000_000;

/** A film's job: one that was erased and put in again is another, of which nothing may be taken. */
export type FilmJob = Pick<Job, "account" | "id" | "number">;

/** What names a segment's job: of another cut it is another. */
export function segmentKey(film: FilmJob, { index, count }: Pick<SegmentSpec, "index" | "count">) {
  return { account: accountOf(film), id: `${idStart(film)}${index + 1}-of-${count}` };
}

/** Takes all segments of a film out of the queue. */
export async function forgetSegments(
  queue: Pick<JobQueue, "list" | "erase">,
  film: FilmJob,
): Promise<void> {
  for (const job of await queue.list({ account: accountOf(film), limit: SEGMENTS_MOST })) {
    if (job.id.startsWith(idStart(film))) await queue.erase(job);
  }
}

/** Whose film it is a segment of; nothing if a job is none. */
export function segmentOwner({ account }: Pick<JobKey, "account">): string | undefined {
  return account.startsWith(ACCOUNT_START) ? account.slice(ACCOUNT_START.length) : undefined;
}

/** Where the take of a film is that is rendered in segments. */
export function takePath(folder: DataFolder, film: FilmJob): string {
  return folder.piece(film, `${film.number}-take`, "json");
}

/** Where a claim's segment is. */
export function segmentPath(
  folder: DataFolder,
  film: FilmJob,
  { index, count, request }: Pick<SegmentSpec, "index" | "count" | "request">,
  attempt: number,
): string {
  const { container = "mp4" } = request.options ?? {};
  const name = `${film.number}-${index + 1}-of-${count}-by-${attempt}`;
  return folder.piece(film, name, container);
}

function accountOf({ account }: Pick<FilmJob, "account">): string {
  return `${ACCOUNT_START}${account}`;
}

/** No id of a film holds a dot. */
function idStart({ id, number }: FilmJob): string {
  return `${id}.${number}.`;
}
