/** @file What is declared of a film, and the identity that follows from it. */
import { readFileSync } from "node:fs";
import { type FilmJob, makeFilm } from "ritratto";
import { describe, expect, test } from "vitest";
import { VERSION } from "../../src/base/version.js";
import { ritrattoHome } from "../../src/platform/node-home.js";
import { checkConsent, isLabelled } from "../../src/trust/consent.js";
import { filmIdOf, type IdentityFacts } from "../../src/trust/film-id.js";
import { sha256 } from "../../src/trust/sha256.js";
import { assets, nets } from "../support/machine.js";

test("nobody can leave consent out, and a guardian only agrees where there is a minor", () => {
  expect(checkConsent({ basis: "licensed", guardian: true })).toEqual({
    basis: "licensed",
    guardian: true,
  });
  const codeOf = (consent: unknown) => {
    try {
      checkConsent(consent);
      return undefined;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect([undefined, null].map(codeOf)).toEqual(["consent_missing", "consent_missing"]);
  const odd = [{}, { basis: "friend" }, { basis: "self", guardian: true }, "self"];
  expect(odd.map(codeOf)).toEqual(odd.map(() => "consent_invalid"));
});

test("the API refuses a job without it before it looks at anything", async () => {
  let discarded = 0;
  const sink = { target: undefined as never, commit() {}, discard: () => void discarded++ };
  const made = makeFilm({} as FilmJob, sink, { nets, assets });
  await expect(made).rejects.toMatchObject({ code: "consent_missing" });
  expect(discarded).toBe(1);
});

test("real people are labelled, unless somebody wants it otherwise", () => {
  const bases = ["self", "subject", "licensed", "fictional", "historical"] as const;
  expect(bases.map((basis) => isLabelled({ basis }))).toEqual([true, true, true, false, false]);
  expect(isLabelled({ basis: "fictional" }, "always")).toBe(true);
  expect(isLabelled({ basis: "self" }, "off")).toBe(false);
});

describe("an identity", () => {
  const facts: IdentityFacts = {
    ...{ portraitSha256: "a".repeat(64), audioSha256: "b".repeat(64), takeSha256: "c".repeat(64) },
    ...{ consent: { basis: "self" }, labelled: true, version: "1.0.0" },
    format: { container: "mp4", quality: "good" },
  };

  test("is the same for the same facts, in whatever order", async () => {
    const id = await filmIdOf(facts);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    const turned = { ...facts, format: { quality: "good", container: "mp4", codec: undefined } };
    expect(await filmIdOf(turned)).toBe(id);
  });

  test("is another one for each other fact", async () => {
    const others: Partial<IdentityFacts>[] = [
      ...[
        { portraitSha256: "d".repeat(64) },
        { audioSha256: undefined },
        { takeSha256: "d".repeat(64) },
      ],
      ...[{ consent: { basis: "subject" } as const }, { labelled: false }, { version: "1.0.1" }],
      { format: { container: "webm", quality: "good" } },
    ];
    const ids = await Promise.all([{}, ...others].map((other) => filmIdOf({ ...facts, ...other })));
    expect(new Set(ids).size).toBe(others.length + 1);
  });
});

test("hashes are SHA-256 of UTF-8", async () => {
  expect(await sha256("abc")).toMatch(/^ba7816bf8f01cfea/);
  expect(await sha256("é")).toBe(await sha256(Uint8Array.of(0xc3, 0xa9)));
});

test("the version is the package's", () => {
  const { version } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  expect(VERSION).toBe(version);
});

test("a user's folder is where systems want it", () => {
  const at = (env: Record<string, string>, platform: NodeJS.Platform = "linux") =>
    ritrattoHome({ env, platform, home: "/home/a" });
  expect(at({})).toBe("/home/a/.config/ritratto");
  expect(at({ XDG_CONFIG_HOME: "/x" })).toBe("/x/ritratto");
  expect(at({ XDG_CONFIG_HOME: "x" })).toBe("/home/a/.config/ritratto");
  expect(at({ RITRATTO_HOME: "/r", XDG_CONFIG_HOME: "/x" })).toBe("/r");
  expect(at({ APPDATA: "/app" }, "win32")).toBe("/app/ritratto");
});
