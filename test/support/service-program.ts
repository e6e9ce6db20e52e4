/** @file Servers and workers as people run them: processes that can be killed, and what they log. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/ritratto.js", import.meta.url));

/** A line of a log. */
export type Line = Readonly<Record<string, unknown>>;

/** A process that runs. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** What it and its workers have logged so far. */
  readonly lines: readonly Line[];
  /** Waits for a line of this event. */
  line(event: string): Promise<Line>;
}

/** Programs of one test, all of which can be ended at once. */
export interface Programs {
  start(words: readonly string[], env?: Readonly<Record<string, string>>): RunningProgram;
  killAll(): void;
}

/** Makes them. */
export function makePrograms(): Programs {
  const started: ChildProcess[] = [];
  return {
    start(words, env = {}) {
      const child = spawn(process.execPath, [program, ...words], {
        ...{ stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } },
      });
      started.push(child);
      const lines: Line[] = [];
      if (child.stdout)
        createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line)));
      const line = (event: string) => until(() => lines.find((one) => one.event === event));
      return { child, lines, line };
    },
    killAll() {
      for (const child of started) child.kill("SIGKILL");
    },
  };
}

/** Asks until there is an answer. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** A film, as a service tells it. */
export interface ToldFilm {
  readonly state: string;
  readonly attempts: number;
  readonly progress?: object;
  readonly result?: { readonly sha256: string; readonly filmId: string };
  readonly failure?: { readonly code: string };
}
