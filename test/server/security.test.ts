/** @file What strangers try: other people's films, too much, too slowly, with other names. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addKey } from "../../src/server/keys.js";
import { rateLimit } from "../../src/server/limits.js";
import { quietEnvironment, rightsOf } from "../../src/server/process-limits.js";
import { startService } from "../../src/server/serve.js";
import {
  codeOf,
  type Headings,
  jsonOf,
  PNG,
  SMALL,
  startTest,
  type TestService,
  upload,
  WAV,
} from "./service.js";

let service: TestService;
/** How a request ends whose headers never do; it takes seconds, so it is begun first and looked at last. */
let dripped: Promise<string>;
beforeAll(async () => {
  service = await startTest();
  dripped = dripHeaders(service.url);
});
afterAll(async () => {
  await service.close();
  rmSync(service.data, { recursive: true });
});

function dripHeaders(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`POST /voices HTTP/1.1\r\nHost: ${hostname}\r\n`);
  const timer = setInterval(() => socket.write("X-Slow: 1\r\n"), 200);
  let answer = "";
  return new Promise((resolve) => {
    socket.on("data", (data) => {
      answer += data.toString();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

/** Asks with a path as it is, which fetch would tidy. */
function askRaw(method: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url);
    const asked = request({ hostname, port, method, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("names", () => {
  test.each([
    "/films/../../etc/passwd",
    "/films/..%2f..%2f..%2fetc%2fpasswd/film",
    "/films/%2e%2e%2f%2e%2e%2fservice.db/film",
    "/films/..\\..\\service.db",
    "/films/aaaaaaaa%00.mp4/film",
    "/portraits/..%2f..%2fservice.db",
    `/portraits/${"A".repeat(64)}`,
    "/films/.hidden-film",
  ])("that lead out of the folder lead nowhere: %s", async (path) => {
    // 400 where the address itself is none.
    expect([400, 404]).toContain(await askRaw("GET", path));
    expect([400, 404]).toContain(await askRaw("DELETE", path));
  });

  test("of uploads that are paths are refused", async () => {
    const portrait = "../../../../etc/passwd";
    const odd = { portrait, voice: portrait, consent: { basis: "self" } };
    expect(await codeOf(await service.ask("POST", "/films", odd))).toBe("400 request_invalid");
    expect(() => service.folder.upload("..", "voices", "a".repeat(64))).toThrow();
    expect(() =>
      service.folder.film({ account: "a", id: "../../../x", attempt: 1 }, "mp4"),
    ).toThrow();
  });

  test("with HTML stay words: they are told as JSON, and no browser runs them", async () => {
    const name = '<script>alert(1)</script>"><img src=x onerror=alert(2)>';
    const portrait = await upload(service, "portraits", PNG);
    const voice = await upload(service, "voices", WAV);
    const wish = { portrait, voice, name, consent: { basis: "fictional" } };
    const answer = await service.ask("PUT", "/films/html-film", wish);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await answer.json()).toMatchObject({ request: { name } });
    expect(service.logged.join("")).not.toContain("script");
    const echoed = await (await service.ask("GET", `/films/${encodeURIComponent(name)}`)).text();
    expect(echoed).not.toContain("<");
  });
});

describe("an upload", () => {
  test("of 10 GB is refused before a byte is taken, if it says so", async () => {
    const { hostname, port } = new URL(service.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `POST /voices HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 10000000000\r\n\r\n`,
        ),
      );
      socket.once("data", (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once("error", reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(service.files().filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("without end is cut off at the limit, and nothing of it stays", async () => {
    const { hostname, port } = new URL(service.url);
    const piece = Buffer.alloc(64_000, 1);
    piece.set(WAV);
    let [sent, most, status] = [0, 0, 0];
    await new Promise<void>((resolve) => {
      const asked = request({ hostname, port, path: "/voices", method: "POST" }, (answer) => {
        status = answer.statusCode ?? 0;
        answer.resume();
      });
      asked.on("error", () => undefined);
      asked.on("close", resolve);
      const send = () => {
        most = Math.max(most, service.files().filter((name) => name.endsWith(".part")).length);
        if (asked.destroyed || sent > 10e9) return;
        sent += piece.length;
        asked.write(piece, () => setImmediate(send));
      };
      send();
    });
    expect([0, 413]).toContain(status);
    // The limit, and what sockets hold.
    expect(sent).toBeLessThan(SMALL.bytesMost.voices + 16e6);
    expect(most).toBe(1);
    expect(service.files().filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test.each([
    ["stands still", SMALL.pauseMs * 4],
    ["drips", SMALL.pauseMs / 3],
  ])("that %s is given up, and nothing of it stays", async (_, everyMs) => {
    const { hostname, port } = new URL(service.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.write(`POST /voices HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 100000\r\n\r\n`);
      const timer = setInterval(() => socket.write("RIFF"), everyMs);
      socket.once("data", (data) => {
        clearInterval(timer);
        resolve(data.toString());
        socket.destroy();
      });
      socket.once("error", reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 (408|415) /);
    expect(service.files().filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("that is broken off leaves nothing", async () => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /portraits HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 100000\r\n\r\n`);
    socket.write(PNG);
    while (!service.files().some((name) => name.endsWith(".part"))) await pause(10);
    socket.destroy();
    while (service.files().some((name) => name.endsWith(".part"))) await pause(10);
  });

  test("is what it begins with: programs and pages are none, whatever follows", async () => {
    const html = Buffer.from("<!doctype html><script>1</script>");
    const send = (kind: string, bytes: Uint8Array<ArrayBuffer>) =>
      fetch(`${service.url}/${kind}`, { method: "POST", body: bytes });
    const both = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
    const pageFirst = await send("portraits", both(html, PNG));
    expect(await codeOf(pageFirst)).toBe("415 picture_unreadable");
    expect(await codeOf(await send("portraits", WAV))).toBe("415 picture_unreadable");
    expect(await codeOf(await send("voices", PNG))).toBe("415 audio_unreadable");
    expect(await codeOf(await send("voices", new Uint8Array()))).toBe("400 request_invalid");
    // Behind a picture anything may follow, but it is never handed out again.
    const polyglot = await jsonOf<{ id: string }>(await send("portraits", both(PNG, html)));
    const told = await service.ask("GET", `/portraits/${polyglot.id}`);
    expect(told.headers.get("content-type")).toBe("application/json");
    expect(await told.text()).not.toContain("html");
  });
});

test("JSON that is none, or too long, or of no type is refused", async () => {
  const send = (body: string, type = "application/json") =>
    fetch(`${service.url}/films`, { method: "POST", body, headers: { "content-type": type } });
  expect(await codeOf(await send("{"))).toBe("400 request_invalid");
  expect(await codeOf(await send(`"${"x".repeat(70_000)}"`))).toBe("413 upload_too_large");
  expect(await codeOf(await send("{}", "text/plain"))).toBe("400 request_invalid");
});

test("pages that somebody visits cannot use the service on his machine", async () => {
  const ask = (headers: Headings) => service.ask("GET", "/films", undefined, headers);
  const foreign = await ask({ origin: "https://evil.example" });
  expect(await codeOf(foreign)).toBe("403 origin_refused");
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  expect(await codeOf(await ask({ origin: "null" }))).toBe("403 origin_refused");
  expect((await ask({ origin: service.url })).status).toBe(200);
  const rebound = await new Promise<number | undefined>((resolve) => {
    const { hostname, port } = new URL(service.url);
    const headers = { host: `evil.example:${port}` };
    request({ hostname, port, path: "/films", headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end();
  });
  expect(rebound).toBe(403);
});

test("where others can call, they need keys", async () => {
  const data = mkdtempSync(join(tmpdir(), "ritratto-open-"));
  const open = { data, host: "0.0.0.0", port: 0, ratePerSecond: 1, keepHours: 1 };
  await expect(startService({ ...open, log: () => undefined })).rejects.toThrow("--keys");
  rmSync(data, { recursive: true });
});

describe("keys", () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-keys-"));
  const file = join(folder, "keys.json");
  const keys: Record<string, string> = {};
  let closed: TestService;
  const as = (name: string) => ({ authorization: `Bearer ${keys[name]}` });
  const get = (path: string, headers: Headings) => closed.ask("GET", path, undefined, headers);

  beforeAll(async () => {
    const full = ["read", "write"] as const;
    keys.anna = await addKey(file, { account: "anna", scopes: [...full], filmsPerDay: 2 });
    keys.bert = await addKey(file, { account: "bert", scopes: [...full], bytesPerDay: 1000 });
    keys.reader = await addKey(file, { account: "anna", scopes: ["read"] });
    keys.boss = await addKey(file, { account: "boss", scopes: ["read", "admin"] });
    closed = await startTest({ keys: file, ratePerSecond: 30 });
  });
  afterAll(async () => {
    await closed.close();
    for (const path of [folder, closed.data]) rmSync(path, { recursive: true });
  });

  test("are kept as hashes", () => {
    const kept = readFileSync(file, "utf8");
    for (const key of Object.values(keys)) expect(kept).not.toContain(key);
    expect(new Set(Object.values(keys)).size).toBe(4);
  });

  test("that are missing, forged or cut short open nothing", async () => {
    const missing = await get("/films", {});
    expect(missing.headers.get("www-authenticate")).toBe("Bearer");
    expect(await codeOf(missing)).toBe("401 key_missing");
    const forged = [`${keys.anna}x`, keys.anna?.slice(0, -1), "rit_", `rit_${"A".repeat(43)}`];
    for (const key of forged) {
      const answer = await get("/films", { authorization: `Bearer ${key}` });
      expect(await codeOf(answer)).toBe("401 key_invalid");
    }
    const basic = await get("/films", { authorization: `Basic ${keys.anna}` });
    expect(await codeOf(basic)).toBe("401 key_missing");
    expect((await get("/healthz", {})).status).toBe(200);
  });

  test("open what their scopes say", async () => {
    expect((await get("/films", as("reader"))).status).toBe(200);
    const send = await closed.ask("POST", "/films", {}, as("reader"));
    expect(await codeOf(send)).toBe("403 scope_missing");
    for (const path of ["/metrics", "/audit", "/reports"]) {
      expect((await get(path, as("boss"))).status, path).toBe(200);
      expect(await codeOf(await get(path, as("anna"))), path).toBe("403 scope_missing");
    }
  });

  test("show only their account's films and uploads; quotas hold", async () => {
    const portrait = await upload(closed, "portraits", PNG, as("anna"));
    const voice = await upload(closed, "voices", WAV, as("anna"));
    const wish = { portrait, voice, consent: { basis: "fictional" } };
    const put = (id: string, who: string) => closed.ask("PUT", `/films/${id}`, wish, as(who));
    expect((await put("anna-film-1", "anna")).status).toBe(202);
    expect((await put("anna-film-1", "anna")).status).toBe(200);
    expect((await put("anna-film-2", "anna")).status).toBe(202);
    expect(await codeOf(await put("anna-film-3", "anna"))).toBe("429 quota_spent");
    expect((await get("/films/anna-film-1", as("reader"))).status).toBe(200);
    expect(await codeOf(await get("/films/anna-film-1", as("bert")))).toBe("404 not_found");
    expect(await (await get("/films", as("bert"))).json()).toEqual({ films: [] });
    expect(await codeOf(await put("bert-film-1", "bert"))).toBe("422 upload_missing");
    const large = Uint8Array.from([...PNG, ...new Uint8Array(600)]);
    await upload(closed, "portraits", large, as("bert"));
    const more = await fetch(`${closed.url}/portraits`, {
      ...{ method: "POST", body: large, headers: as("bert") },
    });
    expect(await codeOf(more)).toBe("429 quota_spent");
  });

  test("of which too many are tried are not looked at any more", async () => {
    const tries = Array.from({ length: 200 }, () => get("/films", { authorization: "Bearer no" }));
    const answers = await Promise.all(tries);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
    expect((await get("/films", as("anna"))).status).toBe(200);
  });
});

test("a rate is kept to on the average, with a burst of two seconds", () => {
  let now = 0;
  const rate = rateLimit(5, () => now);
  const takes = () => {
    try {
      rate.take("a");
      return 1;
    } catch {
      return 0;
    }
  };
  let taken = 0;
  for (let i = 0; i < 100; i++) taken += takes();
  expect(taken).toBe(10);
  for (; now < 10_000; now += 20) taken += takes();
  expect(taken).toBeGreaterThanOrEqual(58);
  expect(taken).toBeLessThanOrEqual(60);
  rate.take("b");
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("keys that are added or taken away count at once; a file that is broken changes nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-keys-"));
  const file = join(folder, "keys.json");
  const first = await addKey(file, { account: "anna", scopes: ["read"] });
  const service = await startTest({ keys: file });
  const statusOf = async (key: string) =>
    (await service.ask("GET", "/films", undefined, { authorization: `Bearer ${key}` })).status;
  expect(await statusOf(first)).toBe(200);
  const second = await addKey(file, { account: "bert", scopes: ["read"] });
  expect(await statusOf(second)).toBe(200);
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, whole.slice(0, -20));
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
  expect(service.logged.join("")).toContain('"event":"keys unreadable"');
  const { keys } = JSON.parse(whole);
  writeFileSync(file, JSON.stringify({ version: 1, keys: keys.slice(1) }));
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
  await service.close();
  for (const path of [folder, service.data]) rmSync(path, { recursive: true });
});

test("where the disk is nearly full nothing is taken, and nothing is left of it", async () => {
  const service = await startTest({ spareBytes: Number.MAX_SAFE_INTEGER });
  const send = (body: Uint8Array<ArrayBuffer>) =>
    fetch(`${service.url}/portraits`, { method: "POST", body });
  expect(await codeOf(await send(PNG))).toBe("507 storage_full");
  expect(service.files()).toEqual([]);
  await service.close();
  rmSync(service.data, { recursive: true });
});

test("the process that opens strangers' files hears nothing of keys, and may write only here", () => {
  const env = { PATH: "/bin", RITRATTO_HOME: "/h", AWS_SECRET_ACCESS_KEY: "x", NODE_OPTIONS: "y" };
  expect(quietEnvironment(env)).toEqual({ PATH: "/bin", RITRATTO_HOME: "/h" });
  const known = new Set(["--experimental-permission", "--allow-addons", "--allow-fs-write"]);
  expect(rightsOf([tmpdir()], known)).toContain(`--allow-fs-write=${tmpdir()}/*`);
  expect(rightsOf([tmpdir()], new Set(["--experimental-permission"]))).toEqual([]);
});

test("headers that drip in without end are cut off, and nobody else waits for them", async () => {
  expect((await service.ask("GET", "/healthz")).status).toBe(200);
  expect(await dripped).toMatch(/^HTTP\/1.1 408 /);
}, 30_000);
