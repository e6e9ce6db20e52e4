/**
 * @file Webhooks as the store keeps them: which films somebody wants to hear of, and what is to be sent.
 *
 * A film is watched from before it is queued until it is over; then, in one step, it is no longer watched
 * and its message waits. A message is claimed for as long as a delivery may take, so whoever is killed
 * amid one leaves it to be sent again, under the same id.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Store } from "./database.js";
import { tellJob } from "./film-request.js";
import type { Job, JobKey, JobQueue, JobState } from "./queue.js";

/** Where a message is. */
export const DELIVERY_STATES = ["waiting", "delivered", "given-up"] as const;

const deliverySchema = z.object({
  ...{ id: z.string(), account: z.string(), job: z.string(), event: z.string(), url: z.string() },
  ...{ body: z.string(), state: z.enum(DELIVERY_STATES), tries: z.number(), nextAt: z.number() },
  status: z.number().nullable(),
  problem: z.string().nullable(),
});

/** A message, as it is kept. Times are ms since 1970. */
export type Delivery = z.infer<typeof deliverySchema>;

/** How a try went. */
export interface Try {
  /** Of the answer, if one came. */
  readonly status?: number | undefined;
  /** Code of what went wrong otherwise. */
  readonly problem?: string | undefined;
  readonly state: Delivery["state"];
  /** When it is tried again, if it waits. */
  readonly nextAt: number;
}

/** What films are watched, and what is to be sent. */
export interface Webhooks {
  /** Watches a film, from before it is queued, or since it waits again. */
  watch(key: JobKey, url: string): void;
  /** Takes up what a film has become, if it is over, and watches it no more. */
  settle(job: Job): void;
  /** Settles watched films that are over, of those not looked at for longest. */
  collect(queue: JobQueue, most: number): Promise<void>;
  /** Takes messages that are due; nobody else gets them before the claim runs out. */
  claim(claimMs: number, most: number, busy: readonly string[]): readonly Delivery[];
  /** Keeps how a try went. */
  record(id: string, went: Try): void;
  /** A film's messages, the oldest first. */
  of(key: JobKey): readonly Delivery[];
  /** Forgets a film, and what was not sent of it. */
  forget(key: JobKey): void;
  /** Forgets messages that were made before, and are over. */
  removeOld(before: number): void;
}

/** What somebody hears of. */
const OVER: readonly JobState[] = ["done", "failed", "cancelled"];

/** A film that is not there so long after it was wanted was never queued, ms. */
const NEVER_QUEUED_MS = 600_000;

const watchSchema = z.object({
  ...{ account: z.string(), job: z.string(), url: z.string(), since: z.number() },
});
const COLUMNS = "id, account, job, event, url, body, state, tries, nextAt, status, problem";

/** Webhooks in the service's store. */
export function storedWebhooks(store: Store, now: () => number = Date.now): Webhooks {
  const watch = store.prepare(
    `INSERT INTO webhooks (account, job, url, since, lookedAt)
     VALUES (:account, :id, :url, :now, 0)
     ON CONFLICT DO UPDATE SET url = :url, since = :now, lookedAt = 0`,
  );
  const unwatch = store.prepare("DELETE FROM webhooks WHERE account = :account AND job = :id");
  const find = store.prepare(
    "SELECT account, job, url, since FROM webhooks WHERE account = :account AND job = :id",
  );
  const add = store.prepare(
    `INSERT INTO deliveries (id, account, job, event, url, body, state, nextAt, createdAt)
     VALUES (:message, :account, :id, :event, :url, :body, 'waiting', :now, :now)
     ON CONFLICT DO NOTHING`,
  );
  const settle = (job: Job) => {
    if (!OVER.includes(job.state)) return;
    const key = { account: job.account, id: job.id };
    store
      .transaction(() => {
        const row = find.get(key);
        if (row === undefined) return;
        const { url } = watchSchema.parse(row);
        const event = `film.${job.state}`;
        const body = bodyOf(job, event);
        add.run({ ...key, message: messageId(job), event, url, body, now: now() });
        unwatch.run(key);
      })
      .immediate();
  };
  return {
    watch: ({ account, id }, url) => void watch.run({ account, id, url, now: now() }),
    settle,
    async collect(queue, most) {
      const rows = z.array(watchSchema).parse(
        store
          .prepare(
            `UPDATE webhooks SET lookedAt = :now WHERE rowid IN
             (SELECT rowid FROM webhooks ORDER BY lookedAt LIMIT :most)
             RETURNING account, job, url, since`,
          )
          .all({ now: now(), most }),
      );
      for (const { account, job: id, since } of rows) {
        const job = await queue.get({ account, id });
        const isGone =
          job === undefined ? now() - since > NEVER_QUEUED_MS : job.state === "expired";
        if (isGone) unwatch.run({ account, id });
        else if (job !== undefined) settle(job);
      }
    },
    claim(claimMs, most, busy) {
      const rows = store
        .prepare(
          `UPDATE deliveries SET nextAt = :now + :claimMs, tries = tries + 1 WHERE id IN
           (SELECT id FROM deliveries WHERE state = 'waiting' AND nextAt <= :now
            AND account NOT IN (SELECT value FROM json_each(:busy)) ORDER BY nextAt LIMIT :most)
           RETURNING ${COLUMNS}`,
        )
        .all({ now: now(), claimMs, most, busy: JSON.stringify(busy) });
      return z.array(deliverySchema).parse(rows);
    },
    record(id, { status, problem, state, nextAt }) {
      store
        .prepare(
          `UPDATE deliveries SET status = :status, problem = :problem, state = :state,
           nextAt = :nextAt WHERE id = :id`,
        )
        .run({ id, status: status ?? null, problem: problem ?? null, state, nextAt });
    },
    of: ({ account, id }) =>
      z.array(deliverySchema).parse(
        store
          .prepare(
            `SELECT ${COLUMNS} FROM deliveries WHERE account = ? AND job = ?
             ORDER BY createdAt, rowid`,
          )
          .all(account, id),
      ),
    forget({ account, id }) {
      unwatch.run({ account, id });
      store.prepare("DELETE FROM deliveries WHERE account = ? AND job = ?").run(account, id);
    },
    removeOld(before) {
      store
        .prepare("DELETE FROM deliveries WHERE state != 'waiting' AND createdAt < ?")
        .run(before);
    },
  };
}

/** The same for the same change of the same film, whoever sends it. */
function messageId({ account, id, createdAt, state, attempt, changedAt }: Job): string {
  const what = JSON.stringify([account, id, createdAt, state, attempt, changedAt]);
  return `msg_${createHash("sha256").update(what).digest("hex").slice(0, 32)}`;
}

function bodyOf(job: Job, type: string): string {
  return JSON.stringify({
    type,
    timestamp: new Date(job.changedAt).toISOString(),
    data: tellJob(job),
  });
}
