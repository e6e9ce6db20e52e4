/** @file The queue that needs no server: a table of the service's own file. */
import { z } from "zod";
import type { Failure, Progress } from "../index.js";
import type { Store } from "./database.js";
import { diedTooOften, failureSchema, progressSchema, TRIES_MOST } from "./job-record.js";
import { type Claim, JOB_STATES, type Job, type JobKey, type JobQueue } from "./queue.js";

const json = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .nullable()
    .transform((text): T | undefined =>
      text === null ? undefined : schema.parse(JSON.parse(text)),
    );
const rowSchema = z.object({
  ...{ account: z.string(), id: z.string(), spec: z.string(), state: z.enum(JOB_STATES) },
  ...{
    number: z.number(),
    attempt: z.number(),
    revision: z.number(),
    createdAt: z.number(),
    changedAt: z.number(),
  },
  progress: json<Progress>(progressSchema),
  result: z
    .string()
    .nullable()
    .transform((text) => text ?? undefined),
  failure: json<Failure>(failureSchema),
});

const COLUMNS =
  "account, id, spec, state, number, attempt, revision, progress, result, failure, createdAt, changedAt";
const CHANGE = "revision = revision + 1, changedAt = :now";
const THIS_JOB = "account = :account AND id = :id";
const THIS_CLAIM = `${THIS_JOB} AND state = 'running' AND number = :number AND attempt = :attempt`;

/**
 * Opens the queue in a store, which it closes in the end.
 *
 * @param now - The clock that leases run by, ms since 1970; the same for all who use the file.
 */
export function sqliteQueue(store: Store, now: () => number = Date.now): JobQueue {
  const rows = (sql: string, values: Readonly<Record<string, unknown>>): readonly Job[] =>
    store
      .prepare(sql)
      .all({ ...values })
      .map((row) => rowSchema.parse(row));
  const change = (set: string, where: string, values: Readonly<Record<string, unknown>>) =>
    rows(`UPDATE jobs SET ${set}, ${CHANGE} WHERE ${where} RETURNING ${COLUMNS}`, {
      ...values,
      now: now(),
    });
  const find = (key: JobKey) =>
    rows(`SELECT ${COLUMNS} FROM jobs WHERE ${THIS_JOB}`, keyOf(key))[0];
  /** Nobody else writes between what `work` reads and what it writes. */
  const alone = <T>(work: () => T): T => store.transaction(work).immediate();
  const settle = (set: string, claim: Claim, values: Readonly<Record<string, unknown>> = {}) =>
    change(`${set}, leaseUntil = 0`, THIS_CLAIM, { ...claimOf(claim), ...values }).length > 0;

  return {
    async submit(key, spec) {
      return alone(() => {
        const found = find(key);
        if (found !== undefined) return { job: found, isNew: false, isSame: found.spec === spec };
        const [job] = rows(
          `INSERT INTO jobs (account, id, spec, state, createdAt, changedAt)
           VALUES (:account, :id, :spec, 'queued', :now, :now) RETURNING ${COLUMNS}`,
          { ...keyOf(key), spec, now: now() },
        );
        if (job === undefined) throw new Error("The job was not stored.");
        return { job, isNew: true, isSame: true };
      });
    },
    async claim(leaseMs, only) {
      return alone(() => {
        const ranOut = "state = 'running' AND leaseUntil < :now";
        const died = JSON.stringify(diedTooOften());
        change("state = 'failed', failure = :died", `${ranOut} AND tries >= :most`, {
          ...{ died, most: TRIES_MOST },
        });
        const [job] = change(
          `state = 'running', attempt = attempt + 1, tries = tries + 1, progress = NULL,
           leaseUntil = :now + :leaseMs`,
          `number = (SELECT number FROM jobs WHERE (state = 'queued' OR (${ranOut}))
           AND account = coalesce(:account, account) AND id = coalesce(:id, id)
           ORDER BY number LIMIT 1)`,
          { leaseMs, account: only?.account ?? null, id: only?.id ?? null },
        );
        return job && claimOf(job);
      });
    },
    async heartbeat(claim, leaseMs, progress) {
      const set = "leaseUntil = :now + :leaseMs, progress = coalesce(:progress, progress)";
      const told = progress === undefined ? null : JSON.stringify(progress);
      const values = { ...claimOf(claim), leaseMs, progress: told };
      return change(set, THIS_CLAIM, values).length > 0;
    },
    async finish(claim, result) {
      if (settle("state = 'done', failure = NULL, result = :result", claim, { result }))
        return true;
      const job = find(claim);
      const isOurs = job?.number === claim.number && job.attempt === claim.attempt;
      return isOurs && job.state === "done" && job.result === result;
    },
    fail: async (claim, reason) =>
      settle("state = 'failed', failure = :reason", claim, { reason: JSON.stringify(reason) }),
    release: async (claim) => settle("state = 'queued', tries = tries - 1, progress = NULL", claim),
    async cancel(key) {
      const set = "state = 'cancelled', leaseUntil = 0";
      change(set, `${THIS_JOB} AND state IN ('queued', 'running')`, keyOf(key));
      return find(key);
    },
    async retry(key) {
      const set = "state = 'queued', tries = 0, failure = NULL, progress = NULL";
      change(set, `${THIS_JOB} AND state IN ('failed', 'cancelled')`, keyOf(key));
      return find(key);
    },
    erase: async (key) =>
      rows(`DELETE FROM jobs WHERE ${THIS_JOB} RETURNING ${COLUMNS}`, keyOf(key))[0],
    expire: async (before) =>
      change(
        "state = 'expired', result = NULL, progress = NULL",
        "state IN ('done', 'failed', 'cancelled') AND changedAt < :before",
        { before },
      ),
    get: async (key) => find(key),
    async list({ account, state, before, limit }) {
      return rows(
        `SELECT ${COLUMNS} FROM jobs
         WHERE account = coalesce(:account, account) AND state = coalesce(:state, state)
         AND (:before IS NULL OR number <
           (SELECT number FROM jobs WHERE id = :before AND account = coalesce(:account, account)))
         ORDER BY number DESC LIMIT :limit`,
        { account: account ?? null, state: state ?? null, before: before ?? null, limit },
      );
    },
    async counts() {
      const counted = z
        .array(z.object({ state: z.enum(JOB_STATES), count: z.number() }))
        .parse(store.prepare("SELECT state, count(*) AS count FROM jobs GROUP BY state").all());
      const count = (state: string) => counted.find((one) => one.state === state)?.count ?? 0;
      const [queued, running, done] = [count("queued"), count("running"), count("done")];
      const over = { failed: count("failed"), cancelled: count("cancelled") };
      return { queued, running, done, ...over, expired: count("expired") };
    },
    async close() {
      store.close();
    },
  };
}

function keyOf({ account, id }: JobKey): JobKey & Record<string, unknown> {
  return { account, id };
}

function claimOf({ account, id, spec, number, attempt }: Claim): Claim {
  return { account, id, spec, number, attempt };
}
