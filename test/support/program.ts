/** @file The program, run as people run it: words in; exit code, two streams and files out. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
// As built: its threads are of what lies beside it.
import { main } from "../../dist/cli/main.js";

const program = fileURLToPath(new URL("../../bin/ritratto.js", import.meta.url));

/** What a run of the program left. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Names in the folder that it ran in, sorted. */
  readonly files: readonly string[];
  /** The same folder's files as paths. */
  path(name: string): string;
}

/** How a run is watched and stopped. */
export interface RunOptions {
  /** Where it runs; a new folder inside `inside` if not given. */
  readonly folder?: string;
  /** Told of each piece of stderr. */
  readonly onErr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/**
 * Runs `ritratto` in an empty folder, which is also its home and its place for temporary files:
 * whatever it or a library of its leaves behind is in `files`.
 *
 * @param inside - Where the folder is made.
 */
export function ritratto(
  words: readonly string[],
  inside: string,
  { folder = makeRoom(inside), onErr }: RunOptions = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...withUsual(words)], {
    cwd: folder,
    env: environment(folder),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    onErr?.(text, (signal) => child.kill(signal));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const path = (name: string) => join(folder, name);
      resolve({ code, out, err, files: readdirSync(folder).sort(), path });
    });
  });
}

/**
 * The same program inside this process, warm after the first film: a film takes half as long. Each kind of
 * command is also run for real.
 *
 * @param input - What is piped into it.
 */
export async function ritrattoHere(
  words: readonly string[],
  inside: string,
  input?: AsyncIterable<Uint8Array>,
): Promise<Ran> {
  const folder = makeRoom(inside);
  const before = process.cwd();
  let [out, err] = ["", ""];
  process.chdir(folder);
  try {
    const code = await main(withUsual(words), {
      out: { write: (text) => (out += text) },
      err: { write: (text) => (err += text) },
      now: () => performance.now(),
      ...(input && { input }),
    });
    const path = (name: string) => join(folder, name);
    return { code, out, err, files: readdirSync(folder).sort(), path };
  } finally {
    process.chdir(before);
  }
}

/**
 * What every film of these tests declares, unless it says so itself or is to say nothing; and one drawing
 * thread, for a second takes longer to start than to draw these films.
 */
function withUsual(words: readonly string[]): readonly string[] {
  const [command = "", ...rest] = words;
  if (!["speak", "act", "render"].includes(command) || rest.includes("--help")) return words;
  const says = (flag: string) => rest.some((word) => word.startsWith(flag));
  const consent = says("--consent") ? [] : ["--consent=fictional"];
  return [command, ...consent, ...(says("--threads") ? [] : ["--threads=1"]), ...rest];
}

/** By its real name, for that is how the program calls it. */
function makeRoom(inside: string): string {
  return realpathSync(mkdtempSync(join(inside, "run-")));
}

/** Libraries that behave on a test machine behave as elsewhere. */
function environment(folder: string): NodeJS.ProcessEnv {
  const { CI: _, ORT_DISABLE_TELEMETRY: __, XDG_CACHE_HOME: ___, ...rest } = process.env;
  return { ...rest, HOME: folder, TMPDIR: folder };
}

/** The lines of a stream, without the empty one behind the last. */
export function linesOf(text: string): string[] {
  return text.split("\n").slice(0, -1);
}
