/** @file How much somebody may ask for: a day's quotas, which are durable, and a rate, which is not. */
import { FilmError } from "../index.js";
import type { Store } from "./database.js";

/** What quotas are of. */
export type Spent = "films" | "bytes";

/** Quotas of accounts. */
export interface Quotas {
  /**
   * Takes something from today's quota, all of it or nothing.
   *
   * @param most - A day's; no limit if undefined.
   * @throws FilmError `quota_spent`.
   */
  spend(account: string, what: Spent, amount: number, most: number | undefined): void;
}

/** Quotas that are kept in the store: several servers share them and none forgets. */
export function storedQuotas(store: Store, now: () => number = Date.now): Quotas {
  const add = store.prepare(
    `INSERT INTO spending (account, day, what, amount)
     SELECT :account, :day, :what, :amount WHERE :amount <= :most
     ON CONFLICT DO UPDATE SET amount = amount + :amount WHERE amount + :amount <= :most`,
  );
  return {
    spend(account, what, amount, most) {
      if (most === undefined) return;
      const day = new Date(now()).toISOString().slice(0, 10);
      if (add.run({ account, day, what, amount, most }).changes > 0) return;
      const message = `Today's quota of ${most} ${what} does not allow this any more.`;
      throw new FilmError("quota_spent", message, { what, limit: most });
    },
  };
}

/** A rate that is kept to. */
export interface RateLimit {
  /** @param caller - Account or address. @throws FilmError `rate_exceeded`. */
  take(caller: string): void;
}

/** Callers that are remembered; the one that was longest away is forgotten first. */
const CALLERS_MOST = 10_000;

/**
 * Lets every caller ask so often on the average, and as many times at once as in two seconds.
 *
 * @source Token bucket, e.g. RFC 2697.
 */
export function rateLimit(perSecond: number, now: () => number = Date.now): RateLimit {
  const most = 2 * perSecond;
  const buckets = new Map<string, { left: number; time: number }>();
  return {
    take(caller) {
      const time = now();
      const known = buckets.get(caller) ?? { left: most, time };
      const left = Math.min(most, known.left + ((time - known.time) / 1000) * perSecond);
      buckets.delete(caller);
      buckets.set(caller, { left: left >= 1 ? left - 1 : left, time });
      for (const oldest of buckets.keys()) {
        if (buckets.size <= CALLERS_MOST) break;
        buckets.delete(oldest);
      }
      if (left >= 1) return;
      const message = `More than ${perSecond} requests a second.`;
      throw new FilmError("rate_exceeded", message, { perSecond });
    },
  };
}
