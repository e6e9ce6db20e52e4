/**
 * @file A claim → its signature: COSE_Sign1 with ES256, as Content Credentials hold it.
 *
 * In CBOR: tag 18, [protected {1: −7, 33: certificates}, unprotected {time stamp, padding}, nil, r‖s].
 *
 * @source RFC 9052 (COSE), RFC 9360 (certificates), RFC 8949 (CBOR); C2PA 2.2, “Digital Signatures”.
 */
import { assert } from "../base/assert.js";
import { FilmError } from "../base/errors.js";

/** Who signs: certificates, and a key that does not leave its place. */
export interface Signer {
  /** DER, the signer's own first, each signed by the next. */
  readonly certificates: readonly Uint8Array[];
  /** ECDSA over P-256 with SHA-256. @returns r‖s, 64 bytes. */
  sign(data: Uint8Array): Promise<Uint8Array>;
  /** Has a time stamp made over data. @returns An RFC 3161 TimeStampToken, DER. */
  readonly timeStamp?: ((data: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/** Room beside the certificates: heads, the algorithm, the signature, padding. */
const FRAME_BYTES = 256;
/** Room for a time stamp with its authority's certificates; real ones take 2 to 7 kB. */
const TIME_STAMP_BYTES = 12_288;

const SIGN1_TAG = 0xd2;
const NIL = 0xf6;
const ALGORITHM = 1;
const ES256 = -7;
const CERTIFICATES = 33;

/** Bytes that a signature is to fill, known before it is made. */
export function reservedBytes({ certificates, timeStamp }: Signer): number {
  const chain = certificates.reduce((sum, { length }) => sum + length, 0);
  return chain + FRAME_BYTES + (timeStamp === undefined ? 0 : TIME_STAMP_BYTES);
}

/**
 * Signs a claim.
 *
 * @param size - Bytes that the result must have, at least what `reservedBytes` says.
 * @returns COSE_Sign1, tagged, shape [size].
 * @throws FilmError `time_stamp_failed`, if one is asked for and does not come or does not fit.
 */
export async function signClaim(
  claim: Uint8Array,
  signer: Signer,
  size: number,
): Promise<Uint8Array> {
  const { certificates } = signer;
  const chain = certificates.map(bytes);
  const header = map([
    [integer(ALGORITHM), integer(ES256)],
    [integer(CERTIFICATES), chain.length === 1 ? chain[0] : array(chain)],
  ]);
  const signature = await signer.sign(
    array([text("Signature1"), bytes(header), bytes(new Uint8Array(0)), bytes(claim)]),
  );
  assert(signature.length === 64, `a signature of 64 bytes, got ${signature.length}`);
  // What is stamped is a countersignature's structure over the signature, as CBOR holds it.
  const token = await signer.timeStamp?.(
    array([
      text("CounterSignature"),
      bytes(header),
      bytes(new Uint8Array(0)),
      bytes(bytes(signature)),
    ]),
  );
  const stamp = token && timeStampHeader(token);
  const build = (padding: readonly Entry[]) =>
    join([
      Uint8Array.of(SIGN1_TAG),
      array([
        bytes(header),
        map(stamp === undefined ? padding : [stamp, ...padding]),
        Uint8Array.of(NIL),
        bytes(signature),
      ]),
    ]);
  return padTo(size, build, token?.length ?? 0);
}

type Entry = readonly [Uint8Array, Uint8Array];

/**
 * Fills up with zeros, to the byte. One more zero can make the head of a string longer, too, so that
 * some sizes are out of one padding's reach: a second small one reaches them.
 */
function padTo(
  size: number,
  build: (padding: readonly Entry[]) => Uint8Array,
  tokenBytes: number,
): Uint8Array {
  const pad = (name: string, length: number): Entry => [text(name), bytes(new Uint8Array(length))];
  const most = size - build([pad("pad", 0)]).length;
  if (most < 0) {
    const message = `The time stamp has ${tokenBytes} bytes: ${-most} more than fit in.`;
    throw new FilmError("time_stamp_failed", message, { tokenBytes });
  }
  for (let first = most; first >= Math.max(0, most - 4); first--) {
    const one = build([pad("pad", first)]);
    if (one.length === size) return one;
  }
  for (let first = most - 6; first >= Math.max(0, most - 16); first--) {
    const two = build([pad("pad", first), pad("pad2", 0)]);
    if (two.length === size) return two;
  }
  throw new Error(`expected a padding that makes ${size} bytes`);
}

/** C2PA's header `sigTst2`: a time stamp over the signature, as CBOR holds it. */
function timeStampHeader(token: Uint8Array): Entry {
  return [text("sigTst2"), map([[text("tstTokens"), array([map([[text("val"), bytes(token)]])])]])];
}

/** Major type and number, as short as can be. */
function head(major: number, value: number): Uint8Array {
  const kind = major << 5;
  if (value < 24) return Uint8Array.of(kind | value);
  if (value < 0x100) return Uint8Array.of(kind | 24, value);
  if (value < 0x10000) return Uint8Array.of(kind | 25, value >> 8, value & 255);
  const parts = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
  return Uint8Array.of(kind | 26, ...parts);
}

function integer(value: number): Uint8Array {
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

function bytes(content: Uint8Array): Uint8Array {
  return join([head(2, content.length), content]);
}

/** @param content - ASCII. */
function text(content: string): Uint8Array {
  const codes = Uint8Array.from(content, (letter) => letter.charCodeAt(0));
  return join([head(3, codes.length), codes]);
}

function array(items: readonly Uint8Array[]): Uint8Array {
  return join([head(4, items.length), ...items]);
}

function map(entries: readonly Entry[]): Uint8Array {
  return join([head(5, entries.length), ...entries.flat()]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
