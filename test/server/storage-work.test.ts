/** @file Workers whose files are in S3-compatible storage: they make films of what others uploaded. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { work } from "../../dist/server/work.js";
import { USUAL_WORK } from "../../dist/server/work-limits.js";
import { storedLedger } from "../../src/server/trust-store.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { jsonOf, PNG, upload, WAV } from "./service.js";
import { type StoragePlace, startStorage } from "./storage-place.js";

let { storage, share, service, root, folder, names } = {} as StoragePlace;
let at: StoragePlace;
beforeAll(async () => {
  at = await startStorage();
  ({ storage, share, service, root, folder, names } = at);
});
afterAll(() => at.close());

let [portrait, voice] = ["", ""];
beforeEach(async () => {
  storage.fail("503", 0);
  portrait = await upload(service, "portraits", PNG);
  voice = await upload(service, "voices", WAV);
});

const consent = { basis: "fictional" };

test("a worker makes a film of another's uploads, though the storage fails now and then", async () => {
  await writeFace(join(root, "face.png"));
  writeWav(join(root, "voice.wav"), cutVoice(1, 1.4));
  const send = (kind: "portraits" | "voices", name: string) =>
    upload(service, kind, Uint8Array.from(readFileSync(join(root, name))));
  portrait = await send("portraits", "face.png");
  voice = await send("voices", "voice.wav");
  const stop = new AbortController();
  const logged: string[] = [];
  storage.fail("503", 1, /opt-outs/);
  const working = work({
    ...{ folder, share, queue: service.queue, ledger: storedLedger(service.store), leaseMs: 5000 },
    ...{ threads: 1, native: true, limits: USUAL_WORK, signal: stop.signal },
    log: (event) => logged.push(event),
  });
  const options = { size: 256, fps: 5, quality: "draft", seed: 1 };
  await service.ask("PUT", "/films/over-there", { portrait, voice, consent, options });
  const over = async () => {
    for (;;) {
      const told = await jsonOf<{ state: string; result?: { sha256: string } }>(
        await service.ask("GET", "/films/over-there"),
      );
      if (!["queued", "running"].includes(told.state)) return told;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const told = await over();
  stop.abort();
  await working;
  expect(told).toMatchObject({ state: "done" });
  const film = await (await service.ask("GET", "/films/over-there/film")).arrayBuffer();
  expect(createHash("sha256").update(Buffer.from(film)).digest("hex")).toBe(told.result?.sha256);
  expect(readdirSync(join(root, "films"))).toEqual([]);
  expect(names("rigs/local/").map((name) => name.split(".").at(-1))).toEqual(["rig", "json"]);
  expect(names("registry/")).toHaveLength(1);
  expect(logged).toContain("job ended");
}, 120_000);

/** Works until the first job is over, or given back. @returns Where it is then. */
async function workOnce(id: string, failing = /^$/): Promise<unknown> {
  const stop = new AbortController();
  await service.ask("PUT", `/films/${id}`, { portrait, voice, consent });
  storage.fail("503", 1000, failing);
  await work({
    ...{ folder, share, queue: service.queue, ledger: storedLedger(service.store), leaseMs: 5000 },
    ...{ threads: 1, native: true, limits: USUAL_WORK, signal: stop.signal },
    log: (event) => {
      if (event === "storage" || event === "job ended") stop.abort();
    },
  });
  const told = await jsonOf(await service.ask("GET", `/films/${id}`));
  storage.fail("503", 0);
  expect((await service.ask("DELETE", `/films/${id}`)).status).toBe(204);
  return told;
}

test.each<[string, RegExp]>([
  ["the list of opt-outs", /GET.*opt-outs/],
  ["an upload", /HEAD.*voices/],
])("a worker that cannot ask for %s gives the film back", async (_, matching) => {
  expect(await workOnce("comes-later", matching)).toMatchObject({ state: "queued", attempts: 1 });
});

test("a film of what is damaged fails, and says which cure there is", async () => {
  const key = `uploads/local/voices/${voice}`;
  const object = storage.objects.get(key);
  if (object === undefined) throw new Error("no voice");
  rmSync(folder.upload("local", "voices", voice), { force: true });
  storage.objects.set(key, { ...object, bytes: Buffer.from("something else") });
  const told = await workOnce("is-damaged");
  expect(told).toMatchObject({ state: "failed", failure: { code: "storage_damaged" } });
  await upload(service, "voices", WAV);
  expect(storage.objects.get(key)?.bytes.equals(WAV)).toBe(true);
});
