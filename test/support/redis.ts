/** @file Redis servers for tests, each with files of its own; none where no `redis-server` is installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether tests can have one. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis)
  console.warn("redis-server is not installed: tests of the queue on Redis are skipped");

/** A server that can be killed and started again. */
export interface TestRedis {
  readonly url: string;
  /** Kills it with no warning. */
  kill(): Promise<void>;
  /** Starts it again, with what it had. */
  start(): Promise<void>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

/** Starts one that has written each change to the disk before it answers. */
export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "ritratto-redis-"));
  const port = await freePort();
  const words = [
    ...["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
    ...["--appendonly", "yes", "--appendfsync", "always"],
  ];
  let server: ChildProcess | undefined;
  const start = async () => {
    const started = spawn("redis-server", words, { stdio: ["ignore", "pipe", "inherit"] });
    server = started;
    for await (const text of started.stdout.setEncoding("utf8")) {
      if (text.includes("Ready to accept connections")) break;
    }
    started.stdout.resume();
  };
  const kill = async () => {
    const ended = server && once(server, "exit");
    server?.kill("SIGKILL");
    await ended;
    server = undefined;
  };
  await start();
  return {
    ...{ url: `redis://127.0.0.1:${port}`, start, kill },
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
