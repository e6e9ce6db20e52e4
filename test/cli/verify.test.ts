/** @file `ritratto verify`: films and pictures as they are, tampered with, stamped, and unknown. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  anchorOf,
  bytesAsSource,
  makeSignerFiles,
  markPicture,
  openSigner,
  signCredentials,
  type WebCrypto,
} from "../../src/index.js";
import { openCredentialsToolkit } from "../../src/platform/node.js";
import { makeFolder } from "../media/material.js";
import { cutVoice, writeFace, writeWav } from "../support/inputs.js";
import { decode, sample } from "../support/machine.js";
import { type Ran, ritrattoHere } from "../support/program.js";

const place = makeFolder();
const home = place("home");
const registry = join(home, "registry");
const crypto = globalThis.crypto as unknown as WebCrypto;
const before = process.env.RITRATTO_HOME;
const film = place("anna.mp4");
const [portrait, voice] = [place("anna-portrait.png"), place("anna-voice.wav")];
let id = "";

beforeAll(async () => {
  process.env.RITRATTO_HOME = home;
  await writeFace(portrait);
  writeWav(voice, cutVoice(0, 5));
  const words = ["speak", portrait, voice, "-o", film, "--consent", "self", "--json"];
  const made = await ritrattoHere([...words, "--size", "256"], place(""));
  expect(made.code, made.err).toBe(0);
  id = JSON.parse(made.out.trim()).id;
}, 60_000);

afterAll(() => {
  if (before === undefined) delete process.env.RITRATTO_HOME;
  else process.env.RITRATTO_HOME = before;
});

function verify(...words: readonly string[]): Promise<Ran> {
  return ritrattoHere(["verify", ...words], place(""));
}

/** Writes the film as somebody signs it. @returns His certificate's file. */
async function sign(to: string): Promise<string> {
  const files = await makeSignerFiles(crypto, new Date());
  const { bytes } = await signCredentials(
    bytesAsSource(readFileSync(film)),
    { version: "0.1.0", inputs: [], id, consent: { basis: "self" }, labelled: true },
    await openSigner(files, crypto, new Date()),
    openCredentialsToolkit(),
  );
  writeFileSync(to, bytes);
  const anchor = place("anchor.pem");
  writeFileSync(anchor, await anchorOf(files.chain));
  return anchor;
}

/** The film with its manifest's box made one that readers skip. */
function withoutCredentials(): string {
  const bytes = readFileSync(film);
  const at = bytes.indexOf("uuid");
  expect(at).toBeGreaterThan(0);
  bytes.write("free", at);
  writeFileSync(place("stripped.mp4"), bytes);
  return place("stripped.mp4");
}

