/** @file Utterances on disk: what is written is read. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomOf } from "../../src/base/random.js";
import { MEL_SILENCE } from "../../src/voice/mel.js";
import {
  hoursOf,
  melOf,
  readCorpus,
  UNKNOWN_CLASS,
  type Utterance,
  writeCorpus,
} from "../../training/data/corpus.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corpus-"));
});
afterAll(() => rm(folder, { recursive: true }));

function utteranceOf(id: string, hops: number): Utterance {
  const random = randomOf(hops, id);
  const mel = Float32Array.from({ length: hops * 64 }, () => MEL_SILENCE + 26.8 * random.uniform());
  const classes = Uint8Array.from({ length: hops }, () => Math.floor(22 * random.uniform()));
  classes[hops - 1] = UNKNOWN_CLASS;
  const facts = {
    id,
    speaker: "anne",
    language: "cmn",
    kind: "real",
    gender: "f",
    age: 9,
  } as const;
  return { ...facts, hops, mel, classes };
}

test("what is written is read, of any length", async () => {
  const path = join(folder, "some.corpus");
  const written = [1, 7, 100].map((hops) => utteranceOf(`of ${hops}`, hops));
  expect(await writeCorpus(path, written)).toBe(3);
  const read = await readCorpus(path);
  for (const [i, utterance] of read.entries()) {
    const { mel, classes, ...facts } = written[i];
    expect(utterance).toMatchObject(facts);
    expect(utterance.classes).toEqual(classes);
    const worst = melOf(utterance).reduce((most, v, k) => Math.max(most, Math.abs(v - mel[k])), 0);
    expect(worst).toBeLessThan(0.0005);
  }
  expect(hoursOf(read)).toBeCloseTo(1.08 / 3600, 9);
});

test("some rows are those rows, and fill an array that is there", async () => {
  const path = join(folder, "rows.corpus");
  await writeCorpus(path, [utteranceOf("a", 20)]);
  const [utterance] = await readCorpus(path);
  const out = new Float32Array(3 * 64);
  expect(melOf(utterance, 5, 3, out)).toBe(out);
  expect(out).toEqual(melOf(utterance).subarray(5 * 64, 8 * 64));
  expect(() => melOf(utterance, 18, 3)).toThrow();
});

test("a corpus whose making fails does not appear", async () => {
  const path = join(folder, "broken.corpus");
  const failing = async function* () {
    yield utteranceOf("a", 3);
    throw new Error("no more");
  };
  await expect(writeCorpus(path, failing())).rejects.toThrow("no more");
  expect(existsSync(path)).toBe(false);
});

test("a class that is none is refused", async () => {
  const wrong = { ...utteranceOf("a", 2), classes: Uint8Array.of(22, 0) };
  await expect(writeCorpus(join(folder, "wrong.corpus"), [wrong])).rejects.toThrow("22");
});

test("a damaged file and another kind of file are told apart from a corpus", async () => {
  const path = join(folder, "damaged.corpus");
  await writeCorpus(path, [utteranceOf("a", 9)]);
  const bytes = await readFile(path);
  bytes[100] ^= 1;
  await writeFile(path, bytes);
  await expect(readCorpus(path)).rejects.toThrow("damaged");
  await writeFile(path, "RIFF");
  await expect(readCorpus(path)).rejects.toThrow("no corpus");
});
