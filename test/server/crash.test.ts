/** @file The service as people run it: kill -9 of worker and server loses nothing and doubles nothing. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { checkAuditLog } from "../../src/trust/audit.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { makePrograms, type ToldFilm, until } from "../support/service-program.js";
import { jsonOf, upload } from "./service.js";

const folder = mkdtempSync(join(tmpdir(), "ritratto-crash-"));
const data = join(folder, "data");
const { start, killAll } = makePrograms();
afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const SERVE = [
  ...["serve", "--data", data, "--port", "0", "--workers", "1"],
  ...["--threads", "1", "--lease", "1", "--webhook-private"],
];
const FILM = { size: 256, fps: 12.5, quality: "draft" };

test("killed at any moment, the service makes every film once", async () => {
  const face = join(folder, "face.png");
  const voice = join(folder, "voice.wav");
  await writeFace(face);
  writeWav(voice, cutVoice(1, 2));
  const bomb = await sharp({
    create: { width: 9000, height: 9000, channels: 3, background: "red" },
  })
    .png()
    .toBuffer();
  const heard: { id: unknown; type: string; film: string }[] = [];
  const listener = createServer(async (request, reply) => {
    let body = "";
    for await (const piece of request) body += piece;
    const { type, data } = JSON.parse(body);
    heard.push({ id: request.headers["webhook-id"], type, film: data.id });
    reply.end();
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const webhook = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
  const first = start(SERVE);
  const url = String((await first.line("listening")).url);
  const here = { url };
  const portrait = await upload(here, "portraits", Uint8Array.from(readFileSync(face)));
  const voiceId = await upload(here, "voices", Uint8Array.from(readFileSync(voice)));
  const bombId = await upload(here, "portraits", Uint8Array.from(bomb));
  const put = (base: string, id: string, wish: object = {}) =>
    fetch(`${base}/films/${id}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        ...{
          portrait,
          voice: voiceId,
          consent: { basis: "fictional" },
          options: FILM,
          webhook,
          ...wish,
        },
      }),
    });
  const get = async (base: string, id: string): Promise<ToldFilm> =>
    jsonOf<ToldFilm>(await fetch(`${base}/films/${id}`));
  const isAmid = (attempt: number) =>
    until(async () => {
      const { state, attempts, progress } = await get(url, "film-one");
      return (state === "running" && attempts === attempt && progress !== undefined) || undefined;
    });

  for (const id of ["film-one", "film-two"]) expect((await put(url, id)).status).toBe(202);
  expect((await put(url, "film-bomb", { portrait: bombId })).status).toBe(202);

  await isAmid(1);
  process.kill(Number((await first.line("working")).pid), "SIGKILL");
  await first.line("worker died");
  await isAmid(2);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");

  const second = start(SERVE);
  const again = String((await second.line("listening")).url);
  expect((await put(again, "film-one")).status).toBe(200);
  const over = (id: string) =>
    until(async () => {
      const told = await get(again, id);
      return ["done", "failed"].includes(told.state) ? told : undefined;
    });
  const [one, two, bombed] = [
    await over("film-one"),
    await over("film-two"),
    await over("film-bomb"),
  ];
  expect(one).toMatchObject({ state: "done" });
  expect(one.attempts).toBeGreaterThanOrEqual(2);
  expect(two).toMatchObject({ state: "done", attempts: 1 });
  // Whoever wanted to hear of them hears of each once, though the server that promised it is dead.
  await until(() => heard.length >= 3 || undefined);
  listener.close();
  expect(heard.map(({ film, type }) => `${film} ${type}`).sort()).toEqual([
    ...["film-bomb film.failed", "film-one film.done", "film-two film.done"],
  ]);
  // The same wish gives the same film, however often it was begun.
  expect(one.result?.filmId).toBe(two.result?.filmId);
  expect(bombed).toMatchObject({ state: "failed", failure: { code: "picture_too_large" } });
  for (const [id, told] of [["film-one", one] as const, ["film-two", two] as const]) {
    const film = Buffer.from(await (await fetch(`${again}/films/${id}/film`)).arrayBuffer());
    expect(createHash("sha256").update(film).digest("hex")).toBe(told.result?.sha256);
  }
  const films = readdirSync(join(data, "films")).filter((name) => !name.startsWith("."));
  expect(films.sort()).toEqual([`local.film-one.${one.attempts}.mp4`, "local.film-two.1.mp4"]);
  const audit = await (await fetch(`${again}/audit`)).text();
  expect(await checkAuditLog(audit)).toMatchObject({ lines: 2, brokenLine: undefined });
  expect((await fetch(`${again}/films/film-two`, { method: "DELETE" })).status).toBe(204);
  second.child.kill("SIGTERM");
  const [code] = await once(second.child, "exit");
  expect(code).toBe(0);
}, 240_000);
