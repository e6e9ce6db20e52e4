/** @file The HTTP API: who may call, what is answered when something is wrong, and all routes. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { failure } from "../base/errors.js";
import { FilmError, VERSION } from "../index.js";
import { addBatchRoutes } from "./batch-routes.js";
import { addFilmRoutes } from "./film-routes.js";
import { requireScope } from "./keys.js";
import { addLiveRoutes, offeredToken } from "./live-routes.js";
import { addOwnRoutes } from "./own-routes.js";
import { addRigRoutes } from "./rig-routes.js";
import { answerError, answerFailure, type Env, failureOfIssues, type Service } from "./service.js";
import { addUploadRoutes } from "./upload-routes.js";
import { within } from "./uploads.js";
import { addWebhookRoutes } from "./webhook-routes.js";

/** What JSON may have at most, bytes. */
const JSON_BYTES_MOST = 65_536;

/** What can be asked without a key: nothing of anybody's. */
const PUBLIC = ["/healthz", "/openapi.json", "/reports"];

/** Bytes are answered as what they are said to be, and nothing of them runs in a browser. */
const SAFE_HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** The API as one function from requests to answers. */
export function makeApp(service: Service): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({
    defaultHook: ({ success, ...found }, c) => {
      if (success || !("error" in found)) return undefined;
      return answerFailure(c, failureOfIssues(found.error.issues, found.target));
    },
  });
  app.onError((error, c) => {
    if (!(error instanceof HTTPException)) return answerError(c, error, service.log);
    return answerFailure(c, failure("request_invalid", error.message || "It cannot be read."));
  });
  app.notFound((c) => answerFailure(c, failure("not_found", "There is nothing here.")));
  watch(app, service);
  guard(app, service);
  limitJson(app, service);
  addOwnRoutes(app, service);
  addUploadRoutes(app, service);
  addFilmRoutes(app, service);
  addRigRoutes(app, service);
  addBatchRoutes(app, service);
  addWebhookRoutes(app, service);
  addLiveRoutes(app, service.live);
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    ...{ type: "http", scheme: "bearer" },
  });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Ritratto", version: VERSION, license: { name: "Apache-2.0" } },
    security: [{ key: [] }],
  });
  return app;
}

/** Logs and counts every answer. */
function watch(app: OpenAPIHono<Env>, { log, metrics }: Service): void {
  app.use(async (c, next) => {
    const start = performance.now();
    await next();
    for (const [name, value] of Object.entries(SAFE_HEADERS)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
    const seconds = (performance.now() - start) / 1000;
    const route = routePath(c, -1);
    const { method } = c.req;
    const { status } = c.res;
    metrics.count(method, route, status, seconds);
    const account = c.get("caller")?.account;
    log("request", { method, route, status, seconds: Number(seconds.toFixed(4)), account });
  });
}

/** Lets in whoever may: by the name that was called, by key, by rate, by scope. */
function guard(app: OpenAPIHono<Env>, { keys, rate, hosts, live }: Service): void {
  app.use(async (c, next) => {
    refuseOthersPages(c.req.header("host"), c.req.header("origin"), hosts);
    const address = c.env?.incoming?.socket.remoteAddress ?? "";
    if (PUBLIC.includes(c.req.path)) {
      rate.take(`address ${address}`);
      return next();
    }
    try {
      const token = isLive(c.req)
        ? offeredToken(c.req.header("sec-websocket-protocol"))
        : undefined;
      const key = c.req.header("authorization");
      c.set("caller", token === undefined ? keys.callerOf(key) : live.tokens.take(token));
    } catch (error) {
      rate.take(`address ${address}`);
      throw error;
    }
    const caller = c.get("caller");
    rate.take(caller.account);
    const isReading = ["GET", "HEAD"].includes(c.req.method) && !isLive(c.req);
    requireScope(caller, isReading ? "read" : "write");
    return next();
  });
}

/** A WebSocket begins as GET, but makes something. */
function isLive({ path }: { readonly path: string }): boolean {
  return path === "/live";
}

/**
 * A page that somebody visits must not use the service on his machine: neither by its own address nor
 * by a name that leads to this machine.
 */
function refuseOthersPages(
  host: string | undefined,
  origin: string | undefined,
  hosts: readonly string[] | undefined,
): void {
  const name = host?.replace(/:\d+$/, "").toLowerCase() ?? "";
  if (hosts !== undefined && host !== undefined && !hosts.includes(name)) {
    throw new FilmError("origin_refused", "The service is not called so.");
  }
  if (origin === undefined || origin.replace(/^https?:\/\//, "") === host) return;
  throw new FilmError("origin_refused", "Pages of other places may not use this service.");
}

/** JSON is short and comes soon. */
function limitJson(app: OpenAPIHono<Env>, { limits }: Service): void {
  const short = bodyLimit({
    maxSize: JSON_BYTES_MOST,
    onError: () => {
      const message = `JSON has at most ${JSON_BYTES_MOST} bytes here.`;
      throw new FilmError("upload_too_large", message, { limit: JSON_BYTES_MOST });
    },
  });
  for (const path of ["/films", "/films/*", "/rigs", "/batches", "/batches/*", "/reports"]) {
    app.use(path, short);
    app.use(path, async (c, next) => {
      if (c.req.raw.body !== null) await within(c.req.text(), limits.pauseMs);
      return next();
    });
  }
}
