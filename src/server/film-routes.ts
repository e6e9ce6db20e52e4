/** @file Films: wanted, watched, fetched, stopped, wanted again, erased. */
import { randomBytes } from "node:crypto";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { checkConsent, FilmError } from "../index.js";
import { eraseFilm } from "./erase-film.js";
import { answerFilm } from "./film-answer.js";
import { readFilmOptions } from "./film-options.js";
import { type FilmWish, filmSchema, filmWishSchema, jobIdSchema, tellJob } from "./film-request.js";
import { JOB_STATES, type Job, type JobKey } from "./queue.js";
import { settleRig } from "./rig-request.js";
import { answers } from "./routes.js";
import type { Env, Service } from "./service.js";
import { makeCounter } from "./upload-routes.js";
import { touchInputs } from "./uploads.js";
import { readWebhookUrl } from "./webhook-address.js";

/** How often the queue is asked for those who listen, and how often they hear that we live, ms. */
const EVENT_MS = 200;
const ALIVE_MS = 15_000;

const ID_BYTES = 16;
const PAGE = { usual: 20, most: 100 };

const params = z.object({ id: jobIdSchema });
const body = { required: true, content: { "application/json": { schema: filmWishSchema } } };
const listSchema = z.object({ films: z.array(filmSchema) });

/** Adds all of /films. */
export function addFilmRoutes(app: OpenAPIHono<Env>, service: Service): void {
  addMaking(app, service);
  addLooking(app, service);
  addEvents(app, service);
  addChanging(app, service);
}

function addMaking(app: OpenAPIHono<Env>, service: Service): void {
  const post = createRoute({
    ...{ method: "post", path: "/films", summary: "Have a film made" },
    request: { body },
    responses: answers(202, "It waits", filmSchema),
  });
  app.openapi(post, async (c) => {
    const id = randomBytes(ID_BYTES).toString("hex");
    const { job } = await want(service, c, id, c.req.valid("json"));
    c.header("location", `/films/${id}`);
    return c.json(tellJob(job), 202);
  });

  const put = createRoute({
    ...{ method: "put", path: "/films/{id}", summary: "Likewise by an id of yours; repeatable" },
    request: { params, body },
    responses: {
      ...answers(202, "It waits", filmSchema),
      ...answers(200, "It is here", filmSchema),
    },
  });
  app.openapi(put, async (c) => {
    const { id } = c.req.valid("param");
    const { job, isNew } = await want(service, c, id, c.req.valid("json"));
    c.header("location", `/films/${id}`);
    return c.json(tellJob(job), isNew ? 202 : 200);
  });
}

async function want(service: Service, c: Context<Env>, id: string, wish: FilmWish) {
  const { account, filmsPerDay } = c.get("caller");
  const { queue, folder, quotas } = service;
  const key = { account, id };
  const request = await settleRig(queue, account, wish);
  const spec = JSON.stringify(request);
  const known = await queue.get(key);
  if (known !== undefined) {
    refuseOther(known.spec === spec);
    return { job: known, isNew: false };
  }
  checkConsent(request.consent);
  await readFilmOptions(request.options ?? {});
  if (request.webhook !== undefined) readWebhookUrl(request.webhook, service.webhookRule);
  await touchInputs(folder, account, request);
  service.space.require(0);
  quotas.spend(account, "films", 1, filmsPerDay);
  // Before it is queued: whoever is killed in between leaves no film that nobody hears of.
  if (request.webhook !== undefined) service.webhooks.watch(key, request.webhook);
  const { job, isNew, isSame } = await queue.submit(key, spec);
  refuseOther(isSame);
  return { job, isNew };
}

function refuseOther(isSame: boolean): void {
  if (isSame) return;
  throw new FilmError("film_conflict", "There is another film of this id.");
}

