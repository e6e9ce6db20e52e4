/** @file Findings → a verdict: one of a few sentences, and the exit code that goes with it. */
import type { FoundMark } from "../mark/mark.js";
import {
  type FingerprintDistance,
  PICTURE_BITS_MOST,
  PICTURE_BITS_OTHER,
  SOUND_DISTANCE_MOST,
} from "./compare-fingerprints.js";
import type { Consent } from "./consent.js";
import { ABOUT_SIGNERS, type CredentialsReading } from "./reading.js";
import type { RegistryEntry } from "./registry.js";

/** What a file comes to, and the program's exit code for it. Codes are public API. */
export const VERDICT_EXIT = {
  /** It is a film of ours, as it was made. */
  made: 0,
  /** Neither credentials nor a mark. */
  nothing: 3,
  /** Credentials of somebody else, or of a signer who is not known. */
  credentials: 3,
  /** It is not as it was signed. */
  altered: 4,
  /** The mark is another film's. */
  "mark copied": 4,
  /** The pictures are of the film that the mark names, the sound is not. */
  "sound exchanged": 4,
  /** A mark that no registry here knows. */
  "mark unknown": 5,
  /** A mark that is known, in a picture that cannot be compared with its film. */
  "mark not comparable": 5,
} as const;

/** What was found out. */
export interface Findings {
  readonly credentials: CredentialsReading;
  readonly mark?: FoundMark | undefined;
  /** Whether there was a registry to be asked. */
  readonly askedRegistry: boolean;
  /** What a registry knows of the marked film. */
  readonly entry?: RegistryEntry | undefined;
  /** What the marked film was signed with, as the registry keeps it. */
  readonly kept?: CredentialsReading | undefined;
  /** Why its entry cannot be used. */
  readonly entryProblem?: string | undefined;
  /** True if the file is, byte by byte, the one that was made. */
  readonly sameFile: boolean;
  /** How far it is from the film that its mark belongs to. */
  readonly distance?: FingerprintDistance | undefined;
  /**
   * How much of that film's width and height is still to be seen, by the mark's scale; more than 1 if
   * something is around it.
   */
  readonly share?: { readonly across: number; readonly down: number } | undefined;
}

/** What kind of verdict. */
export type VerdictKind = keyof typeof VERDICT_EXIT;

/** What a file comes to. */
export interface OriginVerdict {
  readonly kind: VerdictKind;
  readonly exitCode: (typeof VERDICT_EXIT)[VerdictKind];
  /** For people; complete by itself. Holds words of signers: escape it. */
  readonly sentence: string;
}

/** What nobody may conclude from finding nothing. */
export const PROVES_NOTHING =
  "This proves nothing: marks can be removed and most videos never had one.";

/**
 * What part of a film must be left for a difference to mean something, share of its width and height.
 * With less, copies of lively films were as far off as other films are, see bench/fingerprint.ts.
 */
const SHARE_LEAST = 0.78;
/** More than this is around it: then its fingerprint is one of other things, too. */
const SHARE_MOST = 1.3;

/** The verdict on what was found. */
export function judge(findings: Findings): OriginVerdict {
  const { credentials, mark } = findings;
  if (credentials.state === "altered") return tell("altered", alteredSentence(findings));
  if (credentials.ours) return tell("made", madeSentence(credentials));
  const byMark = mark === undefined ? undefined : judgeMark(findings);
  if (byMark?.kind === "made" || byMark?.exitCode === 4) return byMark;
  if (credentials.state !== "none") return tell("credentials", credentialsSentence(findings));
  return byMark ?? tell("nothing", `No mark found. ${PROVES_NOTHING}`);
}

function tell(kind: VerdictKind, sentence: string): OriginVerdict {
  return { kind, exitCode: VERDICT_EXIT[kind], sentence };
}

