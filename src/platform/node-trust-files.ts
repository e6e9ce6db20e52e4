/** @file Files of a service: the audit log and the queue of reports, safe against two processes. */
import { mkdir, open, readFile, rmdir } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import type { AbuseQueue } from "../trust/abuse.js";
import type { AuditStore } from "../trust/audit.js";
import { unwritable } from "./node-files.js";

/** How often, and for how long at most, a lock is waited for, ms. */
const LOCK_STEP_MS = 20;
const LOCK_MOST_MS = 10_000;

/**
 * An audit log in a file. While a line is appended the folder `FILE.lock` is there; what a process
 * that died leaves of it has to be removed by hand, for nobody else knows whether it died.
 */
export function auditFile(path: string): AuditStore {
  return {
    append: (make) =>
      appendLocked(path, async (text) => make(text.trimEnd().split("\n").at(-1) || undefined)),
  };
}

/** A queue of reports in a file, one line of JSON each. */
export function abuseFile(path: string): AbuseQueue {
  return { add: (report) => appendLocked(path, async () => JSON.stringify(report)) };
}

async function appendLocked(path: string, make: (text: string) => Promise<string>): Promise<void> {
  const lock = `${path}.lock`;
  await takeLock(lock, path);
  try {
    const file = await open(path, "a+", 0o600);
    try {
      await file.appendFile(`${await make(await readFile(path, "utf8"))}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    await rmdir(lock);
  }
}

async function takeLock(lock: string, path: string): Promise<void> {
  for (let waited = 0; ; waited += LOCK_STEP_MS) {
    try {
      await mkdir(lock);
      return;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EEXIST";
      if (!isTaken || waited >= LOCK_MOST_MS) throw unwritable(path, error);
    }
    await setTimeout(LOCK_STEP_MS);
  }
}
