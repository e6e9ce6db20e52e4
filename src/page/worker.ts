/** @file The page's worker: one file at a time, asked where it comes from. */
import { FilmError } from "../base/errors.js";
import { readCredentials } from "../trust/credentials.js";
import { mediaTypeOf } from "../trust/media-type.js";
import { readEntry, registryOf } from "../trust/registry.js";
import { type Subject, type Verification, verify } from "../trust/verify.js";
import type { Answer, Job } from "./job.js";
import { fileAsSource, toolkitOf } from "./page-credentials.js";
import { readPageFootage, readPagePicture } from "./page-footage.js";

/** The hash of larger files would need them in memory. */
const HASHED_MOST_BYTES = 1 << 28;

let before: Promise<void> = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<Job>) => {
  before = before.then(() => answer(data));
};

async function answer(job: Job): Promise<void> {
  const { number } = job;
  let answer: Answer;
  try {
    answer = { number, found: await look(job) };
  } catch (error) {
    const problem =
      error instanceof FilmError ? `${error.message} ${error.hint}` : `It failed: ${error}`;
    answer = { number, problem };
  }
  self.postMessage(answer);
}

async function look({ file, entries, anchors }: Job): Promise<Verification> {
  const source = fileAsSource(file);
  const credentials = await readCredentials(source, anchors, toolkitOf(file));
  const isPicture = mediaTypeOf(source)?.startsWith("image/") ?? false;
  const registry =
    entries.length === 0 ? undefined : registryOf(entries.map((text) => readEntry(text)));
  const sha256 = file.size > HASHED_MOST_BYTES ? undefined : await hashOf(file);
  const known = { credentials, sha256 };
  let seen: Subject["seen"];
  try {
    seen = isPicture
      ? { picture: await readPagePicture(file) }
      : { film: await readPageFootage(file) };
    return await verify({ ...known, seen }, { registry });
  } catch (error) {
    // Credentials can be told of even where pictures cannot be decoded.
    if (!(error instanceof FilmError) || credentials.state === "none") throw error;
    return await verify(known, { registry });
  } finally {
    if (seen !== undefined && "film" in seen) seen.film.close();
  }
}

async function hashOf(file: File): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
