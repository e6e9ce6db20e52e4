/** @file The typed client, against a real service; connections break where a test says so. */
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failure } from "../../src/base/errors.js";
import { connect, type FilmEdit, type Service, ServiceError } from "../../src/client/client.js";
import type { Claim } from "../../src/server/queue.js";
import { rigStem } from "../../src/server/rig-files.js";
import { rigOwner } from "../../src/server/rig-request.js";
import { PNG, startTest, type TestService, WAV } from "../server/service.js";
import { walk } from "../support/code.js";

let server: TestService;
let service: Service;
let wish: { portrait: string; voice: string; consent: { basis: "fictional" } };
beforeAll(async () => {
  server = await startTest();
  service = connect(server.url);
  const portrait = await service.portraits.upload(new Blob([PNG]));
  const voice = await service.voices.upload(WAV);
  wish = { portrait: portrait.id, voice: voice.id, consent: { basis: "fictional" } };
});
afterAll(async () => {
  await server.close();
  rmSync(server.data, { recursive: true });
});

const EDIT: FilmEdit = {
  ...{ format: "ritratto-edit", version: 1, lanes: { smile: [{ seconds: 0.5, value: 0.5 }] } },
};
const FILM = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251);

async function claim(): Promise<Claim> {
  const found = await server.queue.claim(60_000);
  if (found === undefined) throw new Error("nothing to claim");
  return found;
}

/** Claims what waits until it is this one. */
async function claimOf(id: string): Promise<Claim> {
  for (;;) {
    const found = await claim();
    if (found.id === id) return found;
  }
}

async function finish(found: Claim): Promise<void> {
  writeFileSync(server.folder.film(found, "mp4"), FILM);
  const sha256 = createHash("sha256").update(FILM).digest("hex");
  const result = {
    ...{ filmId: "0123456789ab", width: 256, height: 256, fps: 25, frameCount: 25, warnings: [] },
    ...{ durationSeconds: 1, labelled: false, container: "mp4", attempt: found.attempt },
    ...{ sha256, bytes: FILM.length },
  };
  await server.queue.finish(found, JSON.stringify(result));
}

/** Fetches, but every answer ends with an error after so many bytes, so many times. */
function breaking(afterBytes: number, times: number): typeof fetch {
  let left = times;
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (answer.body === null || left-- <= 0) return answer;
    let came = 0;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        const rest = piece.subarray(0, Math.max(0, afterBytes - came));
        came += piece.length;
        if (rest.length > 0) controller.enqueue(rest);
        if (came >= afterBytes) controller.error(new Error("the line is cut"));
      },
    });
    const { status, headers } = answer;
    return new Response(answer.body.pipeThrough(cut), { status, headers });
  };
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

test("files are sent, streams too, found and erased", async () => {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(PNG);
      controller.enqueue(Uint8Array.of(1, 2));
      controller.close();
    },
  });
  const sent = await service.portraits.upload(stream);
  expect(sent.bytes).toBe(PNG.length + 2);
  expect(await service.portraits.get(sent.id)).toMatchObject({ id: sent.id, bytes: sent.bytes });
  await service.portraits.erase(sent.id);
  await expect(service.portraits.get(sent.id)).rejects.toMatchObject({ code: "not_found" });
});

