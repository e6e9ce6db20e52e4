/** @file One order, done by a process of its own, which is looked after: for its lease, its memory and its time. */
import { type ChildProcess, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { failure } from "../base/errors.js";
import { type Failure, FilmError, type Progress } from "../index.js";
import { ritrattoHome } from "../platform/node.js";
import type { DataFolder } from "./data-folder.js";
import type { FilmNews, Made, Order } from "./film-orders.js";
import type { Ledger } from "./ledger.js";
import type { Log } from "./metrics.js";
import { quietEnvironment, rightsOf } from "./process-limits.js";
import type { Claim, JobQueue } from "./queue.js";
import type { Share } from "./share.js";
import type { WorkLimits } from "./work-limits.js";

/** What a worker works with. */
export interface WorkPlace {
  readonly folder: DataFolder;
  /** Where inputs come from and films go, if not from and to the folder. */
  readonly share?: Share | undefined;
  readonly queue: JobQueue;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly limits: WorkLimits;
  /** For how long a claim holds without a sign of life, ms. */
  readonly leaseMs: number;
  /** Films longer than one and a half times this are rendered in segments of about this length, s; none if not said. */
  readonly segmentSeconds?: number | undefined;
  readonly threads?: number | undefined;
  readonly native: boolean;
  /** Ends the work; a job that runs is given back. */
  readonly signal: AbortSignal;
}

/** How often a busy worker looks after its process, ms. */
const LOOK_MS = 250;
/** How many signs of life there are in a lease. */
const BEATS_PER_LEASE = 4;
const PAGE_BYTES = 4096;
/** A worker asks a queue that is away so often, ms. */
const AWAY_MS = 1000;

/** How it ended: made; failed; the claim is somebody else's; or we were told to stop. */
export type Outcome =
  | Made
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "lost" }
  | { readonly kind: "stopped" };

/** Has an order done by a process of its own, and looks after it until it has ended. @param writable - Folders. */
export async function runProcess(
  claim: Claim,
  order: Order,
  writable: readonly string[],
  place: WorkPlace,
): Promise<Outcome> {
  const { limits } = place;
  const child = fork(fileURLToPath(new URL("./film-process.js", import.meta.url)), [], {
    env: quietEnvironment(process.env),
    execArgv: [`--max-old-space-size=${limits.heapMb}`, ...rightsOf([...writable, ritrattoHome()])],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let progress: Progress | undefined;
  let outcome: Outcome | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  child.on("message", (news: FilmNews) => {
    if (news.kind === "progress") progress = news.progress;
    else outcome ??= outcomeOf(news, claim, place);
  });
  child.send(order, () => undefined);
  const stop = (why: Outcome) => {
    outcome ??= why;
    child.kill("SIGKILL");
  };
  const isOver = { value: false };
  const watch = watchOver(child, claim, place, () => progress, stop, isOver);
  await ended;
  isOver.value = true;
  await watch;
  return outcome ?? broken("its process died", {});
}

function outcomeOf(
  news: Exclude<FilmNews, { readonly kind: "progress" }>,
  { account, id }: Claim,
  { log }: WorkPlace,
): Outcome {
  if (news.kind !== "fault") return news;
  log("fault", { account, job: id, error: news.text });
  return broken("it broke, which is our fault", {});
}

/** Renews the lease, and stops a process that nobody wants any more or that costs too much. */
async function watchOver(
  child: ChildProcess,
  claim: Claim,
  { queue, leaseMs, limits, signal }: WorkPlace,
  progressOf: () => Progress | undefined,
  stop: (why: Outcome) => void,
  isOver: { readonly value: boolean },
): Promise<void> {
  const start = Date.now();
  let [told, beat]: [Progress | undefined, number] = [undefined, start];
  while (!isOver.value) {
    await sleep(Math.min(LOOK_MS, leaseMs / BEATS_PER_LEASE));
    if (isOver.value) return;
    if (signal.aborted) return stop({ kind: "stopped" });
    const { seconds, memoryMb } = limits;
    if (Date.now() - start > 1000 * seconds) return stop(broken("it took too long", { seconds }));
    const usedMb = await memoryOf(child.pid);
    if (usedMb > memoryMb) return stop(broken("it took too much memory", { memoryMb }));
    const progress = progressOf();
    const isDue = Date.now() - beat >= leaseMs / BEATS_PER_LEASE;
    if (progress === told && !isDue) continue;
    // A queue that is away may be back before the lease has run out; if not, it will say so in the end.
    const isOurs = await queue.heartbeat(claim, leaseMs, progress).catch((error: unknown) => {
      if (isAway(error)) return true;
      throw error;
    });
    if (!isOurs) return stop({ kind: "lost" });
    [told, beat] = [progress, Date.now()];
  }
}

function broken(why: string, details: Failure["details"]): Outcome {
  const message = `The film could not be made: ${why}.`;
  return { kind: "failed", failure: failure("worker_failed", message, details) };
}

/** Resident memory of a process, MB; 0 where that cannot be seen. @source proc(5), statm. */
export async function memoryOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "");
  const pages = Number(text.split(" ")[1] ?? 0);
  return (pages * PAGE_BYTES) / 1e6;
}

/** Asks a queue that is away until it is back, or nobody waits for us any more. */
export async function persist<T>(
  { signal, log }: Pick<WorkPlace, "signal" | "log">,
  ask: () => Promise<T>,
): Promise<T> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) || signal.aborted) throw error;
      if (!isTold) log("queue away", { error: String(error) });
      await sleep(AWAY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Whether the queue did not answer. */
function isAway(error: unknown): boolean {
  return error instanceof FilmError && error.code === "queue_unreachable";
}
