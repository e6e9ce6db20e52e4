/** @file The audit log as a service keeps it, wherever: one chain of lines for all its servers and workers. */
import type { AuditStore } from "../index.js";
import type { JobKey } from "./queue.js";

/** What is logged of films, and by which names their makers are logged. */
export interface Ledger {
  /**
   * Where a film's line goes. A job that is done again because its worker died after it was logged is not logged
   * again.
   *
   * @param film - Its identity.
   */
  lineOf(job: JobKey, film: string): AuditStore;
  /** The whole log, for `checkAuditLog`. */
  text(): Promise<string>;
  /** Hashes an account with a key of this service: a plain hash of a name can be guessed. */
  accountHash(account: string): Promise<string>;
}
