/** @file The service's one file of data: SQLite with a log ahead of it, so that nobody's death loses a line. */
import { createRequire } from "node:module";
import type Database from "libsql";
import { FilmError } from "../index.js";

/** A database, open. */
export type Store = Database.Database;

/** For how long another process may hold the file before we give up, ms. */
const BUSY_MS = 10_000;

/** Changing a table's shape means a new number, and a step from the old one. */
const VERSION = 2;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  spec TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  revision INTEGER NOT NULL DEFAULT 0,
  leaseUntil INTEGER NOT NULL DEFAULT 0,
  progress TEXT,
  result TEXT,
  failure TEXT,
  createdAt INTEGER NOT NULL,
  changedAt INTEGER NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE INDEX IF NOT EXISTS jobsByState ON jobs (state, number);
CREATE TABLE IF NOT EXISTS audit (
  line INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  job TEXT NOT NULL,
  film TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS auditByJob ON audit (account, job);
CREATE TABLE IF NOT EXISTS reports (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  text TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS spending (
  account TEXT NOT NULL,
  day TEXT NOT NULL,
  what TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (account, day, what)
) STRICT;
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS webhooks (
  account TEXT NOT NULL,
  job TEXT NOT NULL,
  url TEXT NOT NULL,
  since INTEGER NOT NULL,
  lookedAt INTEGER NOT NULL,
  PRIMARY KEY (account, job)
) STRICT;
CREATE INDEX IF NOT EXISTS webhooksByLook ON webhooks (lookedAt);
CREATE TABLE IF NOT EXISTS deliveries (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  job TEXT NOT NULL,
  event TEXT NOT NULL,
  url TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  nextAt INTEGER NOT NULL,
  status INTEGER,
  problem TEXT,
  createdAt INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS deliveriesByTime ON deliveries (state, nextAt);
CREATE INDEX IF NOT EXISTS deliveriesByJob ON deliveries (account, job);
CREATE TABLE IF NOT EXISTS batches (
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  spec TEXT NOT NULL,
  state TEXT NOT NULL,
  createdAt INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) STRICT;
CREATE TABLE IF NOT EXISTS webhookSecrets (
  account TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  previous TEXT,
  changedAt INTEGER NOT NULL
) STRICT;
`;

/**
 * Opens it, or makes it. Several processes may have it open.
 *
 * @param path - Its folder must be there.
 * @throws FilmError `store_missing`.
 */
export function openStore(path: string): Store {
  const Sqlite = load();
  const store = new Sqlite(path, { timeout: BUSY_MS });
  store.pragma("journal_mode = WAL");
  store.pragma("synchronous = FULL");
  const [found] = store.pragma("user_version") as readonly { readonly user_version: number }[];
  const version = found?.user_version ?? 0;
  if (version > VERSION) {
    store.close();
    throw new Error(`“${path}” was written by a newer version (${version}, ours is ${VERSION}).`);
  }
  if (version < VERSION) {
    store.transaction(() => {
      store.exec(SCHEMA);
      store.pragma(`user_version = ${VERSION}`);
    })();
  }
  return store;
}

/** Required, not imported: its binary is an optional package, which may have been left out. */
function load(): typeof Database {
  try {
    return createRequire(import.meta.url)("libsql");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw cause;
    const message = "The database's package for this machine is not installed.";
    throw new FilmError("store_missing", message, {}, { cause });
  }
}
