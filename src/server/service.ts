/** @file What all routes of a service share, and how a failure is answered. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { failure } from "../base/errors.js";
import { type Failure, FilmError } from "../index.js";
import type { Batches } from "./batch-store.js";
import type { DataFolder } from "./data-folder.js";
import type { Store } from "./database.js";
import type { DiskSpace } from "./disk-space.js";
import { STATUS_OF } from "./film-request.js";
import type { Caller, Keys } from "./keys.js";
import type { Ledger } from "./ledger.js";
import type { Quotas, RateLimit } from "./limits.js";
import type { Live } from "./live-place.js";
import type { Log, Metrics } from "./metrics.js";
import type { JobQueue } from "./queue.js";
import type { UploadLimits } from "./uploads.js";
import type { AddressRule } from "./webhook-address.js";
import type { WebhookSecrets } from "./webhook-secrets.js";
import type { Webhooks } from "./webhooks.js";

/** What a service works with. */
export interface Service {
  readonly folder: DataFolder;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly ledger: Ledger;
  readonly keys: Keys;
  readonly quotas: Quotas;
  readonly rate: RateLimit;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly limits: UploadLimits;
  readonly space: DiskSpace;
  readonly batches: Batches;
  readonly webhooks: Webhooks;
  readonly webhookSecrets: WebhookSecrets;
  /** What webhooks may not call. */
  readonly webhookRule: AddressRule;
  readonly live: Live;
  /** Names by which the service may be called; any, if not said. */
  readonly hosts?: readonly string[] | undefined;
}

/** What hono is told of a request. */
export interface Env {
  Bindings: Partial<HttpBindings>;
  Variables: { caller: Caller };
}

/** Seconds after which somebody who asked too often may try again. */
const RETRY_SECONDS = 1;

/** Answers with a failure. @source RFC 9457, Problem Details for HTTP APIs. */
export function answerFailure(c: Context<Env>, reason: Failure): Response {
  const { code, message, hint, details } = reason;
  const status = STATUS_OF[code] ?? 400;
  const problem = { type: `urn:ritratto:${code}`, title: code, status, code };
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  if (code === "rate_exceeded") headers.set("retry-after", String(RETRY_SECONDS));
  // What is still being sent is not waited for.
  if (status === 408 || status === 413) headers.set("connection", "close");
  return c.newResponse(JSON.stringify({ ...problem, detail: message, hint, details }), {
    status: status as 400,
    headers: Object.fromEntries(headers),
  });
}

/** Answers whatever a route throws; our own faults are logged, and told without their words. */
export function answerError(c: Context<Env>, error: unknown, log: Log): Response {
  if (error instanceof FilmError) return answerFailure(c, error);
  log("fault", { error: error instanceof Error ? error.stack : String(error) });
  const fault = { type: "about:blank", title: "Internal Server Error", status: 500 };
  const problem = { ...fault, code: "internal", detail: "", hint: "Try again later.", details: {} };
  const headers = { "content-type": "application/problem+json" };
  return c.newResponse(JSON.stringify(problem), { status: 500, headers });
}

/** A part of zod's issues. */
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly input?: unknown;
}

/** What is wrong with a request, of what zod found. */
export function failureOfIssues(issues: readonly Issue[], target: string): Failure {
  const [issue] = issues;
  const consent = issues.find(({ path }) => path[0] === "consent");
  const where = (issue?.path ?? []).join(".");
  if (target === "param") return failure("not_found", "There is nothing of this name.");
  if (consent !== undefined && consent.path.length === 1 && consent.message.includes("undefined")) {
    const message = "It is not said whether this face may be made to speak.";
    return failure("consent_missing", message);
  }
  if (consent !== undefined) {
    return failure("consent_invalid", `The consent is not valid: ${consent.message}.`);
  }
  const edit = (issue?.path ?? []).indexOf("edits");
  if (issue !== undefined && edit >= 0) {
    const field = issue.path.slice(edit + 1).join(".") || "the document";
    const message = `The edit is not valid at ${field}: ${issue.message}.`;
    return failure("edit_invalid", message, { field });
  }
  const message = `${where || target}: ${issue?.message ?? "not valid"}`;
  return failure("request_invalid", message, { where });
}
