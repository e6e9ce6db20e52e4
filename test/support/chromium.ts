/** @file A page in the system's Chromium, from a plain file server; nothing else is reached. */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { chromium, type Page } from "playwright-core";

const PATHS = [
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Where Chromium is: CHROMIUM, or one of the usual places; undefined if there is none. */
export const CHROMIUM_PATH = [process.env.CHROMIUM, ...PATHS].find(
  (path) => path !== undefined && existsSync(path),
);

/** Nothing of it talks to anybody; microphones are played to it. */
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  ...["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
];

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** What the server gives. */
export interface Served {
  /** Folders by the beginning of the address: "/" and, e.g., "/samples/". */
  readonly folders: Readonly<Record<string, string>>;
  /** Files in memory, by their whole address. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Further flags of the browser. */
  readonly flags?: readonly string[];
  /** True isolates the page from other origins, so that it may use threads; false by default. */
  readonly isolated?: boolean;
}

/** A page that is open. */
export interface OpenPage {
  readonly page: Page;
  readonly origin: string;
  /** Addresses that were asked for, of whatever kind. */
  readonly requests: readonly string[];
  /** What went wrong in the page, and was heard by nobody. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Serves files and opens "/" of them. */
export async function openPage(served: Served, path = "/"): Promise<OpenPage> {
  const server = serve(served);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: CHROMIUM_PATH ?? "",
    args: [...FLAGS, ...(served.flags ?? [])],
  });
  const page = await browser.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.context().on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(origin + path);
  return {
    ...{ page, origin, requests, errors },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

function serve({ folders, files = {}, isolated = false }: Served) {
  return createServer((request, response) => {
    const address = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    response.setHeader("Content-Type", TYPES[extname(address)] ?? "application/octet-stream");
    if (isolated) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    const content = files[address];
    if (content !== undefined) {
      if (address.endsWith("/")) response.setHeader("Content-Type", "text/html");
      response.end(content);
      return;
    }
    const begin = Object.keys(folders)
      .filter((prefix) => address.startsWith(prefix))
      .sort((a, b) => b.length - a.length)[0];
    const path = begin && join(folders[begin] ?? "", normalize(address.slice(begin.length - 1)));
    if (path !== undefined && existsSync(path) && statSync(path).isFile()) {
      createReadStream(path).pipe(response);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
}
