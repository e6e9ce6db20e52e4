/** @file The identity of a film: the same film has the same one, another film another. */
import type { FilmId } from "../mark/mark.js";
import type { Consent } from "./consent.js";
import type { Origins } from "./origins.js";
import { sha256 } from "./sha256.js";

/** What makes a film this film and no other. */
export interface IdentityFacts extends Origins {
  readonly consent: Consent;
  /** Whether the visible tag is in it. */
  readonly labelled: boolean;
  /** SHA-256 of the performance (its take as JSON): direction and seed are in it. */
  readonly takeSha256: string;
  /** How it is written, as plain data: container, codec, quality, alpha, background. */
  readonly format: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Of the software. */
  readonly version: string;
}

/** Digits of an identity: 48 bits. */
const DIGITS = 12;

/**
 * The first 48 bits of a SHA-256 over the facts. Two of a million films share one with a chance of
 * 1 in 560; the fingerprint in the registry tells them apart.
 *
 * @returns Twelve lower-case hexadecimal digits.
 */
export async function filmIdOf(facts: IdentityFacts): Promise<FilmId> {
  const { portraitSha256, audioSha256, consent, labelled, takeSha256, format, version } = facts;
  const order = Object.entries(format).filter(([, value]) => value !== undefined);
  const told = [
    ...[portraitSha256, audioSha256 ?? "", takeSha256, version, labelled],
    ...[consent.basis, consent.guardian ?? false],
    order.sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  return (await sha256(JSON.stringify(told))).slice(0, DIGITS);
}

/** The identity of what is drawn of a portrait to be looked at, as sheets are. */
export async function sheetIdOf(portraitSha256: string): Promise<FilmId> {
  return (await sha256(JSON.stringify(["sheet", portraitSha256]))).slice(0, DIGITS);
}

/** The identity of what is drawn in a live session. @param session - Its name; no two have the same. */
export async function liveIdOf(portraitSha256: string, session: string): Promise<FilmId> {
  return (await sha256(JSON.stringify(["live", portraitSha256, session]))).slice(0, DIGITS);
}
