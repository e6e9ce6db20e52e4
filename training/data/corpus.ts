/**
 * @file Utterances on disk: log-mel rows and the class of each, in one file that is read at once.
 *
 * A corpus file, little-endian:
 *
 * | bytes | what                                                            |
 * |-------|-----------------------------------------------------------------|
 * | 4     | "RCOR"                                                          |
 * | 4     | version, 1                                                      |
 * | 8     | where the index begins, bytes from the file's start             |
 * | 4     | length of the index, bytes                                      |
 * | 12    | zero                                                            |
 * | 32    | SHA-256 of all that follows                                     |
 * | …     | per utterance: mel as Int16 [hops, 64], classes as Uint8 [hops] |
 * | …     | the index: JSON, one entry per utterance                        |
 *
 * An utterance begins at an even byte. The index comes last, so that utterances can be written
 * while they are made.
 */
import { createHash } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { endianness } from "node:os";
import { assert } from "../../src/base/assert.js";
import { CLASS_COUNT } from "../../src/voice/classes.js";
import { HOP_SECONDS } from "../../src/voice/hops.js";
import { MEL_BANDS } from "../../src/voice/mel.js";

/** The class of a hop of which nobody knows what it is: left out of the loss. */
export const UNKNOWN_CLASS = 255;

/** How an utterance came to be. */
export type UtteranceKind = "real" | "synthetic" | "fast" | "sung" | "whispered" | "music";

/** What is known of an utterance besides its sound. */
export interface UtteranceFacts {
  /** Unique within its corpus. */
  readonly id: string;
  /** Who speaks; copies of an utterance keep the speaker. */
  readonly speaker: string;
  /** Code of the language, as espeak's: "en", "pt-br", "cmn". */
  readonly language: string;
  readonly kind: UtteranceKind;
  /** Years; absent for synthetic voices. */
  readonly age?: number;
  readonly gender?: "f" | "m";
}

/** One utterance as it is made. */
export interface Utterance extends UtteranceFacts {
  readonly hops: number;
  /** Log-mel of src/voice/mel.ts, not normalised, shape [hops, 64]. */
  readonly mel: Float32Array;
  /** Class of each hop, `UNKNOWN_CLASS` where unknown, shape [hops]. */
  readonly classes: Uint8Array;
}

/** One utterance as it is kept: `melOf` gives its mel. */
export interface StoredUtterance extends UtteranceFacts {
  readonly hops: number;
  /** Log-mel · `MEL_SCALE`, shape [hops, 64]. */
  readonly scaledMel: Int16Array;
  /** Shape [hops]. */
  readonly classes: Uint8Array;
}

/** Log-mel as it is kept. */
export function scaleMel(mel: Float32Array): Int16Array {
  return Int16Array.from(mel, (value) => Math.round(value * MEL_SCALE));
}

/** Steps of a stored mel value per 1: log-mel lies within −13.82..13, so none is cut off. */
export const MEL_SCALE = 1024;

const MAGIC = "RCOR";
const VERSION = 1;
const HEADER_BYTES = 64;
const DIGEST_AT = 32;

interface IndexEntry extends UtteranceFacts {
  readonly hops: number;
  readonly at: number;
}

/**
 * Writes a corpus while it is made. The file appears under its name only when it is complete.
 *
 * @returns The number of utterances.
 */
export async function writeCorpus(
  path: string,
  utterances: Iterable<Utterance> | AsyncIterable<Utterance>,
): Promise<number> {
  assert(endianness() === "LE", "a little-endian machine");
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, "w");
  try {
    const digest = createHash("sha256");
    let at = HEADER_BYTES;
    const append = async (bytes: Uint8Array) => {
      digest.update(bytes);
      await file.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    };
    const entries: IndexEntry[] = [];
    for await (const { mel, classes, ...facts } of utterances) {
      checkShapes({ mel, classes, ...facts });
      entries.push({ ...facts, at });
      await append(packUtterance(mel, classes));
    }
    const index = Buffer.from(JSON.stringify(entries));
    const indexAt = at;
    await append(index);
    const header = Buffer.alloc(HEADER_BYTES);
    header.write(MAGIC, "latin1");
    header.writeUInt32LE(VERSION, 4);
    header.writeBigUInt64LE(BigInt(indexAt), 8);
    header.writeUInt32LE(index.length, 16);
    digest.digest().copy(header, DIGEST_AT);
    await file.write(header, 0, header.length, 0);
    await file.close();
    await rename(unfinished, path);
    return entries.length;
  } finally {
    await file.close().catch(() => undefined);
  }
}

