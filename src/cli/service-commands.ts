/** @file The commands of a service: serve, worker, key. */
import { fork } from "node:child_process";
import { setMaxListeners } from "node:events";
import { openBacking } from "../server/backing.js";
import { addKey } from "../server/keys.js";
import { jsonLog } from "../server/metrics.js";
import { type S3Options, s3Share } from "../server/s3-share.js";
import type { Scope } from "../server/scopes.js";
import { keepRunning, startService } from "../server/serve.js";
import { SHARED_OPT_OUTS } from "../server/share-sync.js";
import { openWorkFolder } from "../server/share-work.js";
import { intranetToo } from "../server/webhook-address.js";
import { work } from "../server/work.js";
import { USUAL_WORK } from "../server/work-limits.js";
import type { Session } from "./commands.js";
import type { Streams } from "./report.js";

const QUEUE_VARIABLE = "RITRATTO_QUEUE";

/** Options of `worker`. */
export interface WorkerOptions {
  readonly data: string;
  /** Redis; a file in `data`, if not said. */
  readonly queue?: string;
  /** Where uploads, films and rigs are, if not in that folder. */
  readonly storage?: string;
  /** Length of segments, s; 0 for none. */
  readonly segment: number;
  readonly lease: number;
  readonly memory: number;
  readonly seconds: number;
  readonly threads?: number;
  /** False with --no-native. */
  readonly native: boolean;
}

/** Options of `serve`; those of `worker` are for the workers that it starts. */
export interface ServeCommandOptions extends WorkerOptions {
  readonly host: string;
  readonly port: number;
  readonly keys?: string;
  readonly workers: number;
  readonly rate: number;
  readonly keep: number;
  readonly spare: number;
  readonly webhookPrivate?: boolean;
  /** Live sessions at once; as many as there are processors but one, if not said. */
  readonly live?: number;
}

/** How often a worker looks for copies that it need not keep, and how old they get at most, ms. */
const TIDY_MS = 300_000;
const COPY_MS = 86_400_000;

/** `serve`: the HTTP API, until it is stopped. */
export async function serve(
  options: ServeCommandOptions,
  { signal }: Session,
  { out }: Pick<Streams, "out">,
): Promise<void> {
  const { data, host, port, keys, rate: ratePerSecond, keep: keepHours, spare } = options;
  const log = jsonLog((line) => void out.write(line));
  const { native, threads } = options;
  const sending = options.webhookPrivate ? { rule: intranetToo } : {};
  const service = await startService({
    ...{ data, host, port, keys, ratePerSecond, keepHours, log, native, threads, sending },
    queue: queueOf(options),
    ...(options.live !== undefined && { live: { sessionsMost: options.live } }),
    ...{ spareBytes: 1e6 * spare, share: shareOf(options, { patience: { signal } }) },
  });
  setMaxListeners(0, signal);
  log("listening", { url: service.url, pid: process.pid });
  const workers = Array.from({ length: options.workers }, () =>
    keepRunning(() => startWorker(options), signal, log),
  );
  await untilAborted(signal);
  await Promise.all(workers);
  await service.close();
}

/** `worker`: makes films that wait in a service's folder, until it is stopped. */
export async function worker(
  options: WorkerOptions,
  { signal }: Session,
  { out }: Pick<Streams, "out">,
): Promise<void> {
  const stop = new AbortController();
  const onStop = () => stop.abort();
  signal.addEventListener("abort", onStop);
  // Whoever started us is gone; he starts other workers when he is back.
  process.once("disconnect", onStop);
  const share = shareOf(options, { patience: { signal: stop.signal } });
  // Whether it is the right one shows now, and not when a film waits.
  await share?.list(SHARED_OPT_OUTS);
  const folder = openWorkFolder(options.data, share);
  const { queue, ledger, close } = await openBacking(folder, queueOf(options));
  const { threads, native, lease, memory: memoryMb, seconds, segment } = options;
  const log = jsonLog((line) => void out.write(line));
  log("working", { pid: process.pid });
  const tidy = () =>
    folder
      .sweepCopies(Date.now() - COPY_MS)
      .catch((error: Error) => log("fault", { error: error.stack }));
  const timer = setInterval(tidy, TIDY_MS);
  try {
    await tidy();
    await work({
      ...{ folder, share, queue, ledger, log, threads, native, leaseMs: 1000 * lease },
      ...(segment > 0 && { segmentSeconds: segment }),
      limits: { ...USUAL_WORK, memoryMb, seconds },
      signal: stop.signal,
    });
  } finally {
    clearInterval(timer);
    await close();
    // As long as it is open, the process does not end.
    if (process.connected) process.disconnect();
  }
}

/** `key`: adds a key to a file, and says it once. */
export async function key(
  account: string,
  options: {
    readonly keys: string;
    readonly scopes: readonly Scope[];
    readonly filmsPerDay?: number;
    readonly bytesPerDay?: number;
  },
  { report }: Session,
): Promise<void> {
  const { keys, scopes, filmsPerDay, bytesPerDay } = options;
  const made = await addKey(keys, { account, scopes: [...scopes], filmsPerDay, bytesPerDay });
  report.done(made, { key: made, account, keys });
}

/** From the environment, if not said: words of a command are seen by everybody on the machine. */
function queueOf({ queue }: WorkerOptions): string | undefined {
  return queue ?? process.env[QUEUE_VARIABLE];
}

function shareOf({ storage }: WorkerOptions, options?: S3Options) {
  return storage === undefined ? undefined : s3Share(storage, process.env, options);
}

function startWorker(options: WorkerOptions) {
  const { data, queue, storage, segment, lease, memory, seconds, threads, native } = options;
  const words = [
    ...["worker", "--data", data, "--lease", `${lease}`, "--memory", `${memory}`],
    ...["--seconds", `${seconds}`, "--segment", `${segment}`, ...(native ? [] : ["--no-native"])],
    ...(threads === undefined ? [] : ["--threads", `${threads}`]),
    ...(storage === undefined ? [] : ["--storage", storage]),
  ];
  const env = { ...process.env, ...(queue !== undefined && { [QUEUE_VARIABLE]: queue }) };
  return fork(process.argv[1] ?? "", words, {
    ...{ env, stdio: ["ignore", "inherit", "inherit", "ipc"] },
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
