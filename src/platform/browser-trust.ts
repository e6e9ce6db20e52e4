/**
 * @file Who signs in this browser, and which films were made in it: kept in IndexedDB, where only pages
 * of the same origin reach it.
 *
 * Two stores: "signers" (by name: the present one is "signer", expired ones are "signer-DATE") and "films"
 * (entries of the registry as text, by the film's id). A key is made at first use, as on Node
 * (node-signer.ts). Browsers remove all this with the site's data.
 */
import { FilmError } from "../base/errors.js";
import { anchorOf, makeSignerFiles, openSigner, type SignerFiles } from "../trust/certificates.js";
import type { Signer } from "../trust/cose.js";
import { type Registry, type RegistryEntry, readEntry, writeEntry } from "../trust/registry.js";
import type { WebCrypto } from "../trust/web-crypto.js";

const DATABASE = "ritratto";
const VERSION = 1;
const SIGNERS = "signers";
const FILMS = "films";
const PRESENT = "signer";

/** The web's types and ours say the same in other words. */
const crypto = globalThis.crypto as unknown as WebCrypto;

/** What is known in this browser of its own films. */
export interface BrowserTrust {
  /** Certificates by which they are known, PEM; of all signers there were. */
  readonly anchors: readonly string[];
  readonly entries: readonly RegistryEntry[];
}

/**
 * Opens this browser's signer; at the first use its key is made. One that has expired is kept under
 * another name: its films are ours still.
 *
 * @throws FilmError `store_unavailable`, `signer_invalid`.
 */
export async function openBrowserSigner(now = new Date()): Promise<Signer> {
  const kept = await readSigner(PRESENT);
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

/** This browser's registry. Its functions throw FilmError `store_unavailable`, too. */
export function browserRegistry(): Registry {
  return {
    async put(entry) {
      const text = writeEntry(entry);
      await inStore(FILMS, "readwrite", (store) => store.put(text, entry.id));
    },
    async get(id) {
      const text = await inStore<unknown>(FILMS, "readonly", (store) => store.get(id));
      return typeof text === "string" ? readEntry(text, id) : undefined;
    },
  };
}

/** What this browser knows of its own films; makes nothing. @throws FilmError `store_unavailable`. */
export async function readBrowserTrust(): Promise<BrowserTrust> {
  const files = await readSigners();
  const anchors = await Promise.all([...files.values()].map(({ chain }) => anchorOf(chain)));
  const texts = await inStore<unknown[]>(FILMS, "readonly", (store) => store.getAll());
  return { anchors, entries: texts.map((text) => readEntry(String(text))) };
}

/**
 * All that is kept here, as files by their paths, laid out as in a user's folder on Node: put there, the
 * program knows this browser's films. `signer-browser/key.pem` signs in its owner's name.
 *
 * @throws FilmError `store_unavailable`.
 */
export async function exportBrowserTrust(): Promise<ReadonlyMap<string, Blob>> {
  const files = new Map<string, Blob>();
  for (const [name, { chain, key }] of await readSigners()) {
    const folder = name.replace(PRESENT, `${PRESENT}-browser`);
    files.set(`${folder}/key.pem`, new Blob([key]));
    files.set(`${folder}/chain.pem`, new Blob([chain]));
    files.set(`${folder}/root.pem`, new Blob([await anchorOf(chain)]));
  }
  for (const entry of (await readBrowserTrust()).entries) {
    files.set(`registry/${entry.id}.json`, new Blob([writeEntry(entry)]));
  }
  return files;
}

/** Forgets keys and films. The next film has another signer. @throws FilmError `store_unavailable`. */
export async function eraseBrowserTrust(): Promise<void> {
  for (const name of [SIGNERS, FILMS]) await inStore(name, "readwrite", (store) => store.clear());
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

async function readSigner(name: string): Promise<SignerFiles | undefined> {
  const found = await inStore<unknown>(SIGNERS, "readonly", (store) => store.get(name));
  return isSigner(found) ? found : undefined;
}

async function readSigners(): Promise<ReadonlyMap<string, SignerFiles>> {
  const names = await inStore<IDBValidKey[]>(SIGNERS, "readonly", (store) => store.getAllKeys());
  const found = new Map<string, SignerFiles>();
  for (const name of names.map(String)) {
    const files = await readSigner(name);
    if (files !== undefined) found.set(name, files);
  }
  return found;
}

function isSigner(found: unknown): found is SignerFiles {
  return typeof found === "object" && found !== null && "chain" in found && "key" in found;
}

/** Does something in one transaction. @returns What was asked for, once all of it is kept. */
async function inStore<Result>(
  name: string,
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  try {
    const database = await openDatabase();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(name, mode);
        const asked = use(transaction.objectStore(name));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `This browser keeps nothing for this page: ${reason}`;
    throw new FilmError("store_unavailable", message, {}, { cause });
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, VERSION);
    opening.onupgradeneeded = () => {
      for (const name of [SIGNERS, FILMS]) opening.result.createObjectStore(name);
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}
