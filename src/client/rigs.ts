/** @file Rigs of a service: portraits made able to move once, for many films and live sessions. */
import type { z } from "zod";
import type { rigRequestSchema, rigSchema } from "../server/rig-request.js";
import { ServiceError } from "./failure.js";
import type { Stoppable } from "./films.js";
import { type Ask, askFor, OVER, pause } from "./request.js";

/** What is wanted, as the service reads it. */
export type RigWish = z.input<typeof rigRequestSchema>;
/** A rig, as the service tells it. */
export type RigState = z.output<typeof rigSchema>;

/** Rigs. Everything rejects with `ServiceError`, or with the signal's reason. */
export interface Rigs {
  /** Has a rig made; the same wish is the same rig, and made once. */
  create(wish: RigWish, options?: Stoppable): Promise<RigState>;
  get(id: string, options?: Stoppable): Promise<RigState>;
  /** The newest first. @param query - `before` is the last one's id of the page before. */
  list(
    query?: Stoppable & { readonly before?: string; readonly limit?: number },
  ): Promise<readonly RigState[]>;
  /** Waits until a rig is done. Rejects with its failure if it failed or is over. */
  wait(id: string, options?: Stoppable): Promise<RigState>;
  /** The sheet of its expressions: a PNG file. */
  sheet(id: string, options?: Stoppable): Promise<Uint8Array<ArrayBuffer>>;
  /** Erases it; films of it stay. */
  erase(id: string, options?: Stoppable): Promise<void>;
}

/** How often it is asked for a rig that is waited for, ms. */
const LOOK_MS = 300;

/** Rigs of the service that is asked. */
export function rigsOf(ask: Ask): Rigs {
  const at = (id: string) => `/rigs/${encodeURIComponent(id)}`;
  const rigs: Rigs = {
    create: (wish, { signal } = {}) =>
      askFor(ask, { method: "POST", path: "/rigs", json: wish, signal }),
    get: (id, { signal } = {}) => askFor(ask, { path: at(id), signal }),
    async list({ signal, ...query } = {}) {
      const asked = { path: "/rigs", query, signal };
      return (await askFor<{ rigs: RigState[] }>(ask, asked)).rigs;
    },
    async wait(id, { signal } = {}) {
      for (;;) {
        const rig = await rigs.get(id, { signal });
        if (rig.state === "done") return rig;
        if (rig.state !== "queued" && rig.state !== "running") {
          const { code, message, hint, details } = rig.failure ?? OVER;
          throw new ServiceError(code as ServiceError["code"], message, hint, 0, details);
        }
        await pause(LOOK_MS, signal);
      }
    },
    async sheet(id, { signal } = {}) {
      return new Uint8Array(await (await ask({ path: `${at(id)}/sheet`, signal })).arrayBuffer());
    },
    async erase(id, { signal } = {}) {
      await ask({ method: "DELETE", path: at(id), signal });
    },
  };
  return rigs;
}
