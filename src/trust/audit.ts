/**
 * @file The audit log of a service: one line of JSON per film, each chained to the one before.
 *
 * A line that was changed, taken out or put in breaks the chain. Whoever can rewrite the whole file
 * can forge it anew; keep the last line's hash elsewhere to notice that too.
 */
import { z } from "zod";
import { consentSchema } from "./consent.js";
import { SHA256_PATTERN, sha256 } from "./sha256.js";

const hash = z.string().regex(SHA256_PATTERN);

/** What is logged of a film: hashes and words, never names, addresses or contents. */
const entrySchema = z.strictObject({
  /** When, ISO 8601 in UTC, as the caller's clock says. */
  time: z.iso.datetime(),
  /** The film's identity. */
  job: z.string().regex(/^[0-9a-f]{12}$/),
  portraitSha256: hash,
  audioSha256: hash.optional(),
  consent: consentSchema,
  /** Keyed hash of the account or address; a plain hash of an address can be guessed. */
  accountSha256: hash,
});
const lineSchema = entrySchema.extend({
  /** Hash of the line before; zeros in a log's first line. */
  previous: hash,
});

/** What is logged of a film. */
export type AuditEntry = z.infer<typeof entrySchema>;

/** Where lines are kept. */
export interface AuditStore {
  /**
   * Appends what `make` returns, durably, while nobody else appends.
   *
   * @param make - Is given the last line, without its end; nothing if the log is empty.
   */
  append(make: (last: string | undefined) => Promise<string>): Promise<void>;
}

const NOTHING_BEFORE = "0".repeat(64);

/** Logs a film. @throws ZodError for what no entry may hold, e.g. further fields. */
export async function logFilm(entry: AuditEntry, store: AuditStore): Promise<void> {
  const known = entrySchema.parse(entry);
  await store.append(async (last) => {
    const previous = last === undefined ? NOTHING_BEFORE : await sha256(last);
    return JSON.stringify({ ...known, previous });
  });
}

/** What a check of a log found. */
export interface AuditCheck {
  readonly lines: number;
  /** The first line that is not what it was, counted from 1; absent if the chain is whole. */
  readonly brokenLine?: number | undefined;
  /** Hash of the last line: what to keep elsewhere. */
  readonly head: string;
}

/**
 * Follows the chain of a log from its first line.
 *
 * @param text - Lines of JSON.
 * @param before - What the first line must be chained to: zeros for a whole log, `AuditCut.anchor`
 *   for one that was cut.
 * @param head - The last line's hash, if it was kept elsewhere; shows a log cut at its end.
 */
export async function checkAuditLog(
  text: string,
  before: string = NOTHING_BEFORE,
  head?: string,
): Promise<AuditCheck> {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  let previous = before;
  for (const [index, line] of lines.entries()) {
    if (readLine(line)?.previous !== previous) {
      return { lines: lines.length, brokenLine: index + 1, head: previous };
    }
    previous = await sha256(line);
  }
  const isCut = head !== undefined && head !== previous;
  // The last line was changed, or others behind it are gone.
  const brokenLine = isCut ? Math.max(1, lines.length) : undefined;
  return { lines: lines.length, brokenLine, head: previous };
}

/** A log without its oldest lines. */
export interface AuditCut {
  readonly text: string;
  /** Hash of the last line that was cut off: the new first line is chained to it. Keep it. */
  readonly anchor: string;
}

/**
 * Retention: cuts off the lines before the first one that is young enough; what stays is one chain.
 *
 * @param before - What the log's first line is chained to; zeros if it was never cut.
 * @param since - ISO 8601 in UTC; older lines go.
 */
export async function cutAuditLog(
  text: string,
  since: string,
  before = NOTHING_BEFORE,
): Promise<AuditCut> {
  const lines = text.split("\n").filter((line) => line !== "");
  const keeps = lines.findIndex(
    (line) => Date.parse(readLine(line)?.time ?? "") >= Date.parse(since),
  );
  const count = keeps < 0 ? lines.length : keeps;
  const last = lines[count - 1];
  const kept = lines.slice(count).map((line) => `${line}\n`);
  return { text: kept.join(""), anchor: last === undefined ? before : await sha256(last) };
}

function readLine(line: string) {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
