/** @file A service, running: the API on a port, old files removed now and then, workers kept alive. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createAdaptorServer, type WebSocketServerLike } from "@hono/node-server";
import { FilmError } from "../index.js";
import { makeApp } from "./app.js";
import { openServerBacking } from "./backing.js";
import { storedBatches } from "./batch-store.js";
import { queueBatch } from "./batches.js";
import { type DataFolder, openDataFolder } from "./data-folder.js";
import type { Store } from "./database.js";
import { diskSpace, SPARE_BYTES } from "./disk-space.js";
import { filmRequestSchema } from "./film-request.js";
import { type Keys, NO_KEYS, readKeys } from "./keys.js";
import { rateLimit, storedQuotas } from "./limits.js";
import { openLive } from "./live.js";
import { type LiveLimits, USUAL_LIVE } from "./live-limits.js";
import { makeLiveNumbers } from "./live-numbers.js";
import { type Log, makeMetrics } from "./metrics.js";
import type { JobQueue } from "./queue.js";
import { sweepRigs } from "./rig-files.js";
import { readRigSpec, rigOwner } from "./rig-request.js";
import { segmentOwner } from "./segments.js";
import type { Share } from "./share.js";
import { syncShare } from "./share-sync.js";
import { type UploadLimits, USUAL_LIMITS } from "./uploads.js";
import { storedSecrets } from "./webhook-secrets.js";
import { type SendOptions, sendWebhooks, USUAL_SENDING } from "./webhook-sender.js";
import { storedWebhooks, type Webhooks } from "./webhooks.js";

/** How a service is run. */
export interface ServeOptions {
  /** Where it keeps everything. */
  readonly data: string;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Redis, as redis://…, for a queue of many machines; a file in `data`, if not said. */
  readonly queue?: string | undefined;
  /** A file of keys; without one, only this machine may call. */
  readonly keys?: string | undefined;
  /** Requests a second of one caller. */
  readonly ratePerSecond: number;
  /** How long films and uploads are kept. */
  readonly keepHours: number;
  readonly limits?: UploadLimits | undefined;
  /** Where uploads, films and rigs are kept, if workers on other machines are to reach them. */
  readonly share?: Share | undefined;
  /** Bytes of the disk that are left free; nothing is taken that would need them. */
  readonly spareBytes?: number | undefined;
  /** How webhooks are sent, where not as usual. */
  readonly sending?: Partial<SendOptions> | undefined;
  readonly live?: Partial<LiveLimits> | undefined;
  /** Of each live session: whether it may use native code, and drawing threads. */
  readonly native?: boolean | undefined;
  readonly threads?: number | undefined;
  readonly log: Log;
}

