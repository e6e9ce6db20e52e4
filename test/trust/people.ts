/** What tests of signatures share: signers, and what the machine lends. */
import { openCredentialsToolkit } from "../../src/platform/node-credentials.js";
import { anchorOf, makeSignerFiles, openSigner } from "../../src/trust/certificates.js";
import type { WebCrypto } from "../../src/trust/web-crypto.js";

export const crypto = globalThis.crypto as unknown as WebCrypto;
export const toolkit = openCredentialsToolkit();

/** A new signer, and the certificate by which others know it. */
export async function makeSomebody() {
  const files = await makeSignerFiles(crypto, new Date());
  return {
    files,
    signer: await openSigner(files, crypto, new Date()),
    anchor: await anchorOf(files.chain),
  };
}
