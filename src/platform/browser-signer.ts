/** @file Who signs in this browser: a key made at first use, as on Node (node-signer.ts). */
import { FilmError } from "../base/errors.js";
import { makeSignerFiles, openSigner, type SignerFiles } from "../trust/certificates.js";
import type { Signer } from "../trust/cose.js";
import type { WebCrypto } from "../trust/web-crypto.js";
import { inStore, isSigner, PRESENT, SIGNERS } from "./browser-trust.js";

/** The web's types and ours say the same in other words. */
const crypto = globalThis.crypto as unknown as WebCrypto;

/**
 * Opens this browser's signer; at the first use its key is made. One that has expired is kept under
 * another name: its films are ours still.
 *
 * @throws FilmError `store_unavailable`, `signer_invalid`.
 */
export async function openBrowserSigner(now = new Date()): Promise<Signer> {
  const kept = await readSigner();
  try {
    return await openSigner(kept ?? (await makeSigner(now)), crypto, now);
  } catch (error) {
    const isOld = error instanceof FilmError && error.details.reason === "expired";
    if (kept === undefined || !isOld) throw error;
    await inStore(SIGNERS, "readwrite", (store) => {
      store.put(kept, `${PRESENT}-${now.toISOString().slice(0, 10)}`);
      return store.delete(PRESENT);
    });
    return openSigner(await makeSigner(now), crypto, now);
  }
}

/** Makes a signer; if another tab was first, its stays. */
async function makeSigner(now: Date): Promise<SignerFiles> {
  const made = await makeSignerFiles(crypto, now);
  const before = await inStore<unknown>(SIGNERS, "readwrite", (store) => {
    const asked = store.get(PRESENT);
    asked.onsuccess = () => {
      if (asked.result === undefined) store.put(made, PRESENT);
    };
    return asked;
  });
  return isSigner(before) ? before : made;
}

async function readSigner(): Promise<SignerFiles | undefined> {
  const found = await inStore<unknown>(SIGNERS, "readonly", (store) => store.get(PRESENT));
  return isSigner(found) ? found : undefined;
}
