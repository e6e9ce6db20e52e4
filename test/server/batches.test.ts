/** @file Batches and styles: many films wanted as one, paid for as many; styles that are none. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStyle, writeStyle } from "../../src/performance/style.js";
import { storedBatches } from "../../src/server/batch-store.js";
import { openStore } from "../../src/server/database.js";
import { addKey } from "../../src/server/keys.js";
import { codeOf, jsonOf, PNG, startTest, type TestService, upload, WAV } from "./service.js";

let service: TestService;
let portraits: string[];
let voices: string[];
const consent = { basis: "fictional" };
const other = (bytes: Uint8Array, extra: number) => Uint8Array.from([...bytes, extra]);

beforeAll(async () => {
  service = await startTest();
  const three = [1, 2, 3];
  portraits = await Promise.all(three.map((i) => upload(service, "portraits", other(PNG, i))));
  voices = await Promise.all(three.map((i) => upload(service, "voices", other(WAV, i))));
});
afterAll(async () => {
  await service.close();
  rmSync(service.data, { recursive: true });
});

interface Told {
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly cancelled: boolean;
}
interface Films {
  readonly films: readonly {
    readonly id: string;
    readonly state: string;
    readonly request: { readonly portrait: string; readonly voice: string; readonly rig?: string };
  }[];
}
const put = (id: string, body: object) => service.ask("PUT", `/batches/${id}`, body);
const get = async (id: string) => jsonOf<Told>(await service.ask("GET", `/batches/${id}`));
const films = async (id: string) =>
  (await jsonOf<Films>(await service.ask("GET", `/batches/${id}/films`))).films;

describe("a batch", () => {
  test("of many voices is a film of each, however often it is wanted", async () => {
    const wish = { portraits: portraits.slice(0, 1), voices, consent, options: { seed: 1 } };
    expect((await put("many-voices", wish)).status).toBe(202);
    expect((await put("many-voices", wish)).status).toBe(200);
    expect(await get("many-voices")).toMatchObject({
      ...{ total: 3, cancelled: false },
      counts: { queued: 3, running: 0, done: 0, failed: 0, cancelled: 0, expired: 0 },
    });
    const made = await films("many-voices");
    expect(made.map(({ id }) => id)).toEqual(["001", "002", "003"].map((n) => `many-voices-${n}`));
    expect(made.map(({ request }) => request.voice)).toEqual(voices);
    expect(await codeOf(await put("many-voices", { ...wish, name: "x" }))).toBe(
      "409 film_conflict",
    );
    const { batches } = await jsonOf<{ batches: { id: string }[] }>(
      await service.ask("GET", "/batches"),
    );
    expect(batches.map(({ id }) => id)).toEqual(["many-voices"]);
  });

  test("of many portraits, or of a rig, likewise", async () => {
    await put("many-portraits", { portraits, voices: voices.slice(0, 1), consent });
    expect((await films("many-portraits")).map(({ request }) => request.portrait)).toEqual(
      portraits,
    );
    const wish = { portrait: portraits[0], consent, options: { size: 256 } };
    const { id } = await jsonOf<{ id: string }>(await service.ask("POST", "/rigs", wish));
    const made = await service.ask("POST", "/batches", { rig: id, voices, consent });
    expect(made.status).toBe(202);
    const place = made.headers.get("location") ?? "";
    const told = await films(place.replace("/batches/", ""));
    expect(told.map(({ request }) => request)).toEqual(
      voices.map((voice) => expect.objectContaining({ rig: id, voice, options: { size: 256 } })),
    );
  });

  test("is stopped, and erased, as a whole", async () => {
    const wish = { portraits: portraits.slice(0, 1), voices, consent };
    await put("short-lived", wish);
    const stopped = await service.ask("POST", "/batches/short-lived/cancel");
    expect(await stopped.json()).toMatchObject({ cancelled: true, counts: { cancelled: 3 } });
    // Wanting it again does not wake it.
    expect(await (await put("short-lived", wish)).json()).toMatchObject({
      ...{ cancelled: true, counts: { cancelled: 3, queued: 0 } },
    });
    expect((await service.ask("DELETE", "/batches/short-lived")).status).toBe(204);
    expect(await codeOf(await service.ask("GET", "/batches/short-lived"))).toBe("404 not_found");
    expect(await codeOf(await service.ask("GET", "/films/short-lived-001"))).toBe("404 not_found");
  });

  test.each([
    ["many of both", () => ({ portraits, voices }), "400 request_invalid"],
    ["no voice", () => ({ portraits, voices: [] }), "400 request_invalid"],
    ["neither portrait nor rig", () => ({ voices }), "400 request_invalid"],
    [
      "too many voices",
      () => ({ portraits: portraits.slice(0, 1), voices: Array(201).fill(voices[0]) }),
      "400 request_invalid",
    ],
    [
      "a voice that is not here",
      () => ({ portraits, voices: ["a".repeat(64)] }),
      "422 upload_missing",
    ],
    [
      "no consent",
      () => ({ portraits, voices: voices.slice(0, 1), consent: undefined }),
      "422 consent_missing",
    ],
    [
      "a webhook inside",
      () => ({ portraits, voices: voices.slice(0, 1), webhook: "http://10.0.0.1/" }),
      "422 webhook_refused",
    ],
  ])("with %s is refused as a whole", async (_, wish, code) => {
    const before = await service.queue.counts();
    expect(await codeOf(await put("refused-batch", { consent, ...wish() }))).toBe(code);
    expect(await service.queue.counts()).toEqual(before);
    expect(await codeOf(await service.ask("GET", "/batches/refused-batch"))).toBe("404 not_found");
  });

  test("does not take another film's name", async () => {
    const film = { portrait: portraits[0], voice: voices[0], consent };
    await service.ask("PUT", "/films/my-batch-002", film);
    const wish = { portraits: portraits.slice(0, 1), voices, consent };
    expect(await codeOf(await put("my-batch", wish))).toBe("409 film_conflict");
  });

  test("that was begun by a server that was killed is finished by the next", async () => {
    const data = mkdtempSync(join(tmpdir(), "ritratto-batch-"));
    const first = await startTest({ data });
    await upload(first, "portraits", other(PNG, 1));
    for (const i of [1, 2, 3]) await upload(first, "voices", other(WAV, i));
    await first.close();
    const store = openStore(first.folder.store);
    const spec = JSON.stringify({ portraits: portraits.slice(0, 1), voices, consent });
    const key = { account: "local", id: "half-begun" };
    expect(storedBatches(store).begin(key, spec, () => undefined)).toBe(true);
    expect(storedBatches(store).begin(key, spec, () => undefined)).toBe(false);
    store.close();
    const second = await startTest({ data });
    expect(await second.queue.counts()).toMatchObject({ queued: 3 });
    expect(await (await second.ask("GET", "/batches/half-begun")).json()).toMatchObject({
      counts: { queued: 3 },
    });
    await second.close();
    rmSync(data, { recursive: true });
  });

  test("costs as many films as it has, all of them or none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ritratto-batch-"));
    const keys = join(folder, "keys.json");
    const key = await addKey(keys, { account: "anna", scopes: ["read", "write"], filmsPerDay: 4 });
    const closed = await startTest({ keys });
    const as = { authorization: `Bearer ${key}` };
    await upload(closed, "portraits", other(PNG, 1), as);
    for (const i of [1, 2, 3]) await upload(closed, "voices", other(WAV, i), as);
    const want = (id: string, count: number) => {
      const wish = { portraits: portraits.slice(0, 1), voices: voices.slice(0, count), consent };
      return closed.ask("PUT", `/batches/${id}`, wish, as);
    };
    expect((await want("first-batch", 3)).status).toBe(202);
    expect((await want("first-batch", 3)).status).toBe(200);
    expect(await codeOf(await want("second-batch", 2))).toBe("429 quota_spent");
    // A rig is work, too.
    const rig = (size: number) =>
      closed.ask("POST", "/rigs", { portrait: portraits[0], consent, options: { size } }, as);
    expect([(await rig(256)).status, (await rig(256)).status]).toEqual([202, 200]);
    expect(await codeOf(await rig(300))).toBe("429 quota_spent");
    expect(await codeOf(await want("third-batch", 1))).toBe("429 quota_spent");
    expect(await closed.queue.counts()).toMatchObject({ queued: 4 });
    await closed.close();
    for (const path of [folder, closed.data]) rmSync(path, { recursive: true });
  });
});

describe("a style", () => {
  const style = readStyle(
    Uint8Array.from(readFileSync(new URL("../../assets/default.style", import.meta.url))),
  );
  const small = { ...style, clips: style.clips.slice(0, 1) };
  const send = (bytes: Uint8Array) =>
    fetch(`${service.url}/styles`, { method: "POST", body: Uint8Array.from(bytes) });

  test("is taken, listed, named by films, and erased; its name stays inside it", async () => {
    const name = "<script>alert(1)</script>";
    const sent = await send(writeStyle({ ...small, name }));
    expect(sent.status).toBe(201);
    const text = await sent.text();
    expect(text).not.toContain("script");
    const { id, bytes } = JSON.parse(text);
    expect(await (await service.ask("GET", "/styles")).json()).toEqual({ styles: [{ id, bytes }] });
    const film = { portrait: portraits[0], voice: voices[0], consent, options: { style: id } };
    expect((await service.ask("PUT", "/films/styled-film", film)).status).toBe(202);
    expect((await service.ask("DELETE", `/styles/${id}`)).status).toBe(204);
    expect(await codeOf(await service.ask("PUT", "/films/styled-too", film))).toBe(
      "422 upload_missing",
    );
  });

  test("that is none is refused, and nothing is left of it", async () => {
    const whole = writeStyle(small);
    const bent = whole.slice();
    bent[bent.length - 5] = (bent.at(-5) ?? 0) ^ 1;
    for (const bytes of [PNG, whole.slice(0, -100), bent, new TextEncoder().encode("RITSTYLE{}")]) {
      expect(await codeOf(await send(bytes))).toBe("422 style_invalid");
    }
    expect(await (await service.ask("GET", "/styles")).json()).toEqual({ styles: [] });
  });
});
