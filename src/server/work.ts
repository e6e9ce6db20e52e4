/** @file A worker: takes jobs from the queue, one at a time, and has each done by a process of its own. */
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FilmError, logFilm } from "../index.js";
import type { DataFolder } from "./data-folder.js";
import type { RigOrder } from "./film-orders.js";
import { type FilmRequest, filmRequestSchema } from "./film-request.js";
import type { Ledger } from "./ledger.js";
import { filmOrderOf, writtenBy } from "./order-paths.js";
import type { Claim } from "./queue.js";
import { rigStem } from "./rig-files.js";
import { readRigSpec, rigOwner } from "./rig-request.js";
import { type Outcome, persist, runProcess, type WorkPlace } from "./run-process.js";
import { workInSegments, workOnSegment } from "./segment-work.js";
import { forgetSegments, segmentOwner } from "./segments.js";
import { fetchInputs, isOfPlace, publishFilm, publishRig } from "./share-work.js";
import { type Inputs, touchInputs } from "./uploads.js";

/** How often an idle worker asks for a job, ms. */
const IDLE_MS = 250;
/** A worker whose share is not to be reached takes no job for so long, ms. */
const SHARE_PAUSE_MS = 5000;

/** Works until the signal says stop. */
export async function work(place: WorkPlace): Promise<void> {
  const { queue, leaseMs, signal, log } = place;
  while (!signal.aborted) {
    const claim = await persist(place, () => queue.claim(leaseMs));
    if (claim === undefined) {
      await sleep(IDLE_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const { account, id: job, attempt } = claim;
    const start = performance.now();
    log("job started", { account, job, attempt });
    const outcome = await workOn(claim, place).catch((error: unknown) =>
      giveBack(error, claim, place),
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
    await persist(place, () => place.queue.fail(claim, failure));
    return { kind: "failed", failure };
  }
  if (!isOfPlace(error)) throw error;
  const { account, id: job } = claim;
  place.log("storage", { account, job, code: error.code, error: error.message });
  await persist(place, () => place.queue.release(claim));
  await sleep(SHARE_PAUSE_MS, undefined, { signal: place.signal }).catch(() => undefined);
  return { kind: "stopped" };
}

function workOn(claim: Claim, place: WorkPlace): Promise<Outcome> {
  if (rigOwner(claim) !== undefined) return workOnRig(claim, place);
  return segmentOwner(claim) === undefined ? workOnFilm(claim, place) : workOnSegment(claim, place);
}

async function workOnFilm(claim: Claim, place: WorkPlace): Promise<Outcome> {
  const { queue, folder, ledger, segmentSeconds } = place;
  const request = filmRequestSchema.parse(JSON.parse(claim.spec));
  const container = request.options?.container ?? "mp4";
  const film = folder.film(claim, container);
  await fetchInputs(place, claim, claim.account, request);
  const order = filmOrderOf(claim.account, request, film, place);
  const outcome =
    (await missing(folder, claim.account, request)) ??
    (await (segmentSeconds === undefined
      ? runProcess(claim, order, writtenBy(order), place)
      : workInSegments(claim, order, segmentSeconds, place)));
  if (outcome.kind === "made") {
    const { result } = outcome;
    await publishFilm(place, claim, request, { film, filmId: result.filmId });
    await persist(place, () => audit(ledger, claim, request, result.filmId));
    const kept = JSON.stringify({ ...result, attempt: claim.attempt, container });
    if (await persist(place, () => queue.finish(claim, kept))) {
      // What workers left that died between making a film and telling of it.
      await folder.removeFilms(claim, claim.attempt);
      if (segmentSeconds !== undefined) await persist(place, () => forgetSegments(queue, claim));
      return outcome;
    }
  }
  await rm(film, { force: true });
  await settle(claim, outcome, place);
  if (segmentSeconds !== undefined) await leaveSegments(claim, place);
  return outcome.kind === "made" ? { kind: "lost" } : outcome;
}

/** Of a film that nobody wants any more nothing stays; whoever has it else will need its segments. */
async function leaveSegments(claim: Claim, place: WorkPlace): Promise<void> {
  const { queue, folder } = place;
  const job = await persist(place, () => queue.get(claim));
  const isWanted = job?.state === "queued" || job?.state === "running";
  if (isWanted && job.number === claim.number) return;
  await persist(place, () => forgetSegments(queue, claim));
  if (!isWanted && job?.state !== "done") await folder.removeFilms(claim);
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
    (await runProcess(claim, order, [dirname(order.rigStem)], place));
  if (outcome.kind === "rigged") {
    await publishRig(place, claim, owner, request);
    const result = JSON.stringify(outcome.result);
    const isKept = await persist(place, () => queue.finish(claim, result));
    return isKept ? outcome : { kind: "lost" };
  }
  await settle(claim, outcome, place);
  return outcome;
}

/** Says what came of a job that was not made. */
async function settle(claim: Claim, outcome: Outcome, place: WorkPlace): Promise<void> {
  const { queue } = place;
  if (outcome.kind === "failed") await persist(place, () => queue.fail(claim, outcome.failure));
  if (outcome.kind === "stopped") await persist(place, () => queue.release(claim));
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

async function audit(
  ledger: Ledger,
  claim: Claim,
  request: FilmRequest,
  film: string,
): Promise<void> {
  const entry = {
    ...{ time: new Date().toISOString(), job: film, consent: request.consent },
    ...{ portraitSha256: request.portrait, audioSha256: request.voice },
    accountSha256: await ledger.accountHash(claim.account),
  };
  return logFilm(entry, ledger.lineOf(claim, film));
}
