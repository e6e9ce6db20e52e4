/** @file What somebody needs to receive webhooks: his secret, and how his messages fared. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FilmError } from "../index.js";
import { jobIdSchema } from "./film-request.js";
import { requireScope } from "./keys.js";
import { answers } from "./routes.js";
import type { Env, Service } from "./service.js";
import { DELIVERY_STATES } from "./webhooks.js";

/** The key that an account's webhooks are signed with. */
export const secretSchema = z
  .object({ secret: z.string().openapi({ description: "whsec_ and the key in base64" }) })
  .openapi("WebhookSecret");
/** A message of a film's webhook, and how it fared. */
export const deliverySchema = z
  .object({
    id: z.string().openapi({ description: "webhook-id; the same in every try" }),
    event: z.string(),
    state: z.enum(DELIVERY_STATES),
    tries: z.int(),
    status: z.int().optional().openapi({ description: "Of the last answer" }),
    problem: z.string().optional().openapi({ description: "Code of why there was none" }),
    nextAt: z.iso.datetime().optional(),
  })
  .openapi("Delivery");
const listSchema = z.object({ deliveries: z.array(deliverySchema) });

/** Adds /webhook-secret and /films/{id}/deliveries. */
export function addWebhookRoutes(app: OpenAPIHono<Env>, service: Service): void {
  const { webhooks, webhookSecrets, queue } = service;
  const get = createRoute({
    ...{ method: "get", path: "/webhook-secret", summary: "What your webhooks are signed with" },
    responses: answers(200, "Your secret; scope write", secretSchema),
  });
  app.openapi(get, (c) => {
    const caller = c.get("caller");
    // Whoever knows it can send messages in our name.
    requireScope(caller, "write");
    return c.json({ secret: webhookSecrets.of(caller.account) }, 200);
  });

  const replace = createRoute({
    ...{ method: "post", path: "/webhook-secret", summary: "Another; both sign for a day" },
    responses: answers(201, "Your new secret", secretSchema),
  });
  app.openapi(replace, (c) =>
    c.json({ secret: webhookSecrets.replace(c.get("caller").account) }, 201),
  );

  const list = createRoute({
    ...{ method: "get", path: "/films/{id}/deliveries", summary: "How a film's webhook fared" },
    request: { params: z.object({ id: jobIdSchema }) },
    responses: answers(200, "Messages, the oldest first", listSchema),
  });
  app.openapi(list, async (c) => {
    const key = { account: c.get("caller").account, id: c.req.valid("param").id };
    const job = await queue.get(key);
    if (job === undefined) throw new FilmError("not_found", "There is no such film.");
    const deliveries = webhooks.of(key).map(({ id, event, state, tries, ...rest }) => ({
      ...{ id, event, state, tries },
      ...(rest.status !== null && { status: rest.status }),
      ...(rest.problem !== null && { problem: rest.problem }),
      ...(state === "waiting" && { nextAt: new Date(rest.nextAt).toISOString() }),
    }));
    return c.json({ deliveries }, 200);
  });
}
