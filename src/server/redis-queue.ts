/**
 * @file The queue for many machines: records in Redis, changed by one script; BullMQ says whose turn it is.
 *
 * Redis must write each change to its disk before it answers (appendonly yes, appendfsync always), or its death loses
 * up to a second of them.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { diedTooOften, failureSchema, progressSchema, TRIES_MOST } from "./job-record.js";
import { type Claim, JOB_STATES, type Job, type JobKey, type JobQueue } from "./queue.js";
import { type RedisLink, scriptOf } from "./redis-link.js";
import { JOBS_SCRIPT } from "./redis-script.js";
import { openTickets, type Tickets } from "./redis-tickets.js";

/** How the queue is kept. */
export interface RedisQueueOptions {
  /** All keys begin with this. */
  readonly prefix?: string | undefined;
  /** The clock that leases run by, ms since 1970; about the same on all machines. */
  readonly now?: (() => number) | undefined;
}

/** All keys of a service begin with this, if nothing else is said. */
export const USUAL_PREFIX = "ritratto";
/** A job that waits is handed another ticket after this, ms: the first may have been lost. */
const TICKET_MS = 60_000;
/** Jobs that are looked at in one go. */
const AT_ONCE = 100;
/** Tickets that may lead to nothing before a worker is told that there is no job. */
const VAIN_MOST = 1000;

const json = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text) => (text === "" ? undefined : schema.parse(JSON.parse(text))));
const jobSchema = z
  .string()
  .transform((text) => JSON.parse(text))
  .pipe(
    z.object({
      ...{ account: z.string(), id: z.string(), spec: z.string(), state: z.enum(JOB_STATES) },
      ...{ number: z.number(), attempt: z.number(), revision: z.number() },
      ...{ createdAt: z.coerce.number(), changedAt: z.coerce.number() },
      ...{ progress: json(progressSchema), failure: json(failureSchema) },
      result: z.string().transform((text) => (text === "" ? undefined : text)),
    }),
  );
const maybeJobSchema = jobSchema.nullable().transform((job) => job ?? undefined);
const ticketSchema = z
  .string()
  .transform((text) => JSON.parse(text))
  .pipe(z.object({ name: z.string(), number: z.number(), attempt: z.number() }));

const doneSchema = z.literal(1).or(z.literal(0));

/** Opens the queue; it closes the link in the end. */
export function redisQueue(link: RedisLink, options: RedisQueueOptions = {}): JobQueue {
  const { prefix = USUAL_PREFIX, now = Date.now } = options;
  const script = scriptOf(JOBS_SCRIPT);
  const run = async <T>(schema: z.ZodType<T>, op: string, args: object = {}): Promise<T> => {
    const words = JSON.stringify({ ...args, now: now() });
    return schema.parse(await link.asking((redis) => script(redis, `${prefix}:jobs`, op, words)));
  };
  const settle = async ({ number, attempt, ...key }: Claim, wish: object) => {
    const settled = { leaseUntil: 0, ...wish };
    const args = { name: nameOf(key), number, attempt, with: settled };
    return (await run(doneSchema, "settle", args)) === 1;
  };
  const alter = (key: JobKey, from: readonly string[], wish: object) =>
    run(maybeJobSchema, "alter", { name: nameOf(key), from, with: { leaseUntil: 0, ...wish } });
  /** Those who put jobs in and look at them need no tickets. */
  let tickets: Promise<Tickets> | undefined;
  const take = async (leaseMs: number, name: string): Promise<Claim | undefined> => {
    const args = { name, leaseMs, token: randomUUID(), triesMost: TRIES_MOST };
    return claimOf(await run(maybeJobSchema, "take", args));
  };

  return {
    async submit(key, spec) {
      const [text, isNew] = await run(z.tuple([z.string(), doneSchema]), "submit", {
        ...{ ...key, spec, name: nameOf(key) },
      });
      const job = jobSchema.parse(text);
      return { job, isNew: isNew === 1, isSame: job.spec === spec };
    },
    async claim(leaseMs, only) {
      if (only !== undefined) return take(leaseMs, nameOf(only));
      tickets ??= openTickets(link.redis, prefix);
      const { add, take: takeTicket } = await tickets;
      const died = JSON.stringify(diedTooOften());
      const limits = { limit: AT_ONCE, triesMost: TRIES_MOST, ticketMs: TICKET_MS };
      const owed = await run(z.array(ticketSchema), "owed", { ...limits, died });
      if (owed.length > 0) await link.asking(() => add(owed));
      for (let vain = 0; vain < VAIN_MOST; vain++) {
        const name = await link.asking(takeTicket);
        if (name === undefined) return undefined;
        const claim = await take(leaseMs, name);
        if (claim !== undefined) return claim;
      }
      return undefined;
    },
    async heartbeat({ number, attempt, ...key }, leaseMs, progress) {
      const told = progress === undefined ? {} : { progress: JSON.stringify(progress) };
      const args = { name: nameOf(key), number, attempt, leaseMs, ...told };
      return (await run(doneSchema, "heartbeat", args)) === 1;
    },
    finish: (claim, result) => settle(claim, { state: "done", failure: "", result }),
    fail: (claim, reason) => settle(claim, { state: "failed", failure: JSON.stringify(reason) }),
    release: (claim) => settle(claim, { state: "queued", progress: "" }),
    cancel: (key) => alter(key, ["queued", "running"], { state: "cancelled" }),
    retry: (key) =>
      alter(key, ["failed", "cancelled"], { state: "queued", tries: 0, failure: "", progress: "" }),
    erase: (key) => run(maybeJobSchema, "erase", { name: nameOf(key) }),
    async expire(before) {
      const gone: Job[] = [];
      for (;;) {
        const some = await run(z.array(jobSchema), "expire", { before, limit: AT_ONCE });
        gone.push(...some);
        if (some.length < AT_ONCE) return gone;
      }
    },
    get: (key) => run(maybeJobSchema, "get", { name: nameOf(key) }),
    list: (query) => run(z.array(jobSchema), "list", query),
    async counts() {
      const counts = await run(z.array(z.number()), "counts", { states: JOB_STATES });
      const count = (state: (typeof JOB_STATES)[number]) => counts[JOB_STATES.indexOf(state)] ?? 0;
      const [queued, running, done] = [count("queued"), count("running"), count("done")];
      const over = { failed: count("failed"), cancelled: count("cancelled") };
      return { queued, running, done, ...over, expired: count("expired") };
    },
    async close() {
      await (await tickets)?.close();
      await link.close();
    },
  };
}

/** Neither accounts nor ids hold a slash. */
function nameOf({ account, id }: JobKey): string {
  return `${account}/${id}`;
}

function claimOf(job: Job | undefined): Claim | undefined {
  if (job === undefined) return undefined;
  const { account, id, spec, number, attempt } = job;
  return { account, id, spec, number, attempt };
}
