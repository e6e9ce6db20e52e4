/** @file What a command makes is signed before it appears: whose inputs, by whom, with what toolkit. */
import type { FailureCode } from "../base/errors.js";
import { VERSION } from "../base/version.js";
import { canBeSigned, readCredentials, signCredentials } from "../trust/credentials.js";
import type { Declared, FilmInput, InputRole } from "../trust/manifest.js";
import type { CredentialsReading } from "../trust/reading.js";
import { openCredentialsToolkit } from "./node-credentials.js";
import { requireFile, type Sign, withSource } from "./node-files.js";
import { hashFile } from "./node-hash.js";
import { openNodeSigner, readAnchors, type SignerOptions } from "./node-signer.js";

/** What is said of whatever a command makes; a film knows more of itself, see `Sign`. */
export interface SealFacts extends Partial<Declared> {
  /** The user's own files, not copies. */
  readonly inputs: readonly { readonly role: InputRole; readonly path: string }[];
}

/** How a missing input is told. */
const UNREADABLE: Readonly<Record<InputRole, FailureCode>> = {
  portrait: "picture_unreadable",
  audio: "audio_unreadable",
  driver: "film_unreadable",
  rig: "rig_invalid",
  take: "take_invalid",
};

/**
 * Prepares to sign, and finds out now, before any work, whether it can be done. Inputs are hashed now,
 * as they are read.
 *
 * @throws FilmError as `openNodeSigner`, and for inputs that are not there.
 */
export async function openSeal(facts: SealFacts, options: SignerOptions = {}): Promise<Sign> {
  const signer = await openNodeSigner(options);
  const inputs: { role: InputRole; path: string; sha256: string }[] = [];
  for (const { role, path } of facts.inputs) {
    inputs.push({ role, path, sha256: await hashFile(path, UNREADABLE[role]) });
  }
  const toolkit = openCredentialsToolkit();
  return async (finished, declared) => {
    if (!canBeSigned(finished)) return undefined;
    const known = { labelled: false, ...facts, ...declared, version: VERSION };
    return withInputs(inputs, (opened) =>
      signCredentials(finished, { ...known, inputs: opened }, signer, toolkit),
    );
  };
}

/**
 * Reads what a file says about itself. @param anchors - PEM; this user's own by default.
 *
 * @throws FilmError `file_missing`, `film_unreadable`.
 */
export async function readFileCredentials(
  path: string,
  anchors?: readonly string[],
): Promise<CredentialsReading> {
  await requireFile(path, "film_unreadable");
  const known = anchors ?? (await readAnchors());
  return withSource(path, (source) => readCredentials(source, known, openCredentialsToolkit()));
}

/** Opens all inputs for as long as `use` takes. */
async function withInputs<T>(
  inputs: readonly { role: InputRole; path: string; sha256: string }[],
  use: (opened: readonly FilmInput[]) => Promise<T>,
  opened: readonly FilmInput[] = [],
): Promise<T> {
  const next = inputs[opened.length];
  if (next === undefined) return use(opened);
  const { path, role, sha256 } = next;
  return withSource(path, (source) =>
    withInputs(inputs, use, [...opened, { role, sha256, source }]),
  );
}
