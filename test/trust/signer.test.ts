import "reflect-metadata";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as x509 from "@peculiar/x509";
import { LocalTimestampProvider } from "@trustnxt/c2pa-ts/rfc3161";
import { TimeStampReq } from "pkijs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ritrattoHome } from "../../src/platform/node-home.js";
import { openSeal, readFileCredentials } from "../../src/platform/node-seal.js";
import { openNodeSigner, readAnchors } from "../../src/platform/node-signer.js";
import { bytesAsSource } from "../../src/trust/byte-source.js";
import { anchorOf, makeSignerFiles, openSigner } from "../../src/trust/certificates.js";
import { sample } from "../support/machine.js";
import { ritratto, ritrattoHere } from "../support/program.js";
import { crypto } from "./people.js";

const KEY = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 24 * 3600 * 1000;
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

const before = { ...process.env };
let folder: string;
const file = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ritratto-signer-"));
  process.env.RITRATTO_HOME = file("home");
});
afterEach(async () => {
  process.env = { ...before };
  await rm(folder, { recursive: true });
});

const keysOf = () => globalThis.crypto.subtle.generateKey(KEY, true, ["sign", "verify"]);

/** A certificate that signs itself, and its key. */
async function certificate(extensions: x509.Extension[], daysLeft = 10) {
  const keys = await keysOf();
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: "01", name: "CN=Somebody", keys, signingAlgorithm: KEY, extensions },
    notBefore: new Date(Date.now() - 30 * DAY_MS),
    notAfter: new Date(Date.now() + daysLeft * DAY_MS),
  });
  const key = await globalThis.crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { certificate: made, chain: made.toString("pem"), key: pem(key), der: key };
}

const pem = (key: ArrayBuffer) => x509.PemConverter.encode(key, "PRIVATE KEY");
const usable = () => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.36"], true),
];

describe("the user's own key", () => {
  test("is made at first use, for nobody else to read, and stays", async () => {
    const { certificates } = await openNodeSigner();
    expect((await readdir(join(ritrattoHome(), "signer"))).sort()).toEqual([
      "chain.pem",
      "key.pem",
      "root.pem",
    ]);
    expect(await readdir(ritrattoHome())).toEqual(["signer"]);
    if (process.platform !== "win32") {
      expect(statSync(join(ritrattoHome(), "signer/key.pem")).mode & 0o777).toBe(0o600);
    }
    expect((await openNodeSigner()).certificates).toEqual(certificates);
    expect(await readAnchors()).toEqual([
      readFileSync(join(ritrattoHome(), "signer/root.pem"), "utf8"),
    ]);
  });

  test("is one and the same for all who are first at once", async () => {
    const signers = await Promise.all(Array.from({ length: 6 }, () => openNodeSigner()));
    for (const { certificates } of signers) expect(certificates).toEqual(signers[0].certificates);
    expect(await readdir(ritrattoHome())).toEqual(["signer"]);
  });

  test("is one and the same for two processes that are first at once", async () => {
    const node = new URL("../../dist/platform/node.js", import.meta.url).href;
    const code = `const { openNodeSigner } = await import(${JSON.stringify(node)});
      const { certificates } = await openNodeSigner();
      console.log(Buffer.from(certificates[0]).toString("hex"));`;
    const go = () => promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
    const [one, two] = await Promise.all([go(), go()]);
    expect(one.stdout.length).toBeGreaterThan(800);
    expect(two.stdout).toBe(one.stdout);
  });

  test("is made anew when it has expired, and what it signed stays ours", async () => {
    await openNodeSigner();
    const old = await makeSignerFiles(crypto, new Date(Date.now() - 4000 * DAY_MS));
    writeFileSync(join(ritrattoHome(), "signer/chain.pem"), old.chain);
    writeFileSync(join(ritrattoHome(), "signer/key.pem"), old.key);
    writeFileSync(join(ritrattoHome(), "signer/root.pem"), await anchorOf(old.chain));
    const { certificates } = await openNodeSigner();
    expect(certificates).not.toContainEqual((await readChain(old.chain))[0]);
    expect(await readAnchors()).toHaveLength(2);
    expect(await readAnchors()).toContain(await anchorOf(old.chain));
  });

  test("is nowhere else than where the environment says", async () => {
    delete process.env.RITRATTO_HOME;
    process.env.XDG_CONFIG_HOME = file("config");
    const usual = process.platform === "win32" ? process.env.APPDATA : file("config");
    expect(ritrattoHome()).toBe(join(usual ?? "", "ritratto"));
  });
});

