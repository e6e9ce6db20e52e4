/** @file Secrets that webhooks are signed with: one of each account, and for a day the one before it. */
import { createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Store } from "./database.js";

const SECRET_BYTES = 32;
const SECRET_START = "whsec_";
/** For how long a secret that was replaced still signs, ms. */
const OLD_MS = 86_400_000;

const rowSchema = z.object({
  secret: z.string(),
  previous: z.string().nullable(),
  changedAt: z.number(),
});

/** Accounts' secrets. */
export interface WebhookSecrets {
  /** The one that signs; made when it is first asked for. */
  of(account: string): string;
  /** Makes another; the one before it signs beside it for a day. @returns The new one. */
  replace(account: string): string;
  /**
   * The header of a message.
   *
   * @param time - Seconds since 1970.
   * @source Standard Webhooks 1.0: HMAC-SHA256 of "id.time.body", base64, one for each secret.
   */
  sign(account: string, message: SignedMessage): Readonly<Record<string, string>>;
}

/** What is signed. */
export interface SignedMessage {
  readonly id: string;
  readonly time: number;
  readonly body: string;
}

/** Secrets that are kept in the store. */
export function storedSecrets(store: Store, now: () => number = Date.now): WebhookSecrets {
  const add = store.prepare(
    "INSERT INTO webhookSecrets (account, secret, changedAt) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const find = store.prepare(
    "SELECT secret, previous, changedAt FROM webhookSecrets WHERE account = ?",
  );
  const change = store.prepare(
    "UPDATE webhookSecrets SET previous = secret, secret = ?, changedAt = ? WHERE account = ?",
  );
  const rowOf = (account: string) => {
    const known = find.get(account);
    if (known !== undefined) return rowSchema.parse(known);
    add.run(account, makeSecret(), now());
    return rowSchema.parse(find.get(account));
  };
  return {
    of: (account) => rowOf(account).secret,
    replace(account) {
      rowOf(account);
      const secret = makeSecret();
      change.run(secret, now(), account);
      return secret;
    },
    sign(account, { id, time, body }) {
      const { secret, previous, changedAt } = rowOf(account);
      const isBoth = previous !== null && now() - changedAt < OLD_MS;
      const signed = (isBoth ? [secret, previous] : [secret]).map((one) =>
        signatureOf(one, { id, time, body }),
      );
      return {
        ...{ "webhook-id": id, "webhook-timestamp": `${time}` },
        "webhook-signature": signed.join(" "),
      };
    },
  };
}

/** A message's signature by one secret, as "v1,BASE64". */
export function signatureOf(secret: string, { id, time, body }: SignedMessage): string {
  const key = Buffer.from(secret.slice(SECRET_START.length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64")}`;
}

function makeSecret(): string {
  return `${SECRET_START}${randomBytes(SECRET_BYTES).toString("base64")}`;
}
