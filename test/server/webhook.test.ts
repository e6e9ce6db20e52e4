/** @file Webhooks: what is sent, signed and sent again, and where they may not lead. */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { failure } from "../../src/base/errors.js";
import { openStore } from "../../src/server/database.js";
import { sqliteQueue } from "../../src/server/sqlite-queue.js";
import {
  addressOf,
  intranetToo,
  publicOnly,
  readWebhookUrl,
} from "../../src/server/webhook-address.js";
import { postWebhook } from "../../src/server/webhook-post.js";
import { signatureOf, storedSecrets } from "../../src/server/webhook-secrets.js";
import { type Delivery, storedWebhooks } from "../../src/server/webhooks.js";
import { codeOf, jsonOf, PNG, startTest, type TestService, upload, WAV } from "./service.js";

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Somebody who listens. @param answer - Status of the answer to the first, the second, … message. */
async function listener(answer: (index: number) => number, host = "127.0.0.1") {
  const heard: Heard[] = [];
  const server = createServer(async (request, reply) => {
    let body = "";
    for await (const piece of request) body += piece;
    heard.push({ headers: request.headers, body });
    const status = answer(heard.length - 1);
    reply.writeHead(status, { location: `http://${host}:${port}/elsewhere` }).end("thanks");
  });
  servers.push(server);
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { heard, port, url: `http://${host}:${port}/hook?for=anna` };
}

const until = async (isTrue: () => boolean | Promise<boolean>) => {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
};

const SENDING = { rule: intranetToo, timeoutMs: 500, everyMs: 10, pausesMs: [10, 20] };

