/** @file A worker: what a film may cost, whose portraits are not used, what is left when it is stopped. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
// As built: a worker starts a process of what lies beside it.
import { type DataFolder, openDataFolder } from "../../dist/server/data-folder.js";
import { openStore } from "../../dist/server/database.js";
import type { Job, JobQueue } from "../../dist/server/queue.js";
import type { WorkPlace } from "../../dist/server/run-process.js";
import { sqliteQueue } from "../../dist/server/sqlite-queue.js";
import { work } from "../../dist/server/work.js";
import { USUAL_WORK, type WorkLimits } from "../../dist/server/work-limits.js";
import { readPicture } from "../../src/platform/node-picture.js";
import { storedLedger } from "../../src/server/trust-store.js";
import { hashPortrait, writeOptOuts } from "../../src/trust/opt-out.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { PNG, WAV } from "./service.js";

const root = mkdtempSync(join(tmpdir(), "ritratto-work-"));
const [face, noPicture] = ["a".repeat(64), "b".repeat(64)];
const [voice, noVoice] = ["c".repeat(64), "d".repeat(64)];
let folder: DataFolder;
let queue: JobQueue;
let place: Omit<WorkPlace, "limits" | "signal">;

beforeAll(async () => {
  folder = openDataFolder(root);
  const store = openStore(folder.store);
  queue = sqliteQueue(store);
  const ledger = storedLedger(store);
  place = { folder, queue, ledger, log: () => undefined, leaseMs: 5000, threads: 1, native: true };
  for (const kind of ["portraits", "voices"] as const) {
    mkdirSync(dirname(folder.upload("local", kind, face)), { recursive: true });
  }
  await writeFace(join(root, "face.png"));
  writeWav(join(root, "voice.wav"), cutVoice(1, 2));
  const put = (kind: "portraits" | "voices", id: string, bytes: Uint8Array) =>
    writeFileSync(folder.upload("local", kind, id), bytes);
  put("portraits", face, readFileSync(join(root, "face.png")));
  put("portraits", noPicture, PNG);
  put("voices", voice, readFileSync(join(root, "voice.wav")));
  put("voices", noVoice, WAV);
});
afterAll(async () => {
  await queue.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

/** Puts a film in and works until `isEnough`. @returns The job then. */
async function workUntil(
  id: string,
  wish: object,
  limits: Partial<WorkLimits>,
  isEnough: (job: Job) => boolean | Promise<boolean>,
): Promise<Job | undefined> {
  const key = { account: "local", id };
  const request = { portrait: face, voice, consent: { basis: "fictional" }, ...wish };
  await queue.submit(key, JSON.stringify(request));
  const stop = new AbortController();
  const working = work({ ...place, limits: { ...USUAL_WORK, ...limits }, signal: stop.signal });
  for (;;) {
    const job = await queue.get(key);
    if (job !== undefined && (await isEnough(job))) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  stop.abort();
  await working;
  return queue.get(key);
}

const hasFailed = ({ state }: Job) => state === "failed";
const films = () => readdirSync(join(root, "films")).filter((name) => !name.startsWith("."));

test.each([
  ["memory", { memoryMb: 60 }, { code: "worker_failed", details: { memoryMb: 60 } }],
  ["time", { seconds: 0.3 }, { code: "worker_failed", details: { seconds: 0.3 } }],
])("a film that takes too much %s is given up", async (name, limits, failure) => {
  const job = await workUntil(`too-much-${name}`, {}, limits, hasFailed);
  expect(job?.failure).toMatchObject(failure);
  expect(films()).toEqual([]);
});

test.each([
  ["picture", { portrait: noPicture }, "picture_unreadable"],
  ["voice", { voice: noVoice }, "audio_unreadable"],
  ["nothing", { voice: "e".repeat(64) }, "upload_missing"],
])("what only begins like a %s, or is gone, is found out", async (name, wish, code) => {
  const job = await workUntil(`no-such-${name}`, wish, {}, hasFailed);
  expect(job).toMatchObject({ attempt: 1, failure: { code } });
  expect(job?.failure?.message).not.toContain("/");
  expect(films()).toEqual([]);
});

test("a portrait of somebody who does not want it is not used, however large it comes", async () => {
  const picture = await readPicture(join(root, "face.png"), { sizePx: 200 });
  writeFileSync(folder.optOuts, writeOptOuts([hashPortrait(picture)]));
  const job = await workUntil("opted-out", {}, {}, hasFailed);
  rmSync(folder.optOuts);
  expect(job?.failure).toMatchObject({ code: "portrait_opted_out" });
  expect(films()).toEqual([]);
});

test("a worker that is stopped gives its film back, as if it had not begun", async () => {
  const job = await workUntil("given-back", {}, {}, ({ progress }) => progress !== undefined);
  expect(job).toMatchObject({ state: "queued", attempt: 1, progress: undefined });
  expect(films()).toEqual([]);
  await queue.erase({ account: "local", id: "given-back" });
});

test("a film that is cancelled amid its work is left at once", async () => {
  const next = { account: "local", id: "after-that" };
  const job = await workUntil("cancelled-film", {}, {}, async ({ account, id, progress }) => {
    if (progress === undefined) return false;
    await queue.cancel({ account, id });
    await queue.submit(
      next,
      JSON.stringify({ portrait: noPicture, voice, consent: { basis: "self" } }),
    );
    return (await queue.get(next))?.state === "failed";
  });
  expect(job).toMatchObject({ state: "cancelled", attempt: 1 });
  expect(films()).toEqual([]);
});
