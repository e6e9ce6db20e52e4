/** @file Many machines: kill -9 of a worker, of the server and of Redis loses nothing and doubles nothing. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkAuditLog } from "../../src/trust/audit.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { ritratto, ritrattoHere } from "../support/program.js";
import { hasRedis, startRedis } from "../support/redis.js";
import { makePrograms, type ToldFilm, until } from "../support/service-program.js";
import { jsonOf, upload } from "./service.js";

const folder = mkdtempSync(join(tmpdir(), "ritratto-many-"));
const data = join(folder, "data");
const { start, killAll } = makePrograms();
afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Each film in two segments. */
const WORK = ["--data", data, "--threads", "1", "--lease", "2", "--segment", "0.5"];
const FILM = { size: 256, fps: 12.5, quality: "draft" };
const IDS = ["film-one", "film-two"] as const;

test.runIf(hasRedis)(
  "killed at any moment, many machines make every film once",
  async () => {
    const redis = await startRedis();
    const queue = { RITRATTO_QUEUE: redis.url };
    const serve = () => start(["serve", ...WORK, "--port", "0", "--workers", "0"], queue);
    const first = serve();
    const url = String((await first.line("listening")).url);
    const workers = [1, 2].map(() => start(["worker", ...WORK, "--queue", redis.url]));
    await writeFace(join(folder, "face.png"));
    writeWav(join(folder, "voice.wav"), cutVoice(1, 2));
    const send = (kind: "portraits" | "voices", name: string) =>
      upload({ url }, kind, Uint8Array.from(readFileSync(join(folder, name))));
    const [portrait, voice] = [
      await send("portraits", "face.png"),
      await send("voices", "voice.wav"),
    ];
    const wish = { portrait, voice, consent: { basis: "fictional" }, options: FILM };
    const put = (base: string, id: string) =>
      fetch(`${base}/films/${id}`, {
        ...{ method: "PUT", headers: { "content-type": "application/json" } },
        body: JSON.stringify(wish),
      });
    const get = async (base: string, id: string) =>
      jsonOf<ToldFilm>(await fetch(`${base}/films/${id}`));
    for (const id of IDS) expect((await put(url, id)).status).toBe(202);

    // The worker of the first film dies amid it; then Redis, while the other one is at work; then the server.
    await until(async () => (await get(url, "film-one")).progress);
    const hasIt = ({ lines }: (typeof workers)[number]) =>
      lines.some(({ event, job }) => event === "job started" && job === "film-one");
    workers.find(hasIt)?.child.kill("SIGKILL");
    await redis.kill();
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    await redis.start();
    start(["worker", ...WORK], queue);

    const second = serve();
    const again = String((await second.line("listening")).url);
    expect((await put(again, "film-one")).status).toBe(200);
    const over = (id: string) =>
      until(async () => {
        const told = await get(again, id);
        return ["done", "failed"].includes(told.state) ? told : undefined;
      });
    const told = await Promise.all(IDS.map(over));
    expect(told.map(({ state }) => state)).toEqual(["done", "done"]);
    expect(told[0]?.attempts).toBeGreaterThanOrEqual(2);
    // The same wish gives the same film, whoever made it.
    expect(new Set(told.map(({ result }) => result?.filmId)).size).toBe(1);
    for (const [i, id] of IDS.entries()) {
      const film = Buffer.from(await (await fetch(`${again}/films/${id}/film`)).arrayBuffer());
      expect(createHash("sha256").update(film).digest("hex")).toBe(told[i]?.result?.sha256);
    }
    const films = readdirSync(join(data, "films")).filter((name) => !name.startsWith("."));
    expect(films.sort()).toEqual(IDS.map((id, i) => `local.${id}.${told[i]?.attempts}.mp4`).sort());
    const audit = await (await fetch(`${again}/audit`)).text();
    expect(await checkAuditLog(audit)).toMatchObject({ lines: 2, brokenLine: undefined });
    second.child.kill("SIGTERM");
    expect((await once(second.child, "exit"))[0]).toBe(0);
    await redis.close();
  },
  240_000,
);

test("an address where no Redis is, or that is none, is told without its password", async () => {
  const words = ["worker", "--data", "data", "--queue"];
  const nobody = await ritratto([...words, "redis://:secret-word@127.0.0.1:1"], folder);
  expect(nobody.code).toBe(2);
  expect(nobody.err).toContain("Redis at 127.0.0.1:1 does not answer");
  const none = await ritratto([...words, "http://:secret-word@127.0.0.1"], folder);
  expect(none.code).toBe(2);
  expect(none.err).toContain("redis://");
  expect(nobody.err + none.err).not.toContain("secret-word");
  expect(existsSync(none.path("data/service.db"))).toBe(false);
});

test("the commands of compose.yaml are ours", async () => {
  const text = readFileSync(new URL("../../compose.yaml", import.meta.url), "utf8");
  const commands = [...text.matchAll(/^ {4}command: (\[.*\])$/gm)]
    .map(([, command = ""]) => JSON.parse(command) as string[])
    .filter(([name]) => name !== "redis-server");
  expect(commands.map(([name]) => name)).toEqual(["serve", "worker"]);
  const room = join(folder, "compose");
  await ritrattoHere(["key", "anna", "--keys", join(folder, "keys.json")], folder);
  for (const words of commands) {
    const here = words.map((word) =>
      word === "/data/keys.json" ? join(folder, "keys.json") : word.replace("/data/", `${room}/`),
    );
    // Accepted as it is, and then there is no queue.
    const { code, err } = await ritrattoHere([...here, "--queue", "redis://127.0.0.1:1"], folder);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining("Redis at") });
  }
});
