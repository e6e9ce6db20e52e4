/** @file Live sessions: what comes out, who may have one, and what ends one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { storedQuotas } from "../../dist/server/limits.js";
import { USUAL_LIVE } from "../../dist/server/live-limits.js";
import { makeLiveNumbers } from "../../dist/server/live-numbers.js";
import { openSession } from "../../dist/server/live-session.js";
import { startService } from "../../dist/server/serve.js";
import { storedLedger } from "../../dist/server/trust-store.js";
import { connect as connectTo } from "../../src/client/client.js";
import { checkAuditLog, findMark, makeMeanLuma } from "../../src/index.js";
import { readPicture } from "../../src/platform/node.js";
import { writeRig } from "../../src/rig/rig-file.js";
import { addKey } from "../../src/server/keys.js";
import type { LiveSocket } from "../../src/server/live-place.js";
import { startSoundClock } from "../../src/server/live-sound.js";
import { makeTokens } from "../../src/server/live-token.js";
import { rigStem } from "../../src/server/rig-files.js";
import { cutVoice } from "../support/inputs.js";
import { astronautRig, sample } from "../support/machine.js";
import { connectLive, type LiveClient, pcmOf, whenOpen } from "./live-client.js";
import { codeOf, jsonOf, startTest, type TestService, upload } from "./service.js";

const VOICE = cutVoice(1, 2.6);
let service: TestService;
let portrait: string;
const hello = () => ({
  ...{ portrait, consent: { basis: "self" }, sampleRate: 16_000, want: "takes" },
  options: { size: 256, fps: 12.5 },
});

beforeAll(async () => {
  const live = { sessionsMost: 3, accountMost: 2, idleMs: 1500, helloMs: 700, pingMs: 400 };
  service = await startTest({ live }, startService);
  const bytes = Uint8Array.from(readFileSync(sample("astronaut.png")));
  portrait = await upload(service, "portraits", bytes);
});
afterAll(async () => {
  await service.close();
  rmSync(service.data, { recursive: true });
});

/** A rig that counts as done; nobody made it. */
async function wantRig(options: object, result?: object) {
  const rig = await astronautRig();
  const { width, height } = rig.picture;
  const wish = { portrait, consent: { basis: "self" }, options };
  const { id } = await jsonOf<{ id: string }>(await service.ask("POST", "/rigs", wish));
  const claim = await service.queue.claim(60_000);
  if (claim === undefined) throw new Error("nothing to claim");
  await service.queue.finish(claim, JSON.stringify(result ?? { width, height, warnings: [] }));
  return { id, rig };
}

async function begin(message: unknown = hello()): Promise<LiveClient> {
  const client = connectLive(service);
  await whenOpen(client);
  client.say(message);
  return client;
}

