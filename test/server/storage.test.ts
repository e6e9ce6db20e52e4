/** @file A service whose files are in S3-compatible storage: server and worker have folders of their own. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Claim } from "../../dist/server/queue.js";
import { rigStem } from "../../dist/server/rig-files.js";
import { s3Share } from "../../dist/server/s3-share.js";
import { removeOld, startService } from "../../dist/server/serve.js";
import { syncShare } from "../../dist/server/share-sync.js";
import { fetchInputs, publishFilm, publishRig } from "../../dist/server/share-work.js";
import { writeOptOuts } from "../../src/trust/opt-out.js";
import { codeOf, jsonOf, PNG, startTest, upload, WAV } from "./service.js";
import { type StoragePlace, startStorage } from "./storage-place.js";

let { storage, share, service, root, folder, place, names } = {} as StoragePlace;
let at: StoragePlace;
beforeAll(async () => {
  at = await startStorage();
  ({ storage, share, service, root, folder, place, names } = at);
});
afterAll(() => at.close());

let [portrait, voice] = ["", ""];
beforeEach(async () => {
  storage.fail("503", 0);
  portrait = await upload(service, "portraits", PNG);
  voice = await upload(service, "voices", WAV);
});

const consent = { basis: "fictional" };
const FILM = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) % 256));
const FILM_ID = "0123456789ab";
const age = (key: string, changedAt: number) => {
  const object = storage.objects.get(key);
  if (object === undefined) throw new Error(`no ${key}`);
  object.changedAt = changedAt;
};

/** Puts a film in and takes it from the queue, as a worker would. */
async function claimNew(id: string): Promise<Claim> {
  await service.ask("PUT", `/films/${id}`, { portrait, voice, consent });
  const claim = await service.queue.claim(60_000);
  if (claim?.id !== id) throw new Error(`${claim?.id} instead of ${id}`);
  return claim;
}

/** Makes a film elsewhere, as far as its files are concerned. */
async function makeFilm(claim: Claim): Promise<void> {
  const film = folder.film(claim, "mp4");
  writeFileSync(film, FILM);
  mkdirSync(folder.registry, { recursive: true });
  writeFileSync(join(folder.registry, `${FILM_ID}.json`), "an entry");
  await publishFilm(place, claim, { portrait, voice }, { film, filmId: FILM_ID });
  const sha256 = createHash("sha256").update(FILM).digest("hex");
  const size = { width: 256, height: 256, fps: 25, frameCount: 25, durationSeconds: 1 };
  const made = { filmId: FILM_ID, sha256, bytes: FILM.length, ...size, labelled: false };
  const result = { ...made, warnings: [], attempt: claim.attempt, container: "mp4" };
  expect(await service.queue.finish(claim, JSON.stringify(result))).toBe(true);
}

test("a film of inputs and to a place that no folder shares", async () => {
  const claim = await claimNew("elsewhere-1");
  await fetchInputs(place, claim, "local", { portrait, voice });
  expect(readFileSync(folder.upload("local", "portraits", portrait)).equals(PNG)).toBe(true);
  expect(readFileSync(folder.upload("local", "voices", voice)).equals(WAV)).toBe(true);
  await makeFilm(claim);
  expect(readdirSync(join(root, "films"))).toEqual([]);
  expect(service.files().filter((name) => name.endsWith(".mp4"))).toEqual([]);
  const ask = (range?: string, method = "GET") =>
    service.ask(method, "/films/elsewhere-1/film", undefined, range ? { range } : {});
  const whole = await ask();
  expect([whole.status, whole.headers.get("content-length")]).toEqual([200, "5000"]);
  expect(Buffer.from(await whole.arrayBuffer()).equals(FILM)).toBe(true);
  const part = await ask("bytes=17-4711");
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 17-4711/5000"]);
  expect(Buffer.from(await part.arrayBuffer()).equals(FILM.subarray(17, 4712))).toBe(true);
  const end = await ask("bytes=-1");
  expect(new Uint8Array(await end.arrayBuffer())).toEqual(Uint8Array.from(FILM.subarray(-1)));
  expect((await ask("bytes=5000-")).status).toBe(416);
  const before = storage.requests.length;
  expect((await ask(undefined, "HEAD")).headers.get("content-length")).toBe("5000");
  expect(storage.requests.slice(before).every((line) => line.startsWith("HEAD"))).toBe(true);
  // Its entry reaches the server's registry, once.
  expect(names("registry/")).toEqual([`registry/${FILM_ID}.json`]);
  await syncShare(service.folder, share);
  expect(names("registry/")).toEqual([]);
  expect(readFileSync(join(service.folder.registry, `${FILM_ID}.json`), "utf8")).toBe("an entry");
  // A storage that is down is no film that is gone.
  storage.fail("503", 1000);
  expect(await codeOf(await ask())).toBe("503 storage_unreachable");
  storage.fail("503", 0);
  expect((await service.ask("DELETE", "/films/elsewhere-1")).status).toBe(204);
  expect(names("films/")).toEqual([]);
});

