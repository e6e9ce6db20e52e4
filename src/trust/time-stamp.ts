/**
 * @file Time stamps: what an authority is asked, and what it answers. Only a hash leaves the machine.
 *
 * Both are short enough to be written and read here, value by value, in DER.
 *
 * @source RFC 3161; DER is X.690.
 */
import { FilmError } from "../base/errors.js";
import type { WebCrypto } from "./web-crypto.js";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BOOLEAN = 0x01;
const OCTETS = 0x04;
/** AlgorithmIdentifier of SHA-256: 2.16.840.1.101.3.4.2.1, NULL. */
const SHA256 = [0x30, 13, 0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 0x05, 0];
const NONCE_BYTES = 8;
/** An answer is granted, perhaps with changes, up to this status. */
const STATUS_GRANTED_MOST = 1;

/**
 * Asks for a time stamp over data, with the authority's certificates in it.
 *
 * @returns TimeStampReq, DER: about 60 bytes.
 */
export async function makeTimeStampRequest(
  data: Uint8Array,
  crypto: WebCrypto,
): Promise<Uint8Array> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(data)));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  nonce[0] = (nonce[0] & 0x7f) | 1;
  return item(SEQUENCE, [
    ...item(INTEGER, [1]),
    ...item(SEQUENCE, [...SHA256, ...item(OCTETS, hash)]),
    ...item(INTEGER, nonce),
    ...item(BOOLEAN, [0xff]),
  ]);
}

/** Where the hash and the nonce are in a question of ours. */
const HASH_AT = [24, 56] as const;
const NONCE_AT = [58, 66] as const;

/**
 * Takes the stamp out of an answer.
 *
 * @param answer - TimeStampResp, DER.
 * @param request - What was asked: the answer must repeat its hash and its nonce.
 * @returns TimeStampToken, DER.
 * @throws FilmError `time_stamp_failed`, if it is refused, or no answer to such a question.
 */
export function readTimeStampAnswer(answer: Uint8Array, request: Uint8Array): Uint8Array {
  const whole = open(answer, 0, SEQUENCE);
  const info = open(answer, whole.from, SEQUENCE);
  const status = open(answer, info.from, INTEGER);
  const code = answer[status.to - 1];
  if (status.to - status.from !== 1 || code > STATUS_GRANTED_MOST) {
    const message = `The time stamp authority refused, with status ${code}.`;
    throw new FilmError("time_stamp_failed", message, { status: code });
  }
  const token = answer.slice(info.to, open(answer, info.to, SEQUENCE).to);
  if (!holds(token, request.slice(...HASH_AT)) || !holds(token, request.slice(...NONCE_AT))) {
    const message = "The time stamp authority's answer is to another question.";
    throw new FilmError("time_stamp_failed", message);
  }
  return token;
}

function holds(bytes: Uint8Array, part: Uint8Array): boolean {
  return bytes.some((_, at) => part.every((byte, i) => bytes[at + i] === byte));
}

function item(tag: number, content: ArrayLike<number>): Uint8Array {
  return Uint8Array.of(tag, content.length, ...Array.from(content));
}

/** Where the content of an item begins and ends. */
function open(der: Uint8Array, at: number, tag: number): { from: number; to: number } {
  const short = der[at + 1];
  const lengthBytes = short > 0x80 && short <= 0x84 ? short - 0x80 : 0;
  let length = lengthBytes === 0 ? short : 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + der[at + 2 + i];
  const from = at + 2 + lengthBytes;
  if (der[at] !== tag || !(from + length <= der.length)) {
    throw new FilmError("time_stamp_failed", "The time stamp authority's answer is no time stamp.");
  }
  return { from, to: from + length };
}
