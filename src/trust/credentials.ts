/**
 * @file Content Credentials: a file and what it says about itself, signed together; and read again.
 *
 * The toolkit that knows the containers is lent by the machine, as a port.
 */
import { FilmError } from "../base/errors.js";
import { type ByteSource, bytesAsSource } from "./byte-source.js";
import { SIGNER_USES } from "./certificates.js";
import { reservedBytes, type Signer, signClaim } from "./cose.js";
import { type FilmFacts, ingredientOf, manifestOf } from "./manifest.js";
import { type MediaType, mediaTypeOf } from "./media-type.js";
import {
  BROKEN_CREDENTIALS,
  type CredentialsReading,
  NO_CREDENTIALS,
  readingOf,
  readingOfKept,
} from "./reading.js";

const PEM = "-----BEGIN CERTIFICATE-----";
/** Manifests alone, as registries keep them. */
const MANIFEST_FORMAT = "application/c2pa";
/** Of inputs that cannot hold credentials. */
const UNKNOWN_FORMAT = "application/octet-stream";

/** What a file is signed with, by the toolkit. */
export interface ClaimSigner {
  readonly reserveSize: number;
  /** @returns COSE_Sign1, of `reserveSize` bytes. */
  sign(claim: Uint8Array): Promise<Uint8Array>;
}

/** An input, as the toolkit takes it. */
export interface Ingredient {
  /** JSON. */
  readonly definition: string;
  readonly format: string;
  readonly source: ByteSource;
}

/** A file that was signed. */
export interface SignedFile {
  /** The file with its manifests. */
  readonly bytes: Uint8Array;
  /** The manifests alone, as a registry keeps them: application/c2pa. */
  readonly manifest: Uint8Array;
}

/** What a machine must lend to sign and to read: a toolkit of C2PA. JSON is that of c2pa-rs. */
export interface CredentialsToolkit {
  sign(job: {
    readonly manifest: string;
    readonly settings: string;
    readonly ingredients: readonly Ingredient[];
    readonly signer: ClaimSigner;
    readonly format: MediaType;
    readonly source: ByteSource;
  }): Promise<SignedFile>;
  /** @returns The file's manifests; "none" if it has none; "broken" if it or they cannot be read. */
  read(
    source: ByteSource,
    format: MediaType | typeof MANIFEST_FORMAT,
    settings: string,
  ): Promise<{ readonly json: string } | "none" | "broken">;
}

/** Whether a file of this kind can be signed: mp4 and PNG, of what we make; webm cannot. */
export function canBeSigned(source: ByteSource): boolean {
  return mediaTypeOf(source) !== undefined;
}

/**
 * Signs a file together with what it says about itself.
 *
 * @param source - A whole mp4 or PNG.
 * @returns The same with its manifest, about 5 kB longer and the credentials that its inputs had. The
 *   order of boxes is kept.
 * @throws FilmError `credentials_failed`; `time_stamp_failed`, also for a stamp with which the file
 *   would be taken for altered.
 */
export async function signCredentials(
  source: ByteSource,
  facts: FilmFacts,
  signer: Signer,
  toolkit: CredentialsToolkit,
): Promise<SignedFile> {
  const format = mediaTypeOf(source);
  if (format === undefined) {
    throw new FilmError("credentials_failed", "Files of this kind cannot hold credentials.");
  }
  const reserveSize = reservedBytes(signer);
  // The toolkit tells of a failed signature in its own words only.
  let failed: FilmError | undefined;
  const sign = async (claim: Uint8Array) => {
    try {
      return await signClaim(claim, signer, reserveSize);
    } catch (error) {
      if (error instanceof FilmError) failed = error;
      throw error;
    }
  };
  try {
    const signed = await toolkit.sign({
      manifest: JSON.stringify(manifestOf(facts, format)),
      settings: settingsOf([]),
      ingredients: facts.inputs.map((input) => {
        const { source } = input;
        const format = mediaTypeOf(source) ?? UNKNOWN_FORMAT;
        return { definition: JSON.stringify(ingredientOf(input, format)), format, source };
      }),
      ...{ signer: { reserveSize, sign }, format, source },
    });
    if (signer.timeStamp !== undefined) await checkStamp(signed, toolkit);
    return signed;
  } catch (error) {
    if (failed !== undefined || error instanceof FilmError) throw failed ?? error;
    const message = `The film cannot be signed: ${reasonOf(error)}.`;
    throw new FilmError("credentials_failed", message, {}, { cause: error });
  }
}