const readChain = async (chain: string) =>
  x509.PemConverter.decode(chain).map((der) => new Uint8Array(der));

describe("own certificates", () => {
  test("sign if they are good ones, from options and from the environment", async () => {
    const { chain, key } = await makeSignerFiles(crypto, new Date());
    writeFileSync(file("own.pem"), chain);
    writeFileSync(file("own.key"), key);
    const expected = await readChain(chain);
    const signer = await openNodeSigner({ c2paCert: file("own.pem"), c2paKey: file("own.key") });
    expect(signer.certificates).toEqual(expected);
    process.env.RITRATTO_C2PA_CERT = file("own.pem");
    process.env.RITRATTO_C2PA_KEY = file("own.key");
    expect((await openNodeSigner()).certificates).toEqual(expected);
    expect(await readAnchors()).toEqual([await anchorOf(chain)]);
    await expect(readdir(ritrattoHome())).rejects.toThrow(/ENOENT/);
  });

  test("for documents only are good enough, also to be recognised by", async () => {
    const { chain, key } = await certificate(usable());
    expect((await openSigner({ chain, key }, crypto, new Date())).certificates).toHaveLength(1);
  });

  test.each([
    ["authority", () => certificate([new x509.BasicConstraintsExtension(true, 0, true)])],
    ["expired", () => certificate(usable(), -1)],
    ["use", () => certificate([])],
    ["use", () => certificate([new x509.ExtendedKeyUsageExtension(["2.5.29.37.0"], true)])],
    ["use", () => certificate([new x509.ExtendedKeyUsageExtension([TIME_STAMPING], true)])],
    [
      "key",
      async () => ({ ...(await certificate(usable())), key: (await certificate(usable())).key }),
    ],
    ["unreadable", async () => ({ ...(await certificate(usable())), key: "no key" })],
    ["unreadable", async () => ({ ...(await certificate(usable())), chain: "no certificate" })],
    [
      "chain",
      async () => {
        const [one, other] = [await certificate(usable()), await certificate(usable())];
        return { ...one, chain: `${one.chain}\n${other.chain}` };
      },
    ],
  ])("are refused for the reason “%s”", async (reason, make) => {
    const { chain, key } = await make();
    await expect(openSigner({ chain, key }, crypto, new Date())).rejects.toMatchObject({
      code: "signer_invalid",
      details: { reason },
    });
  });

  test("are refused by the program before any work, and nothing is left", async () => {
    const { chain } = await makeSignerFiles(crypto, new Date());
    const other = await makeSignerFiles(crypto, new Date());
    writeFileSync(file("own.pem"), chain);
    writeFileSync(file("own.key"), other.key);
    const inputs = [sample("astronaut.png"), sample("austen.wav")];
    const words = ["speak", ...inputs, "-o", "film.mp4", "--c2pa-cert", file("own.pem")];
    const alone = await ritrattoHere(words, folder);
    expect([alone.code, alone.files]).toEqual([2, []]);
    expect(alone.err).toMatch(/--c2pa-cert and --c2pa-key/);
    const wrong = await ritratto([...words, "--c2pa-key", file("own.key")], folder);
    expect([wrong.code, wrong.files]).toEqual([2, []]);
    expect(wrong.err).toMatch(/not that of the first certificate/);
  });
});

