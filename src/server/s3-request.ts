/**
 * @file Requests to an S3-compatible storage: signed, tried again, and their failures said without anything
 * that was signed with.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { FilmError } from "../index.js";
import type { S3Address, S3Credentials } from "./s3-address.js";

/** SHA-256 of nothing. */
export const NOTHING_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** A request. */
export interface S3Request {
  readonly method: "GET" | "PUT" | "POST" | "HEAD" | "DELETE";
  /** An object's name with its prefix; empty for the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly content: Blob | string; readonly sha256: string };
}

/** How long a storage is waited for, ms. */
export interface Patience {
  /** After this nothing is tried again. */
  readonly triesMs: number;
  /** The first pause between two tries; each is twice as long as the one before. */
  readonly pauseMs: number;
  /** One try, apart from the time that its bytes take. */
  readonly tryMs: number;
  /** Ends all waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a storage is waited for if nobody says otherwise. */
export const USUAL_PATIENCE: Patience = { triesMs: 30_000, pauseMs: 200, tryMs: 15_000 };

/** A line slower than this stands still, bytes per ms. */
const SLOWEST_BYTES_PER_MS = 100;
const PAUSE_MOST_MS = 5000;

/** Sends requests to one bucket. */
export interface S3Caller {
  /**
   * Sends a request and uses its answer, as often as it takes.
   *
   * @param use - Gets answers of 200 and 206, and those of 404 that are about an object. Whatever it throws is
   *   tried again, but FilmErrors other than `storage_unreachable`.
   */
  call<T>(request: S3Request, use: (answer: Response) => Promise<T>): Promise<T>;
  /** Likewise, but only until the answer begins: then it may take as long as it takes. */
  begin(request: S3Request): Promise<Response>;
}

/** Sends requests to a bucket. */
export function s3Caller(
  { base, region }: S3Address,
  credentials: S3Credentials,
  patience: Patience,
): S3Caller {
  const host = new URL(base).host;
  const cache = new Map<string, ArrayBuffer>();
  const waiting = patience.signal === undefined ? {} : { signal: patience.signal };

  const send = async (request: S3Request, signal: AbortSignal): Promise<Response> => {
    const { method, key, query = {}, body } = request;
    const words = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join("="));
    const url = `${base}/${key}${words.length === 0 ? "" : `?${words.join("&")}`}`;
    // The hash is signed, and checked by the storage: also over http nothing else is taken for ours.
    const sha256 = body?.sha256 ?? NOTHING_SHA256;
    const { headers } = await new AwsV4Signer({
      ...{ method, url, region, service: "s3", cache },
      ...{ accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey },
      ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
      headers: { ...request.headers, "x-amz-content-sha256": sha256 },
    }).sign();
    // Not signed: what lies between may change it.
    headers.set("accept-encoding", "identity");
    const answer = await fetch(url, {
      ...{ method, headers, signal, redirect: "manual" },
      ...(body !== undefined && { body: body.content }),
    });
    await refuseFailure(answer, method);
    return answer;
  };

  const persist = async <T>(attempt: () => Promise<T>): Promise<T> => {
    const end = Date.now() + patience.triesMs;
    for (let pauseMs = patience.pauseMs; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MOST_MS)) {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof FilmError && error.code !== "storage_unreachable") throw error;
        const isOver = patience.signal?.aborted || Date.now() + pauseMs > end;
        if (isOver) throw unreachable(host, error);
      }
      await sleep(pauseMs, undefined, waiting).catch(() => undefined);
    }
  };

  return {
    call: (request, use) =>
      persist(async () => {
        const limit = timeLimit(patience);
        try {
          limit.allow(sizeOf(request.body?.content));
          const answer = await send(request, limit.signal);
          limit.allow(Number(answer.headers.get("content-length") ?? 0));
          return await use(answer);
        } finally {
          limit.end();
        }
      }),
    begin: (request) =>
      persist(async () => {
        const limit = timeLimit(patience);
        try {
          limit.allow(0);
          return await send(request, limit.signal);
        } finally {
          limit.end();
        }
      }),
  };
}

/** Gives up what takes too long. */
function timeLimit({ tryMs, signal }: Patience) {
  const stop = new AbortController();
  const onStop = () => stop.abort(signal?.reason);
  if (signal?.aborted) onStop();
  signal?.addEventListener("abort", onStop);
  const late = new DOMException("It took too long.", "TimeoutError");
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: stop.signal,
    /** Time from now for so many bytes. */
    allow(bytes: number) {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(late), tryMs + bytes / SLOWEST_BYTES_PER_MS);
    },
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onStop);
    },
  };
}

function sizeOf(content: Blob | string | undefined): number {
  return typeof content === "string" ? content.length : (content?.size ?? 0);
}

/** @throws FilmError for what is neither there nor missing. */
async function refuseFailure(answer: Response, method: string): Promise<void> {
  const { status } = answer;
  if (answer.ok) return;
  // All else in the text may tell how the request was signed.
  const code = status < 400 ? "" : wordOf(await answer.text(), "Code");
  if (status === 404 && code !== "NoSuchBucket") return;
  const what = `${method} was answered with ${status} ${code ?? ""}`.trimEnd();
  const passes = status >= 500 || status === 429 || code === "RequestTimeout";
  if (passes) throw new FilmError("storage_unreachable", what, { status });
  throw new FilmError("storage_refused", `The storage refuses: ${what}.`, { status });
}

/** What stands in an element of an XML answer, if it is a plain word. */
export function wordOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([\\w.:+/="-]{1,1024})</${element}>`).exec(xml)?.[1];
}

/** What the storage answered is not what S3 says it answers. */
export function strange(what: string): FilmError {
  return new FilmError("storage_unreachable", what);
}

function unreachable(host: string, error: unknown): FilmError {
  const message = `The storage at ${host} does not do what it should: ${reasonOf(error)}.`;
  return new FilmError("storage_unreachable", message, {}, { cause: error });
}

function reasonOf(error: unknown): string {
  if (error instanceof FilmError) return error.message;
  if (!(error instanceof Error)) return "no answer";
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return `${cause.code}`;
  return error.name === "TimeoutError" ? "no answer came in time" : error.message;
}
