/**
 * @file A file → what can be said of where it comes from, and no more than that.
 *
 * Credentials are asked first, then the invisible mark, then the registry what film that mark belongs to,
 * and last the fingerprint whether this is that film. Nothing here guesses whether a film is true.
 */
import { FilmError } from "../base/errors.js";
import type { Footage } from "../base/footage.js";
import type { Picture } from "../base/picture.js";
import { findFilmMark } from "../mark/film-mark.js";
import { type FindOptions, findMark } from "../mark/find-mark.js";
import { lumaOf } from "../mark/luma.js";
import { compareFingerprints } from "./compare-fingerprints.js";
import { type FingerprintPair, fingerprintFilm, fingerprintPicture } from "./fingerprint.js";
import type { CredentialsReading } from "./reading.js";
import { keptManifest, type Registry } from "./registry.js";
import { type Findings, judge, type OriginVerdict } from "./verdict.js";

/** A file that is asked about. */
export interface Subject {
  readonly credentials: CredentialsReading;
  /** Hash of the file, if it was made: a registry may know it. */
  readonly sha256?: string | undefined;
  /** What is to be seen, at its own size if that is not huge; absent if it cannot be decoded here. */
  readonly seen?: { readonly film: Footage } | { readonly picture: Picture } | undefined;
}

/** What a file is looked up in. */
export interface VerifyOptions extends FindOptions {
  /** Knows films by their marks; without one, marks cannot be resolved. */
  readonly registry?: Registry | undefined;
  /** Reads what a registry keeps of a film's credentials, see `readKeptManifest`; else nobody does. */
  readonly readManifest?: ((manifest: Uint8Array) => Promise<CredentialsReading>) | undefined;
}

/** What was found out, and what it comes to. */
export interface Verification {
  readonly verdict: OriginVerdict;
  readonly findings: Findings;
}

/**
 * Says where a file comes from. All that can be asked is asked, also where credentials suffice.
 *
 * @throws FilmError for films without credentials that cannot be read.
 */
export async function verify(subject: Subject, options: VerifyOptions = {}): Promise<Verification> {
  const findings = await investigate(subject, options).catch((error: unknown) => {
    // Credentials can be told of even where pictures break off, as in films that were tampered with.
    if (!(error instanceof FilmError) || subject.credentials.state === "none") throw error;
    return investigate({ ...subject, seen: undefined }, options);
  });
  return { verdict: judge(findings), findings };
}

async function investigate(
  { credentials, sha256, seen }: Subject,
  { registry, readManifest, ...options }: VerifyOptions,
): Promise<Findings> {
  const asked = { credentials, askedRegistry: registry !== undefined, sameFile: false };
  if (seen === undefined) return asked;
  const mark =
    "film" in seen
      ? await findFilmMark(seen.film, options)
      : findMark(lumaOf(seen.picture), options);
  if (mark === undefined || registry === undefined) return { ...asked, mark };
  const { entry, entryProblem } = await lookUp(registry, mark.id);
  if (entry === undefined) return { ...asked, mark, entryProblem };
  const manifest = keptManifest(entry);
  const kept = manifest && (await readManifest?.(manifest));
  const { width, height } = "film" in seen ? seen.film : seen.picture;
  const share = {
    across: width / mark.scale / entry.fingerprint.width,
    down: height / mark.scale / entry.fingerprint.height,
  };
  const sameFile = sha256 !== undefined && sha256 === entry.filmSha256;
  const prints: FingerprintPair =
    "film" in seen ? await fingerprintFilm(seen.film) : fingerprintPicture(seen.picture);
  const distance = compareFingerprints(entry.fingerprint, prints);
  return { ...asked, mark, entry, kept, share, sameFile, distance };
}

/** Findings for machines and for the curious, without what would fill pages. */
export function plainFindings({ entry, ...rest }: Findings): object {
  const { fingerprint: _, manifestHex: __, ...told } = entry ?? {};
  return { ...rest, entry: entry && told };
}

/** A damaged entry is a finding, not a failure: the film itself can still be spoken of. */
async function lookUp(registry: Registry, id: string) {
  try {
    return { entry: await registry.get(id) };
  } catch (error) {
    if (!(error instanceof FilmError) || error.code !== "registry_invalid") throw error;
    return { entryProblem: error.message };
  }
}