describe("time stamps", () => {
  /** An authority on this machine. @param answer - What it makes of a good answer. */
  async function withAuthority(
    answer: (good: Uint8Array, question: Buffer) => Uint8Array | number | Promise<Uint8Array>,
    use: (address: string, heard: Buffer[]) => Promise<void>,
  ) {
    const uses = [new x509.ExtendedKeyUsageExtension([TIME_STAMPING], true)];
    const { certificate: authority, der } = await certificate([
      ...uses,
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    ]);
    const stamp = new LocalTimestampProvider(authority, new Uint8Array(der));
    const heard: Buffer[] = [];
    const server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      heard.push(body);
      const made = await stamp.getSignedTimestamp(TimeStampReq.fromBER(body));
      const sent = await answer(new Uint8Array(made.toSchema().toBER()), body);
      if (typeof sent === "number") response.writeHead(sent).end();
      else response.end(sent);
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, heard);
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  }
  const png = () => bytesAsSource(new Uint8Array(readFileSync(sample("astronaut.png"))));
  const facts = { labelled: false, inputs: [] };

  /** An answer of OpenSSL's authority to the last question. */
  async function stampByOpenssl(question: Buffer): Promise<Uint8Array> {
    const [root, own] = [await keysOf(), await keysOf()];
    const authority = await x509.X509CertificateGenerator.create({
      ...{ serialNumber: "02", subject: "CN=Clock, O=Test", issuer: "CN=Root, O=Test" },
      ...{ publicKey: own.publicKey, signingKey: root.privateKey, signingAlgorithm: KEY },
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.ExtendedKeyUsageExtension([TIME_STAMPING], true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
      ],
    });
    const chain = authority.toString("pem");
    const key = pem(await globalThis.crypto.subtle.exportKey("pkcs8", own.privateKey));
    const config = [
      "[tsa]",
      ...["serial = serial", "crypto_device = builtin", "signer_cert = tsa.pem"],
      ...["signer_key = tsa.key", "signer_digest = sha256", "default_policy = 1.2.3.4.1"],
      ...["digests = sha256", "ess_cert_id_alg = sha256"],
    ];
    const contents = {
      "tsa.cnf": config.join("\n"),
      "tsa.pem": chain,
      "tsa.key": key,
      serial: "01",
    };
    for (const [name, text] of Object.entries({ ...contents, "q.tsq": question })) {
      writeFileSync(file(name), text);
    }
    const words = "ts -reply -queryfile q.tsq -config tsa.cnf -section tsa -out a.tsr".split(" ");
    execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
    return new Uint8Array(readFileSync(file("a.tsr")));
  }

  // The authority of the other tests packs its stamps in a way that c2pa-rs does not read.
  const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
  test.skipIf(!hasOpenssl)("are in the film and are read; only a hash is sent", async () => {
    await withAuthority(
      (_, question) => stampByOpenssl(question),
      async (tsa, heard) => {
        const seal = await openSeal(facts, { tsa });
        writeFileSync(file("stamped.png"), (await seal(png()))?.bytes ?? "");
        const reading = await readFileCredentials(file("stamped.png"));
        expect(reading.failures).toEqual([]);
        expect(reading).toMatchObject({ state: "trusted", ours: true });
        expect(Math.abs(Date.parse(reading.signedAt ?? "") - Date.now())).toBeLessThan(60_000);
        expect(heard.map(({ length }) => length)).toEqual([69]);
      },
    );
  });

  test.each([
    ["says no", () => Uint8Array.of(0x30, 5, 0x30, 3, 2, 1, 2), /refused, with status 2/],
    ["is out of order", () => 500, /answers with 500/],
    ["talks of something else", () => Uint8Array.from(Buffer.from("<html>")), /is no time stamp/],
    ["stamps another hash", (good: Uint8Array) => spoil(good), /to another question/],
  ])("are not made up where the authority %s", async (_, answer, says) => {
    await withAuthority(answer, async (tsa) => {
      const made = openSeal(facts, { tsa }).then((seal) => seal(png()));
      await expect(made).rejects.toMatchObject({
        code: "time_stamp_failed",
        message: expect.stringMatching(says),
      });
    });
  });

  test("are not made up where nobody answers, or the address is none", async () => {
    const nobody = openSeal(facts, { tsa: "http://127.0.0.1:1/" }).then((seal) => seal(png()));
    await expect(nobody).rejects.toMatchObject({ code: "time_stamp_failed" });
    const none = openSeal(facts, { tsa: "file:///tmp" });
    await expect(none).rejects.toMatchObject({ code: "option_invalid" });
  });

  /** Changes the first byte of the hash, which follows the algorithm's name in TSTInfo. */
  function spoil(good: Uint8Array): Uint8Array {
    const out = good.slice();
    const name = Buffer.from("608648016503040201", "hex");
    for (let at = 0; at >= 0; at = Buffer.from(out).indexOf(name, at + 1)) {
      const hash = out.indexOf(0x04, at + name.length);
      if (at > 0 && out[hash + 1] === 32) out[hash + 2] ^= 1;
    }
    return out;
  }
});
