/** @file What a page's worker makes is signed before it is handed out: whose inputs, by whom. */
import { type FailureCode, FilmError } from "../base/errors.js";
import { VERSION } from "../base/version.js";
import type { ByteSource } from "../trust/byte-source.js";
import type { Signer } from "../trust/cose.js";
import {
  type CredentialsToolkit,
  canBeSigned,
  type SignedFile,
  signCredentials,
} from "../trust/credentials.js";
import type { Declared, InputRole } from "../trust/manifest.js";
import { sha256 } from "../trust/sha256.js";
import { blobAsSource } from "./browser-credentials.js";

/** Something that a film is made from. */
export interface BlobInput {
  readonly role: InputRole;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  /** The user's own file, so that credentials that it has are carried along. */
  readonly blob: Blob;
}

/**
 * Signs a finished file.
 *
 * @param declared - What the film says of itself.
 * @returns Nothing, if files of this kind cannot be signed.
 * @throws FilmError `credentials_failed`.
 */
export type SignBlob = (finished: Blob, declared: Declared) => Promise<SignedFile | undefined>;

/** Prepares to sign; workers only. */
export function openBrowserSeal(
  inputs: readonly BlobInput[],
  signer: Signer,
  toolkit: CredentialsToolkit,
): SignBlob {
  return async (finished, declared) => {
    const source: ByteSource = blobAsSource(finished);
    if (!canBeSigned(source)) return undefined;
    const opened = inputs.map(({ blob, ...input }) => ({ ...input, source: blobAsSource(blob) }));
    const facts = { ...declared, version: VERSION, inputs: opened };
    return signCredentials(source, facts, signer, toolkit);
  };
}

/**
 * SHA-256 of a file, which is read into memory for it.
 *
 * @returns 64 hexadecimal digits.
 * @throws FilmError `unreadable` if somebody has changed or removed the file since it was chosen.
 */
export async function hashBlob(file: Blob, unreadable: FailureCode): Promise<string> {
  try {
    return await sha256(new Uint8Array(await file.arrayBuffer()));
  } catch (cause) {
    const message = "The file was changed or removed since it was chosen; choose it again.";
    throw new FilmError(unreadable, message, {}, { cause });
  }
}