function judgeMark(findings: Findings): OriginVerdict {
  const { mark, entry, askedRegistry, entryProblem, sameFile, distance } = findings;
  const named = `a Ritratto mark (job ${mark?.id}, z ${mark?.z.toFixed(1)})`;
  if (entry === undefined) {
    const reason =
      entryProblem !== undefined
        ? `the registry's entry cannot be read (${entryProblem})`
        : askedRegistry
          ? "no registry here knows the job"
          : "there is no registry here to be asked";
    return tell("mark unknown", `Carries ${named}, but ${reason}. ${COULD_BE_COPIED}`);
  }
  const consent = `consent: ${wordsOf(entry.consent)}`;
  const told = `job ${entry.id}, ${consent}, made ${entry.createdAt}${keptSigner(findings)}`;
  if (sameFile) return tell("made", `Made by Ritratto (${told}). The file is as it was made.`);
  const likeness = distance && likenessOf(distance);
  if (likeness === "same") {
    return hasOtherSound(distance)
      ? tell("sound exchanged", `${OTHER_SOUND} (${told}).`)
      : tell("made", `Made by Ritratto (${told}). ${COPY_OF_IT}`);
  }
  if (likeness === "other" && isComparable(findings)) {
    return tell(
      "mark copied",
      `The mark does not belong to this picture: it is that of job ${entry.id}, which looked different.`,
    );
  }
  return tell(
    "mark not comparable",
    `Carries ${named}, which is known here, but too little of that film is left to compare the two: it was cut or changed a lot, or the mark was copied.`,
  );
}

const COULD_BE_COPIED = "Marks can be copied, so this alone is no proof.";
const COPY_OF_IT = "This is a copy of that film; it was written anew since, and may have been cut.";
const OTHER_SOUND =
  "Altered after it was made: the pictures are of a film by Ritratto, but its sound was exchanged";

/** Who signed the film that the mark names: if that was this film, and is as it was signed. */
function keptSigner({ kept, entry }: Findings): string {
  if (kept?.signer === undefined || kept.filmId !== entry?.id || kept.state === "altered")
    return "";
  return `, signer ${kept.signer}${kept.state === "trusted" ? "" : " (not recognised)"}`;
}

/** Whether pictures are of the film that they were compared with. */
function likenessOf({ pictureBits }: FingerprintDistance): "same" | "unsure" | "other" {
  if (pictureBits <= PICTURE_BITS_MOST) return "same";
  return pictureBits < PICTURE_BITS_OTHER ? "unsure" : "other";
}

function hasOtherSound(distance: FingerprintDistance | undefined): boolean {
  return (distance?.soundDistance ?? 0) > SOUND_DISTANCE_MOST;
}

/** Whether enough of the film is left, by the mark's own scale, for a difference to mean something. */
function isComparable({ share }: Findings): boolean {
  if (share === undefined) return false;
  const { across, down } = share;
  return Math.min(across, down) >= SHARE_LEAST && Math.max(across, down) <= SHARE_MOST;
}

function madeSentence({ consent, filmId, signer }: CredentialsReading): string {
  const job = filmId === undefined ? "" : `job ${filmId}, `;
  return `Made by Ritratto (${job}consent: ${wordsOf(consent)}, signer ${signer ?? "unknown"}).`;
}

function alteredSentence({ credentials, mark, entry }: Findings): string {
  const { signer, failures } = credentials;
  const by = signer === undefined ? "" : ` by ${signer}`;
  const ofFile = failures.filter((code) => !ABOUT_SIGNERS.test(code));
  const why = ofFile.length === 0 ? "" : ` (${ofFile.join(", ")})`;
  const known =
    mark === undefined
      ? ""
      : ` It carries the mark of job ${mark.id}${entry === undefined ? "" : ", which is known here"}.`;
  return `Altered after signing${by}: the file is not what its credentials were made for${why}.${known}`;
}

function credentialsSentence({ credentials, mark }: Findings): string {
  const { state, signer = "somebody unnamed", generator, actions, consent } = credentials;
  const recognised = state === "trusted" ? "signer recognised" : "signer not recognised";
  const saying = [
    generator === undefined ? [] : `made with ${`${generator.name} ${generator.version}`.trim()}`,
    actions.length === 0 ? [] : `actions ${actions.join(", ")}`,
    consent === undefined ? [] : `consent: ${wordsOf(consent)}`,
  ].flat();
  const said = saying.length === 0 ? "nothing that we can read" : saying.join("; ");
  const marked = mark === undefined ? "" : ` It carries a Ritratto mark, too (job ${mark.id}).`;
  return `Carries Content Credentials from ${signer} (${recognised}), saying: ${said}.${marked} This proves nothing about what is shown: it is what the signer says.`;
}

function wordsOf(consent: Consent | undefined): string {
  if (consent === undefined) return "not declared";
  return consent.guardian ? `${consent.basis}, by a guardian` : consent.basis;
}
