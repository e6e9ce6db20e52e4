/**
 * @file What a service asks of a queue of jobs, whatever keeps it: a file, or a server for many machines.
 *
 * A job is claimed for a while, its lease. Whoever works on it renews the lease; if he dies, the lease
 * runs out and somebody else does the job. Each claim has a number, and only the last one counts: a
 * worker that was thought dead and comes back can neither finish nor change anything.
 */
import type { Failure, Progress } from "../index.js";

/** Where a job is. */
export const JOB_STATES = ["queued", "running", "done", "failed", "cancelled", "expired"] as const;

/** One of `JOB_STATES`. */
export type JobState = (typeof JOB_STATES)[number];

/** What names a job: ids are unique within an account. */
export interface JobKey {
  readonly account: string;
  readonly id: string;
}

/** A job as it is kept. Times are ms since 1970. */
export interface Job extends JobKey {
  /** What is to be done, as JSON; a queue does not look into it. */
  readonly spec: string;
  readonly state: JobState;
  /** Of all jobs that were ever put in: whoever is erased and put in again has another. */
  readonly number: number;
  /** Claims so far. */
  readonly attempt: number;
  /** Grows by at least one with every change. */
  readonly revision: number;
  readonly progress?: Progress | undefined;
  /** What came out, as JSON; of jobs that are done. */
  readonly result?: string | undefined;
  /** Of jobs that failed. */
  readonly failure?: Failure | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** A job that somebody works on. */
export interface Claim extends JobKey {
  readonly spec: string;
  /** The job's, as in `Job`. */
  readonly number: number;
  /** Tells this claim from those of this job before and after it. */
  readonly attempt: number;
}

/** Which jobs to list: the newest first. */
export interface JobQuery {
  /** All accounts, if not said. */
  readonly account?: string | undefined;
  readonly state?: JobState | undefined;
  /** Only jobs older than this one, for the next page. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Jobs that wait, run, or are over. All promises of methods come true only when a change is durable. */
export interface JobQueue {
  /**
   * Puts a job in. The same key with the same spec is the same job, however often it is put in.
   *
   * @returns The job as it is; `isNew` is false if it was there; `isSame` is false if it was there with
   *   another spec: then nothing was changed.
   */
  submit(
    key: JobKey,
    spec: string,
  ): Promise<{ readonly job: Job; readonly isNew: boolean; readonly isSame: boolean }>;
  /**
   * Takes the job that has waited longest, or whose lease ran out; nothing if there is none.
   *
   * @param only - Takes this job or none.
   */
  claim(leaseMs: number, only?: JobKey): Promise<Claim | undefined>;
  /** Renews the lease. @returns False if the job is no longer this claim's: stop working on it. */
  heartbeat(claim: Claim, leaseMs: number, progress?: Progress): Promise<boolean>;
  /**
   * The job is done. Said again, because the answer was lost, it is still so.
   *
   * @returns False if the job is no longer this claim's: what was made of it must be removed.
   */
  finish(claim: Claim, result: string): Promise<boolean>;
  /** The job cannot be done. @returns As `finish`. */
  fail(claim: Claim, failure: Failure): Promise<boolean>;
  /** Gives a job back undone, as if it had not been claimed. @returns As `finish`. */
  release(claim: Claim): Promise<boolean>;
  /** Stops a job that waits or runs. @returns The job as it is then; nothing if there is none. */
  cancel(key: JobKey): Promise<Job | undefined>;
  /** Lets a job that failed or was cancelled wait again. @returns As `cancel`. */
  retry(key: JobKey): Promise<Job | undefined>;
  /** Forgets a job in any state. @returns The job as it was. */
  erase(key: JobKey): Promise<Job | undefined>;
  /** Marks jobs as expired that were over before this time, ms since 1970. @returns Those jobs. */
  expire(before: number): Promise<readonly Job[]>;
  get(key: JobKey): Promise<Job | undefined>;
  list(query: JobQuery): Promise<readonly Job[]>;
  /** Jobs by state. */
  counts(): Promise<Readonly<Record<JobState, number>>>;
  close(): Promise<void>;
}