/** A service that runs. */
export interface RunningService {
  readonly url: string;
  readonly folder: DataFolder;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly webhooks: Webhooks;
  close(): Promise<void>;
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"] as const;
const HOUR_MS = 3_600_000;
const SWEEP_MS = 60_000;
/** A client's headers must be there in this time, ms. */
const HEADERS_MS = 10_000;
/** How often that is looked at, ms. */
const CHECK_MS = 1000;
const CONNECTIONS_MOST = 2000;
/** Jobs that are looked through for the uploads they need. */
const JOBS_MOST = 1_000_000;
/** A worker that dies is started again after this, ms. */
const RESTART_MS = 1000;

/**
 * Starts a service.
 *
 * @throws FilmError `option_invalid` for an address that others reach while nobody needs a key, and
 *   for one that cannot be listened on; `file_unwritable`.
 */
export async function startService(options: ServeOptions): Promise<RunningService> {
  const { host, port, log, ratePerSecond, limits = USUAL_LIMITS } = options;
  const isLoopback = /^(localhost|127(\.\d+){3}|::1)$/.test(host);
  if (!isLoopback && options.keys === undefined) {
    const message = `${host} can be reached by others, and without --keys they need no key.`;
    throw new FilmError("option_invalid", message, { host });
  }
  const keys: Keys =
    options.keys === undefined
      ? NO_KEYS
      : await readKeys(options.keys, (error) => log("keys unreadable", { error: String(error) }));
  const { share } = options;
  const folder = openDataFolder(options.data, share);
  // Now, and not when somebody's upload comes.
  if (share !== undefined) await syncShare(folder, share);
  const backing = await openServerBacking(folder, options.queue);
  const { store, queue, ledger } = backing;
  const quotas = storedQuotas(store);
  const { native = true, threads } = options;
  const live = openLive({
    ...{ folder, store, queue, ledger, quotas, log, native, threads, numbers: makeLiveNumbers() },
    limits: { ...USUAL_LIVE, ...options.live },
  });
  const webhooks = storedWebhooks(store);
  const batches = storedBatches(store);
  const secrets = storedSecrets(store);
  const sending = { ...USUAL_SENDING, ...options.sending };
  const app = makeApp({
    space: diskSpace(options.data, options.spareBytes ?? SPARE_BYTES),
    ...{ batches, webhooks, webhookSecrets: secrets, webhookRule: sending.rule },
    ...{ folder, store, queue, ledger, keys, log, limits, live, metrics: makeMetrics() },
    ...{ quotas, rate: rateLimit(ratePerSecond) },
    hosts: isLoopback ? LOOPBACK_NAMES : undefined,
  });
  const requestTimeout = limits.uploadMs + HEADERS_MS;
  const serverOptions = {
    ...{ headersTimeout: HEADERS_MS, requestTimeout },
    connectionsCheckingInterval: CHECK_MS,
  };
  const server = createAdaptorServer({
    ...{ fetch: app.fetch, serverOptions },
    // The adaptor describes these servers by types of its own, which are not quite ws's.
    websocket: { server: live.sockets as unknown as WebSocketServerLike },
  }) as Server;
  server.maxConnections = CONNECTIONS_MOST;
  await listen(server, host, port).catch(async (error: unknown) => {
    await backing.close();
    throw error;
  });
  const sweep = () =>
    removeOld(folder, queue, options.keepHours)
      .then(async () => {
        if (share !== undefined) await syncShare(folder, share);
        const before = Date.now() - options.keepHours * HOUR_MS;
        webhooks.removeOld(before);
        batches.removeOld(before);
      })
      .catch((error: Error) => log("fault", { error: error.stack }));
  await sweep();
  for (const row of batches.unfinished()) {
    await queueBatch({ queue, webhooks, batches }, row).catch((error: Error) => {
      log("fault", { account: row.account, batch: row.id, error: error.stack });
    });
  }
  const timer = setInterval(sweep, SWEEP_MS);
  const stop = new AbortController();
  const sent = sendWebhooks({ webhooks, secrets, queue, log }, stop.signal, sending);
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    ...{ url: `http://${name}:${address.port}`, folder, store, queue, webhooks },
    async close() {
      clearInterval(timer);
      stop.abort();
      const closed = once(server, "close");
      live.close();
      server.close();
      server.closeAllConnections();
      await closed;
      await sent;
      await backing.close();
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const failed = once(server, "error").then(([error]) => {
    throw new FilmError("option_invalid", `${host}:${port} cannot be listened on: ${error}`);
  });
  server.listen(port, host);
  await Promise.race([once(server, "listening"), failed]);
  failed.catch(() => undefined);
}

/** Removes what is older than it is kept: films, and uploads that no job waits for. */
export async function removeOld(
  folder: DataFolder,
  queue: JobQueue,
  keepHours: number,
): Promise<void> {
  const before = Date.now() - keepHours * HOUR_MS;
  for (const job of await queue.expire(before)) {
    // Of a film whose worker died before he could forget them.
    if (segmentOwner(job) !== undefined) await queue.erase(job);
    else if (rigOwner(job) === undefined) await folder.removeFilms(job);
  }
  await sweepRigs(folder, before);
  // Somebody may have been killed between forgetting a job and removing its film.
  await folder.removeStrays(async (key, attempt) => {
    const job = await queue.get(key);
    if (attempt === undefined) return job?.state === "running" || job?.state === "queued";
    const isKept = job?.state === "running" || job?.state === "done";
    return isKept && job.attempt === attempt;
  });
  const used = new Set<string>();
  for (const state of ["queued", "running"] as const) {
    for (const { account, spec } of await queue.list({ state, limit: JOBS_MOST })) {
      // What it is made of is its film's.
      if (segmentOwner({ account }) !== undefined) continue;
      const owner = rigOwner({ account });
      if (owner !== undefined) {
        used.add(`${owner}/${readRigSpec(spec).portrait}`);
        continue;
      }
      const { portrait, voice, options } = filmRequestSchema.parse(JSON.parse(spec));
      for (const id of [portrait, voice, options?.style]) used.add(`${account}/${id}`);
    }
  }
  await folder.sweep(before, (account, id) => used.has(`${account}/${id}`));
}

/** Keeps a process running until the signal says stop; what it is then told, it does in good order. */
export async function keepRunning(
  start: () => ChildProcess,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  while (!signal.aborted) {
    const child = start();
    const stop = () => child.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    const [code, by] = await once(child, "exit");
    signal.removeEventListener("abort", stop);
    if (signal.aborted) return;
    log("worker died", { code, by });
    await sleep(RESTART_MS, undefined, { signal }).catch(() => undefined);
  }
}
