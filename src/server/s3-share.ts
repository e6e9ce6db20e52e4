/**
 * @file A share in an S3-compatible storage: one object for each file, named like it.
 *
 * Each object has its bytes' SHA-256 as `x-amz-meta-sha256`, so that who fetches it knows that it came
 * whole, however it was put there.
 *
 * @source Amazon S3 API Reference, 2006-03-01.
 */
import { createHash, randomBytes } from "node:crypto";
import { openAsBlob } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { assert } from "../base/assert.js";
import { FilmError } from "../index.js";
import { unwritable } from "../platform/node-files.js";
import { readS3Address, readS3Credentials } from "./s3-address.js";
import { type Listing, readListing } from "./s3-listing.js";
import { putInParts } from "./s3-parts.js";
import { type Patience, type S3Caller, s3Caller, strange, USUAL_PATIENCE } from "./s3-request.js";
import { SHARED_NAME, type Share, type SharedFile } from "./share.js";

/** How a storage is used, where not as usual. */
export interface S3Options {
  readonly patience?: Partial<Patience>;
  /** Larger files go in parts of so many bytes; a storage takes 5 MB to 5 GB. */
  readonly partBytes?: number;
}

/**
 * A part is read into memory as fast as the disk gives it, however slow the line; and a part that fails is sent
 * again, not the whole file. 10 000 of them, as many as may be, are 160 GB.
 */
const PART_BYTES = 16 << 20;
/** A file that comes damaged is asked for so often. */
const FETCHES_MOST = 3;
const HASH_HEADER = "x-amz-meta-sha256";

/**
 * A share in a bucket.
 *
 * @param address - See `readS3Address`. @param env - Holds the credentials.
 * @throws FilmError `option_invalid`.
 */
export function s3Share(
  address: string,
  env: Readonly<Record<string, string | undefined>>,
  options: S3Options = {},
): Share {
  const at = readS3Address(address, env);
  const { partBytes = PART_BYTES } = options;
  const caller = s3Caller(at, readS3Credentials(env), { ...USUAL_PATIENCE, ...options.patience });
  const keyOf = (name: string) => {
    assert(SHARED_NAME.test(name), "files of a share have plain names");
    return `${at.prefix}${name}`;
  };
  return {
    async put(name, path) {
      const file = await openAsBlob(path);
      const key = keyOf(name);
      const sha256 = await hashBlob(file);
      const headers = { [HASH_HEADER]: sha256 };
      if (file.size > partBytes)
        return putInParts(caller, { key, headers }, partsOf(file, partBytes));
      const body = { content: file, sha256 };
      await caller.call({ method: "PUT", key, headers, body }, discard);
    },

    async fetch(name, path, sha256) {
      const request = { method: "GET", key: keyOf(name) } as const;
      for (let tried = 1; ; tried++) {
        const came = await caller.call(request, async (answer) => {
          if (answer.status === 404) return "missing";
          const expected = sha256 ?? answer.headers.get(HASH_HEADER) ?? undefined;
          return writeWhole(answer, path, expected);
        });
        if (came !== "damaged") return came === "whole";
        if (tried < FETCHES_MOST) continue;
        throw new FilmError("storage_damaged", `The storage's file ${name} is not what it was.`);
      }
    },

    open: (name, from, to) => openRange(caller, keyOf(name), from, to),

    find: (name) => find(caller, name, keyOf(name)),

    async touch(name) {
      const key = keyOf(name);
      const found = await find(caller, name, key);
      if (found === undefined) return false;
      // Copied onto itself: nothing is sent, and its time becomes now.
      const headers = {
        "x-amz-copy-source": `/${at.bucket}/${key}`,
        "x-amz-metadata-directive": "REPLACE",
        ...(found.sha256 !== undefined && { [HASH_HEADER]: found.sha256 }),
      };
      return caller.call({ method: "PUT", key, headers }, async (answer) => {
        if (answer.status === 404) return false;
        // It may begin with 200 and then find that it cannot.
        if ((await answer.text()).includes("<CopyObjectResult")) return true;
        throw strange("It did not copy a file");
      });
    },

    async remove(name) {
      await caller.call({ method: "DELETE", key: keyOf(name) }, discard);
    },

    async list(prefix) {
      const files: SharedFile[] = [];
      const query = { "list-type": "2", prefix: `${at.prefix}${prefix}` };
      for (let token: string | undefined = ""; token !== undefined; ) {
        const more: Record<string, string> =
          token === "" ? query : { ...query, "continuation-token": token };
        const page: Listing = await caller.call(
          { method: "GET", key: "", query: more },
          async (answer) => readListing(await answer.text()),
        );
        for (const { key, ...file } of page.objects) {
          const name = key.slice(at.prefix.length);
          // What others keep there is none of ours.
          if (key.startsWith(at.prefix) && SHARED_NAME.test(name)) files.push({ name, ...file });
        }
        token = page.next;
      }
      return files.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

/** A part of an object, as it comes; nothing if there is no such object. @param etag - Of the object that is meant. */
async function begin(caller: S3Caller, key: string, from: number, to: number, etag?: string) {
  const headers = { range: `bytes=${from}-${to}`, ...(etag !== undefined && { "if-match": etag }) };
  const answer = await caller.begin({ method: "GET", key, headers });
  if (answer.status === 404) return undefined;
  if (answer.status === 206 && answer.body !== null) {
    return { reader: answer.body.getReader(), etag: answer.headers.get("etag") ?? undefined };
  }
  await answer.body?.cancel();
  throw strange("It sends no parts of files");
}

/** Goes on where the line broke, if any more of the same object came since it broke before. */
async function openRange(caller: S3Caller, key: string, from: number, to: number) {
  const first = await begin(caller, key, from, to);
  if (first === undefined) return undefined;
  let { reader } = first;
  let [at, begun] = [from, from];
  const next = async () => {
    try {
      return (await reader.read()).value;
    } catch (error) {
      if (at === begun) throw error;
      return undefined;
    }
  };
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    for (;;) {
      const piece = await next();
      if (piece !== undefined) {
        at += piece.length;
        return controller.enqueue(piece);
      }
      if (at > to) return controller.close();
      if (at === begun) throw strange("A file breaks off");
      begun = at;
      const more = await begin(caller, key, at, to, first.etag);
      if (more === undefined) throw strange("A file was removed while it was sent");
      reader = more.reader;
    }
  };
  const cancel = (reason: unknown) => reader.cancel(reason);
  return new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 });
}