async function checkStamp({ bytes }: SignedFile, toolkit: CredentialsToolkit): Promise<void> {
  const { state, failures } = await readCredentials(bytesAsSource(bytes), [], toolkit);
  if (state !== "altered") return;
  const message = `The authority's time stamp is not accepted: ${failures.join(", ")}.`;
  throw new FilmError("time_stamp_failed", message);
}

/**
 * Reads what a file says about itself, and whether that can be believed.
 *
 * @param anchors - Certificates by which we know our own films, PEM; see `anchorOf`.
 * @throws FilmError `anchor_invalid`.
 */
export async function readCredentials(
  source: ByteSource,
  anchors: readonly string[],
  toolkit: Pick<CredentialsToolkit, "read">,
): Promise<CredentialsReading> {
  const format = mediaTypeOf(source);
  if (format === undefined) return NO_CREDENTIALS;
  const found = await toolkit.read(source, format, settingsOf(anchors));
  if (found === "none") return NO_CREDENTIALS;
  if (found !== "broken") return readingOf(found.json);
  // The toolkit fails in the same way if it cannot read a certificate: no film is blamed for that.
  if (anchors.length > 0 && (await toolkit.read(source, format, settingsOf([]))) !== "broken") {
    throw new FilmError("anchor_invalid", "One of the given certificates cannot be read.");
  }
  return holdsManifest(source) ? BROKEN_CREDENTIALS : NO_CREDENTIALS;
}

/**
 * A text as certificates to know films by.
 *
 * @param name - What messages call it.
 * @throws FilmError `anchor_invalid` if it holds none.
 */
export function checkAnchor(text: string, name: string): string {
  if (text.includes(PEM)) return text;
  throw new FilmError("anchor_invalid", `“${name}” holds 0 certificates.`);
}

/**
 * Reads what a film was signed with, as a registry keeps it, without the film: its signature counts as
 * it would beside the film, but whether a film is the one that was signed is not known by it.
 *
 * @param anchors - As `readCredentials`.
 */
export async function readKeptManifest(
  manifest: Uint8Array,
  anchors: readonly string[],
  toolkit: Pick<CredentialsToolkit, "read">,
): Promise<CredentialsReading> {
  const source = bytesAsSource(manifest);
  const found = await toolkit.read(source, MANIFEST_FORMAT, settingsOf(anchors));
  return typeof found === "string" ? BROKEN_CREDENTIALS : readingOfKept(found.json);
}

/**
 * What the toolkit is told: whom to trust, to make no thumbnails, to fetch nothing, and not to read
 * again what it has just signed, which takes longer than the signing.
 *
 * @param anchors - Certificates, PEM.
 */
function settingsOf(anchors: readonly string[]): string {
  return JSON.stringify({
    verify: {
      verify_trust: true,
      verify_after_sign: false,
      remote_manifest_fetch: false,
      ocsp_fetch: false,
    },
    trust: {
      ...(anchors.length > 0 && { trust_anchors: anchors.join("\n") }),
      trust_config: SIGNER_USES.join("\n"),
    },
    builder: { thumbnail: { enabled: false } },
  });
}

/** Type of the box that holds manifests, in all containers: the letters c2pa in a UUID. */
const MANIFEST_BOX = [
  0x63, 0x32, 0x70, 0x61, 0, 0x11, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71,
];
const PIECE_BYTES = 1 << 20;

/** Whether a file that cannot be read holds manifests nevertheless: then it is damaged, or was cut. */
function holdsManifest(source: ByteSource): boolean {
  const { sizeBytes } = source;
  for (let from = 0; from < sizeBytes; from += PIECE_BYTES) {
    const piece = source.read(from, Math.min(sizeBytes, from + PIECE_BYTES + MANIFEST_BOX.length));
    let at = piece.indexOf(MANIFEST_BOX[0]);
    while (at >= 0) {
      if (MANIFEST_BOX.every((byte, i) => piece[at + i] === byte)) return true;
      at = piece.indexOf(MANIFEST_BOX[0], at + 1);
    }
  }
  return false;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
