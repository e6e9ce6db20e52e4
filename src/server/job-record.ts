/** @file What all queues keep of a job in the same shape, and when they give one up. */
import { z } from "zod";
import { FAILURES, type FailureCode, failure } from "../base/errors.js";
import type { Failure } from "../index.js";

/** So often a job may take its worker down before it is given up. */
export const TRIES_MOST = 3;

/** How far a job is. */
export const progressSchema = z.object({ stage: z.string(), done: z.number(), total: z.number() });

/** Why a job failed. */
export const failureSchema = z.object({
  code: z.string().refine((code): code is FailureCode => code in FAILURES),
  ...{ message: z.string(), hint: z.string() },
  details: z.record(z.string(), z.union([z.number(), z.string()])),
});

/** Why a job is given up that took its workers down. */
export function diedTooOften(): Failure {
  return failure("worker_failed", `Its worker died ${TRIES_MOST} times.`, { tries: TRIES_MOST });
}
