/** @file What was found out about a file, as lines of a table for people. */
import type { CredentialsReading, CredentialsState } from "../trust/reading.js";
import type { Findings } from "../trust/verdict.js";

/** A line: what it is about, and what is said. */
export type Fact = readonly [about: string, said: string];

const STATES: Readonly<Record<CredentialsState, string>> = {
  none: "none",
  altered: "the file is not as it was signed",
  valid: "as signed; the signer is not recognised",
  trusted: "as signed; the signer is recognised",
};

/** What there is to tell, line by line. Holds words of signers: escape them. */
export function factsOf(findings: Findings): readonly Fact[] {
  const { credentials, mark } = findings;
  const marked =
    mark === undefined
      ? "none found"
      : `job ${mark.id}${mark.mirrored ? ", mirrored" : ""}, z ${mark.z.toFixed(1)}`;
  return [
    ["Content Credentials", STATES[credentials.state]],
    ...signedFacts(credentials),
    ["Invisible mark", marked],
    ...(mark === undefined ? [] : registryFacts(findings)),
  ];
}

function signedFacts(credentials: CredentialsReading): readonly Fact[] {
  const { signer, signedAt, generator, consent, labelled, ingredients, failures } = credentials;
  const made = generator && `${generator.name} ${generator.version}`.trim();
  const from = ingredients.map(({ title, hasCredentials }) =>
    hasCredentials ? `${title} (with credentials of its own)` : title,
  );
  const lines: readonly (readonly [string, string | undefined])[] = [
    ["Signed by", signer],
    ["Signed at", signedAt],
    ["Made with", made],
    ["Made from", from.join(", ")],
    ["Consent declared", consent && `${consent.basis}${consent.guardian ? ", by a guardian" : ""}`],
    ["Visible AI tag", labelled === undefined ? undefined : labelled ? "yes" : "no"],
    ["What is wrong", failures.join(", ")],
  ];
  return lines.flatMap(([about, said]) => (said ? [[about, said] as const] : []));
}

function registryFacts({ askedRegistry, entry, entryProblem, distance }: Findings): Fact[] {
  if (entry === undefined) {
    const unknown = askedRegistry ? "the film is not known" : "none was given";
    return [["Registry", entryProblem ?? unknown]];
  }
  const known: Fact = ["Registry", `the film is known, made ${entry.createdAt}`];
  if (distance === undefined) return [known];
  const { pictureBits, soundDistance } = distance;
  const sound = soundDistance === undefined ? "" : `, sound ${soundDistance.toFixed(2)} of 1`;
  return [known, ["Differs from that film", `pictures ${pictureBits} of 64 bits${sound}`]];
}