describe("a film's webhook", () => {
  let service: TestService;
  let wish: object;
  beforeAll(async () => {
    service = await startTest({ sending: SENDING });
    const portrait = await upload(service, "portraits", PNG);
    const voice = await upload(service, "voices", WAV);
    wish = { portrait, voice, consent: { basis: "fictional" } };
  });
  afterAll(async () => {
    await service.close();
    rmSync(service.data, { recursive: true });
  });
  const put = (id: string, webhook: string) =>
    service.ask("PUT", `/films/${id}`, { ...wish, webhook });
  const told = async (id: string) => {
    const answer = await service.ask("GET", `/films/${id}/deliveries`);
    return (await jsonOf<{ deliveries: Delivery[] }>(answer)).deliveries;
  };
  const settled = async (id: string, count = 1) => {
    await until(async () => {
      const all = await told(id);
      return all.length === count && all.every(({ state }) => state !== "waiting");
    });
    return told(id);
  };
  const claimed = async (id: string) => {
    const claim = await service.queue.claim(60_000);
    if (claim?.id !== id) throw new Error(`claimed ${claim?.id}`);
    return claim;
  };

  test("hears once of its end, signed so that anybody with the secret can check it", async () => {
    const { heard, url } = await listener(() => 204);
    expect((await put("signed-film", url)).status).toBe(202);
    const claim = await claimed("signed-film");
    await service.queue.fail(claim, failure("face_missing", "There is no face."));
    expect(await settled("signed-film")).toMatchObject([
      { event: "film.failed", state: "delivered", tries: 1, status: 204 },
    ]);
    expect(heard).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: "" }] = heard;
    const message = JSON.parse(body);
    const film = await jsonOf<object>(await service.ask("GET", "/films/signed-film"));
    expect(message).toMatchObject({ type: "film.failed", data: film });
    const { secret } = await jsonOf<{ secret: string }>(
      await service.ask("GET", "/webhook-secret"),
    );
    const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    expect(key).toHaveLength(32);
    const expected = createHmac("sha256", key).update(text).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${expected}`);
    expect(Number(headers["webhook-timestamp"]) * 1000).toBeLessThanOrEqual(Date.now());
    expect(headers["content-type"]).toBe("application/json");
    expect(service.logged.join("")).not.toContain("for=anna");
  });

  test("is tried again under the same id, and hears of each end of a film", async () => {
    const { heard, url } = await listener((index) => [500, 302, 200][index] ?? 200);
    await put("again-film", url);
    await service.ask("POST", "/films/again-film/cancel");
    expect(await settled("again-film")).toMatchObject([
      { event: "film.cancelled", state: "delivered", tries: 3 },
    ]);
    // A redirect is no answer, and nobody went where it leads.
    expect(heard).toHaveLength(3);
    expect(new Set(heard.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    await service.ask("POST", "/films/again-film/retry");
    await service.queue.fail(await claimed("again-film"), failure("face_missing", "None."));
    const events = (await settled("again-film", 2)).map(({ event }) => event);
    expect(events).toEqual(["film.cancelled", "film.failed"]);
    expect(new Set(heard.map(({ headers }) => headers["webhook-id"])).size).toBe(2);
  });

  test.each([
    ["refuses every time", 500, 3],
    ["leads elsewhere every time", 301, 3],
    ["is gone", 410, 1],
  ])("that %s is given up", async (name, status, tries) => {
    const { heard, url } = await listener(() => status);
    const id = `no-film-${name.replaceAll(" ", "-")}`;
    await put(id, url);
    await service.ask("POST", `/films/${id}/cancel`);
    expect(await settled(id)).toMatchObject([{ state: "given-up", tries, status }]);
    expect(heard).toHaveLength(tries);
  });

  test("that never answers is given up after its time", async () => {
    const server = createServer(() => undefined);
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await put("silent-film", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await service.ask("POST", "/films/silent-film/cancel");
    expect(await settled("silent-film")).toMatchObject([
      { state: "given-up", tries: 3, problem: "webhook_failed" },
    ]);
  });

  test("of a film that is erased is forgotten", async () => {
    const { heard, url } = await listener(() => 500);
    await put("erased-film", url);
    expect((await service.ask("DELETE", "/films/erased-film")).status).toBe(204);
    expect(service.webhooks.of({ account: "local", id: "erased-film" })).toEqual([]);
    expect(heard).toEqual([]);
  });

  test("signs with the old secret, too, for a day after it was replaced", async () => {
    const { heard, url } = await listener(() => 200);
    const secretOf = async (method: string) =>
      (await jsonOf<{ secret: string }>(await service.ask(method, "/webhook-secret"))).secret;
    const before = await secretOf("GET");
    const after = await secretOf("POST");
    expect(after).not.toBe(before);
    expect(await secretOf("GET")).toBe(after);
    await put("twice-signed", url);
    await service.ask("POST", "/films/twice-signed/cancel");
    await settled("twice-signed");
    const [{ headers, body } = { headers: {}, body: "" }] = heard;
    const [id, time] = [String(headers["webhook-id"]), Number(headers["webhook-timestamp"])];
    const signatures = [after, before].map((secret) => signatureOf(secret, { id, time, body }));
    expect(headers["webhook-signature"]).toBe(signatures.join(" "));
  });
});

test("a signature is what the standard's own example says", () => {
  // From the Standard Webhooks specification's libraries.
  const message = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    time: 1614265330,
    body: '{"test": 2432232314}',
  };
  expect(signatureOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message)).toBe(
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});

describe("an address", () => {
  test.each([
    ...["127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"],
    ...["192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "239.255.255.255"],
    ...["255.255.255.255", "240.0.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"],
    ...["203.0.113.1", "::1", "::", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1"],
    ...["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1"],
    ...["64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001::1", "2001:db8::1", "100::1"],
    ...["3fff::1", "4000::1", "no address", ""],
  ])("that only insiders reach is refused: %s", async (address) => {
    expect(publicOnly(address)).toBeTypeOf("string");
    const named = addressOf(new URL("https://hook.example/"), publicOnly, async () => [
      ...["93.184.215.14", address],
    ]);
    await expect(named).rejects.toMatchObject({ code: "webhook_refused" });
  });

  test.each(["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])(
    "of the internet may be called: %s",
    (address) => expect(publicOnly(address)).toBeUndefined(),
  );

  test("of an intranet may be called where the operator says so, of a link or a crowd never", () => {
    for (const address of ["127.0.0.1", "10.1.2.3", "fd12::1", "::ffff:192.168.0.1", "8.8.8.8"]) {
      expect(intranetToo(address), address).toBeUndefined();
    }
    for (const address of ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "::"]) {
      expect(intranetToo(address), address).toBeTypeOf("string");
    }
  });

  test.each([
    ...["http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/"],
    ...["http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:7f00:1]/", "http://[fe80::1]/"],
    ...["http://169.254.169.254/latest/meta-data", "https://10.0.0.1:8443/", "http://①②⑦.0.0.1/"],
    ...["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:1"],
    ...["https://me:secret@example.com/", "https://example.com@127.0.0.1/", "no address"],
  ])("is refused as soon as it is named: %s", (url) => {
    expect(() => readWebhookUrl(url, publicOnly)).toThrow(
      expect.objectContaining({ code: "webhook_refused" }),
    );
  });

  test("is looked at when a film is wanted, and again when it is called", async () => {
    const service = await startTest();
    const portrait = await upload(service, "portraits", PNG);
    const voice = await upload(service, "voices", WAV);
    const put = (webhook: string) =>
      service.ask("PUT", "/films/film-here", {
        ...{ portrait, voice, consent: { basis: "self" }, webhook },
      });
    expect(await codeOf(await put("http://127.0.0.1:22/"))).toBe("422 webhook_refused");
    expect(await codeOf(await put("not at all"))).toBe("400 request_invalid");
    // A name that leads here, as everybody may have one.
    expect((await put("http://localhost:22/")).status).toBe(202);
    await service.ask("POST", "/films/film-here/cancel");
    const key = { account: "local", id: "film-here" };
    await until(() => service.webhooks.of(key)[0]?.state === "given-up");
    expect(service.webhooks.of(key)).toMatchObject([{ tries: 1, problem: "webhook_refused" }]);
    await service.close();
    rmSync(service.data, { recursive: true });
  });

  test("that changes between look and call is not called: names are asked for once", async () => {
    const [good, evil] = [await listener(() => 200), await listener(() => 200, "127.0.0.2")];
    const asked: string[] = [];
    const answers = ["127.0.0.1", "127.0.0.2"];
    const options = {
      timeoutMs: 1000,
      rule: (address: string) => (address === "127.0.0.1" ? undefined : "inside"),
      resolve: async (name: string) => {
        asked.push(name);
        return [answers[asked.length - 1] ?? "127.0.0.2"];
      },
    };
    const post = (port: number) =>
      postWebhook(`http://hook.example:${port}/a`, "{}", { "webhook-id": "1" }, options);
    expect(await post(good.port)).toBe(200);
    expect(asked).toEqual(["hook.example"]);
    expect(good.heard[0]?.headers.host).toBe(`hook.example:${good.port}`);
    await expect(post(evil.port)).rejects.toMatchObject({ code: "webhook_refused" });
    expect(evil.heard).toEqual([]);
  });

  test("with a name that is never found, or an answer without end, is left in time", async () => {
    const never = { rule: intranetToo, timeoutMs: 50, resolve: () => new Promise<never>(() => {}) };
    await expect(postWebhook("http://slow.example/", "{}", {}, never)).rejects.toMatchObject({
      code: "webhook_failed",
    });
    const server = createServer((_, reply) => {
      const send = () => reply.write(Buffer.alloc(16_384), () => !reply.destroyed && send());
      send();
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const options = { rule: intranetToo, timeoutMs: 5000, resolve: async () => [] };
    expect(await postWebhook(`http://127.0.0.1:${port}/`, "{}", {}, options)).toBe(200);
  });
});

