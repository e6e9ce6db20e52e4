/**
 * @file Tickets for jobs that wait, handed out by BullMQ: whoever gets one asks for the job. A ticket that leads to no job
 * any more is worth nothing, and one that is lost is replaced: the records of jobs are kept elsewhere.
 */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import { FilmError } from "../index.js";

/** A job that waits. */
export interface Ticket {
  /** Names the job. */
  readonly name: string;
  /** Of the job. */
  readonly number: number;
  /** Claims so far: each of them needs a ticket of its own. */
  readonly attempt: number;
}

/** Tickets that wait to be taken. */
export interface Tickets {
  /** Those that are there already are not added again. */
  add(tickets: readonly Ticket[]): Promise<void>;
  /** Takes the one that has waited longest, for good. @returns A job's name; nothing if there is none. */
  take(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A ticket whose taker died before he had it is another's after this, ms. */
const LOST_MS = 30_000;
const dataSchema = z.object({ name: z.string() });

/**
 * Opens them.
 *
 * @param prefix - Of all their keys.
 * @throws FilmError `store_missing` if the package is not installed.
 */
export async function openTickets(redis: Redis, prefix: string): Promise<Tickets> {
  const { Queue, Worker } = await load();
  const shared = { connection: redis, prefix };
  const queue = new Queue("tickets", shared);
  const worker = new Worker("tickets", null, {
    ...{ ...shared, autorun: false, lockDuration: LOST_MS, stalledInterval: LOST_MS },
    // A ticket given up would be a job that nobody does.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  // They connect again by themselves; what is asked meanwhile waits.
  queue.on("error", () => undefined);
  worker.on("error", () => undefined);
  await worker.startStalledCheckTimer();
  const token = randomUUID();
  return {
    async add(tickets) {
      const first = tickets.filter(({ attempt }) => attempt === 0);
      // Who was begun and given back goes before all others, the oldest last put there.
      const again = tickets.filter(({ attempt }) => attempt > 0).reverse();
      await queue.addBulk(
        [...first, ...again].map(({ name, number, attempt }) => ({
          name: "job",
          data: { name },
          opts: {
            ...{ jobId: `job-${number}-${attempt}`, lifo: attempt > 0 },
            ...{ removeOnComplete: true, removeOnFail: true },
          },
        })),
      );
    },
    async take() {
      const ticket = await worker.getNextJob(token, { block: false });
      if (ticket === undefined || ticket === null) return undefined;
      await ticket.moveToCompleted(null, token, false);
      return dataSchema.parse(ticket.data).name;
    },
    async close() {
      await worker.close(true);
      await queue.close();
    },
  };
}

async function load(): Promise<typeof import("bullmq")> {
  try {
    return await import("bullmq");
  } catch (cause) {
    const message = "The package for the queue on Redis, bullmq, is not installed.";
    throw new FilmError("store_missing", message, {}, { cause });
  }
}
