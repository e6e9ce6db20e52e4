/** @file Registries: what is kept of a film, what is refused, and what many at once leave. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderRegistry } from "../../src/platform/node-registry.js";
import { entryOf, readEntry, registryOf, writeEntry } from "../../src/trust/registry.js";
import { makeFolder } from "../media/material.js";
import { KNOWN_ID, someEntry, someFingerprint } from "../support/trust.js";

const place = makeFolder();

describe("an entry", () => {
  test("is read as it was written", () => {
    const entry = someEntry({ manifestHex: "00ff", consent: { basis: "subject", guardian: true } });
    expect(readEntry(writeEntry(entry))).toEqual(entry);
    expect(readEntry(writeEntry(entry), KNOWN_ID)).toEqual(entry);
  });

  test("holds of a film what is listed, and nothing else of it", () => {
    const film = {
      ...{ id: KNOWN_ID, portraitSha256: "b".repeat(64), labelled: false },
      ...{ consent: { basis: "self" } as const, fingerprint: someFingerprint() },
      ...{ take: { secret: "words" }, portrait: "anna.jpg" },
    };
    const entry = entryOf(film, {
      ...{ createdAt: new Date("2026-12-01T00:00:00Z"), manifest: Uint8Array.of(0, 171, 255) },
    });
    expect(entry).toEqual({
      ...{ version: 1, id: KNOWN_ID, createdAt: "2026-12-01T00:00:00.000Z", labelled: false },
      ...{ portraitSha256: "b".repeat(64), consent: { basis: "self" }, manifestHex: "00abff" },
      fingerprint: film.fingerprint,
    });
  });

  test.each([
    ["no JSON", "{"],
    ["nothing", "null"],
    ["another version", JSON.stringify({ ...someEntry(), version: 2 })],
    ["a path for an id", JSON.stringify({ ...someEntry(), id: "../secret" })],
    ["a name", JSON.stringify({ ...someEntry(), name: "Anna" })],
    ["a hash cut short", JSON.stringify({ ...someEntry(), portraitSha256: "b" })],
    ["no consent", JSON.stringify({ ...someEntry(), consent: undefined })],
  ])("with %s is refused", (_, text) => {
    expect(() => readEntry(text)).toThrow(expect.objectContaining({ code: "registry_invalid" }));
  });

  test("of another film is refused", () => {
    expect(() => readEntry(writeEntry(someEntry()), "0123456789ab")).toThrow(KNOWN_ID);
  });
});

describe("a folder", () => {
  test("gives what was put there, and nothing for others", async () => {
    const folder = place("new/registry");
    const registry = folderRegistry(folder);
    expect(await registry.get(KNOWN_ID)).toBeUndefined();
    await registry.put(someEntry());
    expect(await registry.get(KNOWN_ID)).toEqual(someEntry());
    expect(await registry.get("0123456789ab")).toBeUndefined();
    expect(await registry.get(`../registry/${KNOWN_ID}`)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([`${KNOWN_ID}.json`]);
    if (process.platform !== "win32") expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test("holds a whole entry at any moment, however many write it", async () => {
    const folder = place("busy");
    const registries = Array.from({ length: 4 }, () => folderRegistry(folder));
    await registries[0].put(someEntry());
    const labels = Array.from({ length: 40 }, (_, i) => i % 2 === 0);
    const reads: Promise<unknown>[] = [];
    await Promise.all(
      labels.map((labelled, i) => {
        reads.push(registries[(i + 1) % 4].get(KNOWN_ID));
        return registries[i % 4].put(someEntry({ labelled }));
      }),
    );
    for (const entry of await Promise.all(reads)) expect(entry).toMatchObject({ id: KNOWN_ID });
    expect(readdirSync(folder)).toEqual([`${KNOWN_ID}.json`]);
  });

  test("says which entry is damaged, and keeps the others", async () => {
    const folder = place("damaged");
    const registry = folderRegistry(folder);
    await registry.put(someEntry());
    await registry.put(someEntry({ id: "0123456789ab" }));
    const path = join(folder, `${KNOWN_ID}.json`);
    writeFileSync(path, readFileSync(path).subarray(0, 300));
    await expect(registry.get(KNOWN_ID)).rejects.toMatchObject({
      code: "registry_invalid",
      details: { id: KNOWN_ID },
    });
    expect(await registry.get("0123456789ab")).toMatchObject({ id: "0123456789ab" });
  });

  test("that cannot be made is said", async () => {
    writeFileSync(place("file"), "");
    await expect(folderRegistry(place("file/registry")).put(someEntry())).rejects.toMatchObject({
      code: "file_unwritable",
    });
  });
});

test("entries that came in one piece are a registry, too", async () => {
  const registry = registryOf([someEntry()]);
  expect(await registry.get(KNOWN_ID)).toEqual(someEntry());
  expect(await registry.get("0123456789ab")).toBeUndefined();
});