test("a film goes on where the line to the storage broke", async () => {
  await makeFilm(await claimNew("breaks-off"));
  const get = (headers = {}) => service.ask("GET", "/films/breaks-off/film", undefined, headers);
  storage.fail("half", 3, /GET.*films/);
  expect(Buffer.from(await (await get()).arrayBuffer()).equals(FILM)).toBe(true);
  storage.fail("half", 2, /GET.*films/);
  const rest = await get({ range: "bytes=2000-4000" });
  expect(Buffer.from(await rest.arrayBuffer()).equals(FILM.subarray(2000, 4001))).toBe(true);
  await service.ask("DELETE", "/films/breaks-off");
});

test("a film is sent though the storage is away for longer than anything else is tried", async () => {
  const claim = await claimNew("sent-at-last");
  storage.fail("503", 60, /films|registry|rigs/);
  await makeFilm(claim);
  expect(names("films/")).toHaveLength(1);
  const { attempt } = claim;
  const film = folder.film({ ...claim, attempt: attempt + 1 }, "mp4");
  writeFileSync(film, FILM);
  storage.fail("503", 1e9);
  const stopping = new AbortController();
  const sending = publishFilm(
    { ...place, signal: stopping.signal },
    claim,
    { portrait, voice },
    { film, filmId: FILM_ID },
  );
  stopping.abort();
  await expect(sending).rejects.toMatchObject({ code: "storage_unreachable" });
  expect(existsSync(film)).toBe(false);
  storage.fail("503", 0);
  await service.ask("DELETE", "/films/sent-at-last");
});

test("an upload is in the storage before it is said to be here, or it is not here", async () => {
  expect(names("uploads/local/portraits/")).toEqual([`uploads/local/portraits/${portrait}`]);
  const other = Uint8Array.from([...PNG, 1]);
  const id = createHash("sha256").update(other).digest("hex");
  const send = () => fetch(`${service.url}/portraits`, { method: "POST", body: other });
  storage.fail("503", 1000);
  expect(await codeOf(await send())).toBe("503 storage_unreachable");
  storage.fail("503", 0);
  expect(service.files().filter((name) => name === id || name.endsWith(".part"))).toEqual([]);
  expect(await codeOf(await service.ask("GET", `/portraits/${id}`))).toBe("404 not_found");
  expect((await send()).status).toBe(201);
  expect(await jsonOf(await service.ask("GET", `/portraits/${id}`))).toEqual({ id, bytes: 73 });
  storage.fail("503", 1000, /DELETE/);
  const erase = () => service.ask("DELETE", `/portraits/${id}`);
  expect(await codeOf(await erase())).toBe("503 storage_unreachable");
  storage.fail("503", 0);
  expect((await erase()).status).toBe(204);
  expect(names(`uploads/local/portraits/${id}`)).toEqual([]);
  expect(service.files()).not.toContain(id);
});

