/** @file What the process that opens strangers' files is given: few words of the environment, few rights. */

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";

/** What a process needs to find its libraries, its languages, the user's folder and signer. */
const NAMES = [
  ...["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "XDG_CONFIG_HOME"],
  ...["RITRATTO_HOME", "RITRATTO_C2PA_CERT", "RITRATTO_C2PA_KEY"],
  ...["SystemRoot", "TEMP", "TMP", "APPDATA", "USERPROFILE"],
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Of the environment, what such a process needs: no keys, no tokens, nothing that changes how Node runs. */
export function quietEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of NAMES) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/**
 * Flags by which Node lets the process start no other programs, and write only there. Threads and native
 * code are allowed; a Node that knows no such flags gives none.
 *
 * @param writable - Folders.
 * @param known - Flags that Node knows.
 * @source Node.js 20, Permissions: Process-based permissions.
 */
export function rightsOf(
  writable: readonly string[],
  known: ReadonlySet<string> = process.allowedNodeEnvironmentFlags,
): readonly string[] {
  const name = ["--permission", "--experimental-permission"].find((flag) => known.has(flag));
  if (name === undefined || !known.has("--allow-addons")) return [];
  // It may fill them, but not make them.
  for (const folder of writable) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return [
    ...[name, "--allow-addons", "--allow-worker", "--allow-fs-read=*"],
    ...[
      "--allow-wasi",
      "--disable-warning=ExperimentalWarning",
      "--disable-warning=SecurityWarning",
    ],
    ...writable.map((folder) => `--allow-fs-write=${resolve(folder)}/*`),
  ].filter((flag) => known.has(flag.replace(/=.*/, "")));
}
