/** @file Consent on the command line: needed in scripts, asked once on a terminal. */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli/main.js";
import { makeFolder } from "../media/material.js";
import { writeSuit } from "../support/inputs.js";

const file = makeFolder();
let home: string;
let asked: string[];

beforeAll(() => writeSuit(file("suit.png")));
beforeEach(() => {
  home = mkdtempSync(file("home-"));
  vi.stubEnv("RITRATTO_HOME", home);
  asked = [];
});
afterEach(() => vi.unstubAllEnvs());

/** Speaks with a picture without a face: what is declared comes first. */
async function speak(answers: readonly string[] | undefined, ...words: string[]) {
  let err = "";
  const ask = async (question: string) => answers?.[asked.push(question) - 1] ?? "";
  const film = ["speak", file("suit.png"), file("no.wav"), "-o", join(file("."), "film.mp4")];
  const code = await main([...film, ...words], {
    out: { write: () => undefined },
    err: { write: (text) => (err += text) },
    now: () => 0,
    ...(answers && { ask }),
  });
  expect(readdirSync(file(".")).filter((name) => /film|part$/.test(name))).toEqual([]);
  return { code, err };
}

test("a script without it ends at once with what to say", async () => {
  const { code, err } = await speak(undefined);
  expect(code).toBe(2);
  expect(err).toMatch(/--consent self\|subject\|licensed\|fictional\|historical/);
});

test("with --json nobody is asked", async () => {
  const { code, err } = await speak(["1"], "--json");
  expect([code, asked]).toEqual([2, []]);
  expect(JSON.parse(err.trim().split("\n").at(-1) ?? "")).toMatchObject({
    code: "consent_missing",
  });
});

test.each([
  [["--consent=self", "--guardian"], /guardian agrees only with subject or licensed/],
  [["--guardian"], /not on what grounds/],
  [["--consent=friend"], /self, subject, licensed, fictional, historical/],
  [["--label=maybe", "--consent=self"], /auto, always, off/],
] as const)("%j is refused", async (words, says) => {
  const { code, err } = await speak(undefined, ...words);
  expect(code).toBe(2);
  expect(err).toMatch(says);
});

test("with the option it goes on, and nothing is remembered", async () => {
  const { err } = await speak(["1"], "--consent=licensed");
  expect(err).toMatch(/no\.wav|no face/i);
  expect([asked, readdirSync(home)]).toEqual([[], ["signer"]]);
});

test("on a terminal it is asked once per portrait, and only a hash is kept", async () => {
  await speak(["2", "y", "yes"]);
  expect(asked[0]).toMatch(/suit\.png.*\n.*1 {2}I am the person/);
  expect(asked).toHaveLength(3);
  await speak([]);
  expect(asked).toHaveLength(3);
  const text = readFileSync(join(home, "consents.json"), "utf8");
  expect(Object.values(JSON.parse(text).consents)).toEqual([{ basis: "subject", guardian: true }]);
  expect(text).not.toMatch(/suit|png|\//);
});

test.each([
  [["3", "y", "n"], /guardian has agreed/],
  [["9"], /not said/],
  [[""], /not said/],
] as const)("answers %j make no film and are not remembered", async (answers, says) => {
  const { code, err } = await speak(answers);
  expect(code).toBe(2);
  expect(err).toMatch(says);
  expect(readdirSync(home)).toEqual([]);
});
