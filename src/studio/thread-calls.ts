/** @file The page's side of its worker. */
import type { Failure } from "../index.js";
import type { FromThread, JobName, Jobs, ToThread } from "./jobs.js";

/** Says where a job is: its stage, and which share of that is done, 0..1. */
export type OnShare = (stage: string, share: number) => void;

/** What a job is refused with: an operating error, to be shown as it is. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** What a job that was cancelled is rejected with. */
export class JobStopped extends Error {
  override readonly name = "JobStopped";
}

/** A job that is being done. */
export interface Job<Result> {
  readonly result: Promise<Result>;
  cancel(): void;
}

/** Does jobs by name. */
export interface StudioThread {
  ask<Name extends JobName>(
    name: Name,
    asked: Parameters<Jobs[Name]>[0],
    onShare?: OnShare,
  ): Job<ReturnType<Jobs[Name]>>;
}

interface Waiting {
  readonly onShare: OnShare | undefined;
  done(result: unknown): void;
  fail(error: Error): void;
}

/** Starts the worker. */
export function startStudioThread(): StudioThread {
  const worker = new Worker(new URL("./studio-thread.js", import.meta.url), { type: "module" });
  const waiting = new Map<number, Waiting>();
  const post = (message: ToThread) => worker.postMessage(message);
  let count = 0;
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
    const job = waiting.get(data.id);
    if ("stage" in data) {
      job?.onShare?.(data.stage, data.share);
      return;
    }
    waiting.delete(data.id);
    if ("result" in data) job?.done(data.result);
    else if ("failure" in data) job?.fail(new JobFailed(data.failure));
    else if ("stopped" in data) job?.fail(new JobStopped());
    else job?.fail(new Error(data.crash));
  };
  worker.onerror = (event) => {
    for (const job of waiting.values()) job.fail(new Error(event.message));
    waiting.clear();
  };
  return {
    ask<Name extends JobName>(name: Name, asked: Parameters<Jobs[Name]>[0], onShare?: OnShare) {
      const id = count++;
      const result = new Promise<ReturnType<Jobs[Name]>>((resolve, reject) => {
        const done = (value: unknown) => resolve(value as ReturnType<Jobs[Name]>);
        waiting.set(id, { onShare, done, fail: reject });
      });
      post({ id, name, asked });
      return { result, cancel: () => post({ cancel: id }) };
    },
  };
}
