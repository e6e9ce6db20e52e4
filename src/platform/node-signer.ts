/**
 * @file Who signs on this machine: a key made at first use, or the user's own.
 *
 * In the user's folder, `signer/` holds key.pem (for nobody else to read), chain.pem, and root.pem to
 * give to whoever is to recognise our films. It is made whole or not at all, so that two processes
 * that are first at once end with the same key. A signer that has expired is kept as `signer-DATE/`:
 * its films are ours still.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FilmError } from "../base/errors.js";
import { anchorOf, makeSignerFiles, openSigner, type SignerFiles } from "../trust/certificates.js";
import type { Signer } from "../trust/cose.js";
import { makeTimeStampRequest, readTimeStampAnswer } from "../trust/time-stamp.js";
import type { WebCrypto } from "../trust/web-crypto.js";
import { readBytes, unwritable } from "./node-files.js";
import { ritrattoHome } from "./node-home.js";

/** Who is to sign; each has a variable of the environment that stands for it. */
export interface SignerOptions {
  /** Own certificates, PEM, the signer's first; else RITRATTO_C2PA_CERT. */
  readonly c2paCert?: string | undefined;
  /** Their key, PKCS#8, P-256; else RITRATTO_C2PA_KEY. */
  readonly c2paKey?: string | undefined;
  /** Address of a time stamp authority (RFC 3161); nothing else is sent there than a hash. */
  readonly tsa?: string | undefined;
}

const FOLDER = "signer";
const [KEY, CHAIN, ROOT] = ["key.pem", "chain.pem", "root.pem"];
const TSA_TIMEOUT_MS = 15_000;
/** Longer answers are not read. */
const TSA_ANSWER_MOST_BYTES = 1 << 16;

/** Node's types and ours say the same in other words. */
const crypto = globalThis.crypto as unknown as WebCrypto;

/**
 * Opens this user's signer; at the first use its key is made.
 *
 * @throws FilmError `signer_invalid`, `file_missing`, `file_unwritable`; `option_invalid` for a key
 *   without certificates, or an address that is none.
 */
export async function openNodeSigner(options: SignerOptions = {}): Promise<Signer> {
  const stampAt = readAddress(options.tsa);
  const own = await readOwn(options);
  const signer = await (own === undefined ? openHomeSigner() : openSigner(own, crypto, new Date()));
  if (stampAt === undefined) return signer;
  return { ...signer, timeStamp: (data) => askForTimeStamp(stampAt, data) };
}

/**
 * The certificates by which this user's films are known: of all signers there were, and the one named
 * in the environment. PEM.
 */
export async function readAnchors(): Promise<readonly string[]> {
  const home = ritrattoHome();
  const folders = existsSync(home)
    ? readdirSync(home).filter((name) => /^signer\b/.test(name))
    : [];
  const roots = folders.map((name) => join(home, name, ROOT)).filter((path) => existsSync(path));
  const own = await readOwn({});
  return [
    ...(await Promise.all(roots.map(readText))),
    ...(own === undefined ? [] : [await anchorOf(own.chain)]),
  ];
}

async function readOwn(options: SignerOptions): Promise<SignerFiles | undefined> {
  const { RITRATTO_C2PA_CERT, RITRATTO_C2PA_KEY } = process.env;
  const isAsked = options.c2paCert !== undefined || options.c2paKey !== undefined;
  const cert = isAsked ? options.c2paCert : RITRATTO_C2PA_CERT || undefined;
  const key = isAsked ? options.c2paKey : RITRATTO_C2PA_KEY || undefined;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const message = "Certificates and their key go together: --c2pa-cert and --c2pa-key.";
    throw new FilmError("option_invalid", message);
  }
  return { chain: await readText(cert), key: await readText(key) };
}

async function openHomeSigner(): Promise<Signer> {
  const home = ritrattoHome();
  const folder = join(home, FOLDER);
  if (!existsSync(folder)) await makeHomeSigner(home);
  try {
    return await openSigner(await readHome(folder), crypto, new Date());
  } catch (error) {
    if (!(error instanceof FilmError) || error.details.reason !== "expired") throw error;
  }
  try {
    renameSync(folder, `${folder}-${new Date().toISOString().slice(0, 10)}`);
  } catch (error) {
    throw unwritable(folder, error);
  }
  await makeHomeSigner(home);
  return openSigner(await readHome(folder), crypto, new Date());
}

async function readHome(folder: string): Promise<SignerFiles> {
  return { chain: await readText(join(folder, CHAIN)), key: await readText(join(folder, KEY)) };
}

/** Makes a key and its certificates; if somebody else is first, theirs stay. */
async function makeHomeSigner(home: string): Promise<void> {
  const files = await makeSignerFiles(crypto, new Date());
  const root = await anchorOf(files.chain);
  const folder = join(home, FOLDER);
  const temporary = join(home, `.new-${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    writeFileSync(join(temporary, KEY), files.key, { mode: 0o600 });
    writeFileSync(join(temporary, CHAIN), files.chain);
    writeFileSync(join(temporary, ROOT), root);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw unwritable(folder, error);
  }
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path, "signer_invalid"));
}

function readAddress(tsa: string | undefined): URL | undefined {
  if (tsa === undefined) return undefined;
  const address = URL.canParse(tsa) ? new URL(tsa) : undefined;
  if (address !== undefined && /^https?:$/.test(address.protocol)) return address;
  const message = `“${tsa}” is no address of a time stamp authority: http://… or https://….`;
  throw new FilmError("option_invalid", message, { tsa });
}

/** @throws FilmError `time_stamp_failed`. */
async function askForTimeStamp(address: URL, data: Uint8Array): Promise<Uint8Array> {
  const request = await makeTimeStampRequest(data, crypto);
  const fail = (found: string, cause?: unknown) => {
    const message = `The time stamp authority ${address.host} ${found}.`;
    return new FilmError("time_stamp_failed", message, { tsa: address.href }, { cause });
  };
  let answer: Uint8Array;
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/timestamp-query" },
      body: Uint8Array.from(request),
      signal: AbortSignal.timeout(TSA_TIMEOUT_MS),
    });
    if (!response.ok) throw fail(`answers with ${response.status}`);
    answer = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw error instanceof FilmError ? error : fail("does not answer", error);
  }
  if (answer.length > TSA_ANSWER_MOST_BYTES) throw fail(`answers with ${answer.length} bytes`);
  return readTimeStampAnswer(answer, request);
}
