/** @file One request, tried again where that cannot do anything twice. */
import { failureOf, ServiceError } from "./failure.js";

/** Where a service is, and how it is asked. */
export interface ServiceOptions {
  /** Where others can call, they need one; see `ritratto key`. */
  readonly key?: string | undefined;
  /** How often what can be repeated is tried; 4 by default. */
  readonly tries?: number | undefined;
  /** In place of the machine's own. */
  readonly fetch?: typeof fetch | undefined;
}

/** What is asked. */
export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for each try; a stream can only be sent once. */
  readonly body?: (() => BodyInit) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** False if a second try could do something twice; true by default. */
  readonly repeats?: boolean;
}

/** Asks. @returns An answer that says yes. */
export type Ask = (asked: Asked) => Promise<Response>;

const TRIES = 4;
/** Between two tries, ms: twice as long each time, unless the service says how long. */
const PAUSE_MS = 300;
const PAUSE_MOST_MS = 10_000;
/** What may be otherwise a moment later. */
const PASSING = [408, 429, 502, 503, 504];

/** Makes what asks a service. @throws TypeError for an address that is none. */
export function asker(url: string, options: ServiceOptions): Ask {
  const base = new URL(url);
  const { key, tries = TRIES, fetch: send = fetch } = options;
  return async ({ method = "GET", path, headers, body, signal, repeats = true }) => {
    const all = { ...headers, ...(key !== undefined && { authorization: `Bearer ${key}` }) };
    for (let tried = 1; ; tried++) {
      const isLast = tried >= tries || !repeats;
      let waitMs = Math.min(PAUSE_MOST_MS, PAUSE_MS * 2 ** (tried - 1));
      try {
        const init = { method, headers: all, ...(signal && { signal }) };
        // Bodies that are streams go one way: Node asks that this be said.
        const sent = body && { body: body(), duplex: "half" };
        const answer = await send(new URL(path.replace(/^\//, ""), withSlash(base)), {
          ...init,
          ...sent,
        });
        if (answer.ok) return answer;
        const error = await failureOf(answer);
        if (isLast || !PASSING.includes(answer.status) || error.code === "quota_spent") throw error;
        const after = Number(answer.headers.get("retry-after"));
        if (after > 0) waitMs = Math.min(PAUSE_MOST_MS, 1000 * after);
      } catch (error) {
        if (error instanceof ServiceError) throw error;
        signal?.throwIfAborted();
        if (isLast) throw unreachable(error);
      }
      await pause(waitMs, signal);
    }
  };
}

/** What is asked with values, and answered with one. */
export interface AskedFor extends Omit<Asked, "body"> {
  /** Sent as JSON. */
  readonly json?: object;
  /** Words after the path; what is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
}

/** Asks for a value, which has the shape that the service's types say. */
export async function askFor<T>(ask: Ask, { json, query = {}, ...asked }: AskedFor): Promise<T> {
  const words = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const path = words.length > 0 ? `${asked.path}?${new URLSearchParams(words)}` : asked.path;
  const headers = { ...asked.headers, ...(json && { "content-type": "application/json" }) };
  const body = json && (() => JSON.stringify(json));
  return (await (await ask({ ...asked, path, headers, body })).json()) as T;
}

/** What is told of a job that is over and says no reason. */
export const OVER = {
  ...{ code: "film_not_done", message: "It was stopped, or is gone.", details: {} },
  hint: "Have it made again.",
};

/** What never came to an answer. */
export function unreachable(cause: unknown): ServiceError {
  const message = "The service does not answer, or stopped in the middle.";
  const hint = "Look whether it runs and can be reached.";
  return new ServiceError("unreachable", message, hint, 0, {}, { cause });
}

/** Waits. Rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

function withSlash(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.href}/`);
}
