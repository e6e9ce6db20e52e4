/** @file What a service tells of itself, and reports of abuse. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { abuseSchema, FilmError, takeReport, VERSION } from "../index.js";
import { requireScope } from "./keys.js";
import { answers } from "./routes.js";
import type { Env, Service } from "./service.js";
import { reportsText, storedReports } from "./trust-store.js";

const text = (type: string) => ({ [type]: { schema: z.string() } });

/** Adds /healthz, /metrics, /audit and /reports. */
export function addOwnRoutes(app: OpenAPIHono<Env>, service: Service): void {
  const { queue, ledger, metrics, store, live } = service;
  const health = createRoute({
    ...{ method: "get", path: "/healthz", summary: "Whether the service works", security: [] },
    responses: answers(200, "It works", z.object({ status: z.literal("ok"), version: z.string() })),
  });
  app.openapi(health, async (c) => {
    await queue.counts();
    return c.json({ status: "ok" as const, version: VERSION }, 200);
  });

  const numbers = createRoute({
    ...{ method: "get", path: "/metrics", summary: "Numbers for Prometheus; scope admin" },
    responses: { 200: { description: "Numbers", content: text("text/plain") } },
  });
  app.openapi(numbers, async (c) => {
    requireScope(c.get("caller"), "admin");
    const type = "text/plain; version=0.0.4; charset=utf-8";
    return c.body(metrics.write(await queue.counts()) + live.write(), 200, {
      "content-type": type,
    });
  });

  const files = [
    ["/audit", "The audit log, one chained line of JSON for each film; scope admin", ledger.text],
    ["/reports", "Reports of abuse, a line of JSON each; scope admin", () => reportsText(store)],
  ] as const;
  for (const [path, summary, read] of files) {
    const route = createRoute({
      ...{ method: "get", path, summary },
      responses: { 200: { description: "Lines", content: text("application/jsonl") } },
    });
    app.openapi(route, async (c) => {
      const caller = service.keys.callerOf(c.req.header("authorization"));
      requireScope(caller, "admin");
      return c.body(await read(), 200, { "content-type": "application/jsonl" });
    });
  }

  const report = createRoute({
    ...{ method: "post", path: "/reports", summary: "Report abuse; anybody may", security: [] },
    request: {
      body: { required: true, content: { "application/json": { schema: abuseSchema } } },
    },
    responses: answers(202, "It waits for somebody", z.object({ due: z.iso.datetime() })),
  });
  app.openapi(report, async (c) => {
    const time = new Date().toISOString();
    const { due } = await takeReport(c.req.valid("json"), time, storedReports(store)).catch(
      (cause: unknown) => {
        throw new FilmError("request_invalid", "The report is not valid.", {}, { cause });
      },
    );
    service.log("report", { due });
    return c.json({ due }, 202);
  });
}
