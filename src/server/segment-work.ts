/**
 * @file Films in segments: whoever claims a film plans it, puts its segments into the queue, renders those that wait, and joins
 * them when all are there. Other workers take segments as they take films.
 *
 * Nobody waits for nobody: a segment that no other worker has is rendered by the one who needs it. Who dies is replaced,
 * and finds the plan and the segments that are done.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { cutFilm } from "../index.js";
import type { FilmOrder, JoinOrder, SegmentOrder } from "./film-orders.js";
import { filmOrderOf, writtenBy } from "./order-paths.js";
import type { Claim } from "./queue.js";
import { type Outcome, persist, runProcess, type WorkPlace } from "./run-process.js";
import {
  type FilmJob,
  type SegmentSpec,
  segmentKey,
  segmentOwner,
  segmentPath,
  segmentResultSchema,
  segmentSpecSchema,
  takePath,
} from "./segments.js";
import { fetchInputs, publishPiece, publishRig } from "./share-work.js";

/** How often it is looked after segments that others have, and told how far a film is, ms. */
const LOOK_MS = 250;
const TELL_MS = 1000;
/** How many signs of life there are in a lease. */
const BEATS_PER_LEASE = 4;

/** Renders a film in segments, if it is long enough for more than one. */
export async function workInSegments(
  claim: Claim,
  order: FilmOrder,
  seconds: number,
  place: WorkPlace,
): Promise<Outcome> {
  const { folder } = place;
  const { request } = order;
  const take = takePath(folder, claim);
  await folder.files.bring(take);
  const plan = await runProcess(
    claim,
    { ...order, cut: { seconds, take } },
    writtenBy(order),
    place,
  );
  if (plan.kind !== "planned") return plan;
  await publishRig(place, claim, claim.account, request);
  await publishPiece(place, claim, take);
  const spans = cutFilm(plan.frameCount, plan.fps, seconds);
  const specs = spans.map((span, index) => ({
    ...{ film: claim.id, number: claim.number },
    ...{ index, count: spans.length, span, request },
  }));
  const rendered = await whileRendered(claim, specs, place);
  if ("kind" in rendered) return rendered;
  const { cut: _, style: __, ...rest } = order;
  const join: JoinOrder = { ...rest, kind: "join", take, segments: [...rendered] };
  return runProcess(claim, join, writtenBy(order), place);
}

/** Renders a segment that waits, for whoever has its film. */
export async function workOnSegment(claim: Claim, place: WorkPlace): Promise<Outcome> {
  const { queue, folder } = place;
  const spec = segmentSpecSchema.parse(JSON.parse(claim.spec));
  const account = segmentOwner(claim) ?? "";
  const film = { account, id: spec.film, number: spec.number };
  const job = await persist(place, () => queue.get(film));
  if (job?.number !== film.number || !["queued", "running"].includes(job.state)) {
    // Nobody needs it any more.
    await persist(place, () => queue.erase(claim));
    return { kind: "lost" };
  }
  await fetchInputs(place, claim, account, spec.request);
  await folder.files.bring(takePath(folder, film));
  return renderSegment(claim, film, spec, place);
}

async function renderSegment(
  claim: Claim,
  film: FilmJob,
  spec: SegmentSpec,
  place: WorkPlace,
): Promise<Outcome> {
  const { queue, folder } = place;
  const path = segmentPath(folder, film, spec, claim.attempt);
  const whole = filmOrderOf(film.account, spec.request, path, place);
  const { cut: _, style: __, registry: ___, ...rest } = whole;
  const take = takePath(folder, film);
  const order: SegmentOrder = { ...rest, kind: "segment", take, span: spec.span };
  const outcome = await runProcess(claim, order, writtenBy(whole), place);
  if (outcome.kind === "rendered") {
    await publishPiece(place, claim, path);
    const result = JSON.stringify({ attempt: claim.attempt, print: outcome.print });
    if (await persist(place, () => queue.finish(claim, result))) return outcome;
  }
  await folder.files.erase(path);
  if (outcome.kind === "failed") await persist(place, () => queue.fail(claim, outcome.failure));
  if (outcome.kind === "stopped") await persist(place, () => queue.release(claim));
  return outcome.kind === "rendered" ? { kind: "lost" } : outcome;
}

