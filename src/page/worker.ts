/** @file The page's worker: one file at a time, asked where it comes from. */
import { FilmError } from "../base/errors.js";
import type { Footage } from "../base/footage.js";
import { blobAsSource, openBrowserToolkit } from "../platform/browser-credentials.js";
import { readFootage } from "../platform/browser-files.js";
import { readPicture } from "../platform/browser-picture.js";
import { readCredentials, readKeptManifest } from "../trust/credentials.js";
import { mediaTypeOf } from "../trust/media-type.js";
import { registryOf } from "../trust/registry.js";
import { sha256 as sha256Of } from "../trust/sha256.js";
import { type Verification, verify } from "../trust/verify.js";
import type { Answer, Job, Known } from "./job.js";

/** What is larger is looked at reduced to this, px: marks of larger films are still found then. */
const SEEN_MOST_PX = 2048;
/** The hash of larger files would need them in memory. */
const HASHED_MOST_BYTES = 1 << 28;
/** A film is looked at twice at most: for its mark, and to be compared. */
const LOOKS = 2;
/** Progress is told in such steps. */
const DONE_STEP = 0.01;

/** Is told how far it is, 0..1; undefined while nobody knows. */
type Tell = (done: number | undefined) => void;

const toolkit = openBrowserToolkit();
const registry = registryOf([]);
const anchors: string[] = [];
/** A page to which nobody gave a registry has none to ask. */
let hasRegistry = false;

let before: Promise<void> = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<Job | Known>) => {
  before = before.then(() => ("file" in data ? answer(data) : learn(data)));
};

async function learn(known: Known): Promise<void> {
  for (const entry of known.entries) await registry.put(entry);
  hasRegistry ||= known.entries.length > 0;
  anchors.push(...known.anchors);
}

async function answer({ number, file }: Job): Promise<void> {
  const send = (message: Answer) => self.postMessage(message);
  let told = 0;
  const tell: Tell = (done) => {
    if (done !== undefined && done < told + DONE_STEP) return;
    told = done ?? told;
    send({ number, done });
  };
  try {
    send({ number, found: await look(file, tell) });
  } catch (error) {
    send({ number, problem: problemOf(error, file.name) });
  }
}

/** Hints are for people at a terminal, but for those on files. */
function problemOf(error: unknown, name: string): string {
  if (!(error instanceof FilmError)) {
    const reason = error instanceof Error ? error.message : String(error);
    return `“${name}” could not be looked at: ${reason}.`;
  }
  if (error.code !== "codec_missing") return `${error.message} ${error.hint}`;
  return `${error.message} Try another browser, or \`ritratto verify\`.`;
}

async function look(file: File, tell: Tell): Promise<Verification> {
  const source = blobAsSource(file);
  const credentials = await readCredentials(source, anchors, toolkit);
  const isPicture = mediaTypeOf(source)?.startsWith("image/") ?? false;
  const sha256 =
    file.size > HASHED_MOST_BYTES
      ? undefined
      : await sha256Of(new Uint8Array(await file.arrayBuffer()));
  const known = { credentials, sha256 };
  const readManifest = (manifest: Uint8Array) => readKeptManifest(manifest, anchors, toolkit);
  const options = { registry: hasRegistry ? registry : undefined, readManifest };
  const seen = await open(file, isPicture, tell).catch((error: unknown) => {
    // Credentials can be told of even where pictures cannot be decoded.
    if (!(error instanceof FilmError) || credentials.state === "none") throw error;
    return undefined;
  });
  try {
    return await verify({ ...known, seen }, options);
  } finally {
    if (seen !== undefined && "film" in seen) seen.film.close();
  }
}

async function open(file: File, isPicture: boolean, tell: Tell) {
  if (isPicture) {
    return { picture: await readPicture(file, { mostPx: SEEN_MOST_PX, enlarge: false }) };
  }
  return { film: telling(await readFootage(file, { sizePx: SEEN_MOST_PX }), tell) };
}

/** The same film, which tells how far it has been looked at. */
function telling(film: Footage, tell: Tell): Footage {
  const { startSeconds, endSeconds } = film.video;
  let looks = 0;
  return {
    ...film,
    async *frames() {
      const look = looks++;
      for await (const frame of film.frames()) {
        const share = (frame.timeSeconds - startSeconds) / (endSeconds - startSeconds);
        tell((look + share) / LOOKS);
        yield frame;
      }
      // All frames are seen; how long the mark is looked for then depends on what is found.
      tell(undefined);
    },
  };
}