function addLooking(app: OpenAPIHono<Env>, service: Service): void {
  const { queue } = service;
  const list = createRoute({
    ...{ method: "get", path: "/films", summary: "Your films, the newest first" },
    request: {
      query: z.object({
        state: z.enum(JOB_STATES).optional(),
        before: jobIdSchema.optional(),
        limit: z.coerce.number().int().min(1).max(PAGE.most).default(PAGE.usual),
      }),
    },
    responses: answers(200, "Films", listSchema),
  });
  app.openapi(list, async (c) => {
    const { account } = c.get("caller");
    const jobs = await queue.list({ account, ...c.req.valid("query") });
    return c.json({ films: jobs.map(tellJob) }, 200);
  });

  const get = createRoute({
    ...{ method: "get", path: "/films/{id}", summary: "Where a film is" },
    request: { params },
    responses: answers(200, "A film", filmSchema),
  });
  app.openapi(get, async (c) => {
    const job = await queue.get(keyOf(c, c.req.valid("param")));
    return c.json(tellJob(requireJob(job)), 200);
  });

  const file = createRoute({
    ...{ method: "get", path: "/films/{id}/film", summary: "The film itself; takes Range" },
    request: { params },
    responses: {
      200: {
        description: "All of it",
        content: { "video/mp4": { schema: z.string().openapi({ format: "binary" }) } },
      },
      206: { description: "A part of it" },
      416: { description: "There is no such part" },
    },
  });
  app.openapi(file, async (c) => {
    const job = await queue.get(keyOf(c, c.req.valid("param")));
    return answerFilm(c, requireJob(job), service.folder);
  });
}

function addEvents(app: OpenAPIHono<Env>, { queue, limits, log }: Service): void {
  const countOpen = makeCounter(limits.openMost);
  const events = createRoute({
    ...{ method: "get", path: "/films/{id}/events", summary: "Where a film is, as it changes" },
    request: { params },
    responses: {
      200: {
        description: "Events named by state, the film as data; ends when it is over",
        content: { "text/event-stream": { schema: z.string() } },
      },
    },
  });
  app.openapi(events, async (c) => {
    const key = keyOf(c, c.req.valid("param"));
    requireJob(await queue.get(key));
    const close = countOpen(key.account);
    return streamSSE(
      c,
      async (stream) => {
        stream.onAbort(close);
        try {
          let [told, quietMs] = [-1, 0];
          while (!stream.aborted) {
            const job = await queue.get(key);
            if (job !== undefined && job.revision !== told) {
              const data = JSON.stringify(tellJob(job));
              await stream.writeSSE({ event: job.state, id: String(job.revision), data });
              [told, quietMs] = [job.revision, 0];
            }
            if (job === undefined || !["queued", "running"].includes(job.state)) return;
            if (quietMs > ALIVE_MS) {
              await stream.write(": still here\n\n");
              quietMs = 0;
            }
            await stream.sleep(EVENT_MS);
            quietMs += EVENT_MS;
          }
        } finally {
          close();
        }
      },
      async (error) => log("fault", { error: error.stack }),
    );
  });
}

function addChanging(app: OpenAPIHono<Env>, service: Service): void {
  const { queue, folder, webhooks } = service;
  const cancel = createRoute({
    ...{ method: "post", path: "/films/{id}/cancel", summary: "Stop it, and keep its record" },
    request: { params },
    responses: answers(200, "It is over", filmSchema),
  });
  app.openapi(cancel, async (c) => {
    const job = await queue.cancel(keyOf(c, c.req.valid("param")));
    return c.json(tellJob(requireJob(job)), 200);
  });

  const retry = createRoute({
    ...{ method: "post", path: "/films/{id}/retry", summary: "Again, if it failed or was stopped" },
    request: { params },
    responses: answers(202, "It waits, or never stopped", filmSchema),
  });
  app.openapi(retry, async (c) => {
    const key = keyOf(c, c.req.valid("param"));
    const before = requireJob(await queue.get(key));
    const { request } = tellJob(before);
    await touchInputs(folder, key.account, request);
    webhooks.settle(before);
    const job = requireJob(await queue.retry(key));
    const waits = job.state === "queued" || job.state === "running";
    if (request.webhook !== undefined && waits) webhooks.watch(key, request.webhook);
    return c.json(tellJob(job), 202);
  });

  const erase = createRoute({
    ...{ method: "delete", path: "/films/{id}", summary: "Stop it, and erase all of it" },
    request: { params },
    responses: answers(204, "It is gone"),
  });
  app.openapi(erase, async (c) => {
    requireJob(await eraseFilm(service, keyOf(c, c.req.valid("param"))));
    return c.body(null, 204);
  });
}

function keyOf(c: Context<Env>, { id }: { readonly id: string }): JobKey {
  return { account: c.get("caller").account, id };
}

function requireJob(job: Job | undefined): Job {
  if (job === undefined) throw new FilmError("not_found", "There is no such film.");
  return job;
}
