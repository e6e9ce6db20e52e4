/**
 * @file The studio's service worker: once loaded, the studio works without a network.
 *
 * A version is kept whole or not at all: every file is compared with its hash, and one that fails fails the
 * installation. A new version waits until no page of the old one is open, or until it is wanted, and then the page is
 * loaded anew: no page mixes both. What few need is kept when it is first used.
 */

import { TAKE_OVER } from "./renewal.js";

/** Written by tools/build-studio.ts: hashes (SHA-256, hex) by paths from this worker's folder. */
declare const OFFLINE: {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  readonly later: Readonly<Record<string, string>>;
};

/** What a service worker's events have beside others; the DOM's types leave it out. */
interface WaitingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Waiter {
  skipWaiting(): Promise<void>;
}
interface AskedEvent extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const waiter = globalThis as unknown as Waiter;
const FOLDER = new URL("./", location.href).href;
/** Caches belong to an origin: other folders of it may hold studios, too. */
const PREFIX = `ritratto-studio ${FOLDER} `;
const CACHE = PREFIX + OFFLINE.version;
/** They are of how the bytes came, which are kept as they are. */
const PASSING_HEADERS = ["content-encoding", "content-length", "transfer-encoding"];

addEventListener("install", (event) => (event as WaitingEvent).waitUntil(keepAll()));
addEventListener("activate", (event) => (event as WaitingEvent).waitUntil(forgetOthers()));
addEventListener("message", (event) => {
  if ((event as MessageEvent).data === TAKE_OVER) void waiter.skipWaiting();
});
addEventListener("fetch", (event) => {
  const { request } = event as AskedEvent;
  const [address = ""] = request.url.split(/[?#]/);
  if (request.method !== "GET" || !address.startsWith(FOLDER)) return;
  const name = decodeURIComponent(address.slice(FOLDER.length)) || "index.html";
  if (Object.hasOwn(OFFLINE.files, name) || Object.hasOwn(OFFLINE.later, name)) {
    (event as AskedEvent).respondWith(answer(name));
  }
});

async function keepAll(): Promise<void> {
  try {
    // One after the other: the page that is just being opened comes first.
    for (const [name, sha256] of Object.entries(OFFLINE.files)) await keep(name, sha256);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answer(name: string): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(FOLDER + name);
  if (kept !== undefined) return kept;
  return keep(name, OFFLINE.files[name] ?? OFFLINE.later[name] ?? "");
}

/** Fetches a file of this version, and keeps it. @throws Error if it is not there, or another's. */
async function keep(name: string, sha256: string): Promise<Response> {
  const fetched = await fetch(FOLDER + name, { cache: "no-cache" });
  if (!fetched.ok) throw new Error(`${name}: ${fetched.status}`);
  const bytes = await fetched.arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== sha256) throw new Error(`${name} is of another version`);
  const headers = new Headers(fetched.headers);
  for (const header of PASSING_HEADERS) headers.delete(header);
  const response = new Response(bytes, { headers });
  await (await caches.open(CACHE)).put(FOLDER + name, response.clone());
  return response;
}
