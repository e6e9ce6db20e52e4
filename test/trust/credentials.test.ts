import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BMFF, PNG } from "@trustnxt/c2pa-ts/asset";
import { SuperBox } from "@trustnxt/c2pa-ts/jumbf";
import { ManifestStore } from "@trustnxt/c2pa-ts/manifest";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePicture } from "../../src/base/picture.js";
import { registerCodecs } from "../../src/platform/node-codecs.js";
import { fileSink } from "../../src/platform/node-files.js";
import { openSeal, readFileCredentials } from "../../src/platform/node-seal.js";
import { readAnchors } from "../../src/platform/node-signer.js";
import { bytesAsSource } from "../../src/trust/byte-source.js";
import {
  checkAnchor,
  readCredentials,
  readKeptManifest,
  signCredentials,
} from "../../src/trust/credentials.js";
import type { FilmFacts } from "../../src/trust/manifest.js";
import { copyFilm, writeFilm } from "../support/films.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { makeSomebody, toolkit } from "./people.js";

const SIDE_PX = 256;
const NAME = "Ada of Test Street";
const PORTRAIT_SHA256 = "0123456789abcdef".repeat(4);

let folder: string;
let me: Awaited<ReturnType<typeof makeSomebody>>;
let film: Uint8Array;
let signed: Uint8Array;
let facts: FilmFacts;
const file = (name: string) => join(folder, name);
const load = (path: string) => new Uint8Array(readFileSync(path));
const sign = async (bytes: Uint8Array, about = facts, by = me) =>
  (await signCredentials(bytesAsSource(bytes), about, by.signer, toolkit)).bytes;
const read = (bytes: Uint8Array, anchors = [me.anchor]) =>
  readCredentials(bytesAsSource(bytes), anchors, toolkit);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ritratto-credentials-"));
  await registerCodecs("native");
  await writeFace(file(`${NAME}.png`));
  writeWav(file("voice.wav"), cutVoice(0, 0.5));
  const frames = Array.from({ length: 5 }, (_, index) => {
    const picture = makePicture(SIDE_PX, SIDE_PX);
    picture.data.forEach((_, i) => {
      picture.data[i] = i % 4 === 3 ? 255 : ((i >> 2) * (index + 3)) % 251;
    });
    return picture;
  });
  await writeFilm(file("film.mp4"), frames);
  me = await makeSomebody();
  film = load(file("film.mp4"));
  facts = {
    version: "1.2.3",
    id: "0123456789ab",
    consent: { basis: "subject", guardian: true },
    labelled: true,
    inputs: [
      {
        role: "portrait",
        sha256: PORTRAIT_SHA256,
        source: bytesAsSource(load(file(`${NAME}.png`))),
      },
      { role: "audio", sha256: "f".repeat(64), source: bytesAsSource(load(file("voice.wav"))) },
    ],
  };
  signed = await sign(film);
});
afterAll(() => rm(folder, { recursive: true }));

/** Where bytes are in others. */
const find = (bytes: Uint8Array, text: string) => Buffer.from(bytes).indexOf(text);

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const out = bytes.slice();
  out[at] ^= 1;
  return out;
}

test("a signed film says who made it, from what, and with whose consent", async () => {
  const reading = await read(signed);
  expect(reading).toMatchObject({
    ...{ state: "trusted", ours: true, signer: "Ritratto signer", failures: [] },
    generator: { name: "Ritratto", version: "1.2.3" },
    ...{ consent: facts.consent, labelled: true, filmId: facts.id },
    inputs: { portrait: PORTRAIT_SHA256, audio: "f".repeat(64) },
    actions: ["c2pa.created", "c2pa.watermarked.bound"],
  });
  expect(reading.digitalSourceType).toMatch(/\/compositeWithTrainedAlgorithmicMedia$/);
  expect(reading.ingredients).toEqual([
    { title: "portrait", relationship: "inputTo", hasCredentials: false },
    { title: "audio", relationship: "inputTo", hasCredentials: false },
  ]);
});

test("it stays a film that begins to play at once, and grows by less than 8 kB", () => {
  expect(signed.length - film.length).toBeLessThan(8000);
  expect(find(signed, "moov")).toBeLessThan(find(signed, "mdat"));
});

