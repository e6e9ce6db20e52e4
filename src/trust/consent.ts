/** @file Consent: what whoever makes a film declares about the person portrayed. */
import { z } from "zod";
import { FilmError } from "../base/errors.js";

/** On what grounds a person is made to speak, see docs/trust.md. */
export const CONSENT_BASES = ["self", "subject", "licensed", "fictional", "historical"] as const;

/** One of the grounds. */
export type ConsentBasis = (typeof CONSENT_BASES)[number];

/** A declaration. */
export interface Consent {
  readonly basis: ConsentBasis;
  /** True if the person is a minor and a guardian agreed; only with `subject` and `licensed`. */
  readonly guardian?: boolean | undefined;
}

/** The grounds in the words of whoever declares them. */
export const CONSENT_WORDS: Readonly<Record<ConsentBasis, string>> = {
  self: "I am the person",
  subject: "the person agreed (a guardian, for a minor)",
  licensed: "I hold a licence",
  fictional: "not a real person",
  historical: "a historical figure",
};

/** Grounds on which a guardian can agree: others have no minor, or nobody who could be asked. */
const GUARDED: readonly ConsentBasis[] = ["subject", "licensed"];

/** What a declaration looks like, where it comes from outside. */
export const consentSchema = z
  .object({ basis: z.enum(CONSENT_BASES), guardian: z.boolean().optional() })
  .refine(({ basis, guardian }) => !guardian || GUARDED.includes(basis), {
    error: "a guardian agrees only with subject or licensed",
  });

/**
 * Refuses to go on without a declaration.
 *
 * @param consent - As it came: callers without types can leave it out or misspell it.
 * @throws FilmError `consent_missing`, `consent_invalid`.
 */
export function checkConsent(consent: unknown): Consent {
  if (consent === undefined || consent === null) {
    throw new FilmError(
      "consent_missing",
      "It is not said whether this face may be made to speak.",
    );
  }
  const read = consentSchema.safeParse(consent);
  if (read.success) return read.data;
  const message = `The consent is not valid: ${read.error.issues[0]?.message}.`;
  throw new FilmError("consent_invalid", message);
}

/** Whether a guardian can agree on these grounds. */
export function allowsGuardian(basis: ConsentBasis): boolean {
  return GUARDED.includes(basis);
}

/** When the tag “AI” is to be seen: where real people are (auto), in every film, or in none. */
export const LABEL_WISHES = ["auto", "always", "off"] as const;

/** One of `LABEL_WISHES`. */
export type LabelWish = (typeof LABEL_WISHES)[number];

/** Grounds that are about people who may be taken for themselves. */
const REAL: readonly ConsentBasis[] = ["self", "subject", "licensed"];

/** Whether a film begins with the visible tag. */
export function isLabelled({ basis }: Consent, wish: LabelWish = "auto"): boolean {
  return wish === "always" || (wish === "auto" && REAL.includes(basis));
}
