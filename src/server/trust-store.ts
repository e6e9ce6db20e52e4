/**
 * @file Audit log and reports of abuse in the service's own file: no lock is left by whoever is killed.
 */
import { createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import type { AbuseQueue } from "../index.js";
import type { Store } from "./database.js";
import type { Ledger } from "./ledger.js";

const lineSchema = z.object({ line: z.number(), text: z.string() }).optional();
const textsSchema = z.array(z.object({ text: z.string() }));

/** The audit log in the service's own file. */
export function storedLedger(store: Store): Ledger {
  const known = store.prepare(
    "SELECT line, text FROM audit WHERE account = ? AND job = ? AND film = ?",
  );
  const newest = store.prepare("SELECT line, text FROM audit ORDER BY line DESC LIMIT 1");
  const add = store.prepare(
    `INSERT INTO audit (line, account, job, film, text) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  return {
    lineOf: ({ account, id: job }, film) => ({
      async append(make) {
        for (;;) {
          if (known.get(account, job, film) !== undefined) return;
          const last = lineSchema.parse(newest.get());
          const text = await make(last?.text);
          // Somebody else may have added a line meanwhile; then ours is chained anew.
          if (add.run((last?.line ?? 0) + 1, account, job, film, text).changes > 0) return;
        }
      },
    }),
    text: async () => linesOf(store, "SELECT text FROM audit ORDER BY line"),
    accountHash: async (account) =>
      createHmac("sha256", secretOf(store, "accounts")).update(account).digest("hex"),
  };
}

/** Reports that wait. */
export function storedReports(store: Store): AbuseQueue {
  const add = store.prepare("INSERT INTO reports (text) VALUES (?)");
  return {
    async add(report) {
      add.run(JSON.stringify(report));
    },
  };
}

/** All reports, a line of JSON each. */
export function reportsText(store: Store): string {
  return linesOf(store, "SELECT text FROM reports ORDER BY number");
}

/** A secret of this service's, made when it is first asked for; all its servers have the same. */
export function secretOf(store: Store, name: string): string {
  store
    .prepare("INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
    .run(name, randomBytes(32).toString("hex"));
  const found = store.prepare("SELECT value FROM secrets WHERE name = ?").get(name);
  return z.object({ value: z.string() }).parse(found).value;
}

function linesOf(store: Store, sql: string): string {
  const rows = textsSchema.parse(store.prepare(sql).all());
  return rows.map(({ text }) => `${text}\n`).join("");
}
