/** @file `ritratto studio`: its files on this computer alone, no others, and ports that cannot be had. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../../src/cli/main.js";
import { makeReporter } from "../../src/cli/report.js";
import { studio } from "../../src/cli/studio-command.js";

const parent = mkdtempSync(join(tmpdir(), "ritratto-studio-"));
const folder = join(parent, "studio");
const stop = new AbortController();
let address: string;
let done: Promise<void>;

beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), "the page");
  writeFileSync(join(folder, "a.wasm"), "code");
  writeFileSync(join(folder, "offline-worker.js"), "keeps");
  writeFileSync(join(parent, "secret"), "a secret");
  address = await new Promise((resolve) => {
    const out = { write: (text: string) => resolve(JSON.parse(text).studio) };
    const report = makeReporter(true, { out, err: { write: () => true }, now: () => 0 });
    done = studio({ port: 0, open: false }, { report, signal: stop.signal }, folder);
  });
});
afterAll(() => rmSync(parent, { recursive: true }));

test("gives its files with their types, isolated from other pages", async () => {
  const page = await fetch(address);
  expect(await page.text()).toBe("the page");
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
  const code = await fetch(`${address}a.wasm?now`);
  expect(code.headers.get("content-type")).toBe("application/wasm");
  const sample = await fetch(`${address}samples/austen.wav`, { method: "HEAD" });
  expect(sample.headers.get("content-type")).toBe("audio/wav");
  const licence = await fetch(`${address}espeak-ng/COPYING`);
  expect(await licence.text()).toContain("GNU GENERAL PUBLIC LICENSE");
  expect((await fetch(`${address}offline-worker.js`)).status).toBe(404);
  expect((await fetch(`${address}none`)).status).toBe(404);
  expect((await fetch(address, { method: "POST" })).status).toBe(405);
});

test.each([
  "/../secret",
  "/%2e%2e/secret",
  "/..%2fsecret",
  "/assets/../package.json",
  "/espeak-ng/../../../package.json",
  "/espeak-ng/..%2fflite-wasi/package.json",
  "/package.json",
  "/%00",
  "/%zz",
])("does not give %s", async (path) => {
  const { port } = new URL(address);
  const answer = await new Promise<string>((resolve) => {
    let text = "";
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
    socket.on("data", (bytes) => {
      text += bytes;
    });
    socket.on("close", () => resolve(text));
  });
  expect(answer).toContain("404");
  expect(answer).not.toContain("a secret");
});

test("says when a port cannot be had, and stops when it is told", async () => {
  const { port } = new URL(address);
  const report = makeReporter(true, {
    ...{ out: { write: () => true }, err: { write: () => true }, now: () => 0 },
  });
  const again = { port: Number(port), open: false };
  const session = { report, signal: stop.signal };
  await expect(studio(again, session, folder)).rejects.toMatchObject({ code: "port_unavailable" });
  await expect(studio(again, session, parent)).rejects.toMatchObject({ code: "file_missing" });
  stop.abort();
  await done;
  await expect(fetch(address)).rejects.toThrow();
});

test.each(["-1", "70000", "door"])("refuses --port %s", async (port) => {
  let said = "";
  const err = {
    write: (text: string) => {
      said += text;
      return true;
    },
  };
  const words = ["studio", "--no-open", "--json", "--port", port];
  expect(await main(words, { out: err, err, now: () => 0 })).toBe(2);
  expect(said).toContain("option_invalid");
});
