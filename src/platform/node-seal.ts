/** @file What a command makes is signed before it appears: whose inputs, by whom, with what toolkit. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { FailureCode } from "../base/errors.js";
import { canBeSigned, readCredentials, signCredentials } from "../trust/credentials.js";
import type { FilmFacts, FilmInput, InputRole } from "../trust/manifest.js";
import type { CredentialsReading } from "../trust/reading.js";
import { openCredentialsToolkit } from "./node-credentials.js";
import { requireFile, type Sign, withSource } from "./node-files.js";
import { openNodeSigner, readAnchors, type SignerOptions } from "./node-signer.js";
import { VERSION } from "./version.js";

/** What is said of whatever a command makes. */
export interface SealFacts extends Omit<FilmFacts, "version" | "inputs"> {
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
    await requireFile(path, UNREADABLE[role]);
    inputs.push({ role, path, sha256: await hashOf(path) });
  }
  const toolkit = openCredentialsToolkit();
  return async (finished) => {
    if (!canBeSigned(finished)) return undefined;
    return withInputs(inputs, (opened) =>
      signCredentials(finished, { ...facts, version: VERSION, inputs: opened }, signer, toolkit),
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

/** SHA-256 of a file, hexadecimal, read piece by piece. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest("hex");
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
