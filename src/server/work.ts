/** @file A worker: takes jobs from the queue, one at a time, and has each done by a process of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { failure } from "../base/errors.js";
import { type Failure, FilmError, logFilm, type Progress } from "../index.js";
import { ritrattoHome } from "../platform/node.js";
import type { DataFolder } from "./data-folder.js";
import type { Store } from "./database.js";
import type { FilmNews, FilmOrder, RigOrder } from "./film-process.js";
import { type FilmRequest, type FilmResult, filmRequestSchema } from "./film-request.js";
import type { Log } from "./metrics.js";
import { quietEnvironment, rightsOf } from "./process-limits.js";
import type { Claim, JobQueue } from "./queue.js";
import { rigStem } from "./rig-files.js";
import { type RigResult, readRigSpec, rigOwner } from "./rig-request.js";
import type { Share } from "./share.js";
import { fetchInputs, isOfPlace, publishFilm, publishRig } from "./share-work.js";
import { accountHash, storedAudit } from "./trust-store.js";
import { type Inputs, touchInputs } from "./uploads.js";
import type { WorkLimits } from "./work-limits.js";

/** What a worker works with. */
export interface WorkPlace {
  readonly folder: DataFolder;
  /** Where inputs come from and films go, if not from and to the folder. */
  readonly share?: Share | undefined;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly log: Log;
  readonly limits: WorkLimits;
  /** For how long a claim holds without a sign of life, ms. */
  readonly leaseMs: number;
  readonly threads?: number | undefined;
  readonly native: boolean;
  /** Ends the work; a job that runs is given back. */
  readonly signal: AbortSignal;
}

/** How often an idle worker asks for a job, and a busy one looks after its process, ms. */
const IDLE_MS = 250;
const LOOK_MS = 250;
/** A worker whose share is not to be reached takes no job for so long, ms. */
const SHARE_PAUSE_MS = 5000;
/** How many signs of life there are in a lease. */
const BEATS_PER_LEASE = 4;
const PAGE_BYTES = 4096;

type Outcome =
  | { readonly kind: "made"; readonly result: FilmResult }
  | { readonly kind: "rigged"; readonly result: RigResult }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "lost" }
  | { readonly kind: "stopped" };

