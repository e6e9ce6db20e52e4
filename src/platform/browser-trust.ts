/**
 * @file Who signs in this browser, and which films were made in it: kept in IndexedDB, where only pages
 * of the same origin reach it.
 *
 * Two stores: "signers" (by name: the present one is "signer", expired ones are "signer-DATE") and "films"
 * (entries of the registry as text, by the film's id). A key is made at first use
 * (browser-signer.ts). Browsers remove all this with the site's data.
 */
import { FilmError } from "../base/errors.js";
import type { SignerFiles } from "../trust/certificates.js";
import { type Registry, type RegistryEntry, readEntry, writeEntry } from "../trust/registry.js";

const DATABASE = "ritratto";
const VERSION = 1;
/** Stores. */
export const SIGNERS = "signers";
const FILMS = "films";
/** Name of the signer that signs now. */
export const PRESENT = "signer";
const CERTIFICATE = "-----BEGIN CERTIFICATE-----";

/** What is known in this browser of its own films. */
export interface BrowserTrust {
  /** Certificates by which they are known, PEM; of all signers there were. */
  readonly anchors: readonly string[];
  readonly entries: readonly RegistryEntry[];
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
  const anchors = [...files.values()].map(({ chain }) => rootOf(chain));
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
    files.set(`${folder}/root.pem`, new Blob([rootOf(chain)]));
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

async function readSigners(): Promise<ReadonlyMap<string, SignerFiles>> {
  const names = await inStore<IDBValidKey[]>(SIGNERS, "readonly", (store) => store.getAllKeys());
  const found = new Map<string, SignerFiles>();
  for (const name of names.map(String)) {
    const files = await inStore<unknown>(SIGNERS, "readonly", (store) => store.get(name));
    if (isSigner(files)) found.set(name, files);
  }
  return found;
}

/** The last certificate of a chain, PEM: by it films are recognised. */
function rootOf(chain: string): string {
  return chain.slice(Math.max(0, chain.lastIndexOf(CERTIFICATE)));
}

/** Whether what was kept is a signer. */
export function isSigner(found: unknown): found is SignerFiles {
  return typeof found === "object" && found !== null && "chain" in found && "key" in found;
}

/**
 * Does something in one transaction.
 *
 * @returns What was asked for, once all of it is kept.
 * @throws FilmError `store_unavailable`.
 */
export async function inStore<Result>(
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
