/** @file Batches of a service: many films wanted, counted, stopped and erased as one. */
import type { z } from "zod";
import type { batchRequestSchema, batchSchema } from "../server/batches.js";
import type { FilmState, Stoppable } from "./films.js";
import { type Ask, askFor } from "./request.js";

/** What is wanted, as the service reads it. */
export type BatchWish = z.input<typeof batchRequestSchema>;
/** A batch, as the service tells it. */
export type BatchState = z.output<typeof batchSchema>;

/** Batches. Everything rejects with `ServiceError`, or with the signal's reason. */
export interface Batches {
  /** Has films made. @param id - Of yours; with the same one the same batch is never made twice. */
  create(wish: BatchWish, options?: Stoppable & { readonly id?: string }): Promise<BatchState>;
  /** How many of its films are where. */
  get(id: string, options?: Stoppable): Promise<BatchState>;
  /** The newest hundred, without counts. */
  list(options?: Stoppable): Promise<readonly Omit<BatchState, "counts">[]>;
  /** Its films, in order; each is watched and fetched as any other. */
  films(id: string, options?: Stoppable): Promise<readonly FilmState[]>;
  /** Stops what is left of it. */
  cancel(id: string, options?: Stoppable): Promise<BatchState>;
  /** Stops it, and erases all its films. */
  erase(id: string, options?: Stoppable): Promise<void>;
}

/** Batches of the service that is asked. */
export function batchesOf(ask: Ask): Batches {
  const at = (id: string) => `/batches/${encodeURIComponent(id)}`;
  return {
    create: (wish, { id = crypto.randomUUID(), signal } = {}) =>
      askFor(ask, { method: "PUT", path: at(id), json: wish, signal }),
    get: (id, { signal } = {}) => askFor(ask, { path: at(id), signal }),
    async list({ signal } = {}) {
      const asked = { path: "/batches", signal };
      return (await askFor<{ batches: Omit<BatchState, "counts">[] }>(ask, asked)).batches;
    },
    async films(id, { signal } = {}) {
      const asked = { path: `${at(id)}/films`, signal };
      return (await askFor<{ films: FilmState[] }>(ask, asked)).films;
    },
    cancel: (id, { signal } = {}) =>
      askFor(ask, { method: "POST", path: `${at(id)}/cancel`, signal }),
    async erase(id, { signal } = {}) {
      await ask({ method: "DELETE", path: at(id), signal });
    },
  };
}
