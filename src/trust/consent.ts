/** @file Consent: what whoever makes a film declares about the person portrayed. */

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