describe("what a registry keeps of it", () => {
  let kept: Uint8Array;
  beforeAll(async () => {
    kept = (await signCredentials(bytesAsSource(film), facts, me.signer, toolkit)).manifest;
  });

  test("says without the film who signed which film, if it is as it was signed", async () => {
    expect(await readKeptManifest(kept, [me.anchor], toolkit)).toMatchObject({
      ...{ state: "trusted", ours: true, signer: "Ritratto signer", filmId: facts.id },
      failures: [],
    });
    const stranger = await readKeptManifest(kept, [], toolkit);
    expect(stranger).toMatchObject({ state: "valid", ours: false, signer: "Ritratto signer" });
    const forged = flip(kept, find(kept, facts.id ?? ""));
    expect(await readKeptManifest(forged, [me.anchor], toolkit)).toMatchObject({
      ...{ state: "altered", ours: false },
    });
    const half = kept.subarray(0, kept.length >> 1);
    expect((await readKeptManifest(half, [me.anchor], toolkit)).state).toBe("altered");
  });
});

test("a certificate that cannot be read is no fault of the film's", async () => {
  const broken = "-----BEGIN CERTIFICATE-----\nno base64\n-----END CERTIFICATE-----\n";
  await expect(read(signed, [broken])).rejects.toMatchObject({ code: "anchor_invalid" });
  expect(() => checkAnchor("words", "words.pem")).toThrow("“words.pem” holds 0 certificates.");
});

test("without id and consent nothing is said of them", async () => {
  const { id: _, consent: __, ...rest } = facts;
  const reading = await read(await sign(film, rest));
  expect(reading).toMatchObject({ state: "trusted", actions: ["c2pa.created"] });
  expect([reading.filmId, reading.consent]).toEqual([undefined, undefined]);
});

test("credentials of an input are carried along", async () => {
  const portrait = await sign(load(file(`${NAME}.png`)));
  const [, audio] = facts.inputs;
  const input = {
    role: "portrait",
    sha256: PORTRAIT_SHA256,
    source: bytesAsSource(portrait),
  } as const;
  const both = await sign(film, { ...facts, inputs: [input, audio] });
  const { ingredients, state } = await read(both);
  expect(state).toBe("trusted");
  expect(ingredients.map(({ hasCredentials }) => hasCredentials)).toEqual([true, false]);
  expect(both.length - film.length).toBeGreaterThan(signed.length - film.length + 2000);
});

test.each(["webm", "json"])("an input that can hold none (%s) is no obstacle", async (kind) => {
  const bytes = Buffer.from(kind === "webm" ? "1a45dfa3010000" : "7b7d", "hex");
  const source = bytesAsSource(new Uint8Array(bytes));
  const inputs = [{ role: "take", sha256: PORTRAIT_SHA256, source }] as const;
  expect(await read(await sign(film, { ...facts, inputs }))).toMatchObject({ state: "trusted" });
});

describe("tampering", () => {
  test.each([
    ["a bit of a picture", () => flip(signed, find(signed, "mdat") + 2000), "assertion.bmffHash"],
    [
      "the declared consent",
      () => replace(signed, '"subject"', '"histori"'),
      "assertion.hashedURI",
    ],
    ["the mark's id", () => replace(signed, "0123456789ab", "0123456789ac"), "assertion.hashedURI"],
    ["the software's name", () => replace(signed, "Ritratto", "Ritrattx"), "assertion.hashedURI"],
    ["the claim", () => replace(signed, "xmp.iid:", "xmp.iie:"), "claimSignature"],
    ["the end, which is cut off", () => signed.slice(0, signed.length - 3000), ""],
    ["the second half, which is cut off", () => signed.slice(0, signed.length >> 1), ""],
  ])("of %s is seen", async (_, make, code) => {
    const reading = await read(make());
    expect(reading).toMatchObject({ state: "altered", ours: false });
    expect(reading.failures.some((failure) => failure.startsWith(code))).toBe(true);
  });

  test("by signing it anew is known by the signer", async () => {
    const other = await makeSomebody();
    const again = await sign(film, facts, other);
    expect(await read(again)).toMatchObject({ state: "valid", ours: false });
    expect(await read(again, [other.anchor])).toMatchObject({ state: "trusted", ours: true });
    expect(await read(signed, [])).toMatchObject({ state: "valid", ours: false });
  });

  test("by copying the packets leaves no credentials", async () => {
    writeFileSync(file("signed.mp4"), signed);
    await copyFilm(file("signed.mp4"), file("copy.mp4"), {});
    expect((await read(load(file("copy.mp4")))).state).toBe("none");
    expect((await read(film)).state).toBe("none");
    expect((await read(new Uint8Array(Buffer.from("no film")))).state).toBe("none");
    expect((await read(film.slice(0, 3000))).state).toBe("none");
  });
});

