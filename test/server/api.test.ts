/** @file The HTTP API: what it answers, to whom, and what it keeps. */
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failure } from "../../src/base/errors.js";
import { randomOf } from "../../src/base/random.js";
import type { Claim } from "../../src/server/queue.js";
import { segmentKey } from "../../src/server/segments.js";
import { removeOld } from "../../src/server/serve.js";
import {
  codeOf,
  type Headings,
  jsonOf,
  PNG,
  startTest,
  type TestService,
  upload,
  WAV,
} from "./service.js";

let service: TestService;
let wish: { portrait: string; voice: string; consent: { basis: string; guardian?: boolean } };
beforeAll(async () => {
  service = await startTest();
  const portrait = await upload(service, "portraits", PNG);
  const voice = await upload(service, "voices", WAV);
  wish = { portrait, voice, consent: { basis: "fictional" } };
});
afterAll(async () => {
  await service.close();
  rmSync(service.data, { recursive: true });
});

/** Puts a film in and takes it from the queue, as a worker would. */
async function claimNew(id: string): Promise<Claim> {
  await service.ask("PUT", `/films/${id}`, wish);
  for (;;) {
    const claim = await service.queue.claim(60_000);
    if (claim === undefined) throw new Error("nothing to claim");
    if (claim.id === id) return claim;
  }
}

const RESULT = {
  ...{ filmId: "0123456789ab", width: 256, height: 256, fps: 25, frameCount: 25 },
  ...{ durationSeconds: 1, labelled: false, warnings: [], container: "mp4" },
};

async function finish(claim: Claim, film: Uint8Array): Promise<string> {
  writeFileSync(service.folder.film(claim, "mp4"), film);
  const sha256 = createHash("sha256").update(film).digest("hex");
  const result = { ...RESULT, sha256, bytes: film.length, attempt: claim.attempt };
  await service.queue.finish(claim, JSON.stringify(result));
  return sha256;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: object;
  readonly components: {
    readonly schemas: { readonly FilmRequest: { readonly required: string[] } };
  };
}

test("describes itself as OpenAPI 3.1, every route with its refusals", async () => {
  const document = await jsonOf<OpenApi>(await service.ask("GET", "/openapi.json"));
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths).sort()).toEqual([
    ...["/audit", "/batches", "/batches/{id}", "/batches/{id}/cancel", "/batches/{id}/films"],
    ...["/films", "/films/{id}", "/films/{id}/cancel", "/films/{id}/deliveries"],
    ...["/films/{id}/events", "/films/{id}/film", "/films/{id}/retry", "/healthz"],
    ...["/live", "/live/tokens", "/metrics"],
    ...["/portraits", "/portraits/{id}", "/reports", "/rigs", "/rigs/{id}", "/rigs/{id}/sheet"],
    ...["/styles", "/styles/{id}", "/voices", "/voices/{id}"],
    "/webhook-secret",
  ]);
  const text = JSON.stringify(document);
  const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  for (const name of names) expect(document.components.schemas).toHaveProperty([name ?? ""]);
  expect(document.components.schemas.FilmRequest.required).toContain("consent");
});

describe("an upload", () => {
  test("is known by its hash, kept once, and erased when wished", async () => {
    const bytes = Uint8Array.from([...PNG, 1]);
    const id = await upload(service, "portraits", bytes);
    expect(id).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(await upload(service, "portraits", bytes)).toBe(id);
    expect(service.files().filter((name) => name === id)).toHaveLength(1);
    const found = await service.ask("GET", `/portraits/${id}`);
    expect(await found.json()).toEqual({ id, bytes: bytes.length });
    expect((await service.ask("DELETE", `/portraits/${id}`)).status).toBe(204);
    expect(await codeOf(await service.ask("GET", `/portraits/${id}`))).toBe("404 not_found");
    expect(service.files()).not.toContain(id);
  });
});

