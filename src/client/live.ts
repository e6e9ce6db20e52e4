/** @file A live session: sound in, frames of a take or pictures out, while somebody speaks. */
import type { z } from "zod";
import type {
  LiveAnswer,
  liveHelloSchema,
  liveTakeFrameSchema,
  liveTokenSchema,
} from "../server/live-messages.js";
import { ServiceError } from "./failure.js";
import type { Stoppable } from "./films.js";
import { type Ask, unreachable } from "./request.js";

/** Who is to speak, and what is wanted, as the service reads it. */
export type LiveWish = z.input<typeof liveHelloSchema>;
/** What a session said when it was ready. */
export type LiveReady = Extract<LiveAnswer, { kind: "ready" }>;
/** One frame of a take. */
export type LiveFrame = z.output<typeof liveTakeFrameSchema>;

/** One picture. */
export interface LivePicture {
  /** Of sound before the instant that it shows. */
  readonly seconds: number;
  /** Counted from 0. */
  readonly frame: number;
  /** A JPEG or WebP file. */
  readonly file: Uint8Array<ArrayBuffer>;
}

/** What is done with what comes, and how it is asked for. */
export interface LiveOptions extends Stoppable {
  readonly onFrame?: (frame: LiveFrame) => void;
  readonly onPicture?: (picture: LivePicture) => void;
  /** Where the machine has none of its own (Node before 22): that of the package ws. */
  readonly webSocket?: typeof WebSocket | undefined;
}

/** A session that is ready. */
export interface LiveCall {
  readonly ready: LiveReady;
  /** Says something: mono, 16 bits, at the rate of the wish; no faster than it is spoken. */
  say(samples: Int16Array<ArrayBuffer>): void;
  /** No sound follows; settled when the last frame is there. Rejects with what ended it before. */
  finish(): Promise<{ readonly frames: number; readonly dropped: number }>;
  /** Settled when it is over, whoever ended it. Rejects as `finish`. */
  readonly over: Promise<{ readonly frames: number; readonly dropped: number }>;
}

const PROTOCOL = "ritratto.live.v1";
/** Bytes before a picture: float64 seconds, uint32 frame, uint32 dropped. */
const HEAD_BYTES = 16;

/** Opens a session. Rejects with `ServiceError`, or with the signal's reason. */
export async function openLive(
  ask: Ask,
  url: string,
  wish: LiveWish,
  { signal, onFrame, onPicture, webSocket }: LiveOptions = {},
): Promise<LiveCall> {
  const Socket = webSocket ?? globalThis.WebSocket;
  if (Socket === undefined) {
    const hint = "Give that of the package ws as `webSocket`.";
    throw new ServiceError("option_invalid", "This machine has no WebSocket of its own.", hint);
  }
  // A page cannot send its key with a WebSocket.
  const answer = await ask({ method: "POST", path: "/live/tokens", signal });
  const { protocol } = (await answer.json()) as z.output<typeof liveTokenSchema>;
  const socket = new Socket(`${url.replace(/^http/, "ws").replace(/\/$/, "")}/live`, [
    ...[PROTOCOL, protocol],
  ]);
  socket.binaryType = "arraybuffer";
  return new Promise((resolve, reject) => {
    let end = (_: { frames: number; dropped: number }) => {};
    let fail = (_: unknown) => {};
    const over = new Promise<{ frames: number; dropped: number }>((done, failed) => {
      [end, fail] = [done, failed];
    });
    over.catch(reject);
    const stop = () => {
      fail(signal?.reason);
      socket.close();
    };
    signal?.addEventListener("abort", stop, { once: true });
    socket.addEventListener("open", () => socket.send(JSON.stringify(wish)));
    socket.addEventListener("error", () => fail(unreachable(undefined)));
    socket.addEventListener("close", () => {
      signal?.removeEventListener("abort", stop);
      fail(unreachable(undefined));
    });
    const finish = () => {
      socket.send(JSON.stringify({ kind: "end" }));
      return over;
    };
    socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) return onPicture?.(pictureOf(data));
      const told = JSON.parse(String(data)) as LiveAnswer;
      if (told.kind === "take") for (const frame of told.frames) onFrame?.(frame);
      if (told.kind === "ended") end({ frames: told.frames, dropped: told.dropped });
      if (told.kind === "failed") {
        const { code, detail, hint, details } = told;
        fail(new ServiceError(code as ServiceError["code"], detail, hint, 0, details));
      }
      if (told.kind !== "ready") return;
      resolve({ ready: told, say: (samples) => socket.send(samples), finish, over });
    });
  });
}

function pictureOf(data: ArrayBuffer): LivePicture {
  const view = new DataView(data);
  const [seconds, frame] = [view.getFloat64(0, true), view.getUint32(8, true)];
  return { seconds, frame, file: new Uint8Array(data, HEAD_BYTES) };
}