function replace(bytes: Uint8Array, what: string, by: string): Uint8Array {
  const out = Buffer.from(bytes);
  const at = out.indexOf(what);
  expect(at).toBeGreaterThan(0);
  out.write(by, at);
  return new Uint8Array(out);
}

describe("an independent reader", () => {
  const check = async (asset: BMFF | PNG) => {
    const box = SuperBox.fromBuffer(Uint8Array.from(asset.getManifestJUMBF() ?? []));
    return ManifestStore.read(box).validate(asset);
  };

  test("finds film and picture as they were signed, and a film that is not", async () => {
    // It knows BMFF as a picture's container only; its checks are the same for films.
    (BMFF as unknown as { canReadBrands: Set<string> }).canReadBrands.add("isom");
    const png = await sign(load(file(`${NAME}.png`)));
    expect((await check(new BMFF(Uint8Array.from(signed)))).isValid).toBe(true);
    expect((await check(new PNG(Uint8Array.from(png)))).isValid).toBe(true);
    const { isValid, statusEntries } = await check(
      new BMFF(Uint8Array.from(flip(signed, signed.length - 2000))),
    );
    expect(isValid).toBe(false);
    expect(statusEntries.filter(({ success }) => !success).map(({ code }) => code)).toEqual([
      "assertion.bmffHash.mismatch",
    ]);
  });
});

describe("a file that is sealed", () => {
  const inputs = () => [
    { role: "portrait", path: file(`${NAME}.png`) } as const,
    { role: "audio", path: file("voice.wav") } as const,
  ];

  test("is ours, and holds neither names nor paths nor pixels of its inputs", async () => {
    const seal = await openSeal({ inputs: inputs() });
    const sink = fileSink(file("sealed.mp4"));
    const declared = { id: "0123456789ab", consent: { basis: "self" }, labelled: true } as const;
    await writeInto(sink, film);
    sink.sealWith(seal);
    sink.begin(declared);
    await sink.commit();
    const bytes = Buffer.from(load(file("sealed.mp4")));
    expect(await readFileCredentials(file("sealed.mp4"))).toMatchObject({
      ...{ ours: true, filmId: declared.id, consent: declared.consent, labelled: true },
    });
    expect(bytes.includes(Buffer.from(sink.manifest ?? []))).toBe(true);
    expect(sink.manifest?.length).toBeGreaterThan(2000);
    expect(await readAnchors()).toHaveLength(1);
    for (const text of [NAME, "voice.wav", folder, "IDAT"])
      expect(bytes.includes(text)).toBe(false);
    const portrait = load(file(`${NAME}.png`));
    const middle = portrait.subarray(portrait.length >> 1, (portrait.length >> 1) + 32);
    expect(bytes.includes(Buffer.from(middle))).toBe(false);
  });

  test("does not appear if it cannot be signed", async () => {
    const sink = fileSink(file("failed.mp4"));
    await writeInto(sink, film);
    sink.sealWith(() => Promise.reject(new Error("no")));
    await expect(sink.commit()).rejects.toThrow("no");
    sink.discard();
    expect(() => load(file("failed.mp4"))).toThrow(/ENOENT/);
  });

  test("that can hold no credentials stays as it is", async () => {
    const seal = await openSeal({ labelled: false, inputs: inputs() });
    expect(await seal(bytesAsSource(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3)))).toBeUndefined();
  });

  test("as PNG still shows the same picture", async () => {
    const png = load(file(`${NAME}.png`));
    const pixels = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer();
    expect((await pixels(await sign(png))).equals(await pixels(png))).toBe(true);
  });
});

async function writeInto({ target }: ReturnType<typeof fileSink>, bytes: Uint8Array) {
  const writer = (target as unknown as { _writable: WritableStream })._writable.getWriter();
  await writer.write({ type: "write", data: bytes, position: 0 });
  await writer.close();
}
