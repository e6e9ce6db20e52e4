/** @file Rigs: portraits made able to move once, for many films. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { checkConsent, FilmError } from "../index.js";
import { rigIdSchema } from "./film-request.js";
import type { Job } from "./queue.js";
import { removeRigs, rigStem } from "./rig-files.js";
import {
  readRigSpec,
  rigIdOf,
  rigKey,
  rigRequestSchema,
  rigSchema,
  tellRig,
  writeRigSpec,
} from "./rig-request.js";
import { answers } from "./routes.js";
import type { Env, Service } from "./service.js";
import { touchUpload } from "./uploads.js";

const PAGE = { usual: 20, most: 100 };
const params = z.object({ id: rigIdSchema });

/** Adds all of /rigs. */
export function addRigRoutes(app: OpenAPIHono<Env>, service: Service): void {
  const { queue, folder } = service;
  const find = async (c: Context<Env>, id: string): Promise<Job> => {
    const job = await queue.get(rigKey(c.get("caller").account, id));
    if (job === undefined) throw new FilmError("not_found", "There is no such rig.");
    return job;
  };
  const post = createRoute({
    ...{ method: "post", path: "/rigs", summary: "Make a portrait able to move; repeatable" },
    request: {
      body: { required: true, content: { "application/json": { schema: rigRequestSchema } } },
    },
    responses: {
      ...answers(202, "It waits", rigSchema),
      ...answers(200, "It is here", rigSchema),
    },
  });
  app.openapi(post, async (c) => {
    const request = c.req.valid("json");
    const { account, filmsPerDay } = c.get("caller");
    checkConsent(request.consent);
    service.space.require(0);
    await touchUpload(folder, account, "portraits", request.portrait);
    const id = rigIdOf(request);
    const key = rigKey(account, id);
    // What expired or failed is wanted again.
    const known = await queue.get(key);
    const isOver = known && ["failed", "cancelled", "expired"].includes(known.state);
    if (known === undefined || isOver) service.quotas.spend(account, "films", 1, filmsPerDay);
    if (isOver) await queue.erase(key);
    const { job, isNew } = await queue.submit(key, writeRigSpec(request));
    c.header("location", `/rigs/${id}`);
    return c.json(tellRig(job), isNew ? 202 : 200);
  });

  const list = createRoute({
    ...{ method: "get", path: "/rigs", summary: "Your rigs, the newest first" },
    request: {
      query: z.object({
        before: rigIdSchema.optional(),
        limit: z.coerce.number().int().min(1).max(PAGE.most).default(PAGE.usual),
      }),
    },
    responses: answers(200, "Rigs", z.object({ rigs: z.array(rigSchema) })),
  });
  app.openapi(list, async (c) => {
    const { account } = rigKey(c.get("caller").account, "");
    const jobs = await queue.list({ account, ...c.req.valid("query") });
    return c.json({ rigs: jobs.map(tellRig) }, 200);
  });

  const get = createRoute({
    ...{ method: "get", path: "/rigs/{id}", summary: "Where a rig is" },
    request: { params },
    responses: answers(200, "A rig", rigSchema),
  });
  app.openapi(get, async (c) => c.json(tellRig(await find(c, c.req.valid("param").id)), 200));

  const sheet = createRoute({
    ...{ method: "get", path: "/rigs/{id}/sheet", summary: "Its expressions, as a picture" },
    request: { params },
    responses: {
      200: {
        description: "A PNG, marked and signed",
        content: { "image/png": { schema: z.string().openapi({ format: "binary" }) } },
      },
    },
  });
  app.openapi(sheet, async (c) => {
    const { state, spec } = await find(c, c.req.valid("param").id);
    if (state !== "done") {
      throw new FilmError("film_not_done", `The rig is ${state}, not done.`, { state });
    }
    const stem = rigStem(folder, c.get("caller").account, readRigSpec(spec));
    const found = await folder.files.find(`${stem}.png`);
    const isHead = c.req.method === "HEAD";
    const png = isHead
      ? null
      : found && (await folder.files.read(`${stem}.png`, 0, found.bytes - 1));
    if (found === undefined || png === undefined) {
      throw new FilmError("not_found", "The rig's sheet is gone.");
    }
    const headers = { "content-type": "image/png", "content-length": `${found.bytes}` };
    return c.newResponse(png, 200, headers);
  });

  const erase = createRoute({
    ...{ method: "delete", path: "/rigs/{id}", summary: "Erase it; films of it stay" },
    request: { params },
    responses: answers(204, "It is gone"),
  });
  app.openapi(erase, async (c) => {
    const { account } = c.get("caller");
    const { id } = c.req.valid("param");
    const { portrait } = readRigSpec((await find(c, id)).spec);
    await queue.erase(rigKey(account, id));
    await removeRigs(folder, account, portrait);
    return c.body(null, 204);
  });
}