test("messages outlive whoever was to send them: a claim runs out, and another sends the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-webhooks-"));
  let now = 1_000_000;
  const open = () => openStore(join(folder, "service.db"));
  const first = open();
  const queue = sqliteQueue(first, () => now);
  const spec = JSON.stringify({
    ...{ portrait: "a".repeat(64), voice: "b".repeat(64), consent: { basis: "self" } },
  });
  const key = { account: "anna", id: "some-film" };
  const webhooks = storedWebhooks(first, () => now);
  webhooks.watch(key, "https://hook.example/");
  await queue.submit(key, spec);
  await webhooks.collect(queue, 10);
  expect(webhooks.of(key)).toEqual([]);
  await queue.cancel(key);
  // Whoever settles it twice, makes one message of it.
  await Promise.all([webhooks.collect(queue, 10), webhooks.collect(queue, 10)]);
  expect(webhooks.claim(1000, 5, ["anna"])).toEqual([]);
  const [claimed] = webhooks.claim(1000, 5, []);
  expect(webhooks.claim(1000, 5, [])).toEqual([]);
  const secret = storedSecrets(first).of("anna");
  await queue.close();
  const second = open();
  const again = storedWebhooks(second, () => now);
  expect(storedSecrets(second).of("anna")).toBe(secret);
  expect(again.claim(1000, 5, [])).toEqual([]);
  now += 1001;
  expect(again.claim(1000, 5, [])).toMatchObject([
    { id: claimed?.id, body: claimed?.body, tries: 2 },
  ]);
  again.record(claimed?.id ?? "", { status: 200, state: "delivered", nextAt: 0 });
  now += 5000;
  expect(again.claim(1000, 5, [])).toEqual([]);
  again.removeOld(now);
  expect(again.of(key)).toEqual([]);
  second.close();
  rmSync(folder, { recursive: true });
});