describe("a film", () => {
  test.each([
    ["no consent", { consent: undefined }, "422 consent_missing"],
    ["unknown grounds", { consent: { basis: "fame" } }, "422 consent_invalid"],
    ["a guardian of nobody", { consent: { basis: "self", guardian: true } }, "422 consent_invalid"],
    ["a portrait that is not here", { portrait: "a".repeat(64) }, "422 upload_missing"],
    ["an unknown option", { options: { sparkle: 1 } }, "400 request_invalid"],
    ["an option out of its range", { options: { fps: 1000 } }, "400 request_invalid"],
    ["alpha in mp4", { options: { alpha: true } }, "422 option_invalid"],
    ["a feeling nobody knows", { options: { emotion: "hangry" } }, "422 option_invalid"],
    ["a file for a background", { options: { background: "/etc/passwd" } }, "422 option_invalid"],
  ])("with %s is refused, and not queued", async (_, odd, code) => {
    const before = await service.queue.counts();
    expect(await codeOf(await service.ask("POST", "/films", { ...wish, ...odd }))).toBe(code);
    expect(await service.queue.counts()).toEqual(before);
  });

  test("is put in by an id of the caller's as often as he likes, and made once", async () => {
    const put = (body: unknown) => service.ask("PUT", "/films/my-film-1", body);
    const first = await put(wish);
    expect([first.status, first.headers.get("location")]).toEqual([202, "/films/my-film-1"]);
    expect(await first.json()).toMatchObject({ state: "queued", attempts: 0, request: wish });
    const { consent, voice, portrait } = wish;
    expect((await put({ consent, voice, portrait })).status).toBe(200);
    expect(await codeOf(await put({ ...wish, name: "other" }))).toBe("409 film_conflict");
    const list = await service.ask("GET", "/films?limit=100");
    const { films } = await jsonOf<{ films: { id: string }[] }>(list);
    expect(films.filter(({ id }) => id === "my-film-1")).toHaveLength(1);
  });

  test("without an id gets one, where it is found", async () => {
    const made = await service.ask("POST", "/films", { ...wish, options: { seed: 3 } });
    const place = made.headers.get("location") ?? "";
    expect(made.status).toBe(202);
    expect(await (await service.ask("GET", place)).json()).toEqual(await made.json());
  });

  test("tells where it is as it changes, until it is over", async () => {
    const claim = await claimNew("told-film");
    const answer = await service.ask("GET", "/films/told-film/events");
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    const progress = { stage: "film", done: 1, total: 25 };
    await service.queue.heartbeat(claim, 60_000, progress);
    const second = await reader?.read();
    await finish(claim, Uint8Array.of(1));
    let rest = "";
    for (let more = await reader?.read(); more && !more.done; more = await reader?.read()) {
      rest += more.value;
    }
    expect(first?.value).toMatch(/^event: running\ndata: \{.*"state":"running"/);
    expect(second?.value).toContain(JSON.stringify(progress));
    expect(rest).toMatch(/event: done\ndata: .*"filmId":"0123456789ab"/);
  });

  test("is fetched whole or in any part", async () => {
    const film = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    const claim = await claimNew("whole-film");
    expect(await codeOf(await service.ask("GET", "/films/whole-film/film"))).toBe(
      "409 film_not_done",
    );
    const etag = `"${await finish(claim, film)}"`;
    const get = async (headers: Headings) => {
      const answer = await service.ask("GET", "/films/whole-film/film", undefined, headers);
      return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) };
    };
    const whole = await get({});
    expect(whole.bytes).toEqual(film);
    expect(Object.fromEntries(whole.answer.headers)).toMatchObject({
      ...{ etag, "accept-ranges": "bytes", "content-length": "1000", "content-type": "video/mp4" },
      "content-disposition": 'attachment; filename="whole-film.mp4"',
    });
    const random = randomOf(1, "ranges");
    for (let i = 0; i < 20; i++) {
      const from = Math.floor(random.uniform() * 1000);
      const to = from + Math.floor(random.uniform() * 1500);
      const { answer, bytes } = await get({ range: `bytes=${from}-${to}` });
      expect(answer.status).toBe(206);
      const last = Math.min(999, to);
      expect(answer.headers.get("content-range")).toBe(`bytes ${from}-${last}/1000`);
      expect(bytes).toEqual(film.slice(from, to + 1));
    }
    expect((await get({ range: "bytes=990-" })).bytes).toEqual(film.slice(990));
    expect((await get({ range: "bytes=-7" })).bytes).toEqual(film.slice(-7));
    expect((await get({ range: "bytes=-5000" })).bytes).toEqual(film);
    for (const range of ["bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-"]) {
      expect((await get({ range })).answer.status, range).toBe(200);
    }
    const none = await get({ range: "bytes=1000-" });
    expect([none.answer.status, none.answer.headers.get("content-range")]).toEqual([
      ...[416, "bytes */1000"],
    ]);
    expect((await get({ range: "bytes=0-1", "if-range": '"other"' })).answer.status).toBe(200);
    expect((await get({ range: "bytes=0-1", "if-range": etag })).answer.status).toBe(206);
    expect((await get({ "if-none-match": etag })).answer.status).toBe(304);
  });

  test("is cancelled, tried again, and erased with its file", async () => {
    const claim = await claimNew("short-film");
    const cancelled = await service.ask("POST", "/films/short-film/cancel");
    expect(await cancelled.json()).toMatchObject({ state: "cancelled" });
    expect(await service.queue.heartbeat(claim, 1000)).toBe(false);
    expect((await service.ask("POST", "/films/short-film/retry")).status).toBe(202);
    const again = await claimNew("short-film");
    const reason = failure("face_missing", "There is no face.", { faces: 0 });
    await service.queue.fail(again, reason);
    const failed = await (await service.ask("GET", "/films/short-film")).json();
    expect(failed).toMatchObject({ state: "failed", attempts: 2, failure: reason });
    await service.ask("POST", "/films/short-film/retry");
    const last = await claimNew("short-film");
    await finish(last, Uint8Array.of(1, 2));
    expect(service.files()).toContain("local.short-film.3.mp4");
    // Left by a worker that was killed.
    await service.queue.submit(segmentKey(last, { index: 0, count: 2 }), "{}");
    expect((await service.ask("DELETE", "/films/short-film")).status).toBe(204);
    expect(service.files()).not.toContain("local.short-film.3.mp4");
    expect(await service.queue.list({ account: "+local", limit: 9 })).toEqual([]);
    expect(await codeOf(await service.ask("GET", "/films/short-film"))).toBe("404 not_found");
  });
});

