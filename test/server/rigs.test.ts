/** @file Rigs as resources: made once, used for many films, bound to their consent and their portrait. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
// As built: a worker starts a process of what lies beside it.
import { work } from "../../dist/server/work.js";
import { USUAL_WORK } from "../../dist/server/work-limits.js";
import { failure } from "../../src/base/errors.js";
import { openNode } from "../../src/platform/node.js";
import { readRig, writeRig } from "../../src/rig/rig-file.js";
import { sweepRigs } from "../../src/server/rig-files.js";
import { rigOf } from "../../src/server/rig-making.js";
import { rigKey } from "../../src/server/rig-request.js";
import { removeOld } from "../../src/server/serve.js";
import { storedLedger } from "../../src/server/trust-store.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { astronautRig } from "../support/machine.js";
import { codeOf, jsonOf, PNG, startTest, type TestService, upload, WAV } from "./service.js";

let service: TestService;
let [portrait, voice] = ["", ""];
const consent = { basis: "fictional" };
beforeAll(async () => {
  service = await startTest();
  portrait = await upload(service, "portraits", PNG);
  voice = await upload(service, "voices", WAV);
});
afterAll(async () => {
  await service.close();
  rmSync(service.data, { recursive: true, maxRetries: 5 });
});

interface Told {
  readonly id: string;
  readonly state: string;
  readonly request: object;
  readonly result?: object;
  readonly failure?: object;
}
const want = async (body: object, of = service) => {
  const answer = await of.ask("POST", "/rigs", body);
  return { status: answer.status, rig: await jsonOf<Told>(answer) };
};
const refusal = async (path: string, body: object) => codeOf(await service.ask("POST", path, body));

test("a rig that is wanted again is the same, other options or grounds make another", async () => {
  const first = await want({ portrait, consent });
  expect(first).toMatchObject({ status: 202, rig: { state: "queued" } });
  expect(await want({ portrait, consent })).toMatchObject({
    status: 200,
    rig: { id: first.rig.id },
  });
  const others = [
    { portrait, consent: { basis: "self" } },
    { portrait, consent, options: { crop: "face" } },
    { portrait, consent, options: { size: 256 } },
  ];
  const ids = await Promise.all(others.map(async (other) => (await want(other)).rig.id));
  expect(new Set([first.rig.id, ...ids]).size).toBe(4);
  const list = await jsonOf<{ rigs: Told[] }>(await service.ask("GET", "/rigs?limit=3"));
  expect(list.rigs.map(({ id }) => id)).toHaveLength(3);
  // They are none of the films.
  expect(await (await service.ask("GET", "/films")).json()).toEqual({ films: [] });
  expect(await refusal("/rigs", { portrait })).toBe("422 consent_missing");
  expect(await refusal("/rigs", { portrait, consent: { basis: "self", guardian: true } })).toBe(
    "422 consent_invalid",
  );
  expect(await refusal("/rigs", { portrait: "a".repeat(64), consent })).toBe("422 upload_missing");
  expect(await refusal("/rigs", { portrait, consent, options: { fps: 25 } })).toBe(
    "400 request_invalid",
  );
});

test("a film of a rig is one of its portrait, on the rig's own grounds and with its options", async () => {
  const { rig } = await want({ portrait, consent, options: { crop: "face", size: 256 } });
  const film = { rig: rig.id, voice, consent, options: { fps: 12.5 } };
  const put = () => service.ask("PUT", "/films/of-a-rig-1", film);
  const answer = await put();
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({
    request: { rig: rig.id, portrait, options: { crop: "face", size: 256, fps: 12.5 } },
  });
  expect((await put()).status).toBe(200);
  const other = { ...film, consent: { basis: "subject" } };
  expect(await refusal("/films", other)).toBe("422 consent_invalid");
  expect(await refusal("/films", { ...film, options: { crop: "square" } })).toMatch(/^4\d\d /);
  expect(await refusal("/films", { ...film, options: { size: 512 } })).toBe("422 option_invalid");
  expect(await refusal("/films", { ...film, portrait })).toBe("400 request_invalid");
  expect(await refusal("/films", { voice, consent })).toBe("400 request_invalid");
  expect(await refusal("/films", { ...film, rig: "a".repeat(32) })).toBe("422 rig_missing");
  expect(await refusal("/films", { ...film, rig: "../../etc" })).toBe("400 request_invalid");
});

test("a rig that could not be made is no rig, and is tried when it is wanted again", async () => {
  const wish = { portrait, consent, options: { size: 300 } };
  const { rig } = await want(wish);
  const key = rigKey("local", rig.id);
  expect(await codeOf(await service.ask("GET", `/rigs/${rig.id}/sheet`))).toBe("409 film_not_done");
  for (;;) {
    const claim = await service.queue.claim(60_000);
    if (claim === undefined) throw new Error("nothing to claim");
    if (claim.id === rig.id) {
      await service.queue.fail(claim, failure("face_missing", "There is no face."));
      break;
    }
  }
  const told = await jsonOf<Told>(await service.ask("GET", `/rigs/${rig.id}`));
  expect(told).toMatchObject({ state: "failed", failure: { code: "face_missing" } });
  expect(await refusal("/films", { rig: rig.id, voice, consent })).toBe("422 rig_missing");
  expect(await want(wish)).toMatchObject({ status: 202, rig: { state: "queued" } });
  await service.queue.cancel(key);
  // What is over expires without harm to anything else.
  await new Promise((resolve) => setTimeout(resolve, 10));
  await removeOld(service.folder, service.queue, 0);
  expect(await service.queue.get(key)).toMatchObject({ state: "expired" });
  expect((await service.ask("DELETE", `/rigs/${rig.id}`)).status).toBe(204);
  expect(await codeOf(await service.ask("GET", `/rigs/${rig.id}`))).toBe("404 not_found");
});

test("kept rigs go when nobody used them, and with their portrait", async () => {
  const place = join(service.folder.rigs, "local");
  mkdirSync(place, { recursive: true });
  const [old, mine] = [`${"1".repeat(64)}.a.rig`, `${portrait}.b.rig`];
  for (const name of [old, mine]) writeFileSync(join(place, name), "rig");
  utimesSync(join(place, old), 1, 1);
  await sweepRigs(service.folder, Date.now() - 60_000);
  expect(readdirSync(place)).toEqual([mine]);
  await service.ask("DELETE", `/portraits/${portrait}`);
  expect(readdirSync(place)).toEqual([]);
});

test("a portrait is understood once for its sheet and all its films", async () => {
  const own = await startTest();
  const file = (name: string) => join(own.data, name);
  await writeFace(file("face.png"));
  writeWav(file("voice.wav"), cutVoice(1, 1.4));
  const send = (kind: "portraits" | "voices", name: string) =>
    upload(own, kind, Uint8Array.from(readFileSync(file(name))));
  const face = await send("portraits", "face.png");
  const words = await send("voices", "voice.wav");
  const stop = new AbortController();
  const working = work({
    ...{
      folder: own.folder,
      queue: own.queue,
      ledger: storedLedger(own.store),
      log: () => undefined,
    },
    ...{ leaseMs: 5000, threads: 1, native: true, limits: USUAL_WORK, signal: stop.signal },
  });
  const over = async (path: string) => {
    for (;;) {
      const told = await jsonOf<Told>(await own.ask("GET", path));
      if (!["queued", "running"].includes(told.state)) return told;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const { rig } = await want({ portrait: face, consent, options: { size: 256 } }, own);
  expect(await over(`/rigs/${rig.id}`)).toMatchObject({
    state: "done",
    result: { width: 256, height: 256 },
  });
  const sheet = await own.ask("GET", `/rigs/${rig.id}/sheet`);
  expect(sheet.headers.get("content-type")).toBe("image/png");
  const png = Buffer.from(await sheet.arrayBuffer());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  const place = join(own.folder.rigs, "local");
  const kept = () => readdirSync(place).filter((name) => name.endsWith(".rig"));
  const [name = ""] = kept();
  const before = statSync(join(place, name));
  expect(readRig(Uint8Array.from(readFileSync(join(place, name)))).portraitSha256).toBe(face);
  const options = { fps: 5, quality: "draft", seed: 1 };
  await own.ask("PUT", "/films/of-the-rig", { rig: rig.id, voice: words, consent, options });
  const one = await over("/films/of-the-rig");
  expect(one).toMatchObject({ state: "done" });
  expect(kept()).toEqual([name]);
  expect(statSync(join(place, name)).ino).toBe(before.ino);
  // What was damaged is made anew, and the film is the same; also without naming the rig.
  writeFileSync(join(place, name), "RITRATTO, but no rig");
  await own.ask("PUT", "/films/of-the-face", {
    ...{ portrait: face, voice: words, consent, options: { ...options, size: 256 } },
  });
  const two = await over("/films/of-the-face");
  const idOf = ({ result }: Told) => (result as { filmId: string }).filmId;
  expect(idOf(two)).toBe(idOf(one));
  expect(kept()).toEqual([name]);
  expect(statSync(join(place, name)).size).toBe(before.size);
  stop.abort();
  await working;
  await own.close();
  rmSync(own.data, { recursive: true, maxRetries: 5 });
}, 120_000);

test.each(["", '{"width": 256}'])(
  "of a rig whose record reads %j nothing is kept",
  async (text) => {
    const folder = mkdtempSync(join(tmpdir(), "ritratto-rig-"));
    const [face, stem] = [join(folder, "face.png"), join(folder, "kept")];
    await writeFace(face);
    writeFileSync(`${stem}.rig`, writeRig(await astronautRig()));
    writeFileSync(`${stem}.json`, text);
    const order = { portrait: face, portraitSha256: "0".repeat(64), stem, options: { size: 256 } };
    const made = await rigOf(order, await openNode({ threads: 1 }), {});
    expect(made).toMatchObject({ width: 256, height: 256 });
    expect(JSON.parse(readFileSync(`${stem}.json`, "utf8"))).toMatchObject({ width: 256 });
    expect(readRig(Uint8Array.from(readFileSync(`${stem}.rig`))).portraitSha256).toBe(
      "0".repeat(64),
    );
    rmSync(folder, { recursive: true });
  },
);
