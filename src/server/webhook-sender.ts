/** @file Sends what webhooks have to say, until it is heard or was said often enough. */
import { setTimeout as sleep } from "node:timers/promises";
import { FilmError } from "../index.js";
import type { Log } from "./metrics.js";
import type { JobQueue } from "./queue.js";
import { type AddressRule, publicOnly, type Resolve, resolveName } from "./webhook-address.js";
import { postWebhook } from "./webhook-post.js";
import type { WebhookSecrets } from "./webhook-secrets.js";
import type { Delivery, Try, Webhooks } from "./webhooks.js";

/** How messages are sent. */
export interface SendOptions {
  readonly rule: AddressRule;
  readonly resolve: Resolve;
  /** For one try, ms. */
  readonly timeoutMs: number;
  /** Pauses after each try that failed, ms; after the last one it is given up. */
  readonly pausesMs: readonly number[];
  /** How often the store is looked at, ms. */
  readonly everyMs: number;
}

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000] as const;

/** How messages are sent if nobody says otherwise: nine tries in a good day. */
export const USUAL_SENDING: SendOptions = {
  ...{ rule: publicOnly, resolve: resolveName, timeoutMs: 15 * SECOND, everyMs: SECOND / 2 },
  pausesMs: [
    ...[5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE],
    ...[2 * HOUR, 5 * HOUR, 8 * HOUR, 12 * HOUR],
  ],
};

/** Messages under way at once, and those of one account: who does not answer keeps nobody else waiting. */
const OPEN_MOST = 16;
const OPEN_MOST_EACH = 4;
/** Watched films that are looked after at once. */
const LOOKED_AT_MOST = 200;
/** Whoever receives it wants no more. @source RFC 9110, 15.5.11; Standard Webhooks 1.0. */
const GONE = 410;

/** What is sent, and with what. */
export interface Sending {
  readonly webhooks: Webhooks;
  readonly secrets: WebhookSecrets;
  readonly queue: JobQueue;
  readonly log: Log;
}

/** Sends messages until the signal says stop, then waits for those under way. */
export async function sendWebhooks(
  sending: Sending,
  signal: AbortSignal,
  options: SendOptions,
): Promise<void> {
  const { webhooks, queue, log } = sending;
  const open = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  const begin = (delivery: Delivery) => {
    const { account } = delivery;
    open.set(account, (open.get(account) ?? 0) + 1);
    const sent = send(delivery, sending, options).finally(() => {
      open.set(account, (open.get(account) ?? 1) - 1);
      if (open.get(account) === 0) open.delete(account);
      underWay.delete(sent);
    });
    underWay.add(sent);
  };
  while (!signal.aborted) {
    try {
      await webhooks.collect(queue, LOOKED_AT_MOST);
      // One at a time, so that no account gets more than its share.
      while (underWay.size < OPEN_MOST && !signal.aborted) {
        const busy = [...open].filter(([, count]) => count >= OPEN_MOST_EACH).map(([name]) => name);
        const [delivery] = webhooks.claim(2 * options.timeoutMs, 1, busy);
        if (delivery === undefined) break;
        begin(delivery);
      }
    } catch (error) {
      log("fault", { error: error instanceof Error ? error.stack : String(error) });
    }
    await sleep(options.everyMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(underWay);
}

async function send(
  delivery: Delivery,
  { webhooks, secrets, log }: Sending,
  options: SendOptions,
): Promise<void> {
  const { id, account, job, event, url, body, tries } = delivery;
  let found: Pick<Try, "status" | "problem">;
  try {
    const time = Math.floor(Date.now() / 1000);
    const headers = secrets.sign(account, { id, time, body });
    found = { status: await postWebhook(url, body, headers, options) };
  } catch (error) {
    if (!(error instanceof FilmError)) {
      log("fault", { error: error instanceof Error ? error.stack : String(error) });
    }
    found = { problem: error instanceof FilmError ? error.code : "internal" };
  }
  const { status = 0, problem } = found;
  const pause = options.pausesMs[tries - 1];
  const isHeard = status >= 200 && status < 300;
  const isOver = isHeard || status === GONE || problem === "webhook_refused" || pause === undefined;
  const over = isHeard ? "delivered" : "given-up";
  const nextAt = Date.now() + (pause ?? 0);
  webhooks.record(id, { ...found, state: isOver ? over : "waiting", nextAt });
  log("webhook", { account, job, event, id, tries, status, problem, heard: isHeard });
}
