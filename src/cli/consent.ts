/** @file On what grounds a face may speak: said by options, remembered, or asked on a terminal. */
import { basename } from "node:path";
import {
  allowsGuardian,
  CONSENT_BASES,
  CONSENT_WORDS,
  type Consent,
  checkConsent,
  FilmError,
} from "../index.js";
import { openConsents } from "../platform/node.js";
import type { OptionValues } from "./options.js";

/** Asks whoever sits at the terminal; gives his line. */
export type Ask = (question: string) => Promise<string>;

/**
 * What is declared of a portrait. Options count for one run; answers on a terminal are remembered.
 * Without a terminal only options count, so that a script does the same on every machine.
 *
 * @param path - The portrait, or the rig made of it, as questions call it.
 * @param hash - Finds the portrait's hash; only called if somebody can be asked.
 * @throws FilmError `consent_missing`, `consent_invalid`.
 */
export async function settleConsent(
  path: string,
  hash: () => Promise<string>,
  { consent: basis, guardian }: Pick<OptionValues, "consent" | "guardian">,
  ask: Ask | undefined,
): Promise<Consent> {
  if (basis !== undefined) return checkConsent({ basis, ...(guardian && { guardian }) });
  if (guardian) {
    throw new FilmError("consent_invalid", "--guardian says who agreed, not on what grounds.");
  }
  if (ask === undefined) return checkConsent(undefined);
  const consents = openConsents();
  const portraitSha256 = await hash();
  const known = await consents.get(portraitSha256);
  if (known !== undefined) return known;
  const consent = await askConsent(basename(path), ask);
  await consents.put(portraitSha256, consent);
  return consent;
}

async function askConsent(name: string, ask: Ask): Promise<Consent> {
  const lines = CONSENT_BASES.map((basis, i) => `  ${i + 1}  ${CONSENT_WORDS[basis]}\n`);
  const answer = await ask(`Who is in “${name}”, and may this face speak?\n${lines.join("")}1–5: `);
  const basis = CONSENT_BASES[Number(answer.trim()) - 1];
  if (basis === undefined) return checkConsent(undefined);
  if (!allowsGuardian(basis) || !(await says(ask, "Is the person under age? y/N: "))) {
    return { basis };
  }
  if (await says(ask, "Has a parent or guardian agreed? y/N: ")) return { basis, guardian: true };
  const message = "Nobody may make a minor speak unless a parent or guardian has agreed.";
  throw new FilmError("consent_missing", message);
}

async function says(ask: Ask, question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(question)).trim());
}