test("what is no style stays nowhere, and styles are listed", async () => {
  const body = Buffer.from("RITSTYLE, but none at all");
  const answer = await fetch(`${service.url}/styles`, { method: "POST", body });
  expect(await codeOf(answer)).toBe("422 style_invalid");
  expect(names("uploads/local/styles")).toEqual([]);
  const id = "5".repeat(64);
  writeFileSync(join(root, "a-style"), "12345");
  await share.put(`uploads/local/styles/${id}`, join(root, "a-style"));
  expect(await jsonOf(await service.ask("GET", "/styles"))).toEqual({ styles: [{ id, bytes: 5 }] });
  await service.ask("DELETE", `/styles/${id}`);
});

test("what is erased is erased in copies, too", async () => {
  const claim = await claimNew("erased-soon");
  const inputs = { portrait, voice };
  await fetchInputs(place, claim, "local", inputs);
  const [file, stem] = [
    folder.upload("local", "portraits", portrait),
    rigStem(folder, "local", inputs),
  ];
  for (const end of ["rig", "json", "png"]) writeFileSync(`${stem}.${end}`, `a ${end}`);
  await publishRig(place, claim, "local", inputs);
  expect(names("rigs/local/").map((name) => name.split(".").at(-1))).toEqual([
    "rig",
    "json",
    "png",
  ]);
  // Another worker gets it from there; as long as it is there it stays.
  for (const end of ["rig", "json", "png"]) rmSync(`${stem}.${end}`);
  await fetchInputs(place, claim, "local", inputs);
  expect(readFileSync(`${stem}.rig`, "utf8")).toBe("a rig");
  expect(readFileSync(`${stem}.json`, "utf8")).toBe("a json");
  await service.ask("DELETE", `/portraits/${portrait}`);
  expect([...names("rigs/"), ...names("uploads/local/portraits/")]).toEqual([]);
  await fetchInputs(place, claim, "local", inputs);
  expect([file, `${stem}.rig`, `${stem}.json`].filter(existsSync)).toEqual([]);
  // Who was making a rig meanwhile does not bring it back.
  for (const end of ["rig", "json"]) writeFileSync(`${stem}.${end}`, "made meanwhile");
  await publishRig(place, claim, "local", inputs);
  expect(names("rigs/")).toEqual([]);
  expect(existsSync(`${stem}.rig`)).toBe(false);
  await service.ask("DELETE", "/films/erased-soon");
});

test("copies that nobody needs go, those of what was erased soon", async () => {
  const path = (id: string) => folder.upload("local", "voices", id);
  const [erased, coming] = ["e".repeat(64), "f".repeat(64)];
  await folder.files.bring(path(voice));
  for (const id of [erased, coming]) writeFileSync(path(id), "x");
  utimesSync(path(erased), Date.now() / 1000 - 3600, Date.now() / 1000 - 3600);
  writeFileSync(join(dirname(path(voice)), ".old.part"), "x");
  utimesSync(join(dirname(path(voice)), ".old.part"), 1, 1);
  await folder.sweepCopies(0);
  expect(readdirSync(dirname(path(voice))).sort()).toEqual([voice, coming].sort());
  await folder.sweepCopies(Date.now() + 1);
  expect(readdirSync(dirname(path(voice)))).toEqual([coming]);
  expect(names("uploads/local/voices/")).toContain(`uploads/local/voices/${voice}`);
  rmSync(path(coming));
});

test("what is damaged in the storage is not used", async () => {
  const claim = await claimNew("damaged-1");
  const copy = folder.upload("local", "voices", voice);
  rmSync(copy, { force: true });
  const object = storage.objects.get(`uploads/local/voices/${voice}`);
  if (object === undefined) throw new Error("no voice");
  const bytes = Buffer.from(object.bytes);
  bytes[20] = 0;
  storage.objects.set(`uploads/local/voices/${voice}`, { ...object, bytes, sha256: undefined });
  const getting = fetchInputs(place, claim, "local", { portrait, voice });
  await expect(getting).rejects.toMatchObject({ code: "storage_damaged" });
  expect(existsSync(copy)).toBe(false);
  storage.objects.set(`uploads/local/voices/${voice}`, object);
  await service.ask("DELETE", "/films/damaged-1");
});