function checkShapes({ id, hops, mel, classes }: Utterance): void {
  assert(mel.length === hops * MEL_BANDS, `${id}: ${hops} rows of mel, got ${mel.length} values`);
  assert(classes.length === hops, `${id}: ${hops} classes, got ${classes.length}`);
  const wrong = classes.find((value) => value >= CLASS_COUNT && value !== UNKNOWN_CLASS);
  assert(wrong === undefined, `${id}: a class that is there, got ${wrong}`);
}

function packUtterance(mel: Float32Array, classes: Uint8Array): Uint8Array {
  const melBytes = mel.length * 2;
  const bytes = new Uint8Array(melBytes + classes.length + (classes.length & 1));
  new Int16Array(bytes.buffer, 0, mel.length).set(scaleMel(mel));
  bytes.set(classes, melBytes);
  return bytes;
}

/**
 * Reads a corpus: the whole file once; utterances are views into it, 129 bytes a hop.
 *
 * @throws Error for a file that is no corpus, or damaged.
 */
export async function readCorpus(path: string): Promise<StoredUtterance[]> {
  const bytes = await readWhole(path);
  const header = Buffer.from(bytes.buffer, 0, Math.min(HEADER_BYTES, bytes.length));
  if (header.length < HEADER_BYTES || header.toString("latin1", 0, 4) !== MAGIC) {
    throw new Error(`“${path}” is no corpus.`);
  }
  const version = header.readUInt32LE(4);
  if (version !== VERSION) throw new Error(`“${path}” has version ${version}, not ${VERSION}.`);
  const digest = createHash("sha256").update(bytes.subarray(HEADER_BYTES)).digest();
  if (!digest.equals(header.subarray(DIGEST_AT))) throw new Error(`“${path}” is damaged.`);
  const indexAt = Number(header.readBigUInt64LE(8));
  const index = Buffer.from(bytes.buffer, indexAt, header.readUInt32LE(16));
  const entries: IndexEntry[] = JSON.parse(index.toString());
  return entries.map(({ at, ...facts }) => ({
    ...facts,
    scaledMel: new Int16Array(bytes.buffer, at, facts.hops * MEL_BANDS),
    classes: new Uint8Array(bytes.buffer, at + facts.hops * MEL_BANDS * 2, facts.hops),
  }));
}

/** A file as bytes that begin at byte 0 of their buffer; the only copy. */
async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    // One read gives 2 GB at most.
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(bytes.length - at, 2 ** 30), at);
      if (bytesRead === 0) throw new Error(`“${path}” ends after ${at} bytes.`);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/**
 * Rows of an utterance's mel as they were made, within 0.0005.
 *
 * @param from - First hop.
 * @param count - Hops; all must be there.
 * @param out - Receives the rows, shape [count, 64] or longer.
 * @returns `out`.
 */
export function melOf(
  utterance: StoredUtterance,
  from = 0,
  count = utterance.hops - from,
  out = new Float32Array(count * MEL_BANDS),
): Float32Array {
  assert(from >= 0 && count >= 0 && from + count <= utterance.hops, "hops that are there");
  assert(out.length >= count * MEL_BANDS, `room for ${count} rows, got ${out.length} values`);
  const { scaledMel } = utterance;
  const first = from * MEL_BANDS;
  const length = count * MEL_BANDS;
  for (let i = 0; i < length; i++) out[i] = scaledMel[first + i] / MEL_SCALE;
  return out;
}

/** Hours of sound. */
export function hoursOf(utterances: readonly { readonly hops: number }[]): number {
  return utterances.reduce((sum, { hops }) => sum + hops, 0) * (HOP_SECONDS / 3600);
}
