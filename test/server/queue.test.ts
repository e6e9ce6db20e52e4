/** @file The queue: a job is done once, whoever dies; nobody undoes what another did. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { failure } from "../../src/base/errors.js";
import { randomOf } from "../../src/base/random.js";
import { openStore } from "../../src/server/database.js";
import { TRIES_MOST } from "../../src/server/job-record.js";
import type { Claim, JobQueue } from "../../src/server/queue.js";
import { openRedis } from "../../src/server/redis-link.js";
import { redisQueue } from "../../src/server/redis-queue.js";
import { sqliteQueue } from "../../src/server/sqlite-queue.js";
import { hasRedis, startRedis, type TestRedis } from "../support/redis.js";

const folder = mkdtempSync(join(tmpdir(), "ritratto-queue-"));
let redis: TestRedis;
beforeAll(async () => {
  if (hasRedis) redis = await startRedis();
});
afterAll(async () => {
  if (hasRedis) await redis.close();
  rmSync(folder, { recursive: true });
});

const LEASE_MS = 1000;
const key = (id: string, account = "local") => ({ account, id });
const WRONG = failure("face_missing", "There is no face.");

let clock = 0;
let count = 0;

/** A queue that nobody has used, and code by which another process opens it. */
interface Driver {
  readonly isHere: boolean;
  open(name: string): Promise<JobQueue>;
  code(name: string): string;
}

const built = (name: string) =>
  JSON.stringify(new URL(`../../dist/server/${name}`, import.meta.url));
const DRIVERS: Readonly<Record<string, Driver>> = {
  SQLite: {
    isHere: true,
    open: async (name) => sqliteQueue(openStore(join(folder, name)), () => clock),
    code: (name) => `
      import { openStore } from ${built("database.js")};
      import { sqliteQueue } from ${built("sqlite-queue.js")};
      const queue = sqliteQueue(openStore(${JSON.stringify(join(folder, name))}));`,
  },
  Redis: {
    isHere: hasRedis,
    open: async (prefix) =>
      redisQueue(await openRedis({ url: redis.url }), { prefix, now: () => clock }),
    code: (prefix) => `
      import { openRedis } from ${built("redis-link.js")};
      import { redisQueue } from ${built("redis-queue.js")};
      const link = await openRedis({ url: ${JSON.stringify(redis.url)} });
      const queue = redisQueue(link, { prefix: ${JSON.stringify(prefix)} });`,
  },
};