test("films and uploads expire, those that are waited for do not", async () => {
  const other = await startTest();
  const portrait = await upload(other, "portraits", PNG);
  const voice = await upload(other, "voices", WAV);
  const unused = await upload(other, "voices", Uint8Array.from([...WAV, 1]));
  await other.ask("PUT", "/films/old-film-1", { ...wish, portrait, voice });
  const claim = (await other.queue.claim(1000)) as Claim;
  const film = other.folder.film(claim, "mp4");
  writeFileSync(film, "film");
  await other.queue.finish(
    claim,
    JSON.stringify({ ...RESULT, sha256: "a".repeat(64), bytes: 4, attempt: 1 }),
  );
  await other.ask("PUT", "/films/new-film-1", { ...wish, portrait, voice });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const erased = { account: "local", id: "erased-film", attempt: 1 };
  for (const stray of [erased, { ...claim, attempt: 7 }]) {
    writeFileSync(other.folder.film(stray, "mp4"), "left by somebody who was killed");
  }
  await removeOld(other.folder, other.queue, 1);
  expect(other.files()).toEqual([portrait, voice, unused, "local.old-film-1.1.mp4"].sort());
  const segment = segmentKey(claim, { index: 0, count: 2 });
  await other.queue.submit(segment, "{}");
  await other.queue.cancel(segment);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await removeOld(other.folder, other.queue, 0);
  expect(await other.queue.get(segment)).toBeUndefined();
  expect(other.files()).toEqual([portrait, voice].sort());
  expect(other.files()).not.toContain(unused);
  const old = await other.ask("GET", "/films/old-film-1");
  expect(await old.json()).toMatchObject({ state: "expired" });
  await other.close();
  rmSync(other.data, { recursive: true });
});

test("tells its health and its numbers, and logs lines without contents", async () => {
  expect(await (await service.ask("GET", "/healthz")).json()).toMatchObject({ status: "ok" });
  const numbers = await (await service.ask("GET", "/metrics")).text();
  expect(numbers).toMatch(/^ritratto_jobs\{state="queued"\} \d+$/m);
  expect(numbers).toMatch(
    /^ritratto_requests_total\{method="GET",route="\/healthz",status="200"\} 1$/m,
  );
  const buckets = [...numbers.matchAll(/request_seconds_bucket\{le="[^"]+"\} (\d+)/g)].map(
    ([, n]) => Number(n),
  );
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
  expect(numbers).toContain(`ritratto_request_seconds_count ${buckets.at(-1)}`);
  const lines = service.logged.map((line) => JSON.parse(line));
  expect(lines.every(({ time, event }) => time && event)).toBe(true);
  expect(lines.find(({ route }) => route === "/films/:id")).toMatchObject({ account: "local" });
});

test("takes reports of abuse, of which only admins read", async () => {
  const report = { reason: "no-consent", text: "That is me.", film: "0123456789ab" };
  const taken = await service.ask("POST", "/reports", report);
  expect(taken.status).toBe(202);
  const { due } = await jsonOf<{ due: string }>(taken);
  expect(Date.parse(due) - Date.now()).toBeGreaterThan(47 * 3_600_000);
  const odd = await service.ask("POST", "/reports", { ...report, admin: true });
  expect(await codeOf(odd)).toBe("400 request_invalid");
  const lines = (await (await service.ask("GET", "/reports")).text()).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining(report)]);
});
