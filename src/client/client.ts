/**
 * A client for a Ritratto service (`ritratto serve`), for Node and pages: it needs `fetch` and no other
 * package.
 *
 * @packageDocumentation
 */
import { type Batches, batchesOf } from "./batches.js";
import { type Films, filmsOf, type Stoppable } from "./films.js";
import { type LiveCall, type LiveOptions, type LiveWish, openLive } from "./live.js";
import { type Ask, asker, askFor, type ServiceOptions } from "./request.js";
import { type Rigs, rigsOf } from "./rigs.js";
import { type Webhooks, webhooksOf } from "./webhooks.js";

export type { Batches, BatchState, BatchWish } from "./batches.js";
export { type ServiceCode, ServiceError } from "./failure.js";
export type { FilmEdit, FilmState, Films, FilmWish, Stoppable } from "./films.js";
export type {
  LiveCall,
  LiveFrame,
  LiveOptions,
  LivePicture,
  LiveReady,
  LiveWish,
} from "./live.js";
export type { ServiceOptions } from "./request.js";
export type { RigState, Rigs, RigWish } from "./rigs.js";
export type { Delivery, Webhooks } from "./webhooks.js";

/** What can be sent: what can be sent again is tried again, a stream is not. */
export type Sendable = Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** A file that is there. `id` is the SHA-256 of its bytes. */
export interface UploadedFile {
  readonly id: string;
  readonly bytes: number;
}

/** Portraits, voices or styles. Everything rejects with `ServiceError`, or with the signal's reason. */
export interface Uploads {
  /** Sends a file, as it is. @param type - Its media type, e.g. image/png; the bytes decide. */
  upload(file: Sendable, options?: Stoppable & { readonly type?: string }): Promise<UploadedFile>;
  /** Says whether a file is still there, and keeps it for longer. */
  get(id: string, options?: Stoppable): Promise<UploadedFile>;
  erase(id: string, options?: Stoppable): Promise<void>;
}

/** Styles: files of `ritratto learn`, read as a whole before they are taken. */
export interface Styles extends Uploads {
  list(options?: Stoppable): Promise<readonly UploadedFile[]>;
}

/** A service. */
export interface Service {
  readonly portraits: Uploads;
  readonly voices: Uploads;
  readonly styles: Styles;
  readonly films: Films;
  readonly rigs: Rigs;
  readonly batches: Batches;
  readonly webhooks: Webhooks;
  /** Opens a live session, and waits until it may hear. */
  live(wish: LiveWish, options?: LiveOptions): Promise<LiveCall>;
}

/**
 * Connects to a service; nothing is asked yet.
 *
 * @param url - Where it is, e.g. http://127.0.0.1:8090.
 */
export function connect(url: string, options: ServiceOptions = {}): Service {
  const ask = asker(url, options);
  return {
    portraits: uploadsOf(ask, "portraits", "image/*"),
    voices: uploadsOf(ask, "voices", "audio/*"),
    styles: {
      ...uploadsOf(ask, "styles", "application/octet-stream"),
      async list({ signal } = {}) {
        const asked = { path: "/styles", signal };
        return (await askFor<{ styles: UploadedFile[] }>(ask, asked)).styles;
      },
    },
    films: filmsOf(ask),
    rigs: rigsOf(ask),
    batches: batchesOf(ask),
    webhooks: webhooksOf(ask),
    live: (wish, more) => openLive(ask, url, wish, more),
  };
}

function uploadsOf(ask: Ask, kind: string, usualType: string): Uploads {
  const at = (id: string) => `/${kind}/${encodeURIComponent(id)}`;
  return {
    async upload(file, { type = usualType, signal } = {}) {
      const repeats = !(file instanceof ReadableStream);
      const headers = { "content-type": type };
      const asked = {
        method: "POST",
        path: `/${kind}`,
        headers,
        body: () => file,
        signal,
        repeats,
      };
      return (await (await ask(asked)).json()) as UploadedFile;
    },
    get: (id, { signal } = {}) => askFor(ask, { path: at(id), signal }),
    async erase(id, { signal } = {}) {
      await ask({ method: "DELETE", path: at(id), signal });
    },
  };
}
