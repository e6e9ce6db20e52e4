/** @file The folder that stands for the user's own while tests run: theirs is left alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Before all tests. @returns Called after them. */
export default function setup(): () => void {
  const home = mkdtempSync(join(tmpdir(), "ritratto-home-"));
  process.env.RITRATTO_HOME = home;
  return () => rmSync(home, { recursive: true, force: true });
}
