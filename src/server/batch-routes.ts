/** @file Batches: many films wanted, watched, stopped and erased as one. */
import { randomBytes } from "node:crypto";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { FilmError } from "../index.js";
import type { BatchRow } from "./batch-store.js";
import {
  batchIdSchema,
  batchRequestSchema,
  batchSchema,
  filmKeys,
  jobsOf,
  tellBatch,
  wantBatch,
} from "./batches.js";
import { eraseFilm } from "./erase-film.js";
import { filmSchema, tellJob } from "./film-request.js";
import { answers } from "./routes.js";
import type { Env, Service } from "./service.js";

const ID_BYTES = 16;
const LIST_MOST = 100;
const listedSchema = batchSchema.omit({ counts: true });
const params = z.object({ id: batchIdSchema });
const body = { required: true, content: { "application/json": { schema: batchRequestSchema } } };

/** Adds all of /batches. */
export function addBatchRoutes(app: OpenAPIHono<Env>, service: Service): void {
  addWanting(app, service);
  addLooking(app, service);
  addEnding(app, service);
}

function addWanting(app: OpenAPIHono<Env>, service: Service): void {
  const post = createRoute({
    ...{ method: "post", path: "/batches", summary: "Many voices, or many portraits" },
    request: { body },
    responses: answers(202, "Its films wait", batchSchema),
  });
  app.openapi(post, async (c) => {
    const id = randomBytes(ID_BYTES).toString("hex");
    const { row } = await wantBatch(service, c.get("caller"), id, c.req.valid("json"));
    c.header("location", `/batches/${id}`);
    return c.json(tellBatch(row, await jobsOf(service, row)), 202);
  });

  const put = createRoute({
    ...{ method: "put", path: "/batches/{id}", summary: "Likewise by an id of yours; repeatable" },
    request: { params, body },
    responses: {
      ...answers(202, "Its films wait", batchSchema),
      ...answers(200, "It is here", batchSchema),
    },
  });
  app.openapi(put, async (c) => {
    const { id } = c.req.valid("param");
    const { row, isNew } = await wantBatch(service, c.get("caller"), id, c.req.valid("json"));
    c.header("location", `/batches/${id}`);
    return c.json(tellBatch(row, await jobsOf(service, row)), isNew ? 202 : 200);
  });
}

function addLooking(app: OpenAPIHono<Env>, service: Service): void {
  const list = createRoute({
    ...{ method: "get", path: "/batches", summary: "Your batches, the newest first" },
    responses: answers(200, "Batches", z.object({ batches: z.array(listedSchema) })),
  });
  app.openapi(list, (c) => {
    const rows = service.batches.list(c.get("caller").account, LIST_MOST);
    // Counting films of a hundred batches would keep everybody else waiting.
    const batches = rows.map((row) => {
      const { counts: _, ...told } = tellBatch(row, []);
      return told;
    });
    return c.json({ batches }, 200);
  });

  const get = createRoute({
    ...{ method: "get", path: "/batches/{id}", summary: "How many of its films are where" },
    request: { params },
    responses: answers(200, "A batch", batchSchema),
  });
  app.openapi(get, async (c) => {
    const row = find(service, c, c.req.valid("param"));
    return c.json(tellBatch(row, await jobsOf(service, row)), 200);
  });

  const films = createRoute({
    ...{ method: "get", path: "/batches/{id}/films", summary: "Its films, in order" },
    request: { params },
    responses: answers(200, "Films", z.object({ films: z.array(filmSchema) })),
  });
  app.openapi(films, async (c) => {
    const row = find(service, c, c.req.valid("param"));
    return c.json({ films: (await jobsOf(service, row)).map(tellJob) }, 200);
  });
}

function addEnding(app: OpenAPIHono<Env>, service: Service): void {
  const { queue, batches } = service;
  const cancel = createRoute({
    ...{ method: "post", path: "/batches/{id}/cancel", summary: "Stop all of it" },
    request: { params },
    responses: answers(200, "It is over", batchSchema),
  });
  app.openapi(cancel, async (c) => {
    const row = find(service, c, c.req.valid("param"));
    batches.cancel(row);
    for (const key of filmKeys(row)) await queue.cancel(key);
    const stopped = find(service, c, row);
    return c.json(tellBatch(stopped, await jobsOf(service, stopped)), 200);
  });

  const erase = createRoute({
    ...{ method: "delete", path: "/batches/{id}", summary: "Stop it, and erase all its films" },
    request: { params },
    responses: answers(204, "It is gone"),
  });
  app.openapi(erase, async (c) => {
    const row = find(service, c, c.req.valid("param"));
    batches.cancel(row);
    for (const key of filmKeys(row)) await eraseFilm(service, key);
    batches.forget(row);
    return c.body(null, 204);
  });
}

function find({ batches }: Service, c: Context<Env>, { id }: { readonly id: string }): BatchRow {
  const row = batches.get({ account: c.get("caller").account, id });
  if (row === undefined) throw new FilmError("not_found", "There is no such batch.");
  return row;
}
