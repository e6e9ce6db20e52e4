/** @file Films of a service: wanted, watched, fetched. */
import type { z } from "zod";
import type { filmSchema, filmWishSchema } from "../server/film-request.js";
import { ServiceError } from "./failure.js";
import { type Ask, askFor, OVER, pause, unreachable } from "./request.js";

/** What is wanted, as the service reads it. */
export type FilmWish = z.input<typeof filmWishSchema>;
/** An edit, as the studio saves it: `options.edits` of a film or batch. */
export type FilmEdit = NonNullable<NonNullable<FilmWish["options"]>["edits"]>;
/** A film, as the service tells it. */
export type FilmState = z.output<typeof filmSchema>;

/** May be stopped. */
export interface Stoppable {
  readonly signal?: AbortSignal | undefined;
}

/** Films. Everything rejects with `ServiceError`, or with the signal's reason. */
export interface Films {
  /** Has a film made. @param id - Of yours; with the same one the same film is never made twice. */
  create(wish: FilmWish, options?: Stoppable & { readonly id?: string }): Promise<FilmState>;
  get(id: string, options?: Stoppable): Promise<FilmState>;
  list(
    query?: Stoppable & {
      readonly state?: FilmState["state"];
      readonly before?: string;
      readonly limit?: number;
    },
  ): Promise<readonly FilmState[]>;
  /** Where a film is, whenever that changes, until it is over; lost connections are made anew. */
  watch(id: string, options?: Stoppable): AsyncGenerator<FilmState>;
  /** Waits until a film is done. Rejects with its failure if it failed or was stopped. */
  wait(
    id: string,
    options?: Stoppable & { onChange?: (film: FilmState) => void },
  ): Promise<FilmState>;
  /** The film's bytes; goes on where a connection broke. @param from - Bytes that are there already. */
  download(
    id: string,
    options?: Stoppable & { readonly from?: number },
  ): AsyncGenerator<Uint8Array>;
  cancel(id: string, options?: Stoppable): Promise<FilmState>;
  retry(id: string, options?: Stoppable): Promise<FilmState>;
  erase(id: string, options?: Stoppable): Promise<void>;
}

/** Connections that may break one after the other without a byte between, and the pause, ms. */
const BREAKS_MOST = 5;
const PAUSE_MS = 300;

/** Films of the service that is asked. */
export function filmsOf(ask: Ask): Films {
  const at = (id: string) => `/films/${encodeURIComponent(id)}`;
  const films: Films = {
    create: (wish, { id = crypto.randomUUID(), signal } = {}) =>
      askFor(ask, { method: "PUT", path: at(id), json: wish, signal }),
    get: (id, { signal } = {}) => askFor(ask, { path: at(id), signal }),
    async list({ signal, ...query } = {}) {
      const asked = { path: "/films", query, signal };
      return (await askFor<{ films: FilmState[] }>(ask, asked)).films;
    },
    async *watch(id, { signal } = {}) {
      for (let breaks = 0; ; breaks++) {
        try {
          const answer = await ask({ path: `${at(id)}/events`, signal });
          for await (const film of eventsOf(answer)) {
            breaks = 0;
            yield film;
            if (!isUnderWay(film)) return;
          }
        } catch (error) {
          signal?.throwIfAborted();
          if (error instanceof ServiceError || breaks >= BREAKS_MOST) throw tellable(error);
        }
        if (breaks >= BREAKS_MOST) throw unreachable(undefined);
        await pause(PAUSE_MS, signal);
      }
    },
    async wait(id, { signal, onChange } = {}) {
      for await (const film of films.watch(id, { signal })) {
        onChange?.(film);
        if (film.state === "done") return film;
        if (isUnderWay(film)) continue;
        const { code, message, hint, details } = film.failure ?? OVER;
        throw new ServiceError(code as ServiceError["code"], message, hint, 0, details);
      }
      throw unreachable(undefined);
    },
    async *download(id, { signal, from = 0 } = {}) {
      let etag: string | undefined;
      for (let breaks = 0; ; breaks++) {
        const range = from > 0 ? { range: `bytes=${from}-` } : {};
        const same = etag === undefined || from === 0 ? {} : { "if-range": etag };
        const answer = await ask({
          path: `${at(id)}/film`,
          headers: { ...range, ...same },
          signal,
        });
        if (from > 0 && answer.status !== 206) {
          await answer.body?.cancel();
          const hint = "Begin again from the first byte.";
          throw new ServiceError("film_conflict", "The film is another than before.", hint);
        }
        etag = answer.headers.get("etag") ?? undefined;
        try {
          for await (const piece of piecesOf(answer)) {
            [from, breaks] = [from + piece.length, 0];
            yield piece;
          }
          return;
        } catch (error) {
          signal?.throwIfAborted();
          if (breaks >= BREAKS_MOST) throw unreachable(error);
        }
        await pause(PAUSE_MS, signal);
      }
    },
    cancel: (id, { signal } = {}) =>
      askFor(ask, { method: "POST", path: `${at(id)}/cancel`, signal }),
    retry: (id, { signal } = {}) =>
      askFor(ask, { method: "POST", path: `${at(id)}/retry`, signal }),
    async erase(id, { signal } = {}) {
      await ask({ method: "DELETE", path: at(id), signal });
    },
  };
  return films;
}

function isUnderWay({ state }: FilmState): boolean {
  return state === "queued" || state === "running";
}

function tellable(error: unknown): ServiceError {
  return error instanceof ServiceError ? error : unreachable(error);
}

async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** @source HTML, 9.2: server-sent events; only what this service sends of them. */
async function* eventsOf(answer: Response): AsyncGenerator<FilmState> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of piecesOf(answer)) {
    text += decoder.decode(piece, { stream: true });
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const data = event.split("\n").find((line) => line.startsWith("data: "));
      if (data !== undefined) yield JSON.parse(data.slice("data: ".length)) as FilmState;
    }
  }
}
