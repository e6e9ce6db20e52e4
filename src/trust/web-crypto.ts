/** @file The part of WebCrypto that trust needs; Node and browsers lend theirs. */

/** A key, of which only WebCrypto knows more. */
export type CryptoKeyHandle = object;

/** A key with its public half. */
export interface CryptoKeyPairHandle {
  readonly privateKey: CryptoKeyHandle;
  readonly publicKey: CryptoKeyHandle;
}

/** The algorithm of all our keys. */
export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

type Uses = ("sign" | "verify")[];
type Bytes = Uint8Array<ArrayBuffer>;

/** Randomness, digests and keys of the machine: `globalThis.crypto`. */
export interface WebCrypto {
  getRandomValues(out: Bytes): Bytes;
  readonly subtle: {
    digest(algorithm: "SHA-256", data: Bytes): Promise<ArrayBuffer>;
    generateKey(
      algorithm: typeof KEY_ALGORITHM,
      extractable: boolean,
      uses: Uses,
    ): Promise<CryptoKeyPairHandle>;
    exportKey(format: "pkcs8", key: CryptoKeyHandle): Promise<ArrayBuffer>;
    importKey(
      format: "pkcs8" | "spki",
      data: ArrayBuffer,
      algorithm: typeof KEY_ALGORITHM,
      extractable: boolean,
      uses: Uses,
    ): Promise<CryptoKeyHandle>;
    sign(algorithm: typeof KEY_ALGORITHM, key: CryptoKeyHandle, data: Bytes): Promise<ArrayBuffer>;
    verify(
      algorithm: typeof KEY_ALGORITHM,
      key: CryptoKeyHandle,
      signature: Bytes,
      data: Bytes,
    ): Promise<boolean>;
  };
}
