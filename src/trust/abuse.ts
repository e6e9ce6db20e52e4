/** @file Reports of abuse: what people may hand in, and until when somebody must have looked. */
import { z } from "zod";

/** Within so many hours somebody looks and takes down what must go. */
export const ABUSE_HOURS = 48;

/** A report, as it comes from outside. */
export const abuseSchema = z.strictObject({
  /** The film's identity, if `verify` found one. */
  film: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .optional(),
  /** Where it is to be seen. */
  address: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  reason: z.enum(["no-consent", "intimate", "minor", "fraud", "other"]),
  text: z.string().max(4000),
  /** How to answer; only kept until the report is settled. */
  contact: z.string().max(320).optional(),
});

/** A report. */
export type AbuseReport = z.infer<typeof abuseSchema>;

/** A report that waits. */
export interface QueuedReport extends AbuseReport {
  /** When it came and until when it must be settled, ISO 8601 in UTC. */
  readonly time: string;
  readonly due: string;
}

/** Where reports wait. */
export interface AbuseQueue {
  add(report: QueuedReport): Promise<void>;
}

/**
 * Takes a report in.
 *
 * @param time - Now, ISO 8601 in UTC.
 * @throws ZodError if it is none; then nothing was queued.
 */
export async function takeReport(
  report: unknown,
  time: string,
  queue: AbuseQueue,
): Promise<QueuedReport> {
  const known = abuseSchema.parse(report);
  const due = new Date(Date.parse(time) + ABUSE_HOURS * 3_600_000).toISOString();
  const queued = { ...known, time, due };
  await queue.add(queued);
  return queued;
}
