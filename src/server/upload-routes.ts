/** @file Portraits and voices: sent as they are, known by their hash, never handed out again. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type FailureCode, FilmError, readStyle } from "../index.js";
import { readBytes } from "../platform/node.js";
import type { DataFolder, UploadKind } from "./data-folder.js";
import { uploadIdSchema } from "./film-request.js";
import type { Caller } from "./keys.js";
import { removeRigs } from "./rig-files.js";
import { answers } from "./routes.js";
import type { Env, Service } from "./service.js";
import { checkLength, takeUpload, touchUpload } from "./uploads.js";

const uploadSchema = z
  .object({ id: uploadIdSchema, bytes: z.int(), mediaType: z.string() })
  .openapi("Upload");
const params = z.object({ id: uploadIdSchema });

/** Quotas are taken in steps, bytes, where nobody says how much will come. */
const SPENDING_STEP_BYTES = 1 << 20;

const MEDIA = {
  portraits: "image/*",
  voices: "audio/*",
  styles: "application/octet-stream",
} as const;

/** Adds POST, GET and DELETE of all kinds. */
export function addUploadRoutes(app: OpenAPIHono<Env>, service: Service): void {
  const countOpen = makeCounter(service.limits.openMost);
  addKind(app, service, "portraits", countOpen);
  addKind(app, service, "voices", countOpen);
  addKind(app, service, "styles", countOpen);
  addStyleList(app, service);
}

function addKind(
  app: OpenAPIHono<Env>,
  service: Service,
  kind: UploadKind,
  countOpen: ReturnType<typeof makeCounter>,
): void {
  const { folder, limits } = service;
  const binary = z.string().openapi({ format: "binary" });
  const post = createRoute({
    ...{ method: "post", path: `/${kind}`, summary: `Upload one of the ${kind}` },
    request: { body: { required: true, content: { [MEDIA[kind]]: { schema: binary } } } },
    responses: answers(201, "It is here", uploadSchema),
  });
  app.openapi(post, async (c) => {
    const caller = c.get("caller");
    const { account } = caller;
    const announced = c.req.header("content-length");
    checkLength(announced, kind, limits);
    const close = countOpen(account);
    try {
      service.space.require(Number(announced ?? 0));
      const spend = spender(service, caller, Number(announced ?? 0));
      const upload = await takeUpload(c.req.raw.body, { account, kind }, folder, limits, spend);
      if (kind === "styles") await checkStyle(folder, folder.upload(account, kind, upload.id));
      c.header("location", `/${kind}/${upload.id}`);
      return c.json(upload, 201);
    } finally {
      close();
    }
  });

  const get = createRoute({
    ...{ method: "get", path: `/${kind}/{id}`, summary: "Whether it is still here" },
    request: { params },
    responses: answers(200, "It is here", uploadSchema.omit({ mediaType: true })),
  });
  app.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const { bytes } = await touchUpload(folder, c.get("caller").account, kind, id).catch(gone);
    return c.json({ id, bytes }, 200);
  });

  const erase = createRoute({
    ...{ method: "delete", path: `/${kind}/{id}`, summary: "Erase it" },
    request: { params },
    responses: answers(204, "It is gone, or never was here"),
  });
  app.openapi(erase, async (c) => {
    const { id } = c.req.valid("param");
    const { account } = c.get("caller");
    await folder.files.erase(folder.upload(account, kind, id));
    if (kind === "portraits") await removeRigs(folder, account, id);
    return c.body(null, 204);
  });
}

function addStyleList(app: OpenAPIHono<Env>, { folder }: Service): void {
  const listed = uploadSchema.omit({ mediaType: true });
  const list = createRoute({
    ...{ method: "get", path: "/styles", summary: "Your styles" },
    responses: answers(200, "Styles", z.object({ styles: z.array(listed) })),
  });
  app.openapi(list, async (c) => {
    const { account } = c.get("caller");
    const styles = [...(await folder.uploads(account, "styles"))];
    return c.json({ styles }, 200);
  });
}

/** Styles are numbers in a form of ours: reading one is all there is to check. */
async function checkStyle({ files }: DataFolder, path: string): Promise<void> {
  try {
    readStyle(await readBytes(path, "style_invalid"));
  } catch (error) {
    await files.erase(path);
    throw error;
  }
}

function gone(error: unknown): never {
  if (!(error instanceof FilmError)) throw error;
  throw new FilmError("not_found", error.message, error.details);
}

/** Counts what each account has open at once. @returns Takes one; what that returns gives it back. */
export function makeCounter(
  most: number,
  code: FailureCode = "rate_exceeded",
): (account: string) => () => void {
  const open = new Map<string, number>();
  return (account) => {
    const count = open.get(account) ?? 0;
    if (count >= most) {
      const message = `${most} are open at once already.`;
      throw new FilmError(code, message, { limit: most });
    }
    open.set(account, count + 1);
    return () => {
      const left = (open.get(account) ?? 1) - 1;
      if (left === 0) open.delete(account);
      else open.set(account, left);
    };
  };
}

/** Takes the quota's bytes before they come: those announced at once, others step by step. */
function spender(
  { quotas, space }: Service,
  { account, bytesPerDay }: Caller,
  announced: number,
): (bytes: number) => void {
  let [paid, came] = [announced, 0];
  if (announced > 0) quotas.spend(account, "bytes", announced, bytesPerDay);
  return (bytes) => {
    came += bytes;
    while (came > paid) {
      space.require(SPENDING_STEP_BYTES);
      quotas.spend(account, "bytes", SPENDING_STEP_BYTES, bytesPerDay);
      paid += SPENDING_STEP_BYTES;
    }
  };
}