/** Segments of a film, all rendered. */
type Rendered = JoinOrder["segments"];

/** Has all segments rendered, while the film's own claim is renewed. */
async function whileRendered(
  claim: Claim,
  specs: readonly SegmentSpec[],
  place: WorkPlace,
): Promise<Rendered | Outcome> {
  const { queue, leaseMs } = place;
  const [lost, over] = [new AbortController(), new AbortController()];
  const hold = async () => {
    for (;;) {
      const pause = Math.min(TELL_MS, leaseMs / BEATS_PER_LEASE);
      await sleep(pause, undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      const progress = await progressOf(claim, specs, place);
      if (await persist(place, () => queue.heartbeat(claim, leaseMs, progress))) continue;
      return lost.abort();
    }
  };
  const held = hold();
  // It is awaited in the end; until then its failure must not count as unhandled.
  held.catch(() => lost.abort());
  const signal = AbortSignal.any([place.signal, lost.signal]);
  try {
    const rendered = await haveRendered(claim, specs, { ...place, signal });
    return lost.signal.aborted ? { kind: "lost" } : rendered;
  } finally {
    over.abort();
    await held;
  }
}

async function haveRendered(
  claim: Claim,
  specs: readonly SegmentSpec[],
  place: WorkPlace,
): Promise<Rendered | Outcome> {
  const { queue, leaseMs, signal } = place;
  await forgetFailed(claim, specs, place);
  for (;;) {
    // All at once, for those who wait; what is there already stays as it is.
    const jobs = [];
    for (const spec of specs) {
      const key = segmentKey(claim, spec);
      const put = await persist(place, () => queue.submit(key, JSON.stringify(spec)));
      jobs.push({ spec, key, job: put.job });
    }
    const rendered: Rendered[number][] = [];
    let hasWorked = false;
    for (const { spec, key, job } of jobs) {
      if (signal.aborted) return { kind: "stopped" };
      if (job.state === "failed" && job.failure) return { kind: "failed", failure: job.failure };
      if (job.state === "done" && job.result !== undefined) {
        const found = await findSegment(claim, spec, job.result, place);
        if (found !== undefined) rendered.push(found);
        // Somebody removed its file.
        else await persist(place, () => queue.erase(key));
        continue;
      }
      const own = await persist(place, () => queue.claim(leaseMs, key));
      if (own === undefined) continue;
      hasWorked = true;
      const outcome = await renderSegment(own, claim, spec, place);
      if (outcome.kind === "failed" || outcome.kind === "stopped") return outcome;
      // Others have done theirs meanwhile.
      break;
    }
    if (rendered.length === specs.length) return rendered;
    if (!hasWorked) await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What went wrong before is tried again: somebody wished the film anew. */
async function forgetFailed(
  film: Claim,
  specs: readonly SegmentSpec[],
  place: WorkPlace,
): Promise<void> {
  const { queue } = place;
  for (const spec of specs) {
    const job = await persist(place, () => queue.get(segmentKey(film, spec)));
    if (job === undefined || ["queued", "running", "done"].includes(job.state)) continue;
    await persist(place, () => queue.erase(job));
  }
}

async function findSegment(
  film: FilmJob,
  spec: SegmentSpec,
  result: string,
  { folder }: WorkPlace,
): Promise<Rendered[number] | undefined> {
  const { attempt, print } = segmentResultSchema.parse(JSON.parse(result));
  const path = segmentPath(folder, film, spec, attempt);
  return (await folder.files.bring(path)) ? { path, span: spec.span, print } : undefined;
}

/** How many frames all workers together have rendered. */
async function progressOf(film: FilmJob, specs: readonly SegmentSpec[], place: WorkPlace) {
  let done = 0;
  for (const spec of specs) {
    const job = await persist(place, () => place.queue.get(segmentKey(film, spec)));
    const frames = spec.span.to - spec.span.from;
    if (job?.state === "done") done += frames;
    else if (job?.progress?.stage === "film") done += Math.min(frames, job.progress.done);
  }
  return { stage: "film", done, total: specs.at(-1)?.span.to ?? 0 };
}