describe("verify says of", () => {
  test("a film that was just made: whose it is (0)", async () => {
    const { code, out, err } = await verify(film);
    expect(out + err).toContain(`Made by Ritratto (job ${id}, consent: self`);
    expect(code).toBe(0);
  });

  test("the same without its credentials: whose it is, by its mark (0)", async () => {
    const { code, out } = await verify(withoutCredentials());
    expect(out).toMatch(
      RegExp(`^Made by Ritratto \\(job ${id}, consent: self, made [^ ]+, signer Ri`),
    );
    expect(code).toBe(0);
  });

  test("the same where no registry knows it: nothing sure (5)", async () => {
    const { code, out } = await verify(
      withoutCredentials(),
      ...["--registry", place("empty"), "--json"],
    );
    expect(code).toBe(5);
    const told = JSON.parse(out);
    expect(told).toMatchObject({ kind: "mark unknown", exitCode: 5, mark: { id } });
    expect(told.sentence).toContain("no registry here knows the job");
  });

  test("a signed copy: whose it is, if the signer is known (0), else what he says (3)", async () => {
    const anchor = await sign(place("signed.mp4"));
    const empty = ["--registry", place("empty")];
    const known = await verify(place("signed.mp4"), "--anchor", anchor, ...empty);
    expect(known.out).toContain(`Made by Ritratto (job ${id}, consent: self, signer Ritratto`);
    expect(known.code).toBe(0);
    const unknown = await verify(place("signed.mp4"), ...empty);
    expect(unknown.out).toContain("signer not recognised");
    expect(unknown.out).toContain("This proves nothing");
    expect(unknown.code).toBe(3);
  });

  test("a signed copy of which one byte was changed: that it was (4)", async () => {
    const anchor = await sign(place("changed.mp4"));
    const bytes = readFileSync(place("changed.mp4"));
    bytes[bytes.length - 1000] ^= 1;
    writeFileSync(place("changed.mp4"), bytes);
    const { code, out } = await verify(place("changed.mp4"), "--anchor", anchor);
    expect(out).toMatch(/^Altered after signing/);
    expect(code).toBe(4);
  });

  test("the same with pictures that break off: that it was altered, too (4)", async () => {
    const anchor = await sign(place("broken.mp4"));
    const bytes = readFileSync(place("broken.mp4"));
    bytes.fill(0x55, bytes.indexOf("mdat") + 4, bytes.indexOf("mdat") + (bytes.length >> 1));
    writeFileSync(place("broken.mp4"), bytes);
    const { code, out } = await verify(place("broken.mp4"), "--anchor", anchor);
    expect(out).toMatch(/^Altered after signing/);
    expect(code).toBe(4);
  });

  test("a good film, by an anchor that is none: nothing (2)", async () => {
    const { code, err } = await verify(film, "--anchor", voice);
    expect(err).toContain("“anna-voice.wav” holds 0 certificates.");
    expect(code).toBe(2);
  });

  test("another picture that the mark was stamped on: that it is another's (4)", async () => {
    const other = await decode(sample("astronaut.png"));
    markPicture(other, { id });
    const { data, width, height } = other;
    const image = sharp(data, { raw: { width, height, channels: 4 } });
    await image
      .extract({ left: 180, top: 180, width: 256, height: 256 })
      .png()
      .toFile(place("stamped.png"));
    const { code, out } = await verify(place("stamped.png"));
    expect(out).toMatch(/^The mark does not belong to this picture/);
    expect(code).toBe(4);
  });

  test("a picture without a mark: that this proves nothing (3)", async () => {
    const { code, out } = await verify(portrait);
    expect(out).toMatch(/^No mark found\. This proves nothing/);
    expect(code).toBe(3);
  });

  test("what is no film: that it cannot be read (2)", async () => {
    writeFileSync(place("words.mp4"), "words");
    const { code, err } = await verify(place("words.mp4"));
    expect(code).toBe(2);
    expect(err).toContain("words.mp4");
    expect((await verify(place("missing.mp4"))).code).toBe(2);
  });

  test("a folder: a line for each file, and the code of the worst", async () => {
    const folder = place("folder");
    mkdirSync(folder);
    writeFileSync(join(folder, "a.mp4"), readFileSync(film));
    writeFileSync(join(folder, "b.png"), readFileSync(portrait));
    writeFileSync(join(folder, "c.mp4"), "words");
    writeFileSync(join(folder, "notes.txt"), "not looked at");
    const { code, out } = await verify(folder);
    expect(out.split("\n").map((line) => line.slice(0, 14))).toEqual([
      ...["a.mp4: Made by", "b.png: No mark", "c.mp4: Not rea", ""],
    ]);
    expect(code).toBe(2);
  });
});

test("neither names nor 32 bytes in a row of what went in are in the registry", () => {
  const names = readdirSync(registry);
  expect(names).toEqual([`${id}.json`]);
  const text = readFileSync(join(registry, names[0]), "latin1");
  const { manifestHex = "", ...rest } = JSON.parse(text);
  const kept = `${JSON.stringify(rest)}${Buffer.from(manifestHex, "hex").toString("latin1")}`;
  expect(kept).not.toMatch(/anna|portrait\.png|voice\.wav/);
  const seen = new Set<string>();
  for (let i = 0; i + 32 <= kept.length; i++) seen.add(kept.slice(i, i + 32));
  for (const path of [portrait, voice]) {
    const input = readFileSync(path, "latin1");
    for (let i = 0; i + 32 <= input.length; i++) {
      const run = input.slice(i, i + 32);
      // Silence is no voice, and padding is zeros, too.
      if (new Set(run).size > 1 && seen.has(run)) throw new Error(`bytes at ${i} of ${path}`);
    }
  }
});
