/** @file `studio`: gives out the studio's files on this computer alone, and opens the browser. */
import { spawn } from "node:child_process";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { FilmError } from "../index.js";
import type { Session } from "./commands.js";

/** How the studio is given out. */
export interface StudioOptions {
  /** 0 takes any that is free. */
  readonly port: number;
  /** False only prints the address. */
  readonly open: boolean;
}

/** Nobody but this computer reaches it. */
const HOST = "127.0.0.1";
const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = join(PACKAGE, "dist", "studio");
/** The program that speaks texts: a package of its own, and optional. */
const SPEAKER = { folder: `${sep}espeak-ng${sep}`, package: "@echogarden/espeak-ng-emscripten" };
/** Here the page is always there; kept by browsers it would outlive its update. */
const NOT_HERE = `${sep}offline-worker.js`;
/** Folders of the page that the package has already, and that are not packed twice. */
const SHARED = ["assets", "samples"];

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".webmanifest": "application/manifest+json",
};

/** Isolated pages may share memory between their workers. */
const HEADERS = {
  "Cache-Control": "no-cache",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Opener-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Gives out the studio until it is stopped.
 *
 * @throws FilmError `port_unavailable`; `file_missing` where the studio was not built.
 */
export async function studio(
  { port, open }: StudioOptions,
  { report, signal }: Session,
  folder = FOLDER,
): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) {
    const message = "The studio's files are not there; `npm run studio` makes them.";
    throw new FilmError("file_missing", message, { file: join(folder, "index.html") });
  }
  const server = createServer((request, response) => give(folder, request, response));
  await listenAt(server, port);
  const address = `http://${HOST}:${(server.address() as AddressInfo).port}/`;
  report.done(`${address} (stop with Ctrl-C)`, { studio: address });
  if (open) openBrowser(address);
  await new Promise<void>((resolve) => {
    const stop = () => {
      server.close(() => resolve());
      server.closeAllConnections();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

function listenAt(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = { EADDRINUSE: "is in use", EACCES: "is not ours to take" }[cause.code ?? ""];
      const message = `Port ${port} ${why ?? `cannot be opened (${cause.message})`}.`;
      reject(new FilmError("port_unavailable", message, { port }, { cause }));
    });
    server.listen(port, HOST, resolve);
  });
}

function give(folder: string, { method, url = "/" }: IncomingMessage, response: ServerResponse) {
  const path = pathOf(folder, url);
  const isRead = method === "GET" || method === "HEAD";
  if (!isRead || path === undefined) {
    response.writeHead(isRead ? 404 : 405, HEADERS).end();
    return;
  }
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  const size = statSync(path).size;
  response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Length": size });
  if (method === "HEAD") response.end();
  else createReadStream(path).pipe(response);
}

/** The file of an address; nothing for those that leave the folder or name none. */
function pathOf(folder: string, url: string): string | undefined {
  const [address = "/"] = url.split(/[?#]/);
  let name: string;
  try {
    name = decodeURIComponent(address);
  } catch {
    return undefined;
  }
  if (name.includes("\0")) return undefined;
  const inside = normalize(name.endsWith("/") ? `${name}index.html` : name);
  if (inside === NOT_HERE) return undefined;
  if (inside.startsWith(SPEAKER.folder)) {
    const speaker = speakerFolder();
    return speaker && fileIn(speaker, inside.slice(SPEAKER.folder.length));
  }
  const isShared = SHARED.some((each) => inside.startsWith(`${sep}${each}${sep}`));
  return fileIn(folder, inside) ?? (isShared ? fileIn(PACKAGE, inside) : undefined);
}

function speakerFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(SPEAKER.package));
  } catch {
    return undefined;
  }
}

function fileIn(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  const isInside = path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  return isInside && existsSync(path) && statSync(path).isFile() ? path : undefined;
}

/** Where no browser can be opened the address has been printed. */
function openBrowser(address: string): void {
  const [program, ...words] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  if (program === undefined) return;
  const child = spawn(program, [...words, address], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
