/**
 * @file Tokens for one live session each: pages cannot send a header with a WebSocket, and a key must
 * not be in an address or lie in a page for long.
 *
 * A token is what it allows as JSON, and its HMAC, both in base64url with a dot between. Servers that
 * share a store accept each other's; only a server that has seen it knows that it was used.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { FilmError } from "../index.js";
import { type Caller, callerSchema } from "./keys.js";

/** For how long a token is good, ms. */
const TOKEN_MS = 60_000;

const claimsSchema = z.strictObject({
  caller: callerSchema,
  expires: z.number(),
  nonce: z.string(),
});

/** Gives and takes tokens. */
export interface LiveTokens {
  /** @returns Letters, digits, -, _ and a dot; `expires` as milliseconds since 1970. */
  give(caller: Caller): { readonly token: string; readonly expires: number };
  /** Takes one, once. @throws FilmError `token_invalid`. */
  take(token: string): Caller;
}

/** @param secret - Of the service; without it no token can be made. */
export function makeTokens(secret: string, now: () => number = Date.now): LiveTokens {
  const used = new Map<string, number>();
  const sign = (text: string) => createHmac("sha256", `live ${secret}`).update(text).digest();
  const invalid = (why: string) => new FilmError("token_invalid", `The token ${why}.`);
  return {
    give(caller) {
      const expires = now() + TOKEN_MS;
      const claims = { caller, expires, nonce: randomBytes(16).toString("base64url") };
      const text = Buffer.from(JSON.stringify(claims)).toString("base64url");
      return { token: `${text}.${sign(text).toString("base64url")}`, expires };
    },
    take(token) {
      const [text = "", signature = ""] = token.split(".");
      const [given, wanted] = [Buffer.from(signature, "base64url"), sign(text)];
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        throw invalid("is none of this service's");
      }
      const parsed = JSON.parse(Buffer.from(text, "base64url").toString());
      const { caller, expires, nonce } = claimsSchema.parse(parsed);
      const time = now();
      if (time > expires) throw invalid("is too old");
      for (const [known, until] of used) if (until < time) used.delete(known);
      if (used.has(nonce)) throw invalid("was used already");
      used.set(nonce, expires);
      return caller;
    },
  };
}
