/** @file Webhooks of a service: what they are signed with, and how they fared. */
import type { z } from "zod";
import type { deliverySchema, secretSchema } from "../server/webhook-routes.js";
import type { Stoppable } from "./films.js";
import { type Ask, askFor } from "./request.js";

/** A message of a film's webhook, and how it fared. */
export type Delivery = z.output<typeof deliverySchema>;

/** Webhooks. Everything rejects with `ServiceError`, or with the signal's reason. */
export interface Webhooks {
  /** The account's secret, `whsec_` and a key in base64: for any library of Standard Webhooks. */
  secret(options?: Stoppable): Promise<string>;
  /** Makes another secret; both sign for a day. Never asked twice. */
  replaceSecret(options?: Stoppable): Promise<string>;
  /** Messages of a film, the oldest first. */
  deliveries(filmId: string, options?: Stoppable): Promise<readonly Delivery[]>;
}

/** Webhooks of the service that is asked. */
export function webhooksOf(ask: Ask): Webhooks {
  type Secret = z.output<typeof secretSchema>;
  const path = "/webhook-secret";
  return {
    secret: async ({ signal } = {}) => (await askFor<Secret>(ask, { path, signal })).secret,
    async replaceSecret({ signal } = {}) {
      return (await askFor<Secret>(ask, { method: "POST", path, signal, repeats: false })).secret;
    },
    async deliveries(filmId, { signal } = {}) {
      const asked = { path: `/films/${encodeURIComponent(filmId)}/deliveries`, signal };
      return (await askFor<{ deliveries: Delivery[] }>(ask, asked)).deliveries;
    },
  };
}
