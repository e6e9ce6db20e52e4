/** @file One delivery of a webhook: to the address that was looked at, with limits, redirects not followed. */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { FilmError, VERSION } from "../index.js";
import {
  type AddressRule,
  addressOf,
  hostOf,
  type Resolve,
  readWebhookUrl,
} from "./webhook-address.js";

/** How deliveries are made. */
export interface PostOptions {
  readonly rule: AddressRule;
  readonly resolve: Resolve;
  /** For all of it: the name, the connection, the answer; ms. */
  readonly timeoutMs: number;
}

/** What an answer may have at most, bytes: nobody reads it. */
const ANSWER_BYTES_MOST = 65_536;

/**
 * Sends JSON, and waits for an answer.
 *
 * @returns The answer's status. Redirects are answers like others: where they lead is not looked at.
 * @throws FilmError `webhook_refused`, `webhook_failed` if no answer comes.
 */
export async function postWebhook(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { rule, resolve, timeoutMs }: PostOptions,
): Promise<number> {
  const signal = AbortSignal.timeout(timeoutMs);
  const url = readWebhookUrl(address, rule);
  const host = await inTime(addressOf(url, rule, resolve), signal);
  const name = hostOf(url);
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const asked = request({
    // The address that was looked at, not the name: it is not asked for a second time.
    ...{ host, port: url.port, path: `${url.pathname}${url.search}`, method: "POST" },
    ...{ agent: false, signal },
    servername: isIP(name) ? "" : name,
    headers: {
      ...{ host: url.host, "user-agent": `ritratto/${VERSION}` },
      ...{ "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      ...headers,
    },
  });
  return new Promise((resolveStatus, reject) => {
    asked.on("error", (cause) => {
      reject(
        new FilmError("webhook_failed", `It does not answer: ${wordOf(cause)}.`, {}, { cause }),
      );
    });
    asked.on("response", (answer) => {
      let bytes = 0;
      const end = () => {
        resolveStatus(answer.statusCode ?? 0);
        answer.destroy();
      };
      answer.on("data", (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > ANSWER_BYTES_MOST) end();
      });
      answer.on("end", end);
    });
    asked.end(body);
  });
}

/** Waits for a name no longer than for everything else. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () =>
      reject(new FilmError("webhook_failed", "Its name is not found in time.")),
    );
    work.then(resolve, reject);
  });
}

/** What the system calls it; its sentences hold addresses. */
function wordOf(error: NodeJS.ErrnoException): string {
  return error.name === "AbortError" || error.name === "TimeoutError"
    ? "not in time"
    : (error.code ?? "broken off");
}