describe.each(Object.keys(DRIVERS))("on %s,", (driver) => {
  const { isHere, open, code } = DRIVERS[driver] as Driver;
  if (!isHere) {
    test.skip("there is none here", () => undefined);
    return;
  }
  let name = "";
  let queue: JobQueue;
  beforeEach(async () => {
    clock = 1_000_000;
    name = `queue${count++}`;
    queue = await open(name);
  });
  afterEach(() => queue.close());

  async function claimed(): Promise<Claim> {
    const claim = await queue.claim(LEASE_MS);
    if (claim === undefined) throw new Error("nothing to claim");
    return claim;
  }

  describe("a job", () => {
    test("is put in once, however often it is sent; another under its name is refused", async () => {
      expect(await queue.submit(key("a"), "1")).toMatchObject({ isNew: true, isSame: true });
      expect(await queue.submit(key("a"), "1")).toMatchObject({ isNew: false, isSame: true });
      const other = await queue.submit(key("a"), "2");
      expect(other).toMatchObject({ isNew: false, isSame: false, job: { spec: "1" } });
      expect(await queue.submit(key("a", "other"), "2")).toMatchObject({ isNew: true });
      expect((await queue.counts()).queued).toBe(2);
    });

    test("goes to who asks first, the oldest first; progress and result are kept", async () => {
      for (const id of ["z", "b", "m"]) await queue.submit(key(id), id);
      expect((await claimed()).id).toBe("z");
      const claim = await claimed();
      expect(claim).toMatchObject({ id: "b", spec: "b", attempt: 1 });
      const progress = { stage: "film", done: 3, total: 9 };
      expect(await queue.heartbeat(claim, LEASE_MS, progress)).toBe(true);
      expect(await queue.heartbeat(claim, LEASE_MS)).toBe(true);
      expect(await queue.get(key("b"))).toMatchObject({ state: "running", progress });
      expect(await queue.finish(claim, "made")).toBe(true);
      expect(await queue.get(key("b"))).toMatchObject({ state: "done", result: "made" });
    });

    test("is taken by its name, if it waits or its lease ran out", async () => {
      for (const id of ["a", "b", "c"]) await queue.submit(key(id), id);
      expect(await queue.claim(LEASE_MS, key("b"))).toMatchObject({ id: "b", attempt: 1 });
      expect(await queue.claim(LEASE_MS, key("b"))).toBeUndefined();
      expect(await queue.claim(LEASE_MS, key("b", "other"))).toBeUndefined();
      expect((await claimed()).id).toBe("a");
      expect((await claimed()).id).toBe("c");
      expect(await queue.claim(LEASE_MS)).toBeUndefined();
      clock += LEASE_MS + 1;
      expect(await queue.claim(LEASE_MS, key("b"))).toMatchObject({ id: "b", attempt: 2 });
    });

    test("that is given back is the next one", async () => {
      for (const id of ["a", "b"]) await queue.submit(key(id), id);
      expect(await queue.release(await claimed())).toBe(true);
      expect((await claimed()).id).toBe("a");
    });

    test("is somebody else's when the lease ran out; who comes back too late changes nothing", async () => {
      await queue.submit(key("a"), "");
      const slow = await claimed();
      clock += LEASE_MS;
      expect(await queue.claim(LEASE_MS)).toBeUndefined();
      clock += 1;
      const next = await claimed();
      expect(next.attempt).toBe(2);
      expect(await queue.heartbeat(slow, LEASE_MS)).toBe(false);
      expect(await queue.finish(slow, "late")).toBe(false);
      expect(await queue.fail(slow, WRONG)).toBe(false);
      expect(await queue.release(slow)).toBe(false);
      expect(await queue.finish(next, "in time")).toBe(true);
      expect(await queue.get(key("a"))).toMatchObject({ state: "done", result: "in time" });
    });

    test("that takes its workers down is given up, and waits again if it is wished", async () => {
      await queue.submit(key("a"), "");
      for (let i = 0; i < TRIES_MOST; i++) {
        await claimed();
        clock += LEASE_MS + 1;
      }
      expect(await queue.claim(LEASE_MS)).toBeUndefined();
      const given = await queue.get(key("a"));
      expect(given).toMatchObject({ state: "failed", failure: { code: "worker_failed" } });
      await queue.retry(key("a"));
      expect(await queue.release(await claimed())).toBe(true);
      expect(await claimed()).toMatchObject({ attempt: TRIES_MOST + 2 });
    });

    test("that was cancelled or erased is taken from its worker; only what is over is retried", async () => {
      await queue.submit(key("a"), "");
      const first = await claimed();
      expect(await queue.retry(key("a"))).toMatchObject({ state: "running" });
      expect(await queue.cancel(key("a"))).toMatchObject({ state: "cancelled" });
      expect(await queue.finish(first, "")).toBe(false);
      expect(await queue.retry(key("a"))).toMatchObject({ state: "queued" });
      const second = await claimed();
      expect(await queue.erase(key("a"))).toMatchObject({ state: "running" });
      expect(await queue.heartbeat(second, LEASE_MS)).toBe(false);
      expect(await queue.get(key("a"))).toBeUndefined();
      expect(await queue.cancel(key("a"))).toBeUndefined();
    });

    test("that was erased and put in again is another one: claims of the first count no more", async () => {
      await queue.submit(key("a"), "first");
      const old = await claimed();
      await queue.erase(key("a"));
      await queue.submit(key("a"), "second");
      const next = await claimed();
      expect(next.attempt).toBe(old.attempt);
      expect(await queue.heartbeat(old, LEASE_MS)).toBe(false);
      expect(await queue.fail(old, WRONG)).toBe(false);
      expect(await queue.release(old)).toBe(false);
      expect(await queue.finish(old, "film")).toBe(false);
      expect(await queue.finish(next, "film")).toBe(true);
      expect(await queue.finish(old, "film")).toBe(false);
      expect(await queue.get(key("a"))).toMatchObject({ spec: "second", state: "done" });
    });

    test("expires when it has been over for long, and not before", async () => {
      for (const id of ["done", "failed", "waits"]) await queue.submit(key(id), "");
      await queue.finish(await claimed(), "film");
      await queue.fail(await claimed(), WRONG);
      clock += 50;
      expect(await queue.expire(clock - 50)).toEqual([]);
      const gone = await queue.expire(clock);
      expect(gone.map(({ id }) => id).sort()).toEqual(["done", "failed"]);
      expect((await queue.get(key("done")))?.result).toBeUndefined();
      expect(await queue.counts()).toMatchObject({ expired: 2, queued: 1, done: 0, failed: 0 });
    });
  });

  test("lists the newest first, page by page, by account and state", async () => {
    for (let i = 0; i < 7; i++) await queue.submit(key(`${i}`), "");
    await queue.submit(key("5", "other"), "");
    await queue.cancel(key("3"));
    const idsOf = async (query: Partial<Parameters<JobQueue["list"]>[0]>) =>
      (await queue.list({ account: "local", limit: 3, ...query })).map(({ id }) => id).join("");
    expect(await idsOf({})).toBe("654");
    expect(await idsOf({ before: "4" })).toBe("321");
    expect(await idsOf({ before: "1" })).toBe("0");
    expect(await idsOf({ state: "cancelled" })).toBe("3");
    expect(await idsOf({ account: "other" })).toBe("5");
  });

  test("whatever happens in whatever order, what is over is over once and by who held it", async () => {
    const random = randomOf(7, "queue");
    const below = (n: number) => Math.floor(random.uniform() * n);
    const ids = Array.from({ length: 12 }, (_, i) => `job${i}`);
    for (const id of ids) await queue.submit(key(id), id);
    const claims: Claim[] = [];
    const finished = new Map<string, number>();
    for (let i = 0; i < 900; i++) {
      const claim = claims[below(Math.max(1, claims.length))];
      const act = below(6);
      if (act === 0) clock += below(LEASE_MS);
      const taken = act <= 2 ? await queue.claim(LEASE_MS) : undefined;
      if (taken) claims.push(taken);
      if (claim === undefined) continue;
      if (act === 3) await queue.heartbeat(claim, LEASE_MS);
      if (act === 4 && below(4) === 0) await queue.release(claim);
      if (act === 5 && (await queue.finish(claim, `${claim.attempt}`))) {
        // Who says it again is told again.
        expect([undefined, claim.attempt]).toContain(finished.get(claim.id));
        const newest = claims.filter(({ id }) => id === claim.id).at(-1);
        expect(claim.attempt).toBe(newest?.attempt);
        finished.set(claim.id, claim.attempt);
      }
    }
    expect(finished.size).toBeGreaterThan(2);
    for (const [id, attempt] of finished) {
      expect(await queue.get(key(id))).toMatchObject({ state: "done", result: `${attempt}` });
    }
    const states = await queue.counts();
    expect(Object.values(states).reduce((a, b) => a + b)).toBe(ids.length);
  });

  /**
   * Processes that work on the queue until nothing is left; they tell each job as they have taken it.
   * They begin when all of them are there: a machine may take longer to start one than the work takes.
   */
  async function startWorkers(count: number, leaseMs: number, workMs: number) {
    const workers = Array.from({ length: count }, () => startWorker(leaseMs, workMs));
    const told = workers.map(linesOf);
    await Promise.all(workers.map((worker) => once(worker, "message")));
    for (const worker of workers) worker.send("begin");
    return { workers, told };
  }

  function startWorker(leaseMs: number, workMs: number): ChildProcess {
    const work = `
    import { once } from "node:events";
    import { setTimeout } from "node:timers/promises";
    ${code(name)}
    process.send("ready");
    await once(process, "message");
    process.disconnect();
    for (;;) {
      const claim = await queue.claim(${leaseMs});
      const { queued, running } = await queue.counts();
      if (claim === undefined && queued + running === 0) break;
      if (claim === undefined) { await setTimeout(20); continue; }
      console.log("took", claim.id);
      await setTimeout(${workMs});
      if (await queue.finish(claim, String(process.pid))) console.log("did", claim.id);
    }
    await queue.close();`;
    return spawn(process.execPath, ["--input-type=module", "-e", work], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
  }

  function linesOf(worker: ChildProcess): string[] {
    const lines: string[] = [];
    if (worker.stdout) createInterface(worker.stdout).on("line", (line) => lines.push(line));
    return lines;
  }

  test("two processes that claim at once share the jobs: none is done twice, none left", async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `job${i}`);
    for (const id of ids) await queue.submit(key(id), id);
    const { workers, told } = await startWorkers(2, 60_000, 2);
    await Promise.all(workers.map((worker) => once(worker, "close")));
    const taken = told.flat().filter((line) => line.startsWith("took"));
    expect(taken.map((line) => line.slice(5)).sort()).toEqual([...ids].sort());
    expect((await queue.counts()).done).toBe(ids.length);
    for (const lines of told) expect(lines.length).toBeGreaterThan(10);
  });

  test("a worker that is killed amid a job loses none: another does it, once", async () => {
    for (const id of ["a", "b", "c"]) await queue.submit(key(id), id);
    const { workers: victims, told: lines } = await startWorkers(1, 400, 60_000);
    const [[victim], [lost]] = [victims, lines] as [[ChildProcess], [string[]]];
    while (lost.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    victim.kill("SIGKILL");
    await once(victim, "close");
    expect(lost).toEqual(["took a"]);
    const { workers: heirs, told: heard } = await startWorkers(1, 400, 5);
    const [[heir], [told]] = [heirs, heard] as [[ChildProcess], [string[]]];
    await once(heir, "close");
    const did = told.filter((line) => line.startsWith("did"));
    expect(did.sort()).toEqual(["did a", "did b", "did c"]);
    expect(await queue.get(key("a"))).toMatchObject({
      ...{ state: "done", attempt: 2, result: String(heir.pid) },
    });
  });
});