describe("a film", () => {
  test("is watched until it is done, and fetched whole over a line that breaks", async () => {
    const broken = connect(server.url, { fetch: breaking(70_000, 3) });
    const { id } = await service.films.create(wish, { id: "client-film-1" });
    expect(id).toBe("client-film-1");
    const seen: string[] = [];
    const waited = service.films.wait(id, { onChange: ({ state }) => seen.push(state) });
    await finish(await claim());
    const done = await waited;
    expect(done.result).toMatchObject({ bytes: FILM.length, fps: 25 });
    expect(seen.at(-1)).toBe("done");
    expect(await bytesOf(broken.films.download(id))).toEqual(Buffer.from(FILM));
    const rest = await bytesOf(service.films.download(id, { from: 299_990 }));
    expect(rest).toEqual(Buffer.from(FILM.subarray(299_990)));
    expect((await service.films.list({ state: "done" })).map((film) => film.id)).toContain(id);
    await service.films.erase(id);
    await expect(service.films.get(id)).rejects.toMatchObject({ code: "not_found", status: 404 });
  });

  test("is watched on when the line breaks", async () => {
    const { id } = await service.films.create(wish);
    const found = await claim();
    const broken = connect(server.url, { fetch: breaking(10, 2) });
    const waited = broken.films.wait(id);
    await finish(found);
    expect((await waited).state).toBe("done");
  });

  test("that fails says why, as an error with a code; it is tried again, and stopped", async () => {
    const { id } = await service.films.create(wish);
    await server.queue.fail(await claim(), failure("face_missing", "There is no face."));
    const error = await service.films.wait(id).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ code: "face_missing", message: "There is no face." });
    expect((error as ServiceError).hint).toContain("one human face");
    expect((await service.films.retry(id)).state).toBe("queued");
    expect((await service.films.cancel(id)).state).toBe("cancelled");
    await expect(service.films.wait(id)).rejects.toMatchObject({ code: "film_not_done" });
  });

  test("whose answer was lost is asked for again, and made once", async () => {
    let asked = 0;
    const lossy: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (asked++ === 0) throw new TypeError("fetch failed");
      return answer;
    };
    const film = await connect(server.url, { fetch: lossy }).films.create(wish);
    expect(asked).toBe(2);
    const all = await service.films.list({ limit: 100 });
    expect(all.filter(({ id }) => id === film.id)).toHaveLength(1);
  });

  test("that is refused is not asked for again", async () => {
    let asked = 0;
    const counting: typeof fetch = (input, init) => {
      asked++;
      return fetch(input, init);
    };
    const refused = connect(server.url, { fetch: counting }).films.create({
      ...{ ...wish, portrait: "a".repeat(64) },
    });
    await expect(refused).rejects.toMatchObject({ code: "upload_missing", status: 422 });
    expect(asked).toBe(1);
  });
});

test("the example of docs/service.md does what the page says", async () => {
  const page = readFileSync(new URL("../../docs/service.md", import.meta.url), "utf8");
  // One program: the second example goes on where the first ends.
  const examples = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  expect(examples).toHaveLength(2);
  const given = {
    connect: () => service,
    openAsBlob: async (name: string) => new Blob([name.endsWith("png") ? PNG : WAV]),
    writeFile: async (name: string, pieces: AsyncIterable<Uint8Array>) => {
      written = `${name} ${(await bytesOf(pieces)).equals(Buffer.from(FILM))}`;
    },
    readFile: async () => JSON.stringify(EDIT),
    ...{ key: undefined, console: { log: (...words: unknown[]) => said.push(words) } },
  };
  let written = "";
  const said: unknown[][] = [];
  const body = examples.join("\n").replace(/^import .*$/m, "");
  const run = new Function(...Object.keys(given), `return (async () => {${body}})()`);
  const ran: Promise<void> = run(...Object.values(given));
  for (;;) {
    const found = await server.queue.claim(60_000);
    if (found !== undefined && rigOwner(found) === undefined) await finish(found);
    else if (found !== undefined) {
      await server.queue.finish(found, JSON.stringify({ width: 9, height: 9, warnings: [] }));
    }
    if (await Promise.race([ran.then(() => true), new Promise((r) => setTimeout(r, 50))])) break;
  }
  expect(written).toBe("anna.mp4 true");
  expect(said.at(-1)).toMatchObject([{ queued: 1 }, [{ request: { options: { edits: EDIT } } }]]);
});

test("what nobody answers, or somebody else, is told so; signals stop everything", async () => {
  const nobody = connect("http://127.0.0.1:9", { tries: 1 });
  await expect(nobody.films.list()).rejects.toMatchObject({ code: "unreachable", status: 0 });
  const page: typeof fetch = async () => new Response("<html>", { status: 404 });
  const other = connect(server.url, { fetch: page }).films.list();
  await expect(other).rejects.toMatchObject({ code: "answer_invalid", status: 404 });
  const stop = new AbortController();
  const { id } = await service.films.create(wish);
  const waiting = service.films.wait(id, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});

test("of the server the client takes only types: nothing of it is run", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  for (const path of walk(`${root}src/client`, ".ts")) {
    const imports = readFileSync(`${root}${path}`, "utf8").matchAll(/^import .*?from "(.*?)";/gms);
    for (const [line, from] of imports) {
      if (!from?.startsWith("./")) expect(line, path).toMatch(/^import type /);
    }
  }
});

