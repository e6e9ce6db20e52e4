/** @file /live: WebSockets, and tokens for pages that want one. */
import { upgradeWebSocket } from "@hono/node-server";
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { WebSocket } from "ws";
import { FilmError } from "../index.js";
import {
  LIVE_PROTOCOL,
  liveAnswerSchema,
  liveEndSchema,
  liveHelloSchema,
  liveTokenSchema,
  TOKEN_PROTOCOL,
} from "./live-messages.js";
import type { Live, LiveSession } from "./live-place.js";
import { answers } from "./routes.js";
import type { Env } from "./service.js";

/** The token among the subprotocols that are offered, if there is one. */
export function offeredToken(header: string | undefined): string | undefined {
  const offered = (header ?? "").split(",").map((name) => name.trim());
  return offered.find((name) => name.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}

/** Adds /live and /live/tokens. */
export function addLiveRoutes(app: OpenAPIHono<Env>, live: Live): void {
  const token = createRoute({
    ...{ method: "post", path: "/live/tokens", summary: "A token for one live session of a page" },
    responses: answers(201, "Offer it as a subprotocol, within a minute", liveTokenSchema),
  });
  app.openapi(token, (c) => {
    const { token: text, expires } = live.tokens.give(c.get("caller"));
    const expiresAt = new Date(expires).toISOString();
    return c.json({ protocol: `${TOKEN_PROTOCOL}${text}`, expiresAt }, 201);
  });

  for (const [name, schema] of [
    ["LiveHello", liveHelloSchema],
    ["LiveEnd", liveEndSchema],
    ["LiveAnswer", liveAnswerSchema],
  ] as const) {
    app.openAPIRegistry.register(name, schema);
  }
  app.openAPIRegistry.registerPath({
    ...{ method: "get", path: "/live", summary: "A WebSocket: sound in, takes or pictures out" },
    description: `Subprotocol ${LIVE_PROTOCOL}. LiveHello and LiveEnd go in, LiveAnswer comes out, as text; sound is binary: 16 bits, little-endian, mono.`,
    responses: { 101: { description: "It is open" }, 426: { description: "It is no WebSocket" } },
  });
  app.get(
    "/live",
    upgradeWebSocket((c) => {
      let session: LiveSession | undefined;
      return {
        onOpen(_, { raw }) {
          if (raw instanceof WebSocket) session = live.open(raw, c.get("caller"));
        },
        onMessage({ data }) {
          if (typeof data === "string") session?.message(data);
          else if (data instanceof ArrayBuffer) session?.message(new Uint8Array(data));
        },
      };
    }),
    () => {
      throw new FilmError("request_invalid", "This address is for WebSockets.");
    },
  );
}
