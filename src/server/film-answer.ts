/** @file A film as an answer: all of it, or the part that is asked for. */
import type { Context } from "hono";
import { FilmError } from "../index.js";
import type { DataFolder } from "./data-folder.js";
import { jobResultSchema } from "./film-request.js";
import type { Job } from "./queue.js";
import type { Env } from "./service.js";

/** Bytes from `from` to `to`, both included. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * Answers with a job's film.
 *
 * @throws FilmError `film_not_done`.
 * @source RFC 9110, 14: range requests; of several ranges, all of the film is sent.
 */
export async function answerFilm(c: Context<Env>, job: Job, folder: DataFolder): Promise<Response> {
  if (job.state !== "done" || job.result === undefined) {
    const message = `The film is ${job.state}, not done.`;
    throw new FilmError("film_not_done", message, { state: job.state });
  }
  const { attempt, container, sha256 } = jobResultSchema.parse(JSON.parse(job.result));
  const path = folder.film({ ...job, attempt }, container);
  const found = await folder.files.find(path);
  if (found === undefined) throw gone();
  const size = found.bytes;
  const etag = `"${sha256}"`;
  const headers = {
    ...{ "accept-ranges": "bytes", etag, "content-type": `video/${container}` },
    "content-disposition": `attachment; filename="${job.id}.${container}"`,
    "cache-control": "private, max-age=0, must-revalidate",
  };
  if (c.req.header("if-none-match") === etag) return c.newResponse(null, 304, headers);
  const isSame = [undefined, etag].includes(c.req.header("if-range"));
  const part = isSame ? partOf(c.req.header("range"), size) : undefined;
  if (part === "none") {
    return c.newResponse(null, 416, { ...headers, "content-range": `bytes */${size}` });
  }
  const { from, to } = part ?? { from: 0, to: size - 1 };
  // Nobody would read it, or close it.
  const isHead = c.req.method === "HEAD";
  const body = isHead ? null : await folder.files.read(path, from, to);
  if (body === undefined) throw gone();
  const length = { "content-length": String(to - from + 1) };
  if (part === undefined) return c.newResponse(body, 200, { ...headers, ...length });
  const range = { "content-range": `bytes ${from}-${to}/${size}` };
  return c.newResponse(body, 206, { ...headers, ...length, ...range });
}

function gone(): FilmError {
  return new FilmError("not_found", "The film's file is gone.");
}

/** @returns Nothing for what is no single range: then it does not count. */
function partOf(header: string | undefined, size: number): Part | "none" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    return last === "0" ? "none" : { from: Math.max(0, size - Number(last)), to: size - 1 };
  }
  const from = Number(first);
  const to = last === "" ? size - 1 : Math.min(size - 1, Number(last));
  if (last !== "" && Number(last) < from) return undefined;
  return from >= size ? "none" : { from, to };
}
