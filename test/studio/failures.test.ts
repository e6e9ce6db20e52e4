/** @file What the studio says of failures: every code that its programs can give is said in Italian. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FAILURES } from "../../src/base/errors.js";
import { MEASURES, type MeasureName } from "../../src/report/measure.js";
import { IT_FAILURES } from "../../src/studio/failures.js";
import { MEASURE_GROUPS, sayMeasure, sayRemark } from "../../src/studio/report-words.js";
import { openWords } from "../../src/studio/words.js";
import { importsOf, walk } from "../support/code.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
/** Where the studio's page and its workers begin. */
const ENTRIES = [
  ...["src/studio/studio.ts", "src/studio/studio-thread.ts"],
  ...["src/platform/browser-drawer-thread.ts", "src/platform/browser-live-thread.ts"],
  "src/platform/browser-nets-thread.ts",
];
/** Files of the core that come with `index.ts` but are for programs and services. */
const UNUSED =
  /^src\/(trust\/(abuse|audit|opt-out|time-stamp|cose)|voice\/lip-model(-file)?|rig\/rig-file|capture\/(style|lessons|habits\S*))\.ts$/;

/** All files that the studio is made of. */
function reachedFiles(): readonly string[] {
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path) || UNUSED.test(path)) return;
    reached.add(path);
    importsOf(path, read(path)).files.forEach(visit);
  };
  ENTRIES.forEach(visit);
  return [...reached];
}

test("every failure that the studio's files can give is said in Italian", () => {
  const files = reachedFiles().filter((path) => !/\/(errors|failures)\.ts$/.test(path));
  const met = new Set<string>();
  for (const path of files) {
    for (const code of Object.keys(FAILURES)) if (read(path).includes(`"${code}"`)) met.add(code);
  }
  expect(met.size).toBeGreaterThan(15);
  expect([...met].filter((code) => !(code in IT_FAILURES)).sort()).toEqual([]);
  const known = new Set(Object.keys(FAILURES));
  expect(Object.keys(IT_FAILURES).filter((code) => !known.has(code))).toEqual([]);
});

test("says failures in the reader's language, without the program's flags", () => {
  const say = (language: string) =>
    openWords([language]).failure("faces_several", "There are 3 faces.", FAILURES.faces_several);
  expect(say("it")).toBe("Ci sono più volti: ho preso il più grande.");
  expect(say("en")).toBe("There are 3 faces. The largest was taken.");
  for (const [code, hint] of Object.entries(FAILURES)) {
    if (!(code in IT_FAILURES)) continue;
    const text = openWords(["en"]).failure(code as keyof typeof FAILURES, "It is so.", hint);
    expect(text).not.toMatch(/--\w|`ritratto/);
  }
});

test("every measure has its group and Italian words, and so has all that is remarked", () => {
  const grouped = MEASURE_GROUPS.flatMap(({ names }) => names);
  expect([...grouped].sort()).toEqual(Object.keys(MEASURES).sort());
  for (const name of Object.keys(MEASURES) as MeasureName[]) {
    expect(sayMeasure("it", name).title).not.toBe(sayMeasure("en", name).title);
  }
  const remarks = walk(join(root, "src/report"), ".ts").flatMap((path) => {
    const found = read(path).matchAll(/(?:note:|note =|what:|\?|:)\s*(["`])([A-Z][^"`\n]*\.)\1/g);
    return [...found].map(([, , text = ""]) =>
      text.replace(/\$\{.*\}(?= %| levels| s\.|\))/g, "7"),
    );
  });
  expect(remarks.length).toBeGreaterThan(15);
  expect(remarks.filter((text) => sayRemark("it", text) === text)).toEqual([]);
  expect(sayRemark("it", "The head does not move for 3.5 s.")).toBe(
    "La testa non si muove per 3.5 s.",
  );
});