describe("a live session", () => {
  test("gives a frame for every instant of its sound, in order, and enters the audit log twice", async () => {
    const client = await begin();
    const ready = await client.wait("ready");
    expect(ready).toMatchObject({ fps: 12.5, labelled: false });
    for (let at = 0; at < VOICE.length; at += 1600)
      client.say(pcmOf(VOICE.subarray(at, at + 1600)));
    client.say({ kind: "end" });
    expect(await client.wait("ended")).toEqual({
      ...{ kind: "ended", dropped: 0, frames: 20, seconds: VOICE.length / 16_000 },
    });
    expect(await client.closed).toBe("1000 ended");
    const frames = client.came.flatMap((each) => (each.kind === "take" ? each.frames : []));
    expect(frames.map(({ frame }) => frame)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(frames[3]?.seconds).toBeCloseTo(3.5 / 12.5, 3);
    expect(Math.max(...frames.map(({ weights }) => weights.jawOpen ?? 0))).toBeGreaterThan(0.1);
    const log = await (await service.ask("GET", "/audit")).text();
    expect((await checkAuditLog(log)).brokenLine).toBeUndefined();
    const lines = log
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const own = lines.filter(({ job }) => job === ready.filmId);
    expect(own.map(({ audioSha256 }) => typeof audioSha256)).toEqual(["undefined", "string"]);
    const numbers = await (await service.ask("GET", "/metrics")).text();
    expect(numbers).toContain('ritratto_live_sessions_total{outcome="ended"} 1');
    expect(numbers).toContain("ritratto_live_latency_seconds_count 20");
  });

  test("gives pictures that are marked, with numbers before them, if it is asked to", async () => {
    const wish = { size: 512, fps: 12.5 };
    const client = await begin({ ...hello(), want: "frames", options: wish });
    const ready = await client.wait("ready");
    expect(ready).toMatchObject({ width: 512, height: 512, labelled: true });
    client.say(pcmOf(VOICE.subarray(0, 16_000)));
    client.say({ kind: "end" });
    const ended = await client.wait("ended");
    const pictures = client.came.flatMap((each) => (each.kind === "picture" ? [each] : []));
    expect(pictures).toHaveLength(ended.frames);
    expect(ended.frames + ended.dropped).toBe(13);
    const mean = makeMeanLuma({ width: 512, height: 512 });
    for (const { file } of pictures) mean.add(await readPicture(file));
    expect(findMark(mean.plane())?.id).toBe(ready.filmId);
    pictures.forEach(({ frame, dropped, seconds, file }, sent) => {
      expect(frame).toBe(sent + dropped);
      expect(seconds).toBeCloseTo((frame + 0.5) / 12.5, 6);
      expect([...file.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    });
  });

  test("of a rig shows what was kept of it, and makes none", async () => {
    const { id, rig } = await wantRig({ size: 300 });
    const stem = rigStem(service.folder, "local", { portrait, options: { size: 300 } });
    writeFileSync(`${stem}.rig`, writeRig(rig));
    const { width, height } = rig.picture;
    writeFileSync(`${stem}.json`, JSON.stringify({ width, height, warnings: [] }));
    // Nobody's portrait has this size by itself, so it is the one that lies there.
    expect(width).not.toBe(300);
    const wish = { ...hello(), portrait: undefined, rig: id, options: { fps: 12.5 } };
    const client = await begin({ ...wish, want: "frames", format: "webp" });
    expect(await client.wait("ready")).toMatchObject({ width, height });
    client.say(pcmOf(VOICE.subarray(0, 4000)));
    client.say({ kind: "end" });
    await client.wait("ended");
    const files = client.came.flatMap((each) => (each.kind === "picture" ? [each.file] : []));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(`${file.subarray(0, 4)} ${file.subarray(8, 12)}`).toBe("RIFF WEBP");
      expect(await readPicture(file)).toMatchObject({ width, height });
    }
    for (const [odd, code] of [
      [{ portrait }, "request_invalid"],
      [{ rig: "a".repeat(32) }, "rig_missing"],
      [{ rig: "../../service.db" }, "request_invalid"],
      [{ rig: undefined }, "request_invalid"],
      [{ options: { size: 256 } }, "option_invalid"],
      [{ consent: { basis: "fictional" } }, "consent_invalid"],
    ] as const) {
      const refused = await begin({ ...wish, ...odd });
      expect(await refused.closed, code).toBe(`1008 ${code}`);
    }
  });

  test("is not had of a rig that is too large to be drawn in time, or not done", async () => {
    const { id } = await wantRig({ size: 2048 }, { width: 2048, height: 1536, warnings: [] });
    const large = await begin({ ...hello(), portrait: undefined, rig: id, options: {} });
    expect(await large.closed).toBe("1008 option_invalid");
    const waiting = await service.ask("POST", "/rigs", { portrait, consent: { basis: "self" } });
    const { id: rig } = await jsonOf<{ id: string }>(waiting);
    const early = await begin({ ...hello(), portrait: undefined, rig, options: {} });
    expect(await early.closed).toBe("1008 film_not_done");
  });

  test("is had through the client, with a token that it asks for itself", async () => {
    const seen: number[] = [];
    const call = await connectTo(service.url).live(
      { ...hello(), want: "takes", consent: { basis: "self" } },
      // The types of a page's sockets and of ws differ where neither is used.
      { onFrame: ({ frame }) => seen.push(frame), webSocket: WebSocket as never },
    );
    expect(call.ready.fps).toBe(12.5);
    call.say(new Int16Array(16_000));
    expect(await call.finish()).toEqual({ frames: 13, dropped: 0 });
    expect(seen).toEqual(Array.from({ length: 13 }, (_, i) => i));
    const refused = connectTo(service.url).live(
      { ...hello(), portrait: "a".repeat(64), want: "takes", consent: { basis: "self" } },
      { webSocket: WebSocket as never },
    );
    await expect(refused).rejects.toMatchObject({ code: "upload_missing" });
  });

  test.each([
    ["no consent", { consent: undefined }, "consent_missing"],
    ["a guardian of nobody", { consent: { basis: "self", guardian: true } }, "consent_invalid"],
    ["a portrait that is not here", { portrait: "a".repeat(64) }, "upload_missing"],
    ["a path for a portrait", { portrait: "../../service.db" }, "request_invalid"],
    ["a feeling nobody knows", { options: { emotion: "hangry" } }, "option_invalid"],
    ["a rate of nobody's", { sampleRate: 1 }, "request_invalid"],
    ["a size beyond", { options: { size: 9000 } }, "request_invalid"],
  ])("with %s is refused", async (_, odd, code) => {
    const client = await begin({ ...hello(), ...odd });
    expect(await client.closed).toBe(`1008 ${code}`);
    expect(client.came).toMatchObject([{ kind: "failed", code }]);
  });
});

describe("what ends a session", () => {
  test("junk instead of a hello, and sound before it is ready", async () => {
    const junk = connectLive(service);
    await whenOpen(junk);
    junk.raw.send("{not json");
    expect(await junk.closed).toBe("1008 request_invalid");
    const early = connectLive(service);
    await whenOpen(early);
    early.say(Buffer.alloc(320));
    expect(await early.closed).toBe("1008 request_invalid");
  });

  test("a message that is too large", async () => {
    const client = connectLive(service);
    await whenOpen(client);
    client.raw.send("x".repeat(70_000));
    expect(await client.closed).toMatch(/^1009/);
  });

  test("a flood of messages or of pings", async () => {
    const pings = connectLive(service);
    await whenOpen(pings);
    for (let i = 0; i < 1000; i++) pings.raw.ping(undefined, undefined, () => undefined);
    // Who still sends may not hear why.
    expect(await pings.closed).toMatch(/^(1008 rate_exceeded|1006 )$/);
    // The connection may be down here before the server has said why.
    await vi.waitFor(() => expect(service.logged.join("\n")).toContain("rate_exceeded"));
  });

  test("sound that nobody can have spoken yet, and half a sample", async () => {
    let now = 0;
    const clock = startSoundClock(16_000, 2, () => now);
    clock.add(new Uint8Array(64_000));
    expect(() => clock.add(new Uint8Array(2))).toThrow("ahead");
    now = 1000;
    clock.add(new Uint8Array(2));
    expect(() => clock.add(new Uint8Array(3))).toThrow("Half a sample");
    expect(clock.cameAt(1)).toBe(0);
  });

  test("silence before a hello", async () => {
    const client = connectLive(service);
    expect(await client.closed).toBe("1008 request_slow");
  });

  test("not a client whose answer to a ping lies there while the server is busy", async () => {
    const client = await begin();
    await new Promise((resolve) => client.raw.once("ping", resolve));
    // His answer is on its way: nothing is read until the time for it is over.
    const until = performance.now() + 900;
    while (performance.now() < until);
    expect(await client.wait("ready")).toMatchObject({ fps: 12.5 });
    client.raw.close();
    await client.closed;
  });

  test("a client that does not answer pings any more", async () => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /live HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
  });

  test("messages that are too many", async () => {
    const client = await begin();
    await client.wait("ready");
    for (let i = 0; i < 1000; i++) client.say(Buffer.alloc(2));
    // Who still sends may not hear why.
    expect(await client.closed).toMatch(/^(1008 rate_exceeded|1006 )$/);
    expect(service.logged.at(-1)).toContain("rate_exceeded");
  });

  test("more sessions than one account may have", async () => {
    const open = [connectLive(service), connectLive(service)];
    await Promise.all(open.map(whenOpen));
    const third = connectLive(service);
    expect(await third.closed).toBe("1013 live_busy");
    for (const { raw } of open) raw.close();
    await Promise.all(open.map(({ closed }) => closed));
  });
});

test("for a client that reads nothing no frame waits: all are left out, and counted", async () => {
  const { folder, store, queue } = service;
  const heard: string[] = [];
  let over = (_: string) => {};
  const closed = new Promise<string>((resolve) => {
    over = resolve;
  });
  const socket: LiveSocket = {
    send: (data) => heard.push(`${data}`),
    ping: () => undefined,
    close: (code, reason) => over(`${code} ${reason}`),
    terminate: () => over("terminated"),
    bufferedAmount: USUAL_LIVE.waitingBytesMost + 1,
  };
  const kept = { quotas: storedQuotas(store), ledger: storedLedger(store) };
  const place = { folder, store, queue, native: true, ...kept };
  const session = openSession(
    socket,
    { account: "local", scopes: ["write"] },
    { ...place, limits: USUAL_LIVE, numbers: makeLiveNumbers(), log: () => undefined },
  );
  session.message(JSON.stringify(hello()));
  while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  session.message(pcmOf(VOICE.subarray(0, 16_000)));
  session.message(JSON.stringify({ kind: "end" }));
  expect(await closed).toBe("1000 ended");
  const [ready, ended, ...more] = heard.map((text) => JSON.parse(text));
  expect(ready).toMatchObject({ kind: "ready" });
  expect(ended).toEqual({ kind: "ended", dropped: 13, frames: 0, seconds: 1 });
  expect(more).toEqual([]);
});

test("pages of other places get no session, and plain requests none either", async () => {
  const foreign = connectLive(service, ["ritratto.live.v1"], { origin: "https://evil.example" });
  expect(await foreign.closed).toBe("refused 403");
  expect(await codeOf(await service.ask("GET", "/live"))).toBe("400 request_invalid");
});

describe("tokens", () => {
  test("are good once, for a minute, and as they were given", () => {
    let now = 0;
    const tokens = makeTokens("secret", () => now);
    const caller = { account: "anna", scopes: ["write" as const] };
    const { token } = tokens.give(caller);
    expect(token).toMatch(/^[\w.-]+$/);
    expect(() => tokens.take(`${token}x`)).toThrow("none of this service");
    expect(() => makeTokens("other").take(token)).toThrow("none of this service");
    expect(tokens.take(token)).toEqual(caller);
    expect(() => tokens.take(token)).toThrow("used");
    const old = tokens.give(caller).token;
    now = 60_001;
    expect(() => tokens.take(old)).toThrow("old");
  });

  test("open what a key would open", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ritratto-live-"));
    const keys = join(folder, "keys.json");
    const key = await addKey(keys, { account: "anna", scopes: ["read", "write"] });
    const reader = await addKey(keys, { account: "anna", scopes: ["read"] });
    const closed = await startTest({ keys });
    const as = (who: string) => ({ authorization: `Bearer ${who}` });
    const plain = ["ritratto.live.v1"];
    expect(await connectLive(closed, plain).closed).toBe("refused 401");
    expect(await connectLive(closed, plain, as(`${key}x`)).closed).toBe("refused 401");
    expect(await connectLive(closed, plain, as(reader)).closed).toBe("refused 403");
    const forged = [...plain, "ritratto.token.e30.AAAA"];
    expect(await connectLive(closed, forged).closed).toBe("refused 401");
    const answer = await closed.ask("POST", "/live/tokens", undefined, as(key));
    const { protocol } = await jsonOf<{ protocol: string }>(answer);
    const client = connectLive(closed, [...plain, protocol]);
    await whenOpen(client);
    expect(client.raw.protocol).toBe("ritratto.live.v1");
    expect(await connectLive(closed, [...plain, protocol]).closed).toBe("refused 401");
    client.raw.close();
    await client.closed;
    await closed.close();
    for (const path of [folder, closed.data]) rmSync(path, { recursive: true });
  });
});
