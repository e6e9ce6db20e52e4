/** @file What servers and workers of one service share: its queue and its audit log, in a file or in Redis. */
import type { DataFolder } from "./data-folder.js";
import { openStore, type Store } from "./database.js";
import type { Ledger } from "./ledger.js";
import type { JobQueue } from "./queue.js";
import { redisLedger } from "./redis-ledger.js";
import { openRedis } from "./redis-link.js";
import { redisQueue } from "./redis-queue.js";
import { sqliteQueue } from "./sqlite-queue.js";
import { storedLedger } from "./trust-store.js";

/** What a worker works on. */
export interface Backing {
  readonly queue: JobQueue;
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** What a server works on: it has a store of its own besides. */
export interface ServerBacking extends Backing {
  readonly store: Store;
}

/**
 * Opens what a worker needs.
 *
 * @param url - Of Redis; the folder's own file, if not said.
 * @throws FilmError `store_missing`, `option_invalid`, `queue_unreachable`.
 */
export async function openBacking(folder: DataFolder, url?: string): Promise<Backing> {
  if (url === undefined) return onStore(openStore(folder.store));
  const link = await openRedis({ url });
  const queue = redisQueue(link);
  return { queue, ledger: redisLedger(link), close: () => queue.close() };
}

/** Likewise for a server. */
export async function openServerBacking(folder: DataFolder, url?: string): Promise<ServerBacking> {
  const store = openStore(folder.store);
  if (url === undefined) return onStore(store);
  try {
    const backing = await openBacking(folder, url);
    return {
      ...{ ...backing, store },
      async close() {
        await backing.close();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function onStore(store: Store): ServerBacking {
  const queue = sqliteQueue(store);
  return { store, queue, ledger: storedLedger(store), close: () => queue.close() };
}
