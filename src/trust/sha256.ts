/** @file SHA-256, by the WebCrypto that Node and browsers lend. */
import { hexOf } from "../base/hex.js";

/** The part of `globalThis` that is used; the core has neither Node's types nor the DOM's. */
interface Lent {
  readonly crypto: {
    readonly subtle: { digest(algorithm: "SHA-256", data: Uint8Array): Promise<ArrayBuffer> };
  };
}

/** @returns 64 lower-case hexadecimal digits. @param data - Text is taken as UTF-8. */
export async function sha256(data: Uint8Array | string): Promise<string> {
  const { crypto } = globalThis as unknown as Lent;
  const bytes = typeof data === "string" ? utf8(data) : data;
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** What a SHA-256 looks like in files. */
export const SHA256_PATTERN = /^[0-9a-f]{64}$/;

function utf8(text: string): Uint8Array {
  const escaped = encodeURIComponent(text);
  const bytes: number[] = [];
  for (let i = 0; i < escaped.length; i++) {
    if (escaped[i] === "%") {
      bytes.push(Number.parseInt(escaped.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      bytes.push(escaped.charCodeAt(i));
    }
  }
  return Uint8Array.from(bytes);
}