async function find(caller: S3Caller, name: string, key: string) {
  return caller.call({ method: "HEAD", key }, async (answer) => {
    if (answer.status === 404) return undefined;
    const bytes = Number(answer.headers.get("content-length") ?? Number.NaN);
    const changedAt = Date.parse(answer.headers.get("last-modified") ?? "");
    if (Number.isNaN(bytes + changedAt)) throw strange("It does not say how long a file is");
    const sha256 = answer.headers.get(HASH_HEADER);
    return { name, bytes, changedAt, ...(sha256 !== null && { sha256 }) };
  });
}

async function discard(answer: Response): Promise<void> {
  await answer.arrayBuffer();
}

async function* partsOf(file: Blob, partBytes: number) {
  for (let from = 0; from < file.size; from += partBytes) {
    const content = file.slice(from, from + partBytes);
    yield { content, sha256: await hashBlob(content) };
  }
}

async function hashBlob(blob: Blob): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of blob.stream()) hash.update(piece);
  return hash.digest("hex");
}

/** Writes an answer's body beside its place, and puts it there if it is what it should be. */
async function writeWhole(
  answer: Response,
  path: string,
  sha256: string | undefined,
): Promise<"whole" | "damaged"> {
  const folder = dirname(path);
  const part = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.part`);
  const hash = createHash("sha256");
  try {
    await onDisk(path, mkdir(folder, { recursive: true, mode: 0o700 }));
    const file = await onDisk(path, open(part, "wx", 0o600));
    try {
      for await (const piece of answer.body ?? []) {
        hash.update(piece);
        await onDisk(path, file.writeFile(piece));
      }
      await onDisk(path, file.sync());
    } finally {
      await file.close();
    }
    if (sha256 !== undefined && hash.digest("hex") !== sha256) {
      await rm(part, { force: true });
      return "damaged";
    }
    await onDisk(path, rename(part, path));
    return "whole";
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** What the disk refuses is not the storage's fault. @throws FilmError `file_unwritable`. */
async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unwritable(path, error);
  }
}
