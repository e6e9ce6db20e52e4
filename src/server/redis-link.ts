/** @file A connection to Redis on which scripts are run, and what is said when Redis is not there. */
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { FilmError } from "../index.js";

/** How Redis is reached. */
export interface RedisLinkOptions {
  /** redis://user:password@host:port/number, or rediss:// over TLS. */
  readonly url: string;
  /** For how long an answer is waited for, ms; 10 000 by default. */
  readonly patienceMs?: number | undefined;
}

/** A connection. */
export interface RedisLink {
  readonly redis: Redis;
  /**
   * Asks Redis.
   *
   * @throws FilmError `queue_unreachable` if it does not answer; what was asked may have been done nevertheless.
   */
  asking<T>(question: (redis: Redis) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A script, to be run with one key and arguments. */
export type Script = (redis: Redis, key: string, ...args: string[]) => Promise<unknown>;

const PATIENCE_MS = 10_000;
/** Between two attempts to reach it again, ms: from the least on, more each time. */
const AGAIN_MS = { step: 50, most: 1000 };

/**
 * Connects.
 *
 * @throws FilmError `store_missing` if the package is not installed, `option_invalid` for what is no address,
 *   `queue_unreachable` if nobody answers there.
 */
export async function openRedis(options: RedisLinkOptions): Promise<RedisLink> {
  const { url, patienceMs = PATIENCE_MS } = options;
  const place = placeOf(url);
  const { Redis } = await loadRedis();
  const redis = new Redis(url, {
    ...{ lazyConnect: true, commandTimeout: patienceMs },
    // Workers wait for Redis; how long a question waits is said above.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(AGAIN_MS.most, AGAIN_MS.step * times),
  });
  // It connects again by itself; whoever asks meanwhile is told.
  redis.on("error", () => undefined);
  const asking = async <T>(question: (redis: Redis) => Promise<T>) => {
    try {
      return await question(redis);
    } catch (error) {
      throw isAway(error) ? unreachable(place, error) : error;
    }
  };
  const close = async () => {
    if (redis.status === "ready") await redis.quit().catch(() => undefined);
    redis.disconnect();
  };
  try {
    await asking(() =>
      within(
        redis.connect().then(() => redis.ping()),
        patienceMs,
      ),
    );
  } catch (error) {
    await close();
    // Whatever it is that answers, it is no Redis that lets us in.
    throw error instanceof FilmError ? error : unreachable(place, error);
  }
  return { redis, asking, close };
}

/** Loads the package, which may have been left out. @throws FilmError `store_missing`. */
async function loadRedis(): Promise<Pick<typeof import("ioredis"), "Redis">> {
  try {
    return await import("ioredis");
  } catch (cause) {
    const message = "The package for Redis, ioredis, is not installed.";
    throw new FilmError("store_missing", message, {}, { cause });
  }
}

/** Makes a script's function: Redis is sent its text once, and its name from then on. */
export function scriptOf(text: string): Script {
  const name = createHash("sha1").update(text).digest("hex");
  return async (redis, key, ...args) => {
    try {
      return await redis.evalsha(name, 1, key, ...args);
    } catch (error) {
      if (!String(error).includes("NOSCRIPT")) throw error;
      return redis.eval(text, 1, key, ...args);
    }
  };
}

/** Where it is, without its password. @throws FilmError `option_invalid`. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === "") {
    const message = "The queue's address is none of Redis: redis://host:6379.";
    throw new FilmError("option_invalid", message);
  }
  return `${parsed.hostname}:${parsed.port || "6379"}`;
}

function unreachable(place: string, cause: unknown): FilmError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `Redis at ${place} does not answer: ${why}`;
  return new FilmError("queue_unreachable", message, { place }, { cause });
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = "" } = error as NodeJS.ErrnoException;
  const isNetwork = /^E(CONN|TIMEDOUT|PIPE|HOST|NET|NOTFOUND|AI_)/.test(code);
  // It is starting up, or gone while it was asked.
  return isNetwork || /timed out|closed|LOADING|ended|Stream isn't writ/i.test(error.message);
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("timed out")), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
