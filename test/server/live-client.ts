/** @file A live session's client for tests: what came, in order, and how it ended. */
import WebSocket from "ws";
import type { LiveAnswer } from "../../src/server/live-messages.js";
import type { Headings } from "./service.js";

/** What came: an answer, or a picture with what is before it. */
export type Came =
  | LiveAnswer
  | { readonly kind: "picture"; seconds: number; frame: number; dropped: number; file: Buffer };

/** A client. */
export interface LiveClient {
  readonly raw: WebSocket;
  readonly came: Came[];
  /** Settled when it is over: its code and reason. */
  readonly closed: Promise<string>;
  say(message: unknown): void;
  /** Waits for an answer of a kind. Rejects if the session is over before it. */
  wait<Kind extends Came["kind"]>(kind: Kind): Promise<Extract<Came, { kind: Kind }>>;
}

/** Connects. */
export function connectLive(
  { url }: { readonly url: string },
  protocols: readonly string[] = ["ritratto.live.v1"],
  headers: Headings = {},
): LiveClient {
  const raw = new WebSocket(`${url.replace(/^http/, "ws")}/live`, [...protocols], { headers });
  const came: Came[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of [...waiting]) each();
  };
  raw.on("message", (data: Buffer, isBinary) => {
    came.push(isBinary ? pictureOf(data) : (JSON.parse(data.toString()) as LiveAnswer));
    wake();
  });
  let end: string | undefined;
  const closed = new Promise<string>((resolve) => {
    raw.on("unexpected-response", (_, answer) => {
      resolve(`refused ${answer.statusCode}`);
      answer.destroy();
    });
    raw.on("error", () => undefined);
    raw.on("close", (code, reason) => {
      end = `${code} ${reason}`;
      resolve(end);
      wake();
    });
  });
  return {
    ...{ raw, came, closed },
    say: (message) =>
      raw.send(message instanceof Uint8Array ? message : JSON.stringify(message), () => undefined),
    wait: (kind) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = came.find((each) => each.kind === kind);
          if (found === undefined && end === undefined) return;
          waiting.delete(look);
          if (found === undefined) reject(new Error(`${end}: ${JSON.stringify(came.at(-1))}`));
          else resolve(found as Extract<Came, { kind: typeof kind }>);
        };
        waiting.add(look);
        look();
      }),
  };
}

function pictureOf(data: Buffer): Came {
  return {
    kind: "picture",
    seconds: data.readDoubleLE(0),
    ...{ frame: data.readUInt32LE(8), dropped: data.readUInt32LE(12), file: data.subarray(16) },
  };
}

/** Samples as they are sent: 16 bits, little-endian. */
export function pcmOf(samples: Float32Array): Buffer {
  const out = Buffer.alloc(2 * samples.length);
  samples.forEach((value, i) => {
    out.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value)) * 32_767), 2 * i);
  });
  return out;
}

/** Begins to talk. */
export function whenOpen({ raw }: LiveClient): Promise<void> {
  return new Promise((resolve, reject) => {
    raw.once("open", resolve);
    raw.once("error", reject);
  });
}
