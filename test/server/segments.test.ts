/** @file Films in segments, by real workers: the same film as one makes, and nothing left of the segments. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
// As built: a worker starts a process of what lies beside it.
import type { WorkPlace } from "../../dist/server/run-process.js";
import { work } from "../../dist/server/work.js";
import { USUAL_WORK } from "../../dist/server/work-limits.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { type DataFolder, openDataFolder } from "../../src/server/data-folder.js";
import { openStore } from "../../src/server/database.js";
import { filmResultSchema } from "../../src/server/film-request.js";
import type { Claim, Job, JobKey, JobQueue } from "../../src/server/queue.js";
import { forgetSegments, segmentKey, segmentPath } from "../../src/server/segments.js";
import { removeOld } from "../../src/server/serve.js";
import { sqliteQueue } from "../../src/server/sqlite-queue.js";
import { storedLedger } from "../../src/server/trust-store.js";
import { inspect, watch } from "../media/material.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";

const root = mkdtempSync(join(tmpdir(), "ritratto-segments-"));
const [face, voice] = ["a".repeat(64), "c".repeat(64)];
const SECONDS = 1.2;
const FRAMES = 12;
let folder: DataFolder;
let queue: JobQueue;
let place: Omit<WorkPlace, "signal">;
const logged: Readonly<Record<string, unknown>>[] = [];

beforeAll(async () => {
  await registerCodecs("native");
  folder = openDataFolder(root);
  const store = openStore(folder.store);
  queue = sqliteQueue(store);
  place = {
    ...{ folder, queue, ledger: storedLedger(store), leaseMs: 5000, threads: 1, native: true },
    ...{ limits: USUAL_WORK, segmentSeconds: 0.6 },
    log: (event, facts) => void logged.push({ event, ...facts }),
  };
  await writeFace(join(root, "face.png"));
  writeWav(join(root, "voice.wav"), cutVoice(8, 8 + SECONDS));
  const put = (kind: "portraits" | "voices", id: string, name: string) => {
    const path = folder.upload("local", kind, id);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, readFileSync(join(root, name)));
  };
  put("portraits", face, "face.png");
  put("voices", voice, "voice.wav");
});
afterAll(async () => {
  await queue.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const wish = (seed: number) => ({
  ...{ portrait: face, voice, consent: { basis: "subject" } as const },
  options: { size: 256, fps: 10, seed, quality: "draft" } as const,
});

/** Puts a film in, and lets so many workers work until `isEnough`. @returns The job then. */
async function workUntil(id: string, workers: number, isEnough: (job: Job) => boolean) {
  const key = { account: "local", id };
  await queue.submit(key, JSON.stringify(wish(3)));
  const stop = new AbortController();
  const working = Array.from({ length: workers }, () => work({ ...place, signal: stop.signal }));
  for (;;) {
    const job = await queue.get(key);
    if (job === undefined || isEnough(job)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    key,
    async end() {
      stop.abort();
      await Promise.all(working);
      return queue.get(key);
    },
  };
}

const isOver = ({ state }: Job) => !["queued", "running"].includes(state);
const files = () => readdirSync(join(root, "films")).filter((name) => !name.startsWith("."));
const segments = () => queue.list({ account: "+local", limit: 100 });

/** Whoever had a film is dead, and it was erased; but of its segments one is there. */
async function leaveOther(key: JobKey): Promise<Claim> {
  const request = wish(4);
  await queue.submit(key, JSON.stringify(request));
  const film = (await queue.claim(1000, key)) as Claim;
  const [index, count, span] = [0, 2, { from: 0, to: 6 }];
  const spec = { film: film.id, number: film.number, index, count, span, request };
  await queue.submit(segmentKey(film, spec), JSON.stringify(spec));
  const segment = (await queue.claim(1000, segmentKey(film, spec))) as Claim;
  await queue.erase(key);
  writeFileSync(segmentPath(folder, film, spec, segment.attempt), "of another film");
  const print = { whole: [], middle: [], views: [] };
  await queue.finish(segment, JSON.stringify({ attempt: segment.attempt, print }));
  return film;
}

test("two workers share a film's segments, of which nothing is left, and take none of others", async () => {
  const other = await leaveOther({ account: "local", id: "by-two-workers" });
  const film = await (await workUntil("by-two-workers", 2, isOver)).end();
  expect(film?.state, JSON.stringify(film)).toBe("done");
  const ended = logged.filter(
    ({ event, account }) => event === "job ended" && account === "+local",
  );
  // The one who did not plan it rendered at least one.
  expect(ended.some(({ outcome }) => outcome === "rendered")).toBe(true);
  const result = filmResultSchema.parse(JSON.parse(film?.result ?? ""));
  expect(result).toMatchObject({ frameCount: FRAMES, width: 256, labelled: true });
  expect(files()).toEqual(["local.by-two-workers.1.mp4"]);
  expect(await segments()).toMatchObject([{ id: `by-two-workers.${other.number}.1-of-2` }]);
  await forgetSegments(queue, other);
  expect(await segments()).toEqual([]);
  const path = join(root, "films", "local.by-two-workers.1.mp4");
  const { pictures } = await inspect(path);
  const keys = pictures.filter(({ type }) => type === "key");
  expect(keys.map(({ timestamp }) => Math.round(10 * timestamp))).toEqual([0, 6]);
  expect((await watch(path)).frames).toHaveLength(FRAMES);
}, 120_000);

test("a film that is cancelled takes its segments along; strays go with the sweep", async () => {
  const { key, end } = await workUntil(
    "cancelled-film",
    1,
    ({ progress }) => progress?.stage === "film",
  );
  expect((await segments()).length).toBe(2);
  await queue.cancel(key);
  while ((await segments()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await end()).toMatchObject({ state: "cancelled" });
  expect(files().filter((name) => name.includes("cancelled"))).toEqual([]);

  writeFileSync(folder.piece(key, "take", "json"), "{}");
  writeFileSync(folder.piece({ account: "local", id: "still-waits" }, "take", "json"), "{}");
  await queue.submit(
    { account: "local", id: "still-waits" },
    JSON.stringify({ portrait: face, voice, consent: { basis: "self" } }),
  );
  await removeOld(folder, queue, 24);
  expect(files().filter((name) => name.includes("piece"))).toEqual([
    "local.still-waits.piece-take.json",
  ]);
}, 60_000);