describe("the rest of the service", () => {
  test("rigs are made once, waited for and named by films; those that fail say why", async () => {
    const { portrait, voice, consent } = wish;
    const rig = await service.rigs.create({ portrait, consent, options: { size: 256 } });
    expect((await service.rigs.create({ portrait, consent, options: { size: 256 } })).id).toBe(
      rig.id,
    );
    const waited = service.rigs.wait(rig.id);
    const found = await claimOf(rig.id);
    await server.queue.finish(found, JSON.stringify({ width: 256, height: 256, warnings: [] }));
    expect(await waited).toMatchObject({ state: "done", result: { width: 256 } });
    const stem = rigStem(server.folder, "local", { portrait, options: { size: 256 } });
    writeFileSync(`${stem}.png`, PNG);
    expect(await service.rigs.sheet(rig.id)).toEqual(PNG);
    const film = await service.films.create({ rig: rig.id, voice, consent });
    expect(film.request).toMatchObject({ portrait, rig: rig.id });
    const other = await service.rigs.create({ portrait, consent, options: { size: 300 } });
    expect((await service.rigs.list({ limit: 1 })).map(({ id }) => id)).toEqual([other.id]);
    await server.queue.fail(await claimOf(other.id), failure("face_missing", "There is no face."));
    await expect(service.rigs.wait(other.id)).rejects.toMatchObject({ code: "face_missing" });
    await service.rigs.erase(rig.id);
    await expect(service.rigs.get(rig.id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("batches are made once, counted, stopped and erased with their films", async () => {
    const { portrait, voice, consent } = wish;
    const body = { portraits: [portrait], voices: [voice], consent, options: { edits: EDIT } };
    const batch = await service.batches.create(body, { id: "client-batch" });
    expect((await service.batches.create(body, { id: "client-batch" })).id).toBe("client-batch");
    expect(batch).toMatchObject({ total: 1, counts: { queued: 1 } });
    const [film] = await service.batches.films(batch.id);
    expect(film).toMatchObject({ id: "client-batch-001", request: { options: { edits: EDIT } } });
    expect((await service.batches.list()).map(({ id }) => id)).toContain(batch.id);
    expect(await service.batches.cancel(batch.id)).toMatchObject({ cancelled: true });
    expect(await service.batches.get(batch.id)).toMatchObject({ counts: { cancelled: 1 } });
    await service.batches.erase(batch.id);
    await expect(service.films.get("client-batch-001")).rejects.toMatchObject({ status: 404 });
    const none = service.batches.create({ voices: [voice], consent });
    await expect(none).rejects.toMatchObject({ code: "request_invalid" });
  });

  test("styles are sent, listed and erased; what is none is refused", async () => {
    const file = Uint8Array.from(
      readFileSync(new URL("../../assets/default.style", import.meta.url)),
    );
    const style = await service.styles.upload(file);
    expect(await service.styles.list()).toEqual([{ id: style.id, bytes: file.length }]);
    await service.styles.erase(style.id);
    expect(await service.styles.list()).toEqual([]);
    await expect(service.styles.upload(PNG)).rejects.toMatchObject({ status: 422 });
  });

  test("webhooks have a secret that can be replaced, and deliveries", async () => {
    const secret = await service.webhooks.secret();
    expect(secret).toMatch(/^whsec_/);
    const next = await service.webhooks.replaceSecret();
    expect(next).not.toBe(secret);
    expect(await service.webhooks.secret()).toBe(next);
    const { id } = await service.films.create({ ...wish, webhook: "https://example.com/films" });
    expect(await service.webhooks.deliveries(id)).toEqual([]);
    await service.films.cancel(id);
    await expect(service.webhooks.deliveries("no-such-film")).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("an edit that is wrong is told by its field", async () => {
    const edits = { ...EDIT, lanes: { smile: [{ seconds: 0, value: 9 }] } };
    const refused = service.films.create({ ...wish, options: { edits } });
    await expect(refused).rejects.toMatchObject({
      ...{ code: "edit_invalid", status: 422, details: { field: "lanes.smile.0.value" } },
    });
  });
});
