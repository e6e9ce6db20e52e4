/** @file Files that appear whole or not at all. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { pathToFileURL } from "node:url";
import { MkvOutputFormat, Output } from "mediabunny";
import { describe, expect, test } from "vitest";
import { FilmError } from "../../src/base/errors.js";
import { type FileSink, fileSink } from "../../src/platform/node-files.js";
import { removeUnfinished } from "../../src/platform/node-unfinished.js";
import { makeFolder } from "./material.js";

const file = makeFolder();
const left = () => readdirSync(file("."));

/** The smallest thing that mediabunny writes. */
async function write({ target }: FileSink): Promise<void> {
  const output = new Output({ format: new MkvOutputFormat(), target });
  await output.start();
  await output.finalize();
}

test("a file is there only when it is whole", async () => {
  const sink = fileSink(file("whole.mkv"));
  await write(sink).catch(() => undefined);
  expect(existsSync(file("whole.mkv"))).toBe(false);
  sink.commit();
  expect(existsSync(file("whole.mkv"))).toBe(true);
  expect(left()).toEqual(["whole.mkv"]);
});

test("an older file stays until the new one is whole", () => {
  writeFileSync(file("old.mp4"), "old");
  const given = fileSink(file("old.mp4"));
  expect(left().filter((name) => name.startsWith("."))).toHaveLength(1);
  given.discard();
  expect(readFileSync(file("old.mp4"), "utf8")).toBe("old");
  fileSink(file("old.mp4")).commit();
  expect(readFileSync(file("old.mp4"), "utf8")).toBe("");
  expect(left().filter((name) => name.startsWith("."))).toEqual([]);
});

test("discarding after committing keeps the file", () => {
  const sink = fileSink(file("kept.mp4"));
  sink.commit();
  sink.discard();
  expect(existsSync(file("kept.mp4"))).toBe(true);
});

describe("a place that cannot be written is refused at once", () => {
  const refusal = (path: string) => {
    try {
      fileSink(path).discard();
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test("no folder, a file for a folder, a folder for a file, a device", () => {
    writeFileSync(file("plain"), "");
    mkdirSync(file("folder.mp4"), { recursive: true });
    for (const path of [
      file("no/film.mp4"),
      file("plain/film.mp4"),
      file("folder.mp4"),
      "/dev/null",
    ]) {
      const error = refusal(path);
      expect(error, path).toBeInstanceOf(FilmError);
      expect(error, path).toMatchObject({ code: "file_unwritable" });
    }
  });

  test("a link to nowhere is only a name", () => {
    symlinkSync(file("nowhere.mp4"), file("link.mp4"));
    expect(refusal(file("link.mp4"))).toBeUndefined();
  });
});

test("nothing unfinished outlives its process", () => {
  fileSink(file("never.mp4"));
  removeUnfinished();
  expect(left().filter((name) => name.startsWith("."))).toEqual([]);
});

test("a signal removes what is unfinished and still ends the process", () => {
  const module = pathToFileURL("src/platform/node.ts").href;
  const script = `
    import { fileSink, removeUnfinishedOnSignals } from ${JSON.stringify(module)};
    removeUnfinishedOnSignals();
    fileSink(${JSON.stringify(file("interrupted.mp4"))});
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => {}, 20_000);`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { signal, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(signal, stderr).toBe("SIGTERM");
  expect(left().filter((name) => name.startsWith(".") || name.includes("interrupted"))).toEqual([]);
});
