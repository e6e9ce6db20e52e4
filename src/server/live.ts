/** @file All live sessions of a server: how many there may be, and the sockets behind them. */
import { type WebSocket, WebSocketServer } from "ws";
import { failure } from "../base/errors.js";
import { FilmError } from "../index.js";
import { LIVE_PROTOCOL } from "./live-messages.js";
import type { Live, LivePlace, LiveSession, LiveSocket } from "./live-place.js";
import { openSession } from "./live-session.js";
import { makeTokens } from "./live-token.js";
import { secretOf } from "./trust-store.js";
import { makeCounter } from "./upload-routes.js";

/** Begins without a session. */
export function openLive(place: LivePlace): Live {
  const { limits, numbers } = place;
  const countAll = makeCounter(limits.sessionsMost, "live_busy");
  const countOf = makeCounter(limits.accountMost, "live_busy");
  const open = new Set<LiveSession>();
  const sockets = new WebSocketServer({
    ...{ noServer: true, maxPayload: limits.messageBytesMost, perMessageDeflate: false },
    handleProtocols: (offered) => offered.has(LIVE_PROTOCOL) && LIVE_PROTOCOL,
  });
  return {
    ...{ sockets, tokens: makeTokens(secretOf(place.store, "live")) },
    open(raw, caller) {
      const giveBack: (() => void)[] = [];
      try {
        giveBack.push(countOf(caller.account));
        giveBack.push(countAll("all"));
      } catch (error) {
        for (const each of giveBack) each();
        if (!(error instanceof FilmError)) throw error;
        const { code, message: detail, hint, details } = error;
        raw.send(JSON.stringify({ kind: "failed", code, detail, hint, details }));
        raw.close(1013, code);
        return undefined;
      }
      const session = openSession(clientOf(raw), caller, place);
      open.add(session);
      raw.on("ping", () => session.pinged());
      raw.on("pong", () => session.ponged());
      // What no protocol allows closes it; "close" follows.
      raw.on("error", () => undefined);
      raw.once("close", () => {
        session.close();
        open.delete(session);
        for (const each of giveBack) each();
      });
      return session;
    },
    write: () => numbers.write(),
    close() {
      const reason = failure("live_over", "The service is being stopped.");
      for (const session of open) session.close(reason);
      for (const raw of sockets.clients) raw.terminate();
      sockets.close();
    },
  };
}

/** For so long a client may take to answer a goodbye, ms. */
const GOODBYE_MS = 2000;

function clientOf(raw: WebSocket): LiveSocket {
  return {
    send: (data) => raw.send(data, () => undefined),
    ping: () => raw.ping(),
    close(code, reason) {
      raw.close(code, reason);
      setTimeout(() => raw.terminate(), GOODBYE_MS).unref();
    },
    terminate: () => raw.terminate(),
    get bufferedAmount() {
      return raw.bufferedAmount;
    },
  };
}
