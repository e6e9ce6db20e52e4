/** @file A service for tests: on a free port, in a folder of its own, with what it logged. */
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonLog } from "../../src/server/metrics.js";
import { type RunningService, type ServeOptions, startService } from "../../src/server/serve.js";
import { USUAL_LIMITS } from "../../src/server/uploads.js";

/** Headers of a request. */
export type Headings = Readonly<Record<string, string>>;

/** An answer's JSON, which has this shape if the test is to pass. */
export async function jsonOf<T>(answer: Response): Promise<T> {
  return (await answer.json()) as T;
}

/** Limits that tests reach. */
export const SMALL = {
  ...USUAL_LIMITS,
  ...{
    bytesMost: { portraits: 2_000_000, voices: 4_000_000, styles: 1_000_000 },
    pauseMs: 300,
    uploadMs: 1500,
  },
};

/** A service and what belongs to it. */
export interface TestService extends RunningService {
  readonly data: string;
  readonly logged: string[];
  /** Files of the folder that are not the database's, sorted. */
  files(): string[];
  /** Asks as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Headings): Promise<Response>;
}

/** Starts one. @param start - The built one's, where processes are to be started. */
export async function startTest(
  wish: Partial<ServeOptions> = {},
  start: (options: ServeOptions) => Promise<RunningService> = startService,
): Promise<TestService> {
  const data = wish.data ?? mkdtempSync(join(tmpdir(), "ritratto-serve-"));
  const logged: string[] = [];
  const service = await start({
    ...{ data, host: "127.0.0.1", port: 0, ratePerSecond: 1000, keepHours: 24, limits: SMALL },
    log: jsonLog((line) => logged.push(line)),
    ...wish,
  });
  return {
    ...{ ...service, data, logged },
    files: () =>
      readdirSync(data, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith("service.db"))
        .map(({ name }) => name)
        .sort(),
    ask: (method, path, body, headers = {}) =>
      fetch(`${service.url}${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

/** Sends a file. @returns Its id. */
export async function upload(
  { url }: { readonly url: string },
  kind: "portraits" | "voices",
  bytes: Uint8Array<ArrayBuffer>,
  headers: Headings = {},
): Promise<string> {
  const answer = await fetch(`${url}/${kind}`, { method: "POST", body: bytes, headers });
  if (answer.status !== 201) throw new Error(await answer.text());
  return (await jsonOf<{ id: string }>(answer)).id;
}

/** A file that begins as a picture does. */
export const PNG = Uint8Array.from(
  Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(64, 7)]),
);
/** A file that begins as a recording does. */
export const WAV = Uint8Array.from(Buffer.from(`RIFF\0\0\0\0WAVE${"x".repeat(64)}`, "latin1"));

/** What is wrong, by its code. */
export async function codeOf(answer: Response): Promise<string> {
  const type = answer.headers.get("content-type");
  const problem = await jsonOf<Record<string, unknown>>(answer);
  if (type !== "application/problem+json") return `no problem but ${type}`;
  for (const field of ["type", "title", "status", "detail", "hint", "details"]) {
    if (!(field in problem)) return `no ${field}`;
  }
  if (problem.status !== answer.status) return "another status";
  return `${answer.status} ${problem.code}`;
}