test("old files are removed from the storage, those in use and those touched are not", async () => {
  const old = Uint8Array.from([...WAV, 1]);
  const unused = await upload(service, "voices", old);
  const touched = await upload(service, "voices", Uint8Array.from([...WAV, 2]));
  await service.ask("PUT", "/films/waits-long", { portrait, voice, consent });
  for (const key of names("uploads/")) age(key, 1000);
  expect((await service.ask("GET", `/voices/${touched}`)).status).toBe(200);
  // The server's copies are as old, or not there.
  const copies = ["portraits", "voices"].map((kind) => join(service.data, "uploads/local", kind));
  for (const copy of copies) rmSync(copy, { recursive: true });
  mkdirSync(join(service.folder.rigs, "local"), { recursive: true });
  storage.objects.set(`rigs/local/${portrait}.x.rig`, {
    bytes: FILM,
    changedAt: 1,
    sha256: undefined,
  });
  storage.objects.set("films/local.never-asked.1.mp4", {
    bytes: FILM,
    changedAt: 1,
    sha256: undefined,
  });
  // A rig that a worker of this folder used lately.
  const used = `rigs/local/${portrait}.used.rig`;
  writeFileSync(join(service.data, used), "used");
  storage.objects.set(used, { bytes: FILM, changedAt: 1, sha256: undefined });
  await removeOld(service.folder, service.queue, 1);
  const kept = [...names("uploads/"), ...names("rigs/"), ...names("films/")];
  const voices = [voice, touched].map((id) => `uploads/local/voices/${id}`);
  expect(kept.sort()).toEqual([`uploads/local/portraits/${portrait}`, ...voices, used].sort());
  expect(kept).not.toContain(`uploads/local/voices/${unused}`);
  await service.ask("DELETE", "/films/waits-long");
  await service.folder.files.erase(join(service.data, used));
});

test("whom to leave alone is said to workers, and not forgotten with a disk", async () => {
  const claim = await claimNew("opt-outs-1");
  const get = () => fetchInputs(place, claim, "local", { portrait, voice });
  const list = writeOptOuts([]);
  expect(folder.optOuts).not.toBe(service.folder.optOuts);
  await get();
  expect(existsSync(folder.optOuts)).toBe(false);
  writeFileSync(service.folder.optOuts, list);
  await syncShare(service.folder, share);
  await get();
  expect(readFileSync(folder.optOuts, "utf8")).toBe(list);
  writeFileSync(service.folder.optOuts, `${list}\n`);
  await syncShare(service.folder, share);
  await get();
  expect(readFileSync(folder.optOuts, "utf8")).toBe(`${list}\n`);
  rmSync(service.folder.optOuts);
  await syncShare(service.folder, share);
  expect(readFileSync(service.folder.optOuts, "utf8")).toBe(`${list}\n`);
  await service.ask("DELETE", "/films/opt-outs-1");
});

test("a service whose storage refuses it does not start", async () => {
  const wrong = s3Share(storage.address, { ...storage.env, AWS_SECRET_ACCESS_KEY: "wrong" });
  const data = mkdtempSync(join(tmpdir(), "ritratto-refused-"));
  const starting = startTest({ share: wrong, data }, startService);
  await expect(starting).rejects.toMatchObject({ code: "storage_refused" });
  rmSync(data, { recursive: true });
});

test("a rig that is damaged is none", async () => {
  const claim = await claimNew("damaged-rig");
  const stem = rigStem(folder, "local", { portrait });
  const key = (end: string) => `rigs${stem.slice(folder.rigs.length)}.${end}`;
  for (const end of ["rig", "json"]) {
    storage.objects.set(key(end), { bytes: FILM, changedAt: Date.now(), sha256: "0".repeat(64) });
  }
  await fetchInputs(place, claim, "local", { portrait, voice });
  expect([`${stem}.rig`, `${stem}.json`].filter(existsSync)).toEqual([]);
  expect(names(`rigs/local/${portrait}`)).toEqual([]);
  await service.ask("DELETE", "/films/damaged-rig");
});
