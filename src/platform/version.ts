/** @file The version of this program, as its package says. */
import { readFileSync } from "node:fs";

const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

/** The version of this program. */
export const VERSION = version;
