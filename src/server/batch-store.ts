/** @file Batches as the store keeps them: what was wanted, and whether all of it was queued. */
import { z } from "zod";
import type { Store } from "./database.js";
import type { JobKey } from "./queue.js";

const rowSchema = z.object({
  ...{ account: z.string(), id: z.string(), spec: z.string(), createdAt: z.number() },
  state: z.enum(["begun", "whole", "cancelled"]),
});

/** A batch, as it is kept. Times are ms since 1970. */
export type BatchRow = z.infer<typeof rowSchema>;

/** Batches. */
export interface Batches {
  get(key: JobKey): BatchRow | undefined;
  /** Keeps a new batch, and pays for it in the same step. @returns False if it is there already. */
  begin(key: JobKey, spec: string, pay: () => void): boolean;
  /** All its films are queued; nothing changes if it was cancelled meanwhile. */
  complete(key: JobKey): void;
  cancel(key: JobKey): void;
  forget(key: JobKey): void;
  list(account: string, limit: number): readonly BatchRow[];
  /** Those that somebody who was killed had begun. */
  unfinished(): readonly BatchRow[];
  /** Forgets those that were made before. */
  removeOld(before: number): void;
}

const COLUMNS = "account, id, spec, state, createdAt";
const THIS = "account = :account AND id = :id";

/** Batches in the service's store. */
export function storedBatches(store: Store, now: () => number = Date.now): Batches {
  const rows = (sql: string, values: Readonly<Record<string, unknown>> = {}) =>
    z.array(rowSchema).parse(store.prepare(sql).all({ ...values }));
  const run = (sql: string, { account, id }: JobKey) =>
    void store.prepare(sql).run({ account, id });
  const get = ({ account, id }: JobKey) =>
    rows(`SELECT ${COLUMNS} FROM batches WHERE ${THIS}`, { account, id })[0];
  return {
    get,
    begin: (key, spec, pay) =>
      store
        .transaction(() => {
          if (get(key) !== undefined) return false;
          pay();
          store
            .prepare(
              `INSERT INTO batches (account, id, spec, state, createdAt)
               VALUES (:account, :id, :spec, 'begun', :now)`,
            )
            .run({ account: key.account, id: key.id, spec, now: now() });
          return true;
        })
        .immediate(),
    complete: (key) =>
      run(`UPDATE batches SET state = 'whole' WHERE ${THIS} AND state = 'begun'`, key),
    cancel: (key) => run(`UPDATE batches SET state = 'cancelled' WHERE ${THIS}`, key),
    forget: (key) => run(`DELETE FROM batches WHERE ${THIS}`, key),
    list: (account, limit) =>
      rows(
        `SELECT ${COLUMNS} FROM batches WHERE account = :account
         ORDER BY createdAt DESC, rowid DESC LIMIT :limit`,
        { account, limit },
      ),
    unfinished: () => rows(`SELECT ${COLUMNS} FROM batches WHERE state = 'begun'`),
    removeOld(before) {
      store.prepare("DELETE FROM batches WHERE state != 'begun' AND createdAt < ?").run(before);
    },
  };
}