/** Works until the signal says stop. */
export async function work(place: WorkPlace): Promise<void> {
  const { queue, leaseMs, signal, log } = place;
  while (!signal.aborted) {
    const claim = await queue.claim(leaseMs);
    if (claim === undefined) {
      await sleep(IDLE_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const { account, id: job, attempt } = claim;
    const start = performance.now();
    log("job started", { account, job, attempt });
    const isRig = rigOwner(claim) !== undefined;
    const outcome = await (isRig ? workOnRig(claim, place) : workOn(claim, place)).catch(
      (error: unknown) => giveBack(error, claim, place),
    );
    const seconds = Number(((performance.now() - start) / 1000).toFixed(2));
    const code = outcome.kind === "failed" ? outcome.failure.code : undefined;
    log("job ended", { account, job, attempt, outcome: outcome.kind, code, seconds });
  }
}

/** Where the share is not to be reached nothing is wrong with the job: it waits until there is a way again. */
async function giveBack(error: unknown, claim: Claim, place: WorkPlace): Promise<Outcome> {
  if (!(error instanceof FilmError)) throw error;
  if (error.code === "storage_damaged") {
    const failure = error.toJSON();
    await place.queue.fail(claim, failure);
    return { kind: "failed", failure };
  }
  if (!isOfPlace(error)) throw error;
  const { account, id: job } = claim;
  place.log("storage", { account, job, code: error.code, error: error.message });
  await place.queue.release(claim);
  await sleep(SHARE_PAUSE_MS, undefined, { signal: place.signal }).catch(() => undefined);
  return { kind: "stopped" };
}

async function workOn(claim: Claim, place: WorkPlace): Promise<Outcome> {
  const { queue, folder, store } = place;
  const request = filmRequestSchema.parse(JSON.parse(claim.spec));
  const container = request.options?.container ?? "mp4";
  const film = folder.film(claim, container);
  await fetchInputs(place, claim, claim.account, request);
  const outcome =
    (await missing(folder, claim.account, request)) ??
    (await haveMadeFilm(claim, request, film, place));
  if (outcome.kind === "made") {
    const { result } = outcome;
    await publishFilm(place, claim, request, { film, filmId: result.filmId });
    await audit(store, claim, request, result.filmId);
    const kept = JSON.stringify({ ...result, attempt: claim.attempt, container });
    if (await queue.finish(claim, kept)) {
      // What workers left that died between making a film and telling of it.
      await folder.removeFilms(claim, claim.attempt);
      return outcome;
    }
  }
  await rm(film, { force: true });
  if (outcome.kind === "failed") await queue.fail(claim, outcome.failure);
  if (outcome.kind === "stopped") await queue.release(claim);
  return outcome.kind === "made" ? { kind: "lost" } : outcome;
}

async function workOnRig(claim: Claim, place: WorkPlace): Promise<Outcome> {
  const { queue, folder, threads, native } = place;
  const request = readRigSpec(claim.spec);
  const owner = rigOwner(claim) ?? "";
  const portrait = folder.upload(owner, "portraits", request.portrait);
  const order: RigOrder = {
    ...{ kind: "rig", request, portrait, native, optOuts: folder.optOuts },
    rigStem: rigStem(folder, owner, request),
    ...(threads !== undefined && { threads }),
  };
  await fetchInputs(place, claim, owner, request);
  const outcome =
    (await missing(folder, owner, { portrait: request.portrait })) ??
    (await haveMade(claim, order, [dirname(order.rigStem)], place));
  if (outcome.kind === "rigged") {
    await publishRig(place, claim, owner, request);
    const isKept = await queue.finish(claim, JSON.stringify(outcome.result));
    return isKept ? outcome : { kind: "lost" };
  }
  if (outcome.kind === "failed") await queue.fail(claim, outcome.failure);
  if (outcome.kind === "stopped") await queue.release(claim);
  return outcome;
}

/** Uploads may have been erased while the film waited. */
async function missing(
  folder: DataFolder,
  account: string,
  inputs: Inputs,
): Promise<Outcome | undefined> {
  try {
    await touchInputs(folder, account, inputs);
    return undefined;
  } catch (error) {
    if (!(error instanceof FilmError) || isOfPlace(error)) throw error;
    return { kind: "failed", failure: error.toJSON() };
  }
}

function audit(store: Store, claim: Claim, request: FilmRequest, film: string): Promise<void> {
  const entry = {
    ...{ time: new Date().toISOString(), job: film, consent: request.consent },
    ...{ portraitSha256: request.portrait, audioSha256: request.voice },
    accountSha256: accountHash(store, claim.account),
  };
  return logFilm(entry, storedAudit(store, claim, film));
}

function haveMadeFilm(
  claim: Claim,
  request: FilmRequest,
  film: string,
  place: WorkPlace,
): Promise<Outcome> {
  const { folder, threads, native } = place;
  const stem = rigStem(folder, claim.account, request);
  const style = request.options?.style;
  const order: FilmOrder = {
    ...{
      kind: "film",
      rigStem: stem,
      request,
      film,
      native,
      registry: folder.registry,
      optOuts: folder.optOuts,
    },
    portrait: folder.upload(claim.account, "portraits", request.portrait),
    voice: folder.upload(claim.account, "voices", request.voice),
    ...(threads !== undefined && { threads }),
    ...(style !== undefined && { style: folder.upload(claim.account, "styles", style) }),
  };
  return haveMade(claim, order, [dirname(film), dirname(stem), folder.registry], place);
}

/** Starts the process, and looks after it until it has ended. @param writable - Folders. */
async function haveMade(
  claim: Claim,
  order: FilmOrder | RigOrder,
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

function outcomeOf(news: FilmNews, { account, id }: Claim, { log }: WorkPlace): Outcome {
  if (news.kind === "made" || news.kind === "rigged" || news.kind === "failed") return news;
  const error = news.kind === "fault" ? news.text : "";
  log("fault", { account, job: id, error });
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
    if (!(await queue.heartbeat(claim, leaseMs, progress))) return stop({ kind: "lost" });
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
