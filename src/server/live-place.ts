/** @file What live sessions work with, and what is seen of them. */
import type { WebSocket, WebSocketServer } from "ws";
import type { Failure } from "../index.js";
import type { DataFolder } from "./data-folder.js";
import type { Store } from "./database.js";
import type { Caller } from "./keys.js";
import type { Ledger } from "./ledger.js";
import type { Quotas } from "./limits.js";
import type { LiveLimits } from "./live-limits.js";
import type { LiveNumbers } from "./live-numbers.js";
import type { LiveTokens } from "./live-token.js";
import type { Log } from "./metrics.js";
import type { JobQueue } from "./queue.js";

/** What sessions work with. */
export interface LivePlace {
  readonly folder: DataFolder;
  readonly store: Store;
  readonly ledger: Ledger;
  /** Where rigs are found. */
  readonly queue: Pick<JobQueue, "get">;
  readonly quotas: Quotas;
  readonly log: Log;
  readonly limits: LiveLimits;
  readonly numbers: LiveNumbers;
  readonly native: boolean;
  readonly threads?: number | undefined;
}

/** The client's side, as far as a session needs it. */
export interface LiveSocket {
  send(data: string | Uint8Array): void;
  ping(): void;
  close(code: number, reason: string): void;
  /** Ends it without a word. */
  terminate(): void;
  /** What was sent and has not left yet. */
  readonly bufferedAmount: number;
}

/** A session, as the client's side drives it. */
export interface LiveSession {
  message(data: string | Uint8Array): void;
  pinged(): void;
  ponged(): void;
  /** The client is gone, or is to go. @param reason - Told to him, if he is there. */
  close(reason?: Failure): void;
}

/** All live sessions of a server. */
export interface Live {
  readonly sockets: WebSocketServer;
  readonly tokens: LiveTokens;
  /** Opens a session for a client that is there; nothing if there are too many, which he is told. */
  open(socket: WebSocket, caller: Caller): LiveSession | undefined;
  /** For /metrics. */
  write(): string;
  /** Ends all of them. */
  close(): void;
}
